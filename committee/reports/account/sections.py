"""The sections of an account's page: each a list of subject and sentence, with the ids that prove it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from committee.findings import Findings
from committee.market import Market
from committee.reports.account.facts import Line
from committee.reports.lookup import Row, by_id, one, rows, standing
from committee.reports.words import count, day, in_order, listed, number, percent, period, persona, plain, source, term
from committee.settings import word_list

__all__ = ["about", "early", "flags", "groups", "notes", "people", "programs", "signals", "unassigned"]

Section = list[tuple[str, Line]]


def about(market: Market, account: Row, groups: list[Row], engaged: set[str]) -> Section:
    """Company, single-threaded or not, breadth over function families."""
    me = (f"account:{account['account_id']}",)
    employees, owner = account["employees"], plain(account["owner"])
    facts = [
        plain(account["industry"]),
        plain(account["country"]),
        f"{number(employees)} employees" if employees else "",
        f"owner {owner}" if owner else "no owner named",
    ]
    families = list(dict.fromkeys(facts["family"] for facts in word_list("personas")["personas"].values()))
    held = {word for group in groups for word in group["families"] or []}
    return [
        ("company", Line(", ".join(part for part in facts if part), me)),
        ("threads", _threads(market, account["account_id"], sorted(engaged))),
        (
            "breadth",
            Line(
                f"{len(held & set(families))} of {len(families)} function families engaged: {listed(name for name in families if name in held) or 'none'}",
                me,
            ),
        ),
    ]


def _threads(market: Market, account_id: str, engaged: list[str]) -> Line:
    """Single-threaded or not: one person alone carries no purchase."""
    me = f"account:{account_id}"
    if not engaged:
        return Line("nobody engages", (me,))
    if len(engaged) > 1:
        return Line(f"not single-threaded: {len(engaged):,} people engage", (me,))
    name, proof = _contactable(one(market.contacts, "contact_id", engaged[0]), engaged[0])
    return Line(f"single-threaded: one person engages ({name})", (me, *proof))


def groups(groups: list[Row], programs: dict[str, Row]) -> Section:
    """Groups in the order given."""
    return [
        (
            f"{term(group['need']) or 'no stated need'} for {_program_name(programs.get(group['program_id'] or ''), group['program_id'])}",
            Line(
                f"{group['status']}, {count(group['people'], 'person', 'people')}, {listed(persona(word) for word in in_order(group['personas'] or [])) or 'no known persona'}, "
                f"{period(group['formed_at'], group['last_active_at'])}",
                (f"group:{group['group_id']}",),
            ),
        )
        for group in groups
    ]


def _program_name(program: Row | None, program_id: str | None) -> str:
    return (plain(program["name"]) if program else "") or program_id or "no listed program"


def early(market: Market, early: list[Row]) -> Section:
    """People who are alone, and pairs, the latest first."""
    ids = {row[key] for row in early for key in ("contact_id", "other_contact_id") if row[key]}
    people = by_id(market.contacts, "contact_id", ids)
    found = []
    for row in sorted(early, key=lambda row: (row["last_at"], row["early_id"]), reverse=True)[
        : word_list("reports")["limits"]["early"]
    ]:
        keys = [row[key] for key in ("contact_id", "other_contact_id") if row[key]]
        named = [_contactable(people.get(key), key) for key in keys]
        names = listed(name for name, _ in named)
        text = (
            f"{names}, {count(row['engagements'] or 0, 'touch', 'touches')}, {period(row['first_at'], row['last_at'])}"
        )
        found.append(
            (
                f"{term(row['need']) or 'no stated need'}, {'a pair' if row['other_contact_id'] else 'one person'}",
                Line(text, tuple(key for _, proof in named for key in proof)),
            )
        )
    rest = len(early) - len(found)
    return found + ([("", Line(f"{rest:,} more", ()))] if rest else [])


def _contactable(contact: Row | None, key: str) -> tuple[str, tuple[str, ...]]:
    """Name and id of a person; neither for one who must not be contacted."""
    if contact and (contact["suppressed"] or contact["deleted"]):
        return "a person not to be contacted", ()
    return (plain(contact["name"]) if contact else "") or key, (f"contact:{key}",)


def programs(programs: list[Row], groups: list[Row]) -> Section:
    """Programs with a group first, then the white space; each by id."""
    if not programs:
        return []
    held = Counter(group["program_id"] for group in groups)
    covered = sum(1 for row in programs if held[row["program_id"]])
    lines = [
        (
            "depth",
            Line(
                f"{covered:,} of {count(len(programs), 'known program')} with a group; {len(programs) - covered:,} without",
                tuple(f"group:{group['group_id']}" for group in groups),
            ),
        )
    ]
    ordered = sorted(programs, key=lambda row: (not held[row["program_id"]], row["program_id"]))
    limit = word_list("reports")["limits"]["programs"]
    for row in ordered[:limit]:
        facts = [
            term(row["phase"]),
            term(row["therapeutic_area"]),
            term(row["modality"]),
            plain(row["registry_id"]),
            term(row["status"]),
        ]
        facts.append(count(held[row["program_id"]], "group") if held[row["program_id"]] else "no group: white space")
        lines.append(
            (
                _program_name(row, row["program_id"]),
                Line(", ".join(fact for fact in facts if fact), (f"program:{row['program_id']}",)),
            )
        )
    return lines + ([("", Line(f"{len(ordered) - limit:,} more programs", ()))] if len(ordered) > limit else [])


def flags(flags: list[Row]) -> Section:
    """Flags, the latest raised first."""
    ordered = sorted(flags, key=lambda row: (row["raised_at"], row["flag_id"]), reverse=True)
    lines = []
    for flag in ordered:
        luck = (
            ""
            if flag["expected_by_chance"] is None
            else f"; by luck alone in {percent(flag['expected_by_chance'])} of cases"
        )
        text = f"{listed(persona(word) for word in in_order(flag['personas'] or []))}, {count(len(flag['contact_ids'] or []), 'person', 'people')}, {period(flag['window_start'], flag['window_end'])}, {flag['certainty']}{luck}"
        lines.append((f"raised {day(flag['raised_at'])}", Line(text, (f"flag:{flag['flag_id']}",))))
    return lines


def people(market: Market, findings: Findings, account_id: str, engaged: set[str]) -> Section:
    """How many of each persona are known, engaged, and not to be contacted."""
    people = rows(market.contacts, "account_id", account_id)
    found = {
        row["contact_id"]: row["persona"]
        for row in rows(findings.personas, "contact_id", [row["contact_id"] for row in people])
    }
    known: Counter[str] = Counter()
    active: Counter[str] = Counter()
    barred: Counter[str] = Counter()
    for row in people:
        word = found.get(row["contact_id"]) or "unknown"
        known[word] += 1
        active[word] += row["contact_id"] in engaged
        barred[word] += bool(row["suppressed"] or row["deleted"])
    order = [*word_list("reports")["personas"], *sorted(known)]
    return [
        (persona(word), Line(", ".join(_counted(known[word], active[word], barred[word])), (f"account:{account_id}",)))
        for word in dict.fromkeys(order)
        if known[word]
    ]


def _counted(known: int, engaged: int, barred: int) -> list[str]:
    return [f"{known:,} known", f"{engaged:,} engaged", *([f"{barred:,} not to be contacted"] if barred else [])]


def signals(market: Market, findings: Findings, account_id: str, programs: set[str]) -> Section:
    """Public events up to the run, the latest first."""
    found = rows(market.signals, "account_id", account_id) + rows(market.signals, "program_id", programs)
    newest = findings.run.as_of[:10] if findings.run else "9999"
    unique = {row["signal_id"]: row for row in standing(found) if row["occurred_on"] <= newest}
    ordered = sorted(unique.values(), key=lambda row: (row["occurred_on"], row["signal_id"]), reverse=True)
    limit = word_list("reports")["limits"]["signals"]
    lines = [
        (
            day(row["occurred_on"]),
            Line(
                f"{': '.join(filter(None, (term(row['kind']), plain(row['title']))))} ({source(row['source'])})",
                (f"signal:{row['signal_id']}",),
            ),
        )
        for row in ordered[:limit]
    ]
    return lines + ([("", Line(f"{len(ordered) - limit:,} more", ()))] if len(ordered) > limit else [])


def unassigned(unassigned: list[Row], account_id: str) -> Section:
    """Relevant engagements without a group, by reason."""
    reasons = Counter(row["reason"] for row in unassigned)
    told = listed(
        f"{amount:,} {term(reason)}" for reason, amount in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    )
    text = f"{count(len(unassigned), 'relevant engagement')} without a group"
    return [("", Line(f"{text}: {told}" if told else text, (f"account:{account_id}",)))]


def notes(findings: Findings) -> Section:
    """The run."""
    run = findings.run
    if run is None:
        return []
    moment = datetime.fromisoformat(run.as_of).astimezone(UTC)
    return [
        (
            "",
            Line(f"Run {run.run_id} as of {day(moment)}, version {run.version}; dates are UTC", (f"run:{run.run_id}",)),
        )
    ]
