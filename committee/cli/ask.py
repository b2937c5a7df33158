"""Ask: the prepared questions and those of a folder of one's own, listed, found by words, and asked in three forms.

Each question is a command of its own; its parameters are options. It is somewhat long because a question is listed, found,
checked, printed, explained, drawn and answered, and each is a few lines here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from committee.cli.options import format_option, named_parameter, settings_from, settings_options, store_option, to_copy
from committee.cypher.catalog import Parameter, Question, find_questions, known_questions, question, questions_in

if TYPE_CHECKING:
    from committee.graph.store import Answer, Store
    from committee.settings import Settings

__all__ = ["ask_command"]


_KNOWN = "committee.questions"  # where a context keeps the questions it knows


class _Questions(click.Group):
    """The questions as commands; words that are no question's name search for one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_known(ctx))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = _known(ctx)
        return _command(known[cmd_name]) if cmd_name in known else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = _known(ctx, args)
        if args[0] in known or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        words = list(takewhile(lambda word: not word.startswith("-"), args))
        found = find_questions(words, known)
        if not found:
            question("_".join(words), known)  # says which are the nearest
        return args[0], _listing(found), args[len(words) :]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for audience, asked in _by_audience(_known(ctx)).items():
            with formatter.section(f"Questions of {audience}"):
                formatter.write_dl([(one.name, one.asks) for one in asked])


