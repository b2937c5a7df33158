"""The page of one account: its groups, its programs with and without one, flags, people by persona, signals, what no group claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.reports.account import sections
from committee.reports.account.facts import Line
from committee.reports.lookup import one, rows, standing
from committee.reports.rendering import FORMATS, as_csv, as_json, html_page, marked_down
from committee.reports.words import plain

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
    found = {
        "about": sections.about(market, account, groups, engaged),
        "groups": sections.groups(groups, {row["program_id"]: row for row in programs}),
        "flags": sections.flags(rows(findings.flags, "account_id", account_id)),
        "programs": sections.programs(programs, groups),
        "people": sections.people(market, findings, account_id, engaged),
        "early": sections.early(market, early),
        "signals": sections.signals(market, findings, account_id, {row["program_id"] for row in programs}),
        "unassigned": sections.unassigned(rows(findings.unassigned, "account_id", account_id), account_id),
        "notes": sections.notes(findings),
    }
    return AccountReport(
        account_id,
        plain(account["name"]) or account_id,
        single,
        {name: tuple(lines) for name, lines in found.items() if lines},
    )


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
