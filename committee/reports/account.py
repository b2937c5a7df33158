"""The page of one account: its groups, its programs with and without one, flags, people by persona, signals, what no group claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.reports.handoff.facts import Line
from committee.reports.lookup import Row, by_id, one, rows, standing
from committee.reports.rendering import FORMATS, as_csv, as_json, html_page, marked_down
from committee.reports.words import count, day, in_order, listed, number, percent, period, persona, plain, source, term
from committee.settings import word_list

__all__ = ["AccountReport", "account_page", "account_report", "render"]

_SECTIONS = {
    "about": "About",
    "groups": "Buying groups",
    "early": "Not a group yet",
    "programs": "Programs",
    "flags": "Flags",
    "people": "People by persona",
    "signals": "In public",
    "unassigned": "What no group claims",
    "notes": "Notes",
}


@dataclass(frozen=True)
class AccountReport:
    """One account as facts, section by section; every line carries the ids that prove it."""

    account_id: str
    heading: str
    single_threaded: bool
    sections: dict[str, tuple[tuple[str, Line], ...]]

    def facts(self) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
        """Yield every fact in the order of the page: section, subject, sentence, ids that prove it."""
        for section, lines in self.sections.items():
            yield from ((section, subject, line.text, line.proof) for subject, line in lines)


def account_page(account_id: str, market: Market, findings: Findings, format: str = "html") -> str:
    """Return the page of an account as text in one of ``md``, ``html``, ``json``, ``csv``."""
    return render(account_report(account_id, market, findings), format)


def account_report(account_id: str, market: Market, findings: Findings) -> AccountReport:
    """Gather what is known of one account.

    Raises
    ------
    NotFound
        The market has no such account.
    """
    account = one(market.accounts, "account_id", account_id)
    if account is None:
        raise NotFound(f"account {account_id} is not known", "Look the account up by name")
    groups = sorted(
        rows(findings.groups, "account_id", account_id),
        key=lambda row: (row["last_active_at"], row["group_id"]),
        reverse=True,
    )
    programs = standing(rows(market.programs, "account_id", account_id))
    early = rows(findings.early, "account_id", account_id)
    engaged = {row["contact_id"] for row in rows(findings.memberships, "account_id", account_id)} | {
        row["contact_id"] for row in early
    }
    engaged |= {row["other_contact_id"] for row in early if row["other_contact_id"]}
    single = len(engaged) == 1
    sections = {
        "about": _about(account, groups, engaged),
        "groups": _groups(groups, {row["program_id"]: row for row in programs}),
        "early": _early(market, early),
        "programs": _programs(programs, groups),
        "flags": _flags(rows(findings.flags, "account_id", account_id)),
        "people": _people(market, findings, account_id, engaged),
        "signals": _signals(market, findings, account_id, {row["program_id"] for row in programs}),
        "unassigned": _unassigned(rows(findings.unassigned, "account_id", account_id), account_id),
        "notes": _notes(findings),
    }
    return AccountReport(
        account_id,
        plain(account["name"]) or account_id,
        single,
        {name: tuple(lines) for name, lines in sections.items() if lines},
    )


def _about(account: Row, groups: list[Row], engaged: set[str]) -> list[tuple[str, Line]]:
    me = (f"account:{account['account_id']}",)
    employees, owner = account["employees"], plain(account["owner"])
    facts = [
        plain(account["industry"]),
        plain(account["country"]),
        f"{number(employees)} employees" if employees else "",
        f"owner {owner}" if owner else "no owner",
    ]
    families = list(dict.fromkeys(facts["family"] for facts in word_list("personas")["personas"].values()))
    held = {word for group in groups for word in group["families"] or []}
    threads = (
        f"single-threaded: one person engages ({next(iter(engaged))})"
        if len(engaged) == 1
        else f"not single-threaded: {count(len(engaged), 'person engages', 'people engage')}"
    )
    return [
        ("company", Line(", ".join(part for part in facts if part), me)),
        ("threads", Line(threads, (*me, *(f"contact:{key}" for key in sorted(engaged) if len(engaged) == 1)))),
        (
            "breadth",
            Line(
                f"{len(held & set(families))} of {len(families)} function families engaged: {listed(name for name in families if name in held) or 'none'}",
                me,
            ),
        ),
    ]


def _groups(groups: list[Row], programs: dict[str, Row]) -> list[tuple[str, Line]]:
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


def _early(market: Market, early: list[Row]) -> list[tuple[str, Line]]:
    ids = {row[key] for row in early for key in ("contact_id", "other_contact_id") if row[key]}
    people = by_id(market.contacts, "contact_id", ids)
    found = []
    for row in sorted(early, key=lambda row: (row["last_at"], row["early_id"]), reverse=True)[
        : word_list("reports")["limits"]["programs"]
    ]:
        keys = [row[key] for key in ("contact_id", "other_contact_id") if row[key]]
        names = listed(_contactable(people.get(key), key) for key in keys)
        text = (
            f"{names}, {count(row['engagements'] or 0, 'touch', 'touches')}, {period(row['first_at'], row['last_at'])}"
        )
        found.append(
            (
                f"{term(row['need']) or 'no stated need'}, {'a pair' if row['other_contact_id'] else 'one person'}",
                Line(text, tuple(f"contact:{key}" for key in keys)),
            )
        )
    rest = len(early) - len(found)
    return found + ([("", Line(f"{rest:,} more", ()))] if rest else [])


def _contactable(contact: Row | None, key: str) -> str:
    if contact and (contact["suppressed"] or contact["deleted"]):
        return "a person not to be contacted"
    return (plain(contact["name"]) if contact else "") or key


def _programs(programs: list[Row], groups: list[Row]) -> list[tuple[str, Line]]:
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


def _flags(flags: list[Row]) -> list[tuple[str, Line]]:
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


def _people(market: Market, findings: Findings, account_id: str, engaged: set[str]) -> list[tuple[str, Line]]:
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


def _signals(market: Market, findings: Findings, account_id: str, programs: set[str]) -> list[tuple[str, Line]]:
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


def _unassigned(unassigned: list[Row], account_id: str) -> list[tuple[str, Line]]:
    reasons = Counter(row["reason"] for row in unassigned)
    told = listed(
        f"{amount:,} {term(reason)}" for reason, amount in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    )
    text = f"{count(len(unassigned), 'relevant engagement')} without a group"
    return [("", Line(f"{text}: {told}" if told else text, (f"account:{account_id}",)))]


def _notes(findings: Findings) -> list[tuple[str, Line]]:
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


def render(page: AccountReport, format: str) -> str:
    """Return the page as text in one of ``md``, ``html``, ``json``, ``csv``."""
    if format == "html":
        return html_page("account.html", page=page, headings=_SECTIONS)
    if format == "json":
        return as_json(page)
    if format == "csv":
        return as_csv(
            ("section", "subject", "text", "proof"),
            [("heading", "", page.heading, [f"account:{page.account_id}"]), *page.facts()],
        )
    if format == "md":
        return _markdown(page)
    raise ValueError(f"format {format} is none of {', '.join(FORMATS)}")


def _markdown(page: AccountReport) -> str:
    parts = [f"# {marked_down(page.heading)}"]
    for section, lines in page.sections.items():
        parts += ["", f"## {_SECTIONS[section]}", ""]
        for subject, line in lines:
            told = f"**{marked_down(subject)}** {marked_down(line.text)}" if subject else marked_down(line.text)
            proof = f" ({marked_down(', '.join(line.proof))})" if line.proof else ""
            parts.append(f"- {told}{proof}")
    return "\n".join(parts) + "\n"
