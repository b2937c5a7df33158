"""Why: explain."""

from __future__ import annotations

import click

from committee.cli.asked import Asked, looking_options
from committee.cli.options import to_copy
from committee.errors import NotFound

__all__ = ["explain_command"]

_KINDS = ("flag", "group", "contact", "engagement", "account")
_SUMMED = ("group", "contact", "engagement")


@click.command("explain", epilog=to_copy("committee explain flag:7c1e --store market-store"))
@click.argument("name", metavar="ID")
@click.option("--person", metavar="CONTACT", help="Of a group: why this person is in it, or is not, term by term.")
@click.option(
    "--questions",
    "ask",
    type=click.IntRange(1, 20),
    metavar="N",
    help="Of a group: the N facts whose answers would change it most, each answer tried.",
)
@looking_options()
def explain_command(
    asked: Asked,
    name: str,
    person: str | None,
    ask: int | None,
    form: str,
) -> None:
    """Why: the receipt of a flag, a group, a person, an engagement or an account.

    ID is an id or its beginning; flag:ID, group:ID, contact:ID, engagement:ID, account:ID where several could be meant.

    Memberships are sums of named log-odds that add up to the probability stated: what was read, when, against how much
    the person reads anyway, less what other groups explain. Of a group, --format md is a short form for people, --format json holds every term.
    """
    from committee.cli.output import show, show_page
    from committee.cli.terminal import progress
    from committee.pipeline.asking import questions
    from committee.reports.explain import explain
    from committee.reports.questions import question_rows
    from committee.reports.sums import full_explanation, person_rows, short_explanation

    if person and ask:
        raise click.UsageError("--person and --questions are two questions: ask one of them")
    with asked.sight() as sight:
        one = sight.find(name, *(("group",) if person or ask else _KINDS))
        market, findings = sight.facts([one.account_id] if one.account_id else None)
        frozen = sight.frozen(one.account_id, asked.settings) if one.kind in _SUMMED and one.account_id else None
        whom = sight.find(person, "contact") if person else None
    why = None if frozen is None else frozen.explaining(one.account_id)
    if frozen is None and (person or ask):
        raise NotFound(
            "there are no sums here: the groups of this run were found by a rule",
            "Leave --person and --questions out, or detect with groups.detector=episodes",
        )
    if ask:
        with progress() as bars:
            found = questions(market, findings, one.id, ask, frozen, bars)
        show(question_rows(market, findings, one.id, found), form)
    elif whom is not None and why is not None:
        show(person_rows(market, findings, why, one.id, whom.id), form)
    elif form == "json" and one.kind == "group":
        show_page(full_explanation(market, findings, one.id, explain(market, findings, "group", one.id, why), why))
    elif form == "md" and one.kind == "group" and why is not None:
        show_page(short_explanation(market, findings, one.id, explain(market, findings, "group", one.id, why), why))
    else:
        show(explain(market, findings, one.kind, one.id, why), form)
