"""Look: group, account, contact, explain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from committee.cli.options import format_option, moment_options, run_option, settings_from, settings_options, store_option

__all__ = ["account_command", "contact_command", "explain_command", "group_command"]


def _looking_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of all commands that look at one thing."""
    for option in (format_option("html"), settings_options, moment_options, run_option, store_option):
        command = option(command)
    return command


def _look(
    report: str,
    kinds: tuple[str, ...],
    name: str,
    form: str,
    address: str | None,
    run_id: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> None:
    from committee.cli.details import show_detail
    from committee.cli.sight import looking

    settings = settings_from(settings_file, overrides)
    with looking(address, settings, as_of, known_at, run_id) as sight:
        named = sight.find(name, *kinds)
        market, findings = sight.facts([named.account_id] if named.account_id else None)
    show_detail(report, named, findings, market, settings, form)


@click.command("group", epilog="committee group 3f2a9c --store market-store")
@click.argument("name", metavar="ID")
@_looking_options
def group_command(name: str, **options: Any) -> None:
    """One group: its people, evidence, statuses, and what is missing against the usual committee.

    ID is a group's id or its beginning (4 characters or more), group:ID, or a part of its account, program and need.
    """
    _look("group", ("group",), name, **options)


@click.command("account", epilog="committee account AstraZeneca --store market-store")
@click.argument("name", metavar="ID")
@_looking_options
def account_command(name: str, **options: Any) -> None:
    """One account: its programs, groups, flags and people.

    ID is an account's id or its beginning, account:ID, or a part of its name.
    """
    _look("account", ("account",), name, **options)


@click.command("contact", epilog="committee contact 'Maria Keller' --store market-store")
@click.argument("name", metavar="ID")
@_looking_options
def contact_command(name: str, **options: Any) -> None:
    """One person: persona, groups, and every touch.

    ID is a contact's id or its beginning, contact:ID, or a part of the name.
    """
    _look("contact", ("contact",), name, **options)


@click.command("explain", epilog="committee explain flag:7c1e --store market-store")
@click.argument("name", metavar="ID")
@_looking_options
def explain_command(name: str, **options: Any) -> None:
    """Why: the receipt of a flag, a group, a person or an engagement.

    ID is an id or its beginning; flag:ID, group:ID, contact:ID, engagement:ID where several could be meant.
    """
    _look("explain", ("flag", "group", "contact", "engagement"), name, **options)
