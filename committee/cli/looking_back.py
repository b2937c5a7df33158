"""Looking back: replay."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from committee.cli.options import (
    MOMENT,
    SPAN,
    format_option,
    known_at_option,
    settings_from,
    settings_options,
    store_option,
    to_copy,
)

__all__ = ["replay_command"]


@click.command("replay", epilog=to_copy("committee replay --since 2026-03-31 --every 7d --store market-store"))
@click.option("--since", required=True, type=MOMENT, metavar="TIME", help="No look before it.")
@click.option("--until", type=MOMENT, metavar="TIME", help="The last look; now, by itself.")
@click.option("--every", type=SPAN, default="7d", show_default=True, metavar="DAYS", help="Days between two looks.")
@click.option("--as-known", is_flag=True, help="At each look only what had been loaded by then.")
@known_at_option
@store_option
@settings_options
@format_option()
def replay_command(
    since: datetime,
    until: datetime | None,
    every: float,
    as_known: bool,
    known_at: datetime | None,
    address: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """When was each group first reported? The past is looked at again, every so many days.

    At each look only what had happened by then counts, and what is learned is learned from that. A group is followed by
    the engagements its evidence shares. Nothing is published.
    """
    from committee.cli.opening import opened
    from committee.cli.output import show
    from committee.cli.terminal import progress
    from committee.pipeline import moment_now
    from committee.pipeline.replaying import replay
    from committee.reports.replay import replay_rows

    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=True) as store, progress() as bars:
        found = replay(
            store.market(progress=bars),
            since,
            until or moment_now(),
            timedelta(days=every),
            settings,
            as_known,
            known_at,
            store.decisions(),
            bars,
        )
    show(replay_rows(found), form)
