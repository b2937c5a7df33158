"""Who is who: companies and people that are one, or may be; people whom no contact table knows."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from committee.cli.options import format_option, settings_from, settings_options, store_option, to_copy

if TYPE_CHECKING:
    from committee.pipeline.joining import Said

__all__ = ["companies_command", "people_command", "unknowns_command"]

_KIND = {"accounts": "account", "contacts": "contact"}


@click.group("companies", epilog=to_copy("committee companies review --store market-store"))
def companies_command() -> None:
    """Accounts that are one company: certain ones are joined, others are printed for you to judge."""


@click.group("people", epilog=to_copy("committee people review --store market-store"))
def people_command() -> None:
    """Contacts that are one person: one address joins, likeness of names is printed for you to judge."""


def _said_options(command: Callable[..., None]) -> Callable[..., None]:
    reason = click.option("--reason", required=True, metavar="TEXT", help="Why, in your words; it is kept.")
    by = click.option("--by", metavar="NAME", help="Who says so; the user of this machine by itself.")
    return reason(by(store_option(settings_options(command))))


def _said(reason: str, by: str | None) -> Said:
    from committee.pipeline.joining import Said
    from committee.reports.words import plain

    if not plain(reason):
        raise click.UsageError("--reason is empty: say why in a word or two")
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    return Said(plain(reason), plain(by) or user)


def _listings(group: click.Group, table: str) -> None:
    """Add review, joined and decisions."""
    name = group.name
    what = {"accounts": "accounts", "contacts": "contacts"}[table]

    @group.command("review", epilog=to_copy(f"committee {name} review --format csv --store market-store"))
    @store_option
    @settings_options
    @format_option()
    def review_command(address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str) -> None:
        """Pairs that may be one, the most alike first, with what speaks for and against it. Nothing is joined."""
        from committee.cli.opening import opened
        from committee.cli.output import show
        from committee.pipeline.reviewing import review
        from committee.reports.who_is_who import review_rows

        settings = settings_from(settings_file, overrides)
        with opened(address, settings, read_only=True) as store, settings.in_force():
            found = review(store, table)
        show(review_rows(found, table), form)

    @group.command("joined", epilog=to_copy(f"committee {name} joined --store market-store"))
    @store_option
    @settings_options
    @format_option()
    def joined_command(address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str) -> None:
        """What is one with another, which stands for both, and why: certain, merged by its source, or decided."""
        from committee.cli.opening import opened
        from committee.cli.output import show
        from committee.pipeline.reviewing import joined
        from committee.reports.who_is_who import joined_rows

        settings = settings_from(settings_file, overrides)
        with opened(address, settings, read_only=True) as store, settings.in_force():
            found, market = joined(store, table), store.market([what])
        show(joined_rows(found, market, table), form)

    @group.command("decisions", epilog=to_copy(f"committee {name} decisions --store market-store"))
    @store_option
    @settings_options
    @format_option()
    def decisions_command(
        address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str
    ) -> None:
        """What people decided: joined, kept apart, taken back."""
        from committee.cli.opening import opened
        from committee.cli.output import show
        from committee.pipeline.reviewing import decided
        from committee.reports.who_is_who import decided_rows

        with opened(address, settings_from(settings_file, overrides), read_only=True) as store:
            found, market = decided(store, table), store.market([what])
        show(decided_rows(found, market, table), form)


def _decisions(group: click.Group, table: str) -> None:
    """Add join, keep-apart and undo."""
    name, kind = group.name, _KIND[table]

    @group.command("join", epilog=to_copy(f"committee {name} join A17 A99 --reason 'one house' --store market-store"))
    @click.argument("kept", metavar="ID")
    @click.argument("other", metavar="OTHER")
    @_said_options
    def join_command(kept: str, other: str, reason: str, by: str | None, **options: Any) -> None:
        """Join two: ID stands for both from now on. It survives reloads and can be taken back.

        ID and OTHER are ids, or names that only one has.
        """
        from committee.cli.output import say
        from committee.pipeline.joining import join

        decision, one, two = _both(join, table, kept, other, _said(reason, by), **options)
        say(f"{kind}:{one} stands for {kind}:{two} (decision {decision}); committee detect looks at them as one")

    @group.command(
        "keep-apart", epilog=to_copy(f"committee {name} keep-apart A17 A99 --reason 'two houses' --store market-store")
    )
    @click.argument("one", metavar="ID")
    @click.argument("other", metavar="OTHER")
    @_said_options
    def keep_apart_command(one: str, other: str, reason: str, by: str | None, **options: Any) -> None:
        """Keep two apart, whatever speaks for their being one: they are not joined, and not printed again."""
        from committee.cli.output import say
        from committee.pipeline.joining import keep_apart

        decision, left, right = _both(keep_apart, table, one, other, _said(reason, by), **options)
        say(f"{kind}:{left} and {kind}:{right} are kept apart (decision {decision})")

    @group.command("undo", epilog=to_copy(f"committee {name} undo 3f2a9c --reason 'a slip' --store market-store"))
    @click.argument("decision_id", metavar="DECISION")
    @_said_options
    def undo_command(
        decision_id: str,
        reason: str,
        by: str | None,
        address: str | None,
        settings_file: str | None,
        overrides: tuple[str, ...],
    ) -> None:
        """Take a decision back: all is as if it had never been made. The beginning of its id is enough."""
        from committee.cli.opening import opened
        from committee.cli.output import say
        from committee.cli.terminal import progress
        from committee.pipeline.joining import undo

        settings, said = settings_from(settings_file, overrides), _said(reason, by)
        with opened(address, settings) as store, progress() as bars, settings.in_force():
            back = undo(store, table, decision_id, said, progress=bars)
        say(f"Taken back: {back.kind.replace('_', ' ')}, {kind}:{back.kept} and {kind}:{back.other}")


def _both(
    decide: Callable[..., str],
    table: str,
    one: str,
    other: str,
    said: Said,
    address: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> tuple[str, str, str]:
    """Find two things by id or name and decide about them."""
    from committee.cli.opening import opened
    from committee.cli.sight import Sight
    from committee.cli.terminal import progress

    settings = settings_from(settings_file, overrides)
    with opened(address, settings) as store, settings.in_force():
        left, right = (Sight(store).named(text, _KIND[table]).id for text in (one, other))
        with progress() as bars:
            return decide(store, table, left, right, said, progress=bars), left, right


for _group, _table in ((companies_command, "accounts"), (people_command, "contacts")):
    _listings(_group, _table)
    _decisions(_group, _table)


@click.command("unknowns", epilog=to_copy("committee unknowns --store market-store"))
@click.option("--all", "every", is_flag=True, help="Also the addresses that are no person, and why.")
@store_option
@settings_options
@format_option()
def unknowns_command(
    every: bool, address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str
) -> None:
    """New faces: who engages with a mail address that no contact has, at which account by its domain.

    They take part in groups as people without a persona. A file that names the address later makes them that contact,
    with all they did. Free mail, forwarding and shared addresses are no persons.
    """
    from committee.cli.opening import opened
    from committee.cli.output import show
    from committee.cli.terminal import progress
    from committee.pipeline.reviewing import unknown_people
    from committee.reports.who_is_who import unknown_rows

    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=True) as store, progress() as bars, settings.in_force():
        judged, market = unknown_people(store, bars)
    show(unknown_rows(judged, market, every), form)