def _known(ctx: click.Context, behind: Sequence[str] = ()) -> Mapping[str, Question]:
    """The shipped questions, and those of one's own in the folders that the settings and --questions name.

    Settings may be said behind the name of the question too, which is looked up before its options are read.
    """
    if _KNOWN not in ctx.meta:
        said = click.Command("said", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
        settings_options(said)
        told = said.make_context("said", list(behind), resilient_parsing=True).params
        named = ctx.params.get("folder")
        folders = [Path(folder) for folder in _settings(ctx, told["settings_file"], told["overrides"]).ask.folders]
        ctx.meta[_KNOWN] = known_questions([*folders, *([named] if named is not None else [])])
    found: Mapping[str, Question] = ctx.meta[_KNOWN]
    return found


def _settings(group: click.Context, file: str | None, overrides: Sequence[str]) -> Settings:
    """Settings as they are said before and behind the name of a question; what stands behind it is stronger."""
    before = group.params
    return settings_from(file or before.get("settings_file"), (*before.get("overrides", ()), *overrides))


def _by_audience(known: Mapping[str, Question]) -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    for one in known.values():
        if one.audience != "commands":
            found.setdefault(one.audience, []).append(one)
    return dict(sorted(found.items()))


@click.group(
    "ask",
    cls=_Questions,
    invoke_without_command=True,
    epilog=to_copy("committee ask groups_forming --days 60 --store market-store"),
)
@click.option(
    "--questions",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    envvar="COMMITTEE_QUESTIONS",
    show_envvar=True,
    help="A folder of questions of your own, beside the shipped ones.",
)
@click.option(
    "--check",
    "checked",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Check the questions in a folder: each fault with its file and line; 1 when there is one.",
)
@settings_options
@format_option()
@click.pass_context
def ask_command(
    ctx: click.Context,
    folder: Path | None,
    checked: Path | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """Ask the graph one of the prepared questions, list them, or find one by words.

    Without a name it lists the questions; words that are no name find the questions that hold them, as in committee ask
    two groups; committee ask NAME --help says what a question takes and returns. Nothing can be written.

    Companies and people that are one, by committee companies or people, are one here too: what belongs to any of their
    records is counted once, and who must not be contacted under one id must not under any. Name, title, and the persona
    by the title are those of the record that stands for the others, and a change of employer is looked for in it alone.

    A question of your own is a file NAME.cypher that begins with the lines // asks, // grain, // for, // maturity,
    // returns, and // param NAME KIND = DEFAULT: MEANING for each parameter, as committee ask NAME --source shows them.
    The setting ask.folders names folders of such files once and for all, for committee browser and committee mcp too.
    """
    if checked is not None:
        _check(checked, form)
    elif ctx.invoked_subcommand is None:
        _listed([one for asked in _by_audience(_known(ctx)).values() for one in asked], form)


def _check(folder: Path, form: str) -> None:
    from committee.cli.output import say, show, sized
    from committee.errors import CommitteeError

    found, faults = questions_in(folder)
    if not faults:
        say(f"{sized(len(found), 'question')}, nothing wrong")
        return
    rows = [{"place": place, "what": fault.what, "remedy": fault.remedy} for place, fault in faults]
    show(rows, form, columns=("place", "what", "remedy"))
    raise CommitteeError(f"{sized(len(faults), 'fault')} in the questions of {folder}", "Mend them, then check again")


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
    @click.option("--count", is_flag=True, help="Only how many rows there are.")
    @click.option("--picture", is_flag=True, help="A page that draws the first rows; with --cypher, its text.")
    @click.option(
        "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The page into this file."
    )
    @click.option("--cypher", is_flag=True, help="Print the text, parameters written in, ready to paste.")
    @click.option("--source", is_flag=True, help="Print the question as its file has it, to start one of your own.")
    @click.option("--explain", is_flag=True, help="How the server would go about it (Neo4j only); nothing is read.")
    @click.pass_context
    def ask(
        ctx: click.Context,
        /,
        address: str | None,
        settings_file: str | None,
        overrides: tuple[str, ...],
        form: str,
        given: tuple[str, ...],
        count: bool,
        picture: bool,
        out: Path | None,
        cypher: bool,
        source: bool,
        explain: bool,
        **options: str | None,
    ) -> None:
        _refuse_mixed(count=count, picture=picture, out=out, cypher=cypher, source=source, explain=explain)
        if source:
            _print(asked.source())
            return
        parameters = dict(map(named_parameter, given)) | {
            name: value for name, value in options.items() if value is not None
        }
        if cypher:
            _print(asked.ready_to_paste(parameters, picture))
            return
        from committee.cli.opening import opened

        values = asked.parameters(parameters)
        form_asked = asked.counted if count else asked.drawn if picture else asked
        settings = _settings(ctx.parent or ctx, settings_file, overrides)
        with opened(address, settings, read_only=True) as store:
            if explain:
                _explain(store, form_asked, values, form)
            elif picture:
                _draw(store, asked, values, out)
            else:
                _answer(store, form_asked, values, form)

    params = [
        click.Option(
            [f"--{parameter.name.replace('_', '-')}", parameter.name],
            metavar=parameter.kind.upper(),
            help=_help(parameter),
        )
        for parameter in asked.params
    ]
    drawn = f"--picture draws the first {asked.first}." if asked.picture else f"No picture: {asked.unpictured}."
    slow = f" On millions of engagements it takes its time: {asked.slow}." if asked.slow else ""
    body = f"{asked.asks}\n\nOne row is {asked.grain}: {', '.join(asked.returns)}. {drawn}{slow}"
    made = click.command(asked.name, help=body, epilog=to_copy(_line_to_copy(asked)))(ask)
    made.params = [*params, *made.params]
    return made


def _refuse_mixed(**flags: object) -> None:
    """What cannot be had together is wrong usage."""
    forms = [name for name in ("count", "picture", "source") if flags[name]]
    prints = [name for name in ("cypher", "source", "explain") if flags[name]]
    for several in (forms, prints):
        if len(several) > 1:
            raise click.UsageError(f"--{several[0]} and --{several[1]} exclude each other")
    if flags["count"] and flags["cypher"]:
        raise click.UsageError("--count and --cypher exclude each other")
    if flags["out"] is not None and (not flags["picture"] or prints):
        raise click.UsageError("--out is for the page of --picture")


def _help(parameter: Parameter) -> str:
    return parameter.meaning + (
        "  [required]" if parameter.required else f"  [default: {parameter.default or 'empty'}]"
    )


def _line_to_copy(asked: Question) -> str:
    needed = "".join(f" --{p.name.replace('_', '-')} {p.name.upper()}" for p in asked.params if p.required)
    return f"committee ask {asked.name}{needed} --store market-store"


def _print(text: str) -> None:
    from committee.cli.output import show_page

    show_page(text)


def _answer(store: Store, asked: Question, values: Mapping[str, Any], form: str) -> None:
    from committee.cli.output import say, show, sized
    from committee.cli.talk import why_nothing

    answer = store.ask(asked, values)
    show(answer, form, columns=asked.returns)
    if not answer.rows and (reason := why_nothing(store)):
        say(reason)
    if answer.truncated:
        say(
            f"Only the first {sized(len(answer.rows), 'row')}; raise store.row_limit to see more (--set store.row_limit=N)"
        )


def _explain(store: Store, asked: Question, values: Mapping[str, Any], form: str) -> None:
    from committee.cli.output import show

    show(store.explain(asked, values), form)


def _draw(store: Store, asked: Question, values: Mapping[str, Any], out: Path | None) -> None:
    from committee.cli.output import say, show_page, write_page
    from committee.cli.talk import why_nothing
    from committee.reports.paths import paths_page

    paths: Answer = store.ask(asked.drawn, values)
    ((rows,),) = store.ask(asked.counted, values).rows
    page = paths_page(asked.asks, paths.rows, min(rows, asked.first), rows, _said(asked, values), paths.truncated)
    if not rows and (reason := why_nothing(store)):
        say(reason)
    if out is None:
        show_page(page)
    else:
        write_page(out, page)


def _said(asked: Question, values: Mapping[str, Any]) -> str:
    """The question's name and what was asked with, for the foot of the page."""
    from committee.reports.rendering import cell

    given = ", ".join(f"{name} = {cell(value) or 'empty'}" for name, value in values.items())
    return f"{asked.name}{f' with {given}' if given else ''}"
