"""Compare: the product's ranking beside published scores of other systems."""

from __future__ import annotations

import click

from committee.cli.asked import Asked, looking_options
from committee.cli.options import PUBLISHED, to_copy
from committee.errors import NotFound

__all__ = ["compare_command"]


@click.command("compare", epilog=to_copy("committee compare AstraZeneca --formula ajo --store market-store"))
@click.argument("name", metavar="[ACCOUNT]", required=False)
@click.option(
    "--formula",
    "formulas",
    multiple=True,
    type=click.Choice(PUBLISHED),
    help="Only this one; all of them by itself. Repeatable.",
)
@click.option("--all", "every", is_flag=True, help="Of an account: all that was left out, not only what matters most.")
@looking_options()
def compare_command(
    asked: Asked,
    name: str | None,
    formulas: tuple[str, ...],
    every: bool,
    form: str,
) -> None:
    """Where other systems' published scores would rank accounts otherwise; of one account, which evidence makes the difference.

    Without ACCOUNT all accounts are listed, those first about which the rankings disagree most. With it each kind of its
    evidence is left out in turn (opens, what machines clicked, what is older than a look-back, one person), the groups are
    found again, and both places told: what brings them closest together is what they disagree about. Rules of a published
    formula (cap, look-back, min-max normalisation) are taken away in the same manner.
    """
    from committee.cli.output import show
    from committee.cli.terminal import progress
    from committee.pipeline.comparing import compared, differences
    from committee.reports.comparing import compared_rows, difference_rows
    from committee.settings import word_list

    names = [one for one in PUBLISHED if one in formulas] or list(PUBLISHED)
    with asked.sight() as sight:
        account = sight.find(name, "account").id if name else None
        market, findings = sight.facts()
        dismissed = sight.dismissed(findings)
        frozen = sight.frozen_whole(market, findings, asked.settings) if account else None
    found = compared(market, dismissed.without(findings))
    if account is None:
        show(compared_rows(market, found, names), form)
        return
    if frozen is None:
        raise NotFound(
            "the groups of this run were found by a rule, and are not found again without a piece of evidence",
            "Detect with groups.detector=episodes; committee compare alone lists all accounts",
        )
    if account not in {found.seen.account_ids[place].as_py() for place in found.accounts.tolist()}:
        raise NotFound(f"nobody did anything at {name}", "committee compare lists the accounts there are")
    with progress() as bars:
        lines = differences(found, findings, frozen, account, names, frozenset(dismissed.groups), bars)
    shown = None if every else word_list("formulas")["compare"]["shown"]
    show(difference_rows(market, account, lines, len(found.accounts), shown), form)
