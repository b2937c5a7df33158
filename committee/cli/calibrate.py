"""Calibrate: learn what is usual in a market, keep it under a name, list what is kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from committee.cli.options import (
    format_option,
    moment_options,
    reading_options,
    settings_from,
    settings_options,
    store_option,
    there,
    to_copy,
)

if TYPE_CHECKING:
    from committee.analysis.episodes import Calibration
    from committee.decisions import Decisions
    from committee.market import Market

__all__ = ["calibrate_command"]


@click.command("calibrate", epilog=to_copy("committee calibrate --name spring --as-of 2026-06-30 --store market-store"))
@store_option
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Learn from files instead of a graph; repeatable.",
)
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
@moment_options
@settings_options
@reading_options
@format_option()
def calibrate_command(
    address: str | None,
    sources: tuple[Path, ...],
    out: Path | None,
    name: str | None,
    sample: int | None,
    listed: bool,
    as_of: datetime | None,
    known_at: datetime | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    timezone: str | None,
    date_order: str | None,
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

    settings = settings_from(settings_file, overrides, timezone=timezone, date_order=date_order)
    if listed:
        if sources:
            show(calibration_list([("shipped", shipped())]), form)
            return
        with opened(address, settings, read_only=True) as store:
            show(calibration_list(calibrations_in(store)), form)
        return
    moment = as_of or pipeline.moment_now()
    called = checked_name(name or f"as of {moment.date()}")

    def learned(market: Market, decisions: Decisions | None) -> Calibration:
        return calibrate(market, moment, settings, known_at, decisions, sample=sample, called=called)

    if sources:
        if not (out or address):
            raise click.UsageError("--from needs --out FILE or --store: where the calibration goes")
        with progress() as bars:
            market, _ = pipeline.read_files(there(sources), settings, progress=bars)
        one = learned(market, None)
    if not sources or not out:
        with opened(address, settings) as store, progress() as bars:
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
