"""Set up: init, demo, completion; and docs, for whoever works on the product."""

from __future__ import annotations

from pathlib import Path

import click

from committee.cli.options import to_copy

__all__ = ["completion_command", "demo_command", "docs_command", "init_command"]

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("init", epilog=to_copy("committee init my-market"))
@click.argument("folder", type=_FOLDER, default=Path())
def init_command(folder: Path) -> None:
    """Make a folder to start from.

    It gets committee.toml, with every setting, its default and its meaning, all commented out; and exports/, with one
    empty table a kind of record whose headers say what can be filled in. Nothing that is there is overwritten.
    """
    from committee.cli.output import say
    from committee.cli.starting import start_folder

    for line in start_folder(folder):
        say(line)


@click.command("demo", epilog=to_copy("committee demo --out demo"))
@click.option(
    "--out",
    type=_FOLDER,
    default=Path("demo"),
    show_default=True,
    metavar="FOLDER",
    help="Where the store and the pages go.",
)
def demo_command(out: Path) -> None:
    """Try it: a whole market, from files to pages.

    Real companies and trials, made-up people and engagements. They are loaded into a graph in FOLDER/store, groups and
    flags are detected as of the demo's day, and a hand-off page is written for each group.
    """
    from committee.cli.demonstration import demonstrate
    from committee.cli.terminal import progress

    with progress() as bars:
        demonstration = demonstrate(out, bars)
    demonstration.show()


@click.command("completion", epilog=to_copy("committee completion bash >> ~/.bashrc"))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the lines that switch on tab completion in your shell."""
    from click.shell_completion import get_completion_class

    from committee.cli import committee

    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(committee, {}, "committee", "_COMMITTEE_COMPLETE").source())


@click.command("docs", hidden=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Into this file instead of stdout."
)
def docs_command(out: Path | None) -> None:
    """Print the reference: records, settings, questions, commands, made from the code."""
    from committee.cli.output import show_page, write_page
    from committee.cli.reference import reference

    if out is None:
        show_page(reference())
    else:
        write_page(out, reference())
