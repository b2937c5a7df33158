"""Account, program and need with their public facts, each with its source and date."""

from __future__ import annotations

from committee.reports.handoff.document import Line, Told, line, list_of, row_of, tell
from committee.reports.handoff.facts import amount, date_of, fact, name_of, source_of, word_of
from committee.reports.handoff.group_view import GroupView
from committee.reports.words import percent, plain

__all__ = ["about", "other_programs", "where"]


def about(view: GroupView) -> list[Line]:
    """Return the lines of the head."""
    return [line("heading", view.account_name), _account(view), *_program(view), _need(view)]


def _account(view: GroupView) -> Line:
    account, key = view.account, view.account["account_id"]
    owner = plain(account.get("owner"))
    employees = amount("account", key, "employees", account.get("employees") or None)
    company = [
        *(
            fact(plain(account.get(name)), "name", account.get(name), "account", key, name)
            for name in ("industry", "country")
        ),
        employees + " employees" if employees else employees,
        Told("owner ") + fact(owner, "name", owner, "account", key, "owner") if owner else Told("no owner named"),
    ]
    return line("account", row_of(company) + source_of("account", key, account), Told("Account: "), [f"account:{key}"])


def _program(view: GroupView) -> list[Line]:
    program, group = view.program, f"group:{view.group_id}"
    others = other_programs(view)
    if program is None:
        told = (
            tell("not told; it may be {others}", others=list_of(others, "or")) if others else Told("no listed program")
        )
        return [line("program", told, Told("Program: "), [group])]
    key = program["program_id"]
    name = name_of("program", key, program)
    if others and not view.program_is_sure:
        told = tell("likeliest {name}, else {others}", name=name, others=list_of(others, "or"))
        found = [line("program", told, Told("Program: "), [group])]
    else:
        found = [line("program", name, Told("Program: "))]
    if others and view.program_is_sure:
        found.append(line("or", list_of(others, "or"), Told("It may also be for: "), [group]))
    started = date_of("program", key, "started_on", program.get("started_on"))
    facts = [
        *(word_of("program", key, name, program.get(name)) for name in ("phase", "therapeutic_area", "modality")),
        fact(plain(program.get("registry_id")), "name", program.get("registry_id"), "program", key, "registry_id"),
        word_of("program", key, "status", program.get("status")),
        Told("started ") + started if started else started,
    ]
    if any(facts):
        found.append(line("public", row_of(facts) + source_of("program", key, program), Told("In public: ")))
    return found


def other_programs(view: GroupView) -> list[Told]:
    """Return the other programs the group may be for, each with its probability, the likeliest first."""
    found = []
    for place in view.group["program_alternatives"] or []:
        program_id, _, odds = place.rpartition(":")
        name = Told("a program that is not listed") if program_id == "unlisted" else view.about(program_id)
        field = f"program_alternatives {program_id}"
        chance = fact(percent(float(odds)), "number", float(odds), "group", view.group_id, field)
        found.append(name + " (" + chance + ")")
    return found


def _need(view: GroupView) -> Line:
    need, program = view.group["need"], view.program
    told = word_of("group", view.group_id, "need", need) or Told("not told by the content")
    if program and need and need in (program.get("needs") or []):
        told += " (listed for the program)"
    return line("need", told, Told("Need: "), [f"group:{view.group_id}"])


def where(view: GroupView, group_id: str) -> Told:
    """Return another group by need, program and status."""
    other = view.other_groups.get(group_id)
    if other is None:
        return fact(group_id, "name", group_id, "group", group_id, "group_id")
    need = word_of("group", group_id, "need", other["need"]) or Told("no stated need")
    status = word_of("group", group_id, "status", other["status"])
    return tell("{need} for {program} ({status})", need=need, program=view.about(other["program_id"]), status=status)
