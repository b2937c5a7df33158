"""Look: group, account, contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from committee.cli.asked import Asked, looking_options
from committee.cli.options import to_copy

if TYPE_CHECKING:
    from committee.cli.naming import Named
    from committee.findings import Findings
    from committee.market import Market

__all__ = ["account_command", "contact_command", "group_command"]


def _seen(kinds: tuple[str, ...], name: str, asked: Asked) -> tuple[Named, Market, Findings]:
    """Find what is meant, and read the market and findings around it."""
    with asked.sight() as sight:
        named = sight.find(name, *kinds)
        return named, *sight.facts([named.account_id] if named.account_id else None)


@click.command("group", epilog=to_copy("committee group 3f2a9c --store market-store"))
@click.argument("name", metavar="ID")
@click.option(
    "--timeline",
    "by_month",
    is_flag=True,
    help="Month by month: who came, who went dark, how much of the committee was awake.",
)
@looking_options()
def group_command(asked: Asked, name: str, by_month: bool, form: str) -> None:
    """One group: its people, its history, and what is missing against the usual committee.

    ID is a group's id or its beginning (4 characters or more), group:ID, or a part of its account, program and need.
    """
    from committee.cli.output import show
    from committee.reports.coming_and_going import month_rows
    from committee.reports.listing import group_detail

    named, market, findings = _seen(("group",), name, asked)
    show((month_rows if by_month else group_detail)(market, findings, named.id), form)


@click.command("account", epilog=to_copy("committee account AstraZeneca --format html > account.html"))
@click.argument("name", metavar="ID")
@looking_options("html")
def account_command(asked: Asked, name: str, form: str) -> None:
    """One account: its groups, its programs with and without one, flags, people, public signals.

    ID is an account's id or its beginning, account:ID, or a part of its name.
    """
    from committee.cli.output import show, show_page
    from committee.reports.account import account_page
    from committee.reports.explain import explain

    named, market, findings = _seen(("account",), name, asked)
    if form == "table":
        show(explain(market, findings, "account", named.id))
    else:
        show_page(account_page(named.id, market, findings, form))


@click.command("contact", epilog=to_copy("committee contact 'Maria Keller' --store market-store"))
@click.argument("name", metavar="ID")
@looking_options()
def contact_command(asked: Asked, name: str, form: str) -> None:
    """One person: persona, groups, and every touch with what it counts for.

    ID is a contact's id or its beginning, contact:ID, or a part of the name.
    """
    from committee.cli.output import show
    from committee.reports.listing import contact_detail

    named, market, findings = _seen(("contact",), name, asked)
    show(contact_detail(market, findings, named.id), form)
