"""Calibrate: learn what is usual in a market, keep it under a name, list what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from committee.cli.asked import Asked, market_options
from committee.cli.options import there, to_copy

if TYPE_CHECKING:
    from committee.analysis.episodes import Calibration
    from committee.decisions import Decisions
    from committee.market import Market

__all__ = ["calibrate_command"]


@click.command("calibrate", epilog=to_copy("committee calibrate --name spring --as-of 2026-06-30 --store market-store"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it as a file instead of keeping it in the graph.",
)
@click.option("--name", metavar="NAME", help="What to call it; the day it was learned as of, by itself.")
@click.option(
    "--sample", type=click.IntRange(1), metavar="N", help="Learn from so many accounts, evenly spread over the market."
)
@click.option("--list", "listed", is_flag=True, help="List the calibrations there are instead.")
@market_options
def calibrate_command(
    asked: Asked,
    out: Path | None,
    name: str | None,
    sample: int | None,
    listed: bool,
    form: str,
) -> None:
    """Learn what is usual in a market: how much members read, how well tags tell, what each piece means.

    Only what happened before the moment is looked at. The calibration is readable text without personal data; detect
    scores with it when told so by --calibration. One to three accounts teach too little: they get the shipped numbers.
    """
    from committee import pipeline
    from committee.cli.opening import opened
    from committee.cli.output import say, show
    from committee.cli.terminal import progress
    from committee.pipeline.calibrating import (
        calibrate,
        calibrations_in,
        checked_name,
        keep,
        shipped,
        write_calibration,
    )
    from committee.reports.calibrations import calibration_list, calibration_rows

    settings, sources = asked.settings, asked.sources
    if listed:
        if sources:
            show(calibration_list([("shipped", shipped())]), form)
            return
        with opened(asked.address, settings, read_only=True) as store:
            show(calibration_list(calibrations_in(store)), form)
        return
    moment = asked.as_of or pipeline.moment_now()
    called = checked_name(name or f"as of {moment.date()}")

    def learned(market: Market, decisions: Decisions | None) -> Calibration:
        return calibrate(market, moment, settings, asked.known_at, decisions, sample=sample, called=called)

    if sources:
        if not (out or asked.address):
            raise click.UsageError("--from needs --out FILE or --store: where the calibration goes")
        with progress() as bars:
            market, _ = pipeline.read_files(there(sources), settings, progress=bars)
        one = learned(market, None)
    if not sources or not out:
        with opened(asked.address, settings) as store, progress() as bars:
            if not sources:
                one = learned(store.market(progress=bars), store.decisions())
            if not out:
                keep(store, one)
    if out:
        write_calibration(one, out)
    say(f"Wrote {out}" if out else f"Kept as {called!r}: committee detect --calibration {_quoted(called)}")
    show(calibration_rows(one, shipped()), form)


def _quoted(name: str) -> str:
    return f"'{name}'" if " " in name else name
