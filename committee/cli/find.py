"""Find: detect, groups, flags."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from committee.cli.options import (
    PUBLISHED,
    fit_option,
    format_option,
    moment_options,
    reading_options,
    run_option,
    settings_from,
    settings_options,
    store_option,
    there,
    to_copy,
)

__all__ = ["detect_command", "flags_command", "groups_command"]

_POINTS = "points"
_STATUSES = ("single", "forming", "active", "evaluating", "stalled", "dormant", "closed")


@click.command("detect", epilog=to_copy("committee detect --from exports/ --out answers --as-of 2026-06-30"))
@store_option
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Files instead of a graph; repeatable.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the findings as files, too.",
)
@click.option(
    "--calibration",
    metavar="NAME|FILE|shipped|learn|keep",
    help="The numbers to score with; by itself those of the last run as long as they hold, else learned.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="Processes; as many as are worth it, by itself. It changes nothing of what is found.",
)
@moment_options
@settings_options
@reading_options
@format_option()
def detect_command(
    address: str | None,
    sources: tuple[Path, ...],
    out: Path | None,
    calibration: str | None,
    workers: int | None,
    as_of: datetime | None,
    known_at: datetime | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    timezone: str | None,
    date_order: str | None,
    form: str,
) -> None:
    """Find buying groups and flags, as of a moment (now, by itself).

    In a graph the findings are published as the current run: readers see the run before, or this one. Only accounts of
    which something changed are scored again. With --from the same is done on files, without any graph.
    """
    from committee import pipeline
    from committee.cli.opening import opened
    from committee.cli.output import say, show
    from committee.cli.talk import newest_in, newest_in_store, tell_age, tell_intake
    from committee.cli.terminal import progress
    from committee.pipeline.calibrating import chosen
    from committee.privacy import noted
    from committee.reports.listing import run_rows
    from committee.reports.load_report import intake_rows

    if sources and not out:
        raise click.UsageError("--from needs --out FOLDER: where the findings go")
    settings = settings_from(settings_file, overrides, timezone=timezone, date_order=date_order)
    moment = as_of or pipeline.moment_now()
    if sources:
        with progress() as bars:
            market, intake = pipeline.read_files(there(sources), settings, progress=bars)
        for note in intake_rows(intake).notes:
            say(note)
        tell_intake(intake, out / "rejects.csv" if out else None)
        newest = newest_in(market)
        given, _ = chosen(calibration)
        with progress() as bars:
            findings = pipeline.detect(
                market, moment, settings, known_at, calibration=given, workers=workers, progress=bars
            )
    else:
        with opened(address, settings) as store, progress() as bars:
            given, again = chosen(calibration, store)
            findings = pipeline.detect_store(
                store, moment, settings, known_at, bars, calibration=given, again=again, workers=workers
            )
            newest = newest_in_store(store)
            if out:
                noted(store, findings.write(out))
    if out:
        if sources:
            findings.write(out)
        say(f"Wrote {out}")
    show(run_rows(findings), form)
    if as_of is None:
        tell_age(newest, moment, settings)


@click.command("groups", epilog=to_copy("committee groups --status forming --store market-store"))
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice(_STATUSES),
    help="Only these; single = one person or a pair. Repeatable.",
)
@click.option("--account", metavar="NAME", help="Only this account.")
@click.option("--program", metavar="NAME", help="Only this program.")
@click.option(
    "--rank",
    is_flag=False,
    flag_value=_POINTS,
    type=click.Choice([_POINTS, *PUBLISHED]),
    metavar="[FORMULA]",
    help="Most sales-ready first, by points whose parts are printed and add up; or by another system's published score: "
    f"{', '.join(PUBLISHED)}.",
)
@click.option("--all", "every", is_flag=True, help="Dismissed ones, too.")
@store_option
@run_option
@moment_options
@settings_options
@format_option()
def groups_command(
    statuses: tuple[str, ...],
    account: str | None,
    program: str | None,
    rank: str | None,
    every: bool,
    address: str | None,
    run_id: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """List the buying groups: account, program, need, status, people, personas.

    A group is people of one account, for one program and one need, in one stretch of time. People who are alone, and
    pairs, are no groups; --status single shows them.

    Points are absolute: no other account changes them. A published score sees all that the people of a group did in the
    account, machine clicks too, and AJO's engagement score is relative to everybody in the market. What of it is published
    and what is ours is printed with it; 6sense and Bombora publish thresholds but no formula, so they are not here.
    """
    from committee.cli.output import show
    from committee.cli.sight import looking
    from committee.pipeline.comparing import scores_of_groups
    from committee.reports.listing import group_rows
    from committee.reports.verdicts import dismissal_notes

    if "single" in statuses and len(statuses) > 1:
        raise click.UsageError("--status single stands alone: single people and pairs are no groups")
    settings = settings_from(settings_file, overrides)
    with looking(address, settings, as_of, known_at, run_id) as sight:
        account_id = sight.find(account, "account").id if account else None
        program_id = sight.find(program, "program").id if program else None
        by_score = rank is not None and rank != _POINTS
        market, findings = sight.facts([account_id] if account_id and not by_score else None)
        dismissed = sight.dismissed(findings)
    listing = findings if every else dismissed.without(findings)
    scored = (rank, scores_of_groups(market, listing, rank)) if rank and by_score else None
    rows = group_rows(market, listing, statuses, account_id, program_id, rank is not None, scored)
    if "single" not in statuses:
        rows = rows.noted(dismissal_notes(market, dismissed, "group", rows.column("group_id"), every))
    show(rows, form)


@click.command("flags", epilog=to_copy("committee flags --store market-store"))
@click.option("--account", metavar="NAME", help="Only this account.")
@click.option("--program", metavar="NAME", help="Only this program.")
@click.option("--all", "every", is_flag=True, help="Dismissed ones, too.")
@fit_option
@store_option
@run_option
@moment_options
@settings_options
@format_option()
def flags_command(
    account: str | None,
    program: str | None,
    every: bool,
    require_fit: bool,
    address: str | None,
    run_id: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """List the flags: k personas of one account or program within n days, newest first.

    Each flag says how often such a window appears there by chance; committee explain FLAG prints its receipt.
    """
    from committee.cli.output import show
    from committee.cli.sight import looking
    from committee.reports.listing import flag_rows
    from committee.reports.verdicts import dismissal_notes

    settings = settings_from(settings_file, overrides)
    with looking(address, settings, as_of, known_at, run_id) as sight:
        account_id = sight.find(account, "account").id if account else None
        program_id = sight.find(program, "program").id if program else None
        market, findings = sight.facts([account_id] if account_id else None)
        dismissed = sight.dismissed(findings)
        listing = findings if every else dismissed.without(findings)
        listing, left_out = sight.fitting(listing, settings) if require_fit else (listing, "")
    rows = flag_rows(market, listing, account_id, program_id)
    rows = rows.noted(dismissal_notes(market, dismissed, "flag", rows.column("flag_id"), every))
    show(rows.noted([left_out] if left_out else []), form)
