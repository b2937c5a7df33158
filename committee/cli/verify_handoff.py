"""committee handoff verify: whether a brief still says what the graph says; and how it stands beside committee handoff GROUP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from committee.cli.options import format_option, settings_from, settings_options, store_option, to_copy

__all__ = ["or_verify", "verify_command", "with_verify"]

_DIFFERS, _CANNOT = 1, 2  # exit codes
_COLUMNS = ("file", "line", "place", "what", "brief", "graph", "source")
_WIDTH = 100  # of a line of help


@click.command(
    "verify",
    short_help="Whether a brief still says what the graph says; the lines that are wrong",
    epilog=to_copy("committee handoff verify group.html --store market-store"),
)
@click.argument("file", type=click.Path(path_type=Path))
@store_option
@settings_options
@format_option()
def verify_command(
    file: Path, address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str
) -> None:
    """Hold every number, name and date of a brief against the graph as of its run, and name the lines that are wrong.

    FILE is what committee handoff wrote, in any of its forms: Markdown, HTML, JSON or CSV, of a group or an owner. Saved
    anew it is still the same (line ends, wrapping, a browser's or a spreadsheet's ways, JSON in another order). What was
    loaded or decided after the brief was made does not count. Remarks of your own begin with "> note:" in Markdown and
    "note:" in HTML; in CSV the first cell is "note", in JSON the name is "note".

    The exit code is 0 when everything is right, 1 when something differs, 2 when the file cannot be checked: no brief,
    cut off, of another database, of a run that is not kept, or made with other words than those in force.
    """
    from committee.cli.opening import opened
    from committee.cli.output import say, show, sized
    from committee.cli.terminal import progress
    from committee.errors import CommitteeError
    from committee.reports.handoff_check import CannotCheck, verified

    try:
        content = _content(file)
        settings = settings_from(settings_file, overrides)
        with opened(address, settings, read_only=True) as store, progress() as bars:
            verdict = verified(content, str(file), store, settings, bars)
    except (CannotCheck, CommitteeError) as error:
        say(f"committee: {error}")
        raise click.exceptions.Exit(_CANNOT) from None
    looked_up = f"{sized(verdict.facts, 'fact')} in {sized(verdict.lines, 'line')}"
    if verdict.findings or form != "table":
        rows = [
            {
                "file": file.name,
                "line": one.line,
                "place": one.place,
                "what": one.what,
                "brief": one.brief,
                "graph": one.graph,
                "source": one.source,
            }
            for one in verdict.findings
        ]
        show(rows, form, columns=_COLUMNS)
    if verdict.wrong:
        say(
            f"{sized(verdict.wrong, 'line')} of {file} differ{'s' if verdict.wrong == 1 else ''} from run {verdict.run_id}"
        )
        raise click.exceptions.Exit(_DIFFERS)
    click.echo(f"{looked_up} verified against run {verdict.run_id}", err=form != "table")


def _content(file: Path) -> bytes:
    from committee.errors import BadFile

    try:
        return file.read_bytes()
    except OSError as error:
        raise BadFile(f"{file} cannot be read: {error.strerror}", "Name the file of a brief") from None


class _Page(click.Command):
    """The command that makes the page, with the others under its options."""

    others: Mapping[str, click.Command]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(_WIDTH)) for name, one in self.others.items()])


class _WithOthers(click.Group):
    """A command that takes a name, beside commands of their own: whatever is none of these is a name."""

    def __init__(self, page: click.Command, others: Sequence[click.Command]) -> None:
        super().__init__(page.name, help=page.help, epilog=page.epilog)
        self.page = _Page(page.name, callback=page.callback, params=page.params, help=page.help, epilog=page.epilog)
        self.page.others = {str(one.name): one for one in others}
        for one in others:
            self.add_command(one)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if args and args[0] in self.commands:
            name, *rest = args
            return self.commands[name].make_context(f"{info_name} {name}", rest, parent, **extra)
        return self.page.make_context(info_name, args, parent, **extra)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return self.name, self.page, args

    def get_help(self, ctx: click.Context) -> str:
        return self.page.get_help(ctx)


def with_verify(page: click.Command) -> click.Command:
    """Put ``verify`` beside the command that makes a page; a group of that name is ``group:verify``."""
    return _WithOthers(page, [verify_command])


def or_verify(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the word in the place of a group: ``verify`` may stand there."""
    return [name for name in (str(verify_command.name),) if name.startswith(incomplete)]
