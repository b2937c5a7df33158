"""Follow up: changes, accept, dismiss, feedback, alerts, route."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from committee.cli.options import (
    MOMENT,
    format_option,
    run_option,
    settings_from,
    settings_options,
    store_option,
    to_copy,
)
from committee.errors import NotFound

F = TypeVar("F", bound=Callable[..., Any])

if TYPE_CHECKING:
    from committee.graph.store import Store

__all__ = [
    "accept_command",
    "alerts_command",
    "changes_command",
    "dismiss_command",
    "feedback_command",
    "route_command",
]


class _Span(click.ParamType[float]):
    """A number of days: 90d, or 90."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"(\d{1,5}(?:\.\d+)?)\s*d?", str(value).strip())
        if match is None or not float(match[1]):
            self.fail(f"{value!r} is no number of days; write 90d", param, ctx)
        return float(match[1])


SPAN = _Span()


@click.command("changes", epilog=to_copy("committee changes --since 2026-06-01 --store market-store"))
@click.option(
    "--since",
    required=True,
    metavar="DATE|RUN",
    help="A kept run, or a day: the last run as of then, else the groups of that day are detected anew.",
)
@click.option("--run", "run_id", metavar="RUN", help="The later run; the current one by itself.")
@store_option
@settings_options
@format_option()
def changes_command(
    since: str,
    run_id: str | None,
    address: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """What happened since: groups born, closed, gone; who joined or left; programs, statuses, flags, credit; and why.

    Each change names what brought it about: an engagement and the file it came with, or a setting that differs.
    """
    from committee.cli.opening import opened
    from committee.cli.output import say, show, spoken
    from committee.cli.terminal import progress
    from committee.pipeline.changing import changed_since
    from committee.reports.changes import change_rows

    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=True) as store:
        later, start = _run(store, run_id), _start(store, since)
        with progress() as bars:
            changed = changed_since(store, start, settings, later, bars)
    if not changed.kept and isinstance(start, datetime):
        say(f"No run was kept as of {spoken(start)} or before: its groups were detected anew, with what is known today")
    difference = changed.difference
    show(change_rows(changed.market, difference.changes, changed.causes, difference.before, difference.after), form)


def _run(store: Store, text: str | None) -> str | None:
    from committee.cli.sight import kept_run

    return kept_run(store, text)


def _start(store: Store, text: str) -> str | datetime:
    """A kept run, by id or its beginning; else a moment."""
    from committee.cli.sight import kept_run

    if any(text == run.run_id for run in store.runs()):
        return text
    with contextlib.suppress(click.UsageError):
        return MOMENT.convert(text, None, None)
    try:
        run = kept_run(store, text) if text.strip() else None
    except NotFound:
        run = None
    if run is None:
        remedy = "Write 2026-06-01, or a run: committee ask runs_made lists them"
        raise NotFound(f"'{text}' is neither a date nor a kept run", remedy)
    return run


def _judging(command: F) -> F:
    """Add what accept and dismiss have in common."""
    by = click.option("--by", metavar="NAME", help="Who says so; the user of this machine by itself.")
    reason = click.option("--reason", required=True, metavar="TEXT", help="Why, in your words; it is kept.")
    named = click.argument("name", metavar="ID")
    return named(reason(by(store_option(run_option(settings_options(command))))))


@click.command("accept", epilog=to_copy("committee accept group:3f2a9c --reason 'met them, real' --store market-store"))
@_judging
def accept_command(name: str, reason: str, by: str | None, **options: Any) -> None:
    """Say that a group or a flag was right.

    ID is an id or its beginning (4 characters or more); group:ID or flag:ID where both could be meant.
    """
    _decide("accepted", name, reason, by, **options)


@click.command("dismiss", epilog=to_copy("committee dismiss flag:7c1e --reason 'students' --store market-store"))
@_judging
def dismiss_command(name: str, reason: str, by: str | None, **options: Any) -> None:
    """Say that a group or a flag was wrong: it is hidden until something new happens.

    New is a member, a persona, a flag, or another program; then it is listed again, with what is new. ID is an id or
    its beginning (4 characters or more); group:ID or flag:ID where both could be meant.
    """
    _decide("dismissed", name, reason, by, **options)


def _decide(
    kind: str,
    name: str,
    reason: str,
    by: str | None,
    address: str | None,
    run_id: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> None:
    from committee.cli.opening import opened
    from committee.cli.output import say
    from committee.cli.sight import Sight, kept_run
    from committee.pipeline.deciding import decide
    from committee.reports.words import plain

    if not plain(reason):
        raise click.UsageError("--reason is empty: say why in a word or two")
    with opened(address, settings_from(settings_file, overrides)) as store:
        run = kept_run(store, run_id)
        found = Sight(store, run).find(name, "group", "flag")
        subject = decide(
            store,
            kind,
            found.kind,
            found.id,
            account_id=found.account_id,
            reason=plain(reason),
            decided_by=plain(by) or _user(),
            run_id=run,
        )
    say(f"{found} was {kind} ({subject})")


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


@click.command("feedback", epilog=to_copy("committee feedback --store market-store"))
@click.option("--list", "every", is_flag=True, help="Each decision instead of the shares.")
@store_option
@settings_options
@format_option()
def feedback_command(
    every: bool, address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str
) -> None:
    """How often each rule and each detector was right, by what was accepted and dismissed.

    A share comes with the number of answers and an interval; below feedback.least answers it says "not enough".
    """
    from committee.analysis.feedback import precision
    from committee.cli.opening import opened
    from committee.cli.output import show
    from committee.reports.verdicts import decision_rows, feedback_rows

    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=True) as store:
        decisions = store.decisions().decisions
    if every:
        show(decision_rows(decisions), form)
        return
    least, confidence = settings.feedback.least, settings.feedback.confidence
    show(feedback_rows(precision(decisions, least=least, confidence=confidence), least, confidence), form)


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
    digest of the owner. --replay tries other settings on what happened, before they are changed.
    """
    from committee import pipeline
    from committee.cli.opening import opened
    from committee.cli.output import say, show, sized
    from committee.cli.terminal import progress
    from committee.pipeline.alerting import due, replayed, send
    from committee.pipeline.identifying import market_seen
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
            with progress() as bars:
                market = market_seen(store, progress=bars)
            moment = datetime.fromisoformat(current.as_of)
            findings = pipeline.detect(market, moment, settings, decisions=store.decisions())
            played = replayed(findings, market, settings.alerts, span)
            rule = f"k = {settings.window.personas}, n = {settings.window.days:g}"
            show(replay_rows(played.told, played.broader, rule, span, settings.alerts.families), form)
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
@store_option
@run_option
@settings_options
@format_option()
def route_command(
    out: Path,
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
        found = routes(market, findings, settings.routing, settings.status.dormant_days)
        files, index = route_files(found), out / INDEX
        noted(sight.store, [out / name for name in files])
    before = files_of_index(index.read_text(encoding="utf-8")) if index.is_file() else set()
    for name, text in files.items():
        write_atomically(out / name, text.encode())
    for name in sorted(before - files.keys()):
        (out / name).unlink(missing_ok=True)
    show(route_rows(found), form)
    say(f"Wrote {out}")
