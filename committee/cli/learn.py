"""Learn: the usual committee from won deals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from committee.cli.asked import Asked, market_options
from committee.cli.options import there, to_copy

if TYPE_CHECKING:
    from committee.analysis.won_deals import Segment

__all__ = ["learn_command"]


@click.command("learn", epilog=to_copy("committee learn --as-of 2026-06-30 --store market-store"))
@click.option("--deals", "each", is_flag=True, help="Each deal instead: who was there, or why it told nothing.")
@click.option("--segment", metavar="NAME", help="Only this segment, such as an industry; all of them by itself.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the seats as a settings file that keeps them; of --segment, or of all deals.",
)
@market_options
def learn_command(
    asked: Asked,
    each: bool,
    segment: str | None,
    out: Path | None,
    form: str,
) -> None:
    """Learn from won deals who is usually there: which personas, how many, in which order, how long before the close.

    By segment, each share and lag with n and an interval; below learn.least deals it says "not enough". detect measures
    groups by it where the deals are enough, and says so. Those named on a deal count; where nobody is, those who engaged
    before the close.
    """
    from committee import pipeline
    from committee.analysis.won_deals import segments_of
    from committee.cli.opening import opened
    from committee.cli.output import iso, show
    from committee.cli.terminal import progress
    from committee.pipeline.learning import deals_won
    from committee.reports.won_deals import deal_rows, learned_rows, seats_section

    settings, sources, known_at = asked.settings, asked.sources, asked.known_at
    moment = asked.as_of or pipeline.moment_now()
    if sources:
        with progress() as bars:
            market, _ = pipeline.read_files(there(sources), settings, progress=bars)
        deals = deals_won(market, moment, settings, known_at)
    else:
        with opened(asked.address, settings, read_only=True) as store, progress() as bars:
            deals = deals_won(store.market(progress=bars), moment, settings, known_at, store.decisions())
    segments = segments_of(deals, settings.learn)
    chosen = _chosen(segments, segment)
    if out:
        _write(out, chosen[0], seats_section(chosen[0], iso(moment), settings.coverage.seats))
    show(deal_rows(deals) if each else learned_rows(segments, deals, settings.learn, chosen), form)


def _chosen(segments: list[Segment], name: str | None) -> list[Segment]:
    from committee.errors import NotFound

    found = [one for one in segments if name is None or one.name.casefold() == name.strip().casefold()]
    if not found:
        raise NotFound(f"no won deal is of a segment '{name}'", f"There are {', '.join(one.name for one in segments)}")
    return found


def _write(out: Path, segment: Segment, text: str) -> None:
    from committee.cli.output import write_page
    from committee.errors import NotFound, WriteFailed
    from committee.reports.won_deals import MARK

    if not segment.enough:
        raise NotFound(
            f"{segment.deals} won deals are not enough to learn seats from", "The seats of the settings stay in use"
        )
    if out.exists() and not out.read_bytes().startswith(MARK.encode()):
        raise WriteFailed(f"{out} is there already", "Choose another name, and copy its sections where you want them")
    write_page(out, text)
