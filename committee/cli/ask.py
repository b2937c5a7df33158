"""Ask: the prepared questions, listed, found by words, and asked; each question is a command of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import click

from committee.cli.options import format_option, named_parameter, settings_from, settings_options, store_option, to_copy
from committee.cypher.catalog import Parameter, Question, find_questions, question, questions

__all__ = ["ask_command"]


class _Questions(click.Group):
    """The questions as commands; words that are no question's name search for one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(questions())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _command(questions()[cmd_name]) if cmd_name in questions() else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in questions() or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        words = list(takewhile(lambda word: not word.startswith("-"), args))
        found = find_questions(words)
        if not found:
            question("_".join(words))  # says which are the nearest
        return args[0], _listing(found), args[len(words) :]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Questions"):
            formatter.write_dl([(one.name, one.asks) for one in questions().values() if one.audience != "commands"])


@click.group(
    "ask",
    cls=_Questions,
    invoke_without_command=True,
    epilog=to_copy("committee ask groups_forming --days 60 --store market-store"),
)
@format_option()
@click.pass_context
def ask_command(ctx: click.Context, form: str) -> None:
    """Ask the graph one of the prepared questions, list them, or find one by words.

    Without a name it lists the questions; words that are no name find the questions that hold them, as in committee ask
    two groups; committee ask NAME --help says what a question takes and returns. Rows only: nothing can be written.
    """
    if ctx.invoked_subcommand is None:
        _listed([one for one in questions().values() if one.audience != "commands"], form)


def _listing(found: Sequence[Question]) -> click.Command:
    """A command that lists questions found by words."""
    return click.command("found", help="The questions that hold these words.")(
        format_option()(lambda form: _listed(found, form))
    )


def _listed(found: Sequence[Question], form: str) -> None:
    from committee.cli.output import show

    rows = [
        {"name": one.name, "asks": one.asks, "for": one.audience, "takes": [parameter.name for parameter in one.params]}
        for one in found
    ]
    show(rows, form, columns=("name", "asks", "for", "takes"))


def _command(asked: Question) -> click.Command:
    """One question as a command: its parameters are options."""

    @store_option
    @settings_options
    @format_option()
    @click.option("--param", "given", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
    @click.option("--cypher", is_flag=True, help="Print the text, parameters written in, ready to paste.")
    @click.option("--count", is_flag=True, help="Only how many rows there are.")
    def ask(
        address: str | None,
        settings_file: str | None,
        overrides: tuple[str, ...],
        form: str,
        given: tuple[str, ...],
        cypher: bool,
        count: bool,
        **options: str | None,
    ) -> None:
        parameters = dict(map(named_parameter, given)) | {
            name: value for name, value in options.items() if value is not None
        }
        if cypher:
            _print_text(asked, parameters)
            return
        _answer(asked.counted if count else asked, parameters, address, settings_from(settings_file, overrides), form)

    params = [
        click.Option(
            [f"--{parameter.name.replace('_', '-')}", parameter.name],
            metavar=parameter.kind.upper(),
            help=_help(parameter),
        )
        for parameter in asked.params
    ]
    body = f"{asked.asks}\n\nOne row is {asked.grain}: {', '.join(asked.returns)}."
    made = click.command(asked.name, help=body, epilog=to_copy(_line_to_copy(asked)))(ask)
    made.params = [*params, *made.params]
    return made


def _help(parameter: Parameter) -> str:
    return parameter.meaning + (
        "  [required]" if parameter.required else f"  [default: {parameter.default or 'empty'}]"
    )


def _line_to_copy(asked: Question) -> str:
    needed = "".join(f" --{p.name.replace('_', '-')} {p.name.upper()}" for p in asked.params if p.required)
    return f"committee ask {asked.name}{needed} --store market-store"


def _print_text(asked: Question, parameters: dict[str, str]) -> None:
    from committee.cli.output import show_page

    show_page(asked.ready_to_paste(parameters))


def _answer(asked: Question, parameters: dict[str, str], address: str | None, settings: Any, form: str) -> None:
    from committee.cli.opening import opened
    from committee.cli.output import say, show, sized

    values = asked.parameters(parameters)
    with opened(address, settings, read_only=True) as store:
        answer = store.ask(asked, values)
    show(answer, form, columns=asked.returns)
    if answer.truncated:
        say(
            f"Only the first {sized(len(answer.rows), 'row')}; raise store.row_limit to see more (--set store.row_limit=N)"
        )
