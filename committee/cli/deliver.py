"""Tell others what was found: alerts within a budget, and a file of work for each owner."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from committee.cli.options import (
    SPAN,
    fit_option,
    format_option,
    run_option,
    settings_from,
    settings_options,
    store_option,
    to_copy,
)
from committee.errors import NotFound

__all__ = ["alerts_command", "route_command"]


@click.command("alerts", epilog=to_copy("committee alerts --replay 90d --set window.days=21 --store market-store"))
@click.option("--send", "sending", is_flag=True, help="Send them, and remember it: nothing is sent twice.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where --send puts mails, JSON lines and a table; the same folder each time.",
)
@click.option("--replay", "span", type=SPAN, metavar="DAYS", help="What would have been sent in so many days (90d).")
@store_option
@settings_options
@format_option()
def alerts_command(
    sending: bool,
    out: Path | None,
    span: float | None,
    address: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """Who is to be told of what: flags and changes of status since the last alerts, within a budget.

    What exceeds an owner's budget of the week, or comes too soon after the last alert about a group, goes into the
    digest of the owner. --replay tries other settings on what happened, before they are changed: flags are raised anew at
    each past day, from what had happened by then.
    """
    from committee import pipeline
    from committee.cli.opening import opened
    from committee.cli.output import say, show, sized
    from committee.cli.terminal import progress
    from committee.pipeline.alerting import due, send
    from committee.pipeline.identifying import market_seen
    from committee.pipeline.playing_alerts import play
    from committee.privacy import noted
    from committee.reports.alerts import alert_files, alert_rows, replay_rows

    if sending != (out is not None):
        raise click.UsageError("--send and --out FOLDER go together")
    if sending and span is not None:
        raise click.UsageError("--replay sends nothing: leave --send away")
    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=not sending) as store:
        current = next((run for run in store.runs() if run.current), None)
        if current is None:
            raise NotFound("the store holds no run yet", "Run committee detect")
        if span is not None:
            moment = datetime.fromisoformat(current.as_of)
            with progress() as bars:
                market = market_seen(store, progress=bars)
                played = play(market, moment, span, settings, store.decisions(), bars)
            rule = f"k = {settings.window.personas}, n = {settings.window.days:g}"
            show(replay_rows(played, rule, span, settings.alerts.families), form)
            return
        if out is None:
            found = due(store, settings.alerts, pipeline.moment_now())
        else:
            found, made, finished = send(
                store, settings.alerts, out, lambda one: alert_files(one.told, one.market, one.findings)
            )
            noted(store, [*finished, *([made] if made else [])])
    show(alert_rows(found.told, found.market, found.findings), form)
    if out is not None:
        for folder in finished:
            say(f"Finished an interrupted sending: {folder}")
        say(f"Sent {sized(len(found.told), 'line')}: {made}" if made else "Nothing was sent")


@click.command("route", epilog=to_copy("committee route --out work --store market-store"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="Where the files go.",
)
@fit_option
@store_option
@run_option
@settings_options
@format_option()
def route_command(
    out: Path,
    require_fit: bool,
    address: str | None,
    run_id: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """A file for each owner with their groups and flags, and one for flagged accounts that nobody owns.

    Dismissed groups stay out until something is new, closed and dormant ones too; people who must not be contacted are
    counted, never named. Files of owners who own nothing any more are taken away.
    """
    from committee.cli.output import say, show
    from committee.cli.sight import looking
    from committee.privacy import noted
    from committee.records.tables import write_atomically
    from committee.reports.routing import INDEX, files_of_index, route_files, route_rows, routes

    settings = settings_from(settings_file, overrides)
    with looking(address, settings, run_id=run_id) as sight:
        market, findings = sight.facts(tables=("accounts", "contacts", "programs"))
        findings = sight.dismissed(findings).without(findings)
        findings, left_out = sight.fitting(findings, settings) if require_fit else (findings, "")
        found = routes(market, findings, settings.routing, settings.status.dormant_days)
        files, index = route_files(found), out / INDEX
        noted(sight.store, [out / name for name in files])
    before = files_of_index(index.read_text(encoding="utf-8")) if index.is_file() else set()
    for name, text in files.items():
        write_atomically(out / name, text.encode())
    for name in sorted(before - files.keys()):
        (out / name).unlink(missing_ok=True)
    show(route_rows(found).noted([left_out] if left_out else []), form)
    say(f"Wrote {out}")
