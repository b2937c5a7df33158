"""The command line: what a command is called, where it stands, and what happens to its errors.

One file per group of commands; a command parses, calls, prints. The files of the commands, and the product inside a
command, are imported when they are needed, so that ``--help`` and completion answer at once.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from committee.errors import CommitteeError

__all__ = ["CONTENTS", "main", "run"]

# The table of contents: section, then command: its file, and what it is for.
CONTENTS: dict[str, dict[str, tuple[str, str]]] = {
    "Bring data in": {
        "load": ("bring", "Read export files into the graph"),
        "unload": ("bring", "Take one loaded file back out"),
        "status": ("bring", "What is loaded, what waits, which run is current"),
    },
    "Find": {
        "detect": ("find", "Find buying groups and flags"),
        "calibrate": ("calibrate", "Learn what is usual in a market, to score with"),
        "learn": ("learn", "The usual committee, learned from won deals"),
        "groups": ("find", "List the buying groups"),
        "flags": ("find", "List the flags: who to look at now"),
        "ask": ("ask", "Ask the graph one of the prepared questions"),
        "schema": ("schema", "The model of the graph; --check compares a store with it"),
        "personas": ("personas", "Which persona a job title stands for, and why"),
    },
    "Look": {
        "group": ("look", "One group: people, evidence, what is missing"),
        "account": ("look", "One account: programs, groups, flags, people"),
        "contact": ("look", "One person: who touched what, in which groups"),
        "compare": ("compare", "Where published scores of other systems rank otherwise, and why"),
        "explain": ("why", "Why: the receipt of a flag, group or person"),
        "map": ("map", "A picture of an account or a group, for a page or other tools"),
    },
    "Hand over": {
        "handoff": ("hand_over", "A page an SDR can use"),
        "export": ("hand_over", "Write the findings as files"),
        "browser": ("browser", "Neo4j Browser dressed: colours, saved queries, a tour"),
        "mcp": ("mcp", "Let an assistant ask: read-only tools over the same answers"),
    },
    "Follow up": {
        "changes": ("follow", "What happened since a day or a run, and why"),
        "replay": ("looking_back", "When each group was first reported, looking back"),
        "alerts": ("deliver", "Who is to be told of what, within a budget"),
        "route": ("deliver", "A file of work for each owner"),
        "accept": ("follow", "Say that a group or a flag was right"),
        "dismiss": ("follow", "Say that it was wrong: hidden until something is new"),
        "undo": ("follow", "Take back what was accepted or dismissed"),
        "feedback": ("follow", "How often each rule was right, by what people said"),
    },
    "Look after people": {
        "companies": ("who_is_who", "Accounts that are one company, or may be"),
        "people": ("who_is_who", "Contacts that are one person, or may be"),
        "unknowns": ("who_is_who", "Who engages and is nobody's contact: new faces"),
        "privacy": ("privacy", "What is kept of a person; erase them; prove that they are gone"),
    },
    "Look after the store": {
        "store": ("keep", "Dump, restore, prune, count"),
    },
    "Measure": {
        "bench": ("bench", "How well groups are found, on markets whose groups are known"),
    },
    "Set up": {
        "demo": ("set_up", "A whole market to try, from files to pages"),
        "init": ("set_up", "A folder to start from: settings and empty tables"),
        "completion": ("set_up", "Tab completion for your shell"),
    },
}

_HIDDEN = {"docs": ("set_up", "Write the reference page")}
_COMMANDS = {**{name: place for section in CONTENTS.values() for name, place in section.items()}, **_HIDDEN}
_INTERRUPTED = 130  # what a shell reports for Ctrl-C


class _Contents(click.Group):
    """The commands, found by name when they are asked for, listed in sections."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for section in CONTENTS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"committee.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f"Did you mean {near[0]}?" if near else "See committee --help for the commands there are."
            raise click.UsageError(f"No command is called {args[0]!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, commands in CONTENTS.items():
            with formatter.section(section):
                formatter.write_dl([(name.ljust(12), purpose) for name, (_, purpose) in commands.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        formatter.write_text("Start here: committee demo --out demo")


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        click.echo(f"committee {version('buying-committee')}")
        ctx.exit()


@click.group(cls=_Contents, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def committee() -> None:
    """Which buying groups are forming inside which account, for which program, and why."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code: 0 done, 1 the user can mend it (or reads no further), 2 wrong usage, 130 Ctrl-C."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return _nobody_reads()
    except OSError as error:
        if error.filename is not None or error.errno is None:
            raise
        _tell(f"committee: the answer could not be written: {error.strerror}")
        return _nobody_reads()


def _run(arguments: Sequence[str] | None) -> int:
    try:
        answer = committee.main(
            None if arguments is None else list(arguments), prog_name="committee", standalone_mode=False
        )
        return answer if isinstance(answer, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CommitteeError as error:
        _tell(f"committee: {error}")
        return 1
    except (KeyboardInterrupt, click.Abort):
        _tell("committee: stopped; what was finished stays, run the command again for the rest")
        return _INTERRUPTED


def _tell(sentence: str) -> None:
    click.echo(" ".join(sentence.split()), err=True)


def _nobody_reads() -> int:
    """Leave quietly: what is still buffered for stdout must not fail once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def main() -> NoReturn:
    """Start the command line of this process."""
    for stream in (sys.stdout, sys.stderr):
        if not stream.isatty():
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run())
