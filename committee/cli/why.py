"""Why: explain."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from committee.cli.look import looking_options
from committee.cli.options import settings_from, to_copy
from committee.errors import NotFound

if TYPE_CHECKING:
    from committee.analysis.episodes.explaining import Explaining
    from committee.cli.naming import Named
    from committee.cli.sight import Sight
    from committee.findings import Findings
    from committee.settings import Settings

__all__ = ["explain_command"]

_KINDS = ("flag", "group", "contact", "engagement", "account")
_SUMMED = ("group", "contact", "engagement")


@click.command("explain", epilog=to_copy("committee explain flag:7c1e --store market-store"))
@click.argument("name", metavar="ID")
@click.option("--person", metavar="CONTACT", help="Of a group: why this person is in it, or is not, term by term.")
@looking_options()
def explain_command(
    name: str,
    person: str | None,
    form: str,
    address: str | None,
    run_id: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Why: the receipt of a flag, a group, a person, an engagement or an account.

    ID is an id or its beginning; flag:ID, group:ID, contact:ID, engagement:ID, account:ID where several could be meant.

    Memberships are sums of named log-odds that add up to the probability stated: what was read, when, against how much
    the person reads anyway, less what other groups explain. Of a group, --format md is a short form for people, --format json holds every term.
    """
    from committee.cli.output import show, show_page
    from committee.cli.sight import looking
    from committee.reports.explain import explain
    from committee.reports.sums import full_explanation, person_rows, short_explanation

    settings = settings_from(settings_file, overrides)
    with looking(address, settings, as_of, known_at, run_id) as sight:
        one = sight.find(name, *(("group",) if person else _KINDS))
        market, findings = sight.facts([one.account_id] if one.account_id else None)
        why = _sums(sight, one, findings, settings)
        whom = sight.find(person, "contact") if person else None
    if whom is not None:
        if why is None:
            raise NotFound(
                "there are no sums here: the groups of this run were found by a rule",
                "Leave --person out, or detect with groups.detector=episodes",
            )
        show(person_rows(market, findings, why, one.id, whom.id), form)
    elif form == "json" and one.kind == "group":
        show_page(full_explanation(market, findings, one.id, explain(market, findings, "group", one.id, why), why))
    elif form == "md" and one.kind == "group" and why is not None:
        show_page(short_explanation(market, findings, one.id, explain(market, findings, "group", one.id, why), why))
    else:
        show(explain(market, findings, one.kind, one.id, why), form)


def _sums(sight: Sight, one: Named, findings: Findings, settings: Settings) -> Explaining | None:
    """The sums behind the groups of the account; None where there are none, or another detector found them."""
    if one.kind not in _SUMMED or not one.account_id:
        return None
    frozen = sight.frozen(findings, settings)
    return None if frozen is None else frozen.explaining(one.account_id)
