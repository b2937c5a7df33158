"""Find: detect, groups, flags."""

from __future__ import annotations

from pathlib import Path

import click

from committee.cli.asked import Asked, looking_options, market_options
from committee.cli.options import PUBLISHED, fit_option, there, to_copy

__all__ = ["detect_command", "flags_command", "groups_command"]

_POINTS = "points"
_STATUSES = ("single", "forming", "active", "evaluating", "stalled", "dormant", "closed")


@click.command("detect", epilog=to_copy("committee detect --from exports/ --out answers --as-of 2026-06-30"))
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
@market_options
def detect_command(
    asked: Asked,
    out: Path | None,
    calibration: str | None,
    workers: int | None,
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

    if asked.sources and not out:
        raise click.UsageError("--from needs --out FOLDER: where the findings go")
    settings, sources, known_at = asked.settings, asked.sources, asked.known_at
    moment = asked.as_of or pipeline.moment_now()
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
        with opened(asked.address, settings) as store, progress() as bars:
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
    if asked.as_of is None:
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
@looking_options()
def groups_command(
    asked: Asked,
    statuses: tuple[str, ...],
    account: str | None,
    program: str | None,
    rank: str | None,
    every: bool,
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
    from committee.pipeline.comparing import scores_of_groups
    from committee.reports.listing import group_rows
    from committee.reports.verdicts import dismissal_notes

    if "single" in statuses and len(statuses) > 1:
        raise click.UsageError("--status single stands alone: single people and pairs are no groups")
    with asked.sight() as sight:
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
@looking_options()
def flags_command(
    asked: Asked,
    account: str | None,
    program: str | None,
    every: bool,
    require_fit: bool,
    form: str,
) -> None:
    """List the flags: k personas of one account or program within n days, newest first.

    Each flag says how often such a window appears there by chance; committee explain FLAG prints its receipt.
    """
    from committee.cli.output import show
    from committee.reports.listing import flag_rows
    from committee.reports.verdicts import dismissal_notes

    with asked.sight() as sight:
        account_id = sight.find(account, "account").id if account else None
        program_id = sight.find(program, "program").id if program else None
        market, findings = sight.facts([account_id] if account_id else None)
        dismissed = sight.dismissed(findings)
        listing = findings if every else dismissed.without(findings)
        listing, left_out = sight.fitting(listing, asked.settings) if require_fit else (listing, "")
    rows = flag_rows(market, listing, account_id, program_id)
    rows = rows.noted(dismissal_notes(market, dismissed, "flag", rows.column("flag_id"), every))
    show(rows.noted([left_out] if left_out else []), form)
