"""Mcp: an assistant asks, over the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

import click

from committee.cli.options import settings_from, settings_options, store_option, to_copy

__all__ = ["mcp_command"]


@click.command("mcp", epilog=to_copy("committee mcp --store market-store"))
@click.option(
    "--allow-cypher",
    is_flag=True,
    help="Add a tool that takes Cypher of the assistant's own. It can only read, but a text that takes names apart gets round what is withheld.",
)
@store_option
@settings_options
def mcp_command(
    allow_cypher: bool,
    address: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Let an assistant ask: a server on stdin and stdout with read-only tools; an assistant's program starts it.

    Tools: questions, ask, groups, flags, group, explain, handoff, account. Every answer names the run and the ids that
    prove it. People who must not be contacted never leave. Questions of your own, in the folders of the setting
    ask.folders, can be asked as well. The store is opened for each answer and given back. Needs the
    extra mcp: pip install 'buying-committee[mcp]'.
    """
    from importlib.metadata import version

    from committee.assistant import Answers, serve
    from committee.cli.sight import looking
    from committee.cypher.catalog import known_questions
    from committee.settings import word_list

    settings = settings_from(settings_file, overrides)
    known = known_questions(map(Path, settings.ask.folders))
    with looking(address, settings):
        pass  # a store or a run that is not there is told at once, not in the middle of a talk
    answers = Answers(lambda: looking(address, settings), word_list("reports")["assistant"]["rows"], known, settings)
    serve(answers, version("buying-committee"), allow_cypher)
