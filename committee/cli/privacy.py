"""Look after people: privacy show, erase, verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from committee.cli.options import format_option, settings_from, settings_options, store_option, there, to_copy

if TYPE_CHECKING:
    from committee.privacy import Erased, Plan, Verdict
    from committee.settings import Settings

__all__ = ["privacy_command"]

_PLACE = click.Path(path_type=Path)
_SHOWN = 20  # lines of what is left
_ALSO = click.option(
    "--also",
    "also",
    type=_PLACE,
    multiple=True,
    metavar="FOLDER",
    help="Files that people made of this store, such as a dump; repeatable.",
)


@click.group("privacy", epilog=to_copy("committee privacy show jane.doe@example.org --store market-store"))
def privacy_command() -> None:
    """People who want to be left alone: what is kept of them, erasing it, and the proof that it is gone.

    PERSON is a contact id (or contact:ID), a mail address, or a whole name. Where two people could be meant, both are
    named and nothing is done.
    """


@privacy_command.command("show", epilog=to_copy("committee privacy show contact:CT001 --format json > copy.json"))
@click.argument("person")
@store_option
@settings_options
@format_option()
def show_person(
    person: str, address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str
) -> None:
    """Everything that is kept of a person.

    Records and what they said before, touches, places in the groups of all runs, decisions, files the product wrote.
    --format json is the whole copy, which the person may ask for; the other forms count.
    """
    import json

    from committee.cli.opening import opened
    from committee.cli.output import say, show, show_page
    from committee.cli.terminal import progress
    from committee.privacy import copy_of, kept_rows, whom
    from committee.reports.rendering import cell

    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=True) as store, progress() as bars:
        market = store.market(progress=bars)
        found = copy_of(store, whom(market, person), market, bars)
    if form == "json":
        show_page(json.dumps(found, indent=2, ensure_ascii=False, default=cell))
        say("This file is a copy the product does not know of: delete it when it has been handed over")
        return
    show(kept_rows(found), form, columns=("kind", "count", "properties", "which"))


@privacy_command.command("erase", epilog=to_copy("committee privacy erase jane.doe@example.org --store market-store"))
@click.argument("person")
@_ALSO
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", "sure", is_flag=True, help="Do not ask.")
@store_option
@settings_options
@format_option()
def erase_person(
    person: str,
    also: tuple[Path, ...],
    dry_run: bool,
    sure: bool,
    address: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """Erase a person from the graph, the findings of all runs, decisions, and the files the product wrote.

    What goes is listed and asked for first. Counts stay, without identity, and so does a keyed hash by which the same
    files, loaded again, do not bring the person back. It cannot be taken back. Interrupted, it is finished by the next
    command on the store. Afterwards everything is searched, as committee privacy verify does.
    """
    from committee.cli.opening import opened
    from committee.cli.output import say, show
    from committee.cli.terminal import progress
    from committee.privacy import erase, plan, tombstoned, whom

    settings, folders = settings_from(settings_file, overrides), _folders(also)
    with opened(address, settings) as store:
        if (moment := tombstoned(store, person)) is not None and not _is_known(store, person):
            say(
                f"This person was erased on {moment.date()}, and nobody like it is there: committee privacy verify proves it"
            )
            return
        with progress() as bars:
            someone = whom(store.market(progress=bars), person)
            planned = plan(store, someone, folders, bars)
        show(_planned(planned), form, columns=("what", "count", "happens"))
        _tell_apart(planned)
        if dry_run:
            say("Nothing was changed")
            return
        if not sure:
            _ask()
        with progress() as bars:
            done = erase(store, someone, _user(), folders, progress=bars)
    _tell_files(done)
    _prove(address, settings, someone, folders, form="table")


@privacy_command.command("verify", epilog=to_copy("committee privacy verify jane.doe@example.org 'Jane Doe'"))
@click.argument("person", nargs=-1, required=True)
@_ALSO
@store_option
@settings_options
@format_option()
def verify_person(
    person: tuple[str, ...],
    also: tuple[Path, ...],
    address: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """Search everything that is kept for a person, and say where something is left.

    Every node, relationship, property and index by query; every file the product wrote in all forms a text may take
    (escaped, encoded, packed); the files of an embedded store byte by byte. Give all that the person was known by: id,
    mail address, name. The exit code is 0 when nothing is left, 1 when something is.
    """
    from committee.cli.opening import opened
    from committee.cli.output import say
    from committee.cli.terminal import progress
    from committee.privacy import asked_for, tombstoned

    settings, folders = settings_from(settings_file, overrides), _folders(also)
    with opened(address, settings, read_only=True) as store, progress() as bars:
        market = store.market(progress=bars)
        someone = asked_for(store, market, *person)
        erased = [moment for text in person if (moment := tombstoned(store, text))]
    if erased:
        say(f"Erased on {min(erased).date()}")
    _prove(address, settings, someone, folders, form)


def _folders(also: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(path.resolve() for path in there(also))


# --- what is told ---------------------------------------------------------------------------------------------------


def _is_known(store: Any, person: str) -> bool:
    from committee.errors import NotFound
    from committee.privacy import whom

    try:
        whom(store.market(), person)
    except NotFound:
        return False
    return True


def _planned(planned: Plan) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"what": kind, "count": count, "happens": "goes"} for kind, count in planned.counts.items()
    ]
    rows += [{"what": str(path), "count": 1, "happens": happens} for path, happens in planned.files.items()]
    rows += [
        {"what": str(path), "count": 1, "happens": "a dump that names them stays as it is; --also takes them out of it"}
        for path in planned.dumps
    ]
    return rows


def _tell_apart(planned: Plan) -> None:
    from committee.cli.output import say

    told = planned.person
    say(f"This is {', '.join([*(f'contact:{one}' for one in told.ids), *told.mails, *told.names])}")
    for text, why in told.shared.items():
        say(f"Not taken: {text}, {why}")
    for place in planned.elsewhere:
        say(f"Written on another machine, not reached from here: {place}")


def _ask() -> None:
    try:
        agreed = click.confirm("Erase this person? It cannot be taken back", err=True)
    except click.Abort:
        raise click.UsageError("nobody answered, and nothing was changed: add --yes") from None
    if not agreed:
        raise click.ClickException("nothing was changed")


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _tell_files(done: list[Erased]) -> None:
    from committee.cli.output import say, sized

    for one in done:
        touches = one.counts.get("engagements", 0)
        say(f"Erased; {sized(touches, 'touch', 'touches')} went, the counts of published groups stay as they were")
        for file in one.files:
            say(f"{file.path}: {file.done}")


def _prove(address: str | None, settings: Settings, someone: Any, also: tuple[Path, ...], form: str) -> None:
    """Search everything, show what is left, and end with the exit code that says so."""
    from committee.cli.opening import opened
    from committee.cli.output import say, show, sized
    from committee.cli.terminal import progress
    from committee.privacy import verify
    from committee.privacy.server import steps

    with opened(address, settings, read_only=True) as store, progress() as bars:
        verdict = verify(store, someone, also, bars)
        is_server = store.erasing.folder is None
    rows = [
        {"verdict": "belongs to others" if one.shared else "left", "place": one.place, "says": one.says, "why": one.why}
        for one in verdict.left
    ]
    if rows:
        show(rows[:_SHOWN] if form == "table" else rows, form, columns=("verdict", "place", "says", "why"))
    if len(rows) > _SHOWN and form == "table":
        say(f"and {len(rows) - _SHOWN:,} more: --format csv lists them")
    say(_searched(verdict))
    for line in verdict.unknown:
        say(f"Not looked at: {line}")
    if is_server:
        for line in steps():
            say(line)
    left = [one for one in verdict.left if not one.shared]
    if left:
        say(f"Something is left: {sized(len(left), 'place')}")
        raise click.exceptions.Exit(1)
    say("Nothing of this person is left")


def _searched(verdict: Verdict) -> str:
    from committee.cli.output import sized

    counts = [
        sized(verdict.nodes, "node"),
        sized(verdict.relationships, "relationship"),
        sized(verdict.indexes, "index", "indexes"),
        sized(verdict.files, "file"),
    ]
    engine = f", {sized(verdict.engine_files, 'file')} of the engine byte by byte" if verdict.engine_files else ""
    return f"Searched {', '.join(counts)}{engine}"
