"""Hand over: handoff, export."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from committee.cli.options import moment_options, run_option, settings_from, settings_options, store_option, to_copy

__all__ = ["export_command", "handoff_command"]

_PAGES = ("md", "html", "json", "csv")


@click.command("handoff", epilog=to_copy("committee handoff group:3f2a9c --out group.html --store market-store"))
@click.argument("name", metavar="GROUP")
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
    name: str,
    form: str | None,
    out: Path | None,
    address: str | None,
    run_id: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> None:
    """A page an SDR can use: why now, who did what, what is missing, whom not to contact, with the ids that prove it.

    GROUP is a group's id or its beginning (4 characters or more), group:ID, or a part of its account, program and need.
    The HTML page needs no network and prints on paper.
    """
    from committee.cli.output import show_page, write_page
    from committee.cli.sight import looking
    from committee.reports.handoff import handoff, render

    settings = settings_from(settings_file, overrides)
    with looking(address, settings, as_of, known_at, run_id) as sight:
        group = sight.find(name, "group")
        page = handoff(group.id, *sight.facts([group.account_id]), sight.loads_since_run())
    text = render(page, form or _form_of(out))
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
        if not everyone:
            keep = Withheld(sight.facts(tables=("contacts",))[0].contacts)
            found = keep.findings(found)
            if len(keep):
                say(
                    f"{sized(len(keep), 'person', 'people')} who must not be contacted: withheld; --everyone writes them"
                )
        noted(sight.store, found.write(out, form))
    say(f"Wrote {out}")
