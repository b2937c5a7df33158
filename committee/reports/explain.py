"""Why the findings say so: the reasons behind a group, a flag, a contact's persona, an engagement, an account."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from committee.analysis.episodes.explaining import Explaining
from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.reports.account import account_report
from committee.reports.answer import Rows
from committee.reports.contact import contact_detail
from committee.reports.handoff.group_view import GroupView, view_of
from committee.reports.handoff.why_now import flag_line, status_line, why_now
from committee.reports.lookup import Row, by_id, one, rows
from committee.reports.sums import not_in, program_line, share_lines, sum_of
from committee.reports.words import (
    because,
    count,
    day,
    in_order,
    listed,
    number,
    percent,
    period,
    persona,
    plain,
    share,
    short,
    term,
)
from committee.settings import word_list

__all__ = ["explain"]

_COLUMNS = ["part", "says", "proof"]


def explain(market: Market, findings: Findings, kind: str, id: str, why: Explaining | None = None) -> Rows:
    """Say why a finding is as it is.

    Parameters
    ----------
    kind : str
        group, flag, contact, engagement or account.
    id : str
    why : Explaining, optional
        The sums behind the groups of the account; without them the reasons that are kept with the evidence are told.

    Returns
    -------
    Rows
        part, says, proof: a sentence each, and the ids that prove it.

    Raises
    ------
    NotFound
        Nothing of this kind has the id.
    """
    answers: dict[str, Callable[[Market, Findings, str, Explaining | None], list[list[object]]]] = {
        "group": _group,
        "flag": _flag,
        "contact": _contact,
        "engagement": _engagement,
        "account": _account,
    }
    if kind not in answers:
        raise NotFound(f"{kind} is nothing that can be explained", f"Ask for one of: {', '.join(answers)}")
    return Rows(list(_COLUMNS), answers[kind](market, findings, id, why))


def _line(part: str, says: str, proof: Iterable[str]) -> list[object]:
    return [part, says, list(proof)]


def _group(market: Market, findings: Findings, group_id: str, why: Explaining | None) -> list[list[object]]:
    view = view_of(group_id, market, findings)
    stands = {one.contact_id: one for one in why.standings(group_id)} if why and group_id in why.groups else {}
    me = [f"group:{group_id}"]
    lines = [
        _line("why now", (now := why_now(view)).text, now.proof),
        _line("status", (status := status_line(view)).text, status.proof),
        *(_line(*test, me) for test in _three_tests(view)),
        _line("flag", (flag := flag_line(view)).text, flag.proof),
    ]
    if why and stands:
        program_id = view.group["program_id"]
        proof = [f"program:{program_id}"] if program_id else me
        lines.append(_line("program", program_line(why.programs(group_id), program_id, market), proof))
    for word in [] if stands else view.group["program_alternatives"] or []:
        program_id, _, chance = word.rpartition(":")
        lines.append(_line("may be for", f"{program_id}: {percent(float(chance))}", [f"program:{program_id}"]))
    strength = "" if view.group["strength"] is None else f", strength {number(view.group['strength'])}"
    lines.append(_line("found by", f"{plain(view.group['detector']) or 'a detector that is not named'}{strength}", me))
    for member in view.members:
        key = member["contact_id"]
        touches = [row for row in view.evidence if row["contact_id"] == key]
        reasons = because(reason for row in touches for reason in row["reasons"] or [])
        says = f"{view.named(key).text}, {share(member['probability'])}: {count(member['engagements'] or 0, 'touch', 'touches')}, {period(member['first_at'], member['last_at'])}"
        told = sum_of(stands[key], market) if key in stands else reasons
        says += f"; {told}" if told else ""
        says += f"; do not contact: {view.barred[key]}" if key in view.barred else ""
        lines.append(
            _line("member", says, [f"contact:{key}", *(f"engagement:{row['engagement_id']}" for row in touches)])
        )
    outside = [found for found in stands.values() if not found.member]
    for found in outside[: word_list("reports")["limits"]["silent"]]:
        key = found.contact_id
        lines.append(_line("not in", f"{view.named(key).text}, {not_in(found, market)}", [f"contact:{key}"]))
    return lines


def _three_tests(view: GroupView) -> list[tuple[str, str]]:
    """Right people, enough of them, at the same time: which of the three holds."""
    window, least = view.settings["window"], view.settings["gap"]["people"]
    personas = {word for row in view.members if (word := view.personas[row["contact_id"]]) != "unknown"}
    people = len(view.members)

    def verdict(holds: bool) -> str:
        return "yes" if holds else "no"

    flagged = (
        f"a flag, {period(view.flags[0]['window_start'], view.flags[0]['window_end'])}"
        if view.flags
        else f"no {window['days']:g} days with {window['personas']} personas"
    )
    return [
        (
            "right people",
            f"{verdict(len(personas) >= window['personas'])}: {count(len(personas), 'known persona')}, {window['personas']} needed",
        ),
        ("enough of them", f"{verdict(people >= least)}: {count(people, 'person', 'people')}, {least} needed"),
        ("at the same time", f"{verdict(bool(view.flags))}: {flagged}"),
    ]


def _flag(market: Market, findings: Findings, flag_id: str, _: Explaining | None) -> list[list[object]]:
    flag = one(findings.flags, "flag_id", flag_id)
    if flag is None:
        raise NotFound(f"flag {flag_id} is not among these findings", "List the flags with: committee flags")
    me = [f"flag:{flag_id}"]
    account = one(market.accounts, "account_id", flag["account_id"]) or {}
    program = one(market.programs, "program_id", flag["program_id"]) or {}
    where = f"{plain(account.get('name')) or flag['account_id']}, {plain(program.get('name')) or flag['program_id'] or 'all programs together'}"
    used = (findings.run.settings if findings.run else {}).get("window", word_list("detection")["window"])
    witness, removal = flag["witness_ids"] or [], flag["removal_ids"] or []
    lines = [
        _line(
            "about",
            where,
            [f"account:{flag['account_id']}", *([f"program:{flag['program_id']}"] if flag["program_id"] else [])],
        ),
        _line(
            "rule",
            f"{plain(flag['rule'])}: {used['personas']} personas by different people within {used['days']:g} days",
            me,
        ),
        _line(
            "window",
            f"{period(flag['window_start'], flag['window_end'])}, raised {day(flag['raised_at'])}, {flag['certainty']}",
            me,
        ),
        _line(
            "who",
            f"{count(len(flag['contact_ids'] or []), 'person', 'people')}: {listed(persona(word) for word in in_order(flag['personas'] or []))}",
            [f"contact:{key}" for key in flag["contact_ids"] or []],
        ),
        _line(
            "witness",
            f"{count(len(witness), 'engagement')} that would raise it alone",
            [f"engagement:{key}" for key in witness],
        ),
        _line(
            "gone without",
            f"{count(len(removal), 'engagement')}: without them no flag, with any one of them back it stands again",
            [f"engagement:{key}" for key in removal],
        ),
    ]
    if flag["expected_by_chance"] is not None:
        lines.append(
            _line(
                "by luck",
                f"such a window would be there in {percent(flag['expected_by_chance'])} of cases by luck alone",
                me,
            )
        )
    if flag["weak"]:
        lines.append(_line("weak", plain(flag["weak"]), me))
    return lines + _touch_lines(market, findings, flag["engagement_ids"] or [])


def _touch_lines(market: Market, findings: Findings, ids: list[str]) -> list[list[object]]:
    """A line for each engagement, by time and id: who, of which persona, what, when."""
    found = sorted(
        rows(market.engagements, "engagement_id", ids), key=lambda row: (row["occurred_at"], row["engagement_id"])
    )
    who = {row["engagement_id"]: row["contact_id"] for row in found}
    who |= {row["engagement_id"]: row["contact_id"] for row in rows(findings.evidence, "engagement_id", ids)}
    people = [key for key in who.values() if key]
    contacts, personas = by_id(market.contacts, "contact_id", people), by_id(findings.personas, "contact_id", people)
    pieces = by_id(market.content, "content_id", [row["content_id"] for row in found if row["content_id"]])
    lines = []
    for row in found:
        key = who[row["engagement_id"]]
        title = plain(pieces.get(row["content_id"] or "", {}).get("title"))
        told = [
            _who(contacts.get(key or "", {}), key),
            persona(personas.get(key or "", {}).get("persona")),
            f"“{title}”" if title else term(row["kind"]),
            day(row["occurred_at"]),
        ]
        lines.append(_line("touch", ", ".join(told), [f"engagement:{row['engagement_id']}"]))
    return lines


def _who(contact: Row, key: str | None) -> str:
    barred = " (do not contact)" if contact.get("suppressed") or contact.get("deleted") else ""
    return (plain(contact.get("name")) or key or "nobody named") + barred


def _contact(market: Market, findings: Findings, contact_id: str, why: Explaining | None) -> list[list[object]]:
    detail = contact_detail(market, findings, contact_id)
    me = [f"contact:{contact_id}"]
    named = {name: position for position, name in enumerate(detail.columns)}
    lines = [_line("person", note, me) for note in detail.notes]
    for row in detail.rows:
        says = f"{row[named['title']]}: {count(row[named['times']], 'time')}, last on {day(row[named['last_at']])}; counts for {row[named['counts_for']]}"
        lines.append(_line("touch", says, [f"engagement:{key}" for key in row[named["engagement_ids"]]]))
    return [*lines, *_stands(market, findings, contact_id, why)]


def _stands(market: Market, findings: Findings, contact_id: str, why: Explaining | None) -> list[list[object]]:
    """Where a person stands with each group of the account: in those of the person first."""
    contact = one(market.contacts, "contact_id", contact_id) or {}
    if why is None or not why.knows(contact_id):
        return []
    groups = by_id(findings.groups, "group_id", why.groups)
    stands = [why.standing(key, contact_id) for key in groups if groups[key]["account_id"] == contact.get("account_id")]
    stands.sort(key=lambda found: (not found.member, -round(found.probability, 9), found.group_id))
    programs = by_id(market.programs, "program_id", {row["program_id"] for row in groups.values() if row["program_id"]})
    lines = []
    for found in stands:
        group = groups[found.group_id]
        program = plain(programs.get(group["program_id"] or "", {}).get("name")) or group["program_id"]
        longest = word_list("reports")["limits"]["characters"]
        about = f"{term(group['need']) or 'no stated need'} for {short(program or 'no listed program', longest)}"
        says = f"{percent(found.probability)}: {sum_of(found, market)}" if found.member else not_in(found, market)
        lines.append(
            _line(
                "in" if found.member else "not in",
                f"{about}, {says}",
                [f"group:{found.group_id}", f"contact:{contact_id}"],
            )
        )
    return lines


def _engagement(market: Market, findings: Findings, engagement_id: str, why: Explaining | None) -> list[list[object]]:
    engagement = one(market.engagements, "engagement_id", engagement_id)
    if engagement is None:
        raise NotFound(f"engagement {engagement_id} is not known", "Look at a contact for the ids of its engagements")
    me = [f"engagement:{engagement_id}"]
    lines = _touch_lines(market, findings, [engagement_id])
    credited = rows(findings.evidence, "engagement_id", engagement_id)
    groups = by_id(findings.groups, "group_id", [row["group_id"] for row in credited])
    for row in credited:
        reasons = because(row["reasons"] or [])
        need = term(groups.get(row["group_id"], {}).get("need"))
        lines.append(
            _line(
                "counts for",
                f"{share(row['responsibility'])} for the group {need or row['group_id']}{f' {reasons}' if reasons else ''}",
                [f"group:{row['group_id']}", *me],
            )
        )
    for row in rows(findings.unassigned, "engagement_id", engagement_id):
        lines.append(_line("unassigned", f"no group claims it: {term(row['reason'])}", me))
    if why is not None:
        lines += [
            _line("credit", says, [*proof, *me]) for says, proof in share_lines(why.shares(engagement_id), market)
        ]
    for row in rows(findings.set_aside, "id", engagement_id):
        if row["record"] == "engagements":
            lines.append(_line("set aside", f"not counted: {term(row['reason'])}", me))
    load = one(market.loads, "load_id", engagement["load_id"])
    if load:
        lines.append(
            _line(
                "comes from",
                f"{plain(load['file'])}, line {engagement['line']}, loaded {day(load['loaded_at'])}",
                [f"load:{load['load_id']}"],
            )
        )
    return lines


def _account(market: Market, findings: Findings, account_id: str, _: Explaining | None) -> list[list[object]]:
    return [
        _line(section, f"{subject}: {text}" if subject else text, proof)
        for section, subject, text, proof in account_report(account_id, market, findings).facts()
    ]
