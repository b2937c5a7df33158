"""Hand over: handoff, export."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from committee.cli.options import (
    format_option,
    moment_options,
    run_option,
    settings_from,
    settings_options,
    store_option,
    to_copy,
)
from committee.cli.verify_handoff import or_verify, with_verify

__all__ = ["export_command", "handoff_command"]

_PAGES = ("md", "html", "json", "csv")
_SYSTEMS = ("salesforce", "hubspot")


@with_verify
@click.command("handoff", epilog=to_copy("committee handoff group:3f2a9c --out group.html --store market-store"))
@click.argument("name", metavar="GROUP", required=False, shell_complete=or_verify)
@click.option(
    "--owner", metavar="NAME", help="All open groups of the accounts of this owner as one document, instead of GROUP."
)
@click.option(
    "--frame",
    type=click.Choice(["bant", "meddic", "none"]),
    default="none",
    show_default=True,
    help="Letters answered by evidence, and open ones with the question to ask.",
)
@click.option(
    "--questions",
    type=click.IntRange(0, 20),
    default=3,
    show_default=True,
    metavar="N",
    help="The N facts whose answers would change the result most, each answer tried; 0 tries none.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_PAGES),
    help="Form of the page; the ending of --out decides by itself, else md.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Into this file instead of stdout."
)
@store_option
@run_option
@moment_options
@settings_options
def handoff_command(
    name: str | None,
    owner: str | None,
    frame: str,
    questions: int,
    form: str | None,
    out: Path | None,
    address: str | None,
    run_id: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> None:
    """The brief an SDR acts on: why now, who did what and what to talk about, what is missing, whom not to contact.

    GROUP is a group's id or its beginning (4 characters or more), group:ID, or a part of its account, program and need.

    Every line carries the ids that prove it. The facts are those the run knew; who must not be contacted is known as of
    now. Words, the order of contact and the letters stand in the settings, section handoff; handoff.file names a file of
    templates of your own. The HTML page needs no network and prints on paper.
    """
    from committee.cli.briefs import brief_of_group, briefs_of_owner
    from committee.cli.output import show_page, write_page
    from committee.cli.sight import looking
    from committee.reports.handoff import Options, render

    if (name is None) == (owner is None):
        raise click.UsageError("name a GROUP, or an owner with --owner")
    form = form or _form_of(out)
    settings = settings_from(settings_file, overrides)
    options = Options(frame, questions, owner)
    with looking(address, settings, as_of, known_at, run_id) as sight:
        if owner is not None:
            text = render(briefs_of_owner(sight, options, settings), form)
        else:
            text = render(brief_of_group(sight, str(name), options, settings), form)
    if out is None:
        show_page(text)
    else:
        write_page(out, text)


def _form_of(out: Path | None) -> str:
    ending = out.suffix.removeprefix(".").lower() if out else "md"
    if ending not in _PAGES:
        raise click.UsageError(f"--out {out} ends in none of {', '.join(_PAGES)}: add --format")
    return ending


@click.group("export", epilog=to_copy("committee export findings --out answers --store market-store"))
def export_command() -> None:
    """Write what was found as files, for other programs."""


@export_command.command("findings", epilog=to_copy("committee export findings --out answers --store market-store"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="Where the files go.",
)
@click.option(
    "--files", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True, help="Kind of file."
)
@click.option("--everyone", is_flag=True, help="People who must not be contacted too, by their ids.")
@store_option
@run_option
@moment_options
@settings_options
def findings_command(
    out: Path,
    form: str,
    everyone: bool,
    address: str | None,
    run_id: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Write the answers folder: one file a table, and run.json; the same bytes for the same run.

    People who must not be contacted stand in it as withheld-1, withheld-2, ..., so that every count is right and nobody
    else's program calls them; --everyone writes their ids, as committee detect --out does.
    """
    from committee.assistant.withheld import Withheld
    from committee.cli.output import say, sized
    from committee.cli.sight import looking
    from committee.privacy import noted

    settings = settings_from(settings_file, overrides)
    with looking(address, settings, as_of, known_at, run_id) as sight:
        found = sight.found()
        if found.run is not None and sight.findings is None:
            found = found.with_learned(sight.store.learned(found.run.run_id))
        withheld = 0
        if not everyone:
            keep = Withheld(sight.facts(tables=("contacts",))[0].contacts)
            found, withheld = keep.findings(found), len(keep)
        noted(sight.store, found.write(out, form))
    if withheld:
        say(f"{sized(withheld, 'person', 'people')} who must not be contacted: withheld; --everyone writes them")
    say(f"Wrote {out}")


@export_command.command(
    "crm", epilog=to_copy("committee export crm --for salesforce --out write-back --write --store market-store")
)
@click.option(
    "--for", "name", type=click.Choice(_SYSTEMS), required=True, help="The system whose words and columns are used."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="Folder of the exports for this system; what was written there before is not written again.",
)
@click.option("--write", is_flag=True, help="Write the files; without it they are only shown.")
@click.option("--undone", is_flag=True, help="Note that the last export was undone in the CRM by its undo.csv.")
@store_option
@run_option
@settings_options
@format_option()
def crm_command(
    name: str,
    out: Path,
    write: bool,
    undone: bool,
    address: str | None,
    run_id: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """Roles of members on open deals and a record of each group, as files that a CRM imports. Shown first.

    With --write a folder export-001, export-002, ... holds the files to import (new roles; new and changed groups),
    diff.csv, and undo.csv: what to delete or restore to have it as before. A second export writes nothing. A role that
    somebody has is never written nor changed; no names, no mail addresses, nobody who must not be contacted. Only
    records that came from the system are written; what is left out is counted, with the reason.

    Who imported an undo.csv says so by --undone: then only what was written before that export stands, and the next one
    shows again what should stand there. Dismiss a group first that is not to be written again.
    """
    from committee.cli.output import say, show, sized
    from committee.cli.sight import looking
    from committee.exports import crm
    from committee.privacy import noted
    from committee.reports.listing import as_of

    settings = settings_from(settings_file, overrides)
    system = crm.system_named(name)
    kept = crm.read_kept(out, system)
    if undone:
        if write:
            raise click.UsageError("--write and --undone are two things: do one of them")
        marked, cells = crm.mark_undone(out, kept, system)
        say(
            f"{marked} is marked as undone: {sized(cells, 'cell')} of it no longer {'stands' if cells == 1 else 'stand'}"
        )
        return
    with looking(address, settings, run_id=run_id) as sight:
        market, found = sight.facts(
            tables=("accounts", "programs", "contacts", "opportunities", "opportunity_roles", "aliases")
        )
        hidden = frozenset(sight.dismissed(found).groups)
        wanted = crm.wanted(market, found, system, as_of(found), sight.store.same(), hidden)
        diff = crm.changes(wanted, kept.roles, kept.groups, system)
        show(crm.shown(diff, system), form)
        if not write:
            say("Nothing was written: --write writes the files")
            return
        place = crm.write_export(out, kept, diff, system, found.run)
        if place is not None:
            noted(sight.store, [out])
    if diff.forgotten:
        say(
            f"{sized(len(diff.forgotten), 'person', 'people')} written before who must not be contacted or are not known any more: "
            f"taken out of {out}; their roles in {system.title} are yours to delete"
        )
    say(f"Wrote {place}" if place is not None else "Nothing new: no file was written")
