"""Follow up: changes, accept, dismiss, undo, feedback."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
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
    "changes_command",
    "dismiss_command",
    "feedback_command",
    "undo_command",
]


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
    """Add what accept, dismiss and undo have in common."""
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

    reason = _told(reason)
    with opened(address, settings_from(settings_file, overrides)) as store:
        run = kept_run(store, run_id)
        found = Sight(store, run).find(name, "group", "flag")
        subject = decide(
            store,
            kind,
            found.kind,
            found.id,
            account_id=found.account_id,
            reason=reason,
            decided_by=plain(by) or _user(),
            run_id=run,
        )
    say(f"{found} was {kind} ({subject})")


@click.command("undo", epilog=to_copy("committee undo group:3f2a9c --reason 'wrong group' --store market-store"))
@_judging
def undo_command(
    name: str,
    reason: str,
    by: str | None,
    address: str | None,
    run_id: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Take back what was accepted or dismissed; what was said before it stands again.

    ID is a group or a flag, of which the last decision is taken back, or the id of a decision as committee feedback --list
    shows it. Nothing is deleted: that it was said, and taken back, stays in the list.
    """
    from committee.cli.opening import opened
    from committee.cli.output import say
    from committee.cli.sight import Sight, kept_run
    from committee.pipeline.deciding import decision_meant, take_back
    from committee.reports.words import plain

    why, who = _told(reason), plain(by) or _user()
    with opened(address, settings_from(settings_file, overrides)) as store:
        decision = decision_meant(store.decisions().decisions, name)
        if decision or name.startswith("decision:"):
            done = take_back(store, decision or name.removeprefix("decision:"), reason=why, decided_by=who)
        else:
            run = kept_run(store, run_id)
            found = Sight(store, run).find(name, "group", "flag")
            finding = (found.kind, found.id, found.account_id)
            done = take_back(store, finding=finding, run_id=run, reason=why, decided_by=who)
    say(f"Taken back: {done.subject} was {done.kind} on {done.decided_at.date()} ({plain(done.reason)})")


def _told(reason: str) -> str:
    from committee.reports.words import plain

    if not plain(reason):
        raise click.UsageError("--reason is empty: say why in a word or two")
    return plain(reason)


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
