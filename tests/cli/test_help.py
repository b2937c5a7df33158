"""The help is a table of contents, and each of its lines to copy is a line that parses."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import click
import pytest
from cli.calling import called, clean_environment, process

from committee.cli import CONTENTS, committee
from committee.cypher.catalog import questions


def _all_commands() -> Iterator[tuple[str, click.Command]]:
    root = click.Context(committee, info_name="committee")
    for name in [*committee.list_commands(root), "docs"]:
        command = committee.get_command(root, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner in command.list_commands(root):
                found = command.get_command(root, inner)
                assert found is not None
                yield f"{name} {inner}", found


COMMANDS = dict(_all_commands())


def test_the_help_lists_every_command_under_its_section_in_order() -> None:
    text = called("--help").out
    places = [text.index(f"\n{section}:") for section in CONTENTS]
    assert places == sorted(places)
    for section, commands in CONTENTS.items():
        chapter = text.partition(f"\n{section}:")[2].partition(":\n")[0]
        assert all(f"  {name} " in chapter for name in commands)
    assert text.rstrip().endswith("committee demo --out demo")


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "docs"])
def test_each_help_ends_with_a_line_to_copy_that_parses(name: str) -> None:
    text = called(*name.split(), "--help").out
    line = shlex.split(text.strip().splitlines()[-1].partition(" > ")[0].partition(" >> ")[0])
    assert line[0] == "committee"
    context = click.Context(committee, info_name="committee")
    command: click.Command = committee
    words = line[1:]
    while isinstance(command, click.Group):
        inner_name, inner, words = command.resolve_command(context, words)
        assert inner is not None
        command = inner
        if isinstance(command, click.Group):
            context = click.Context(command, info_name=inner_name, parent=context)
    command.make_context("", words, parent=context)


def test_each_command_is_explained_by_a_sentence_and_its_options_are_too() -> None:
    for name, command in COMMANDS.items():
        assert (command.help or "").strip(), name
        assert all(option.help for option in command.params if isinstance(option, click.Option)), name


def test_the_help_answers_without_loading_the_product() -> None:
    code = "import sys; from committee.cli import run; run(['--help']); print(sorted({'pyarrow', 'pandas', 'neo4j'} & set(sys.modules)))"
    import subprocess
    import sys

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip().endswith("[]")


def test_the_version_is_the_one_that_is_installed() -> None:
    from importlib.metadata import version

    assert called("--version").out == f"committee {version('buying-committee')}\n"


def test_python_m_committee_is_the_command() -> None:
    told = process("--version")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("committee ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_each_shell(shell: str) -> None:
    assert "_COMMITTEE_COMPLETE" in called("completion", shell).out


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("gro", {"group", "groups"}),
        ("store du", {"dump"}),
        ("ask people_in", {"people_in_two_groups"}),
        ("groups --sta", {"--status"}),
    ],
)
def test_the_shell_is_offered_commands_questions_and_options(typed: str, offered: set[str]) -> None:
    words = f"committee {typed}"
    asked = clean_environment(
        _COMMITTEE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(len(words.split()) - 1)
    )
    lines = process(env=asked).stdout.splitlines()
    assert {line.partition(",")[2] for line in lines} == offered


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["grups"], "Did you mean groups?"),
        (["nonsense-entirely"], "committee --help"),
        (["groups", "--nope"], "No such option"),
        (["groups", "--status", "sleeping"], "is not one of"),
        (["groups", "--format", "xml"], "is not one of"),
        (["groups", "--as-of", "soon"], "write 2026-06-30"),
        (["groups", "--as-of", "3/4/2026"], "day-first or month-first"),
        (["groups", "--status", "single", "--status", "active"], "stands alone"),
        (["load"], "Missing argument"),
        (["detect", "--from", "x"], "--from needs --out"),
        (["store"], ""),
    ],
)
def test_wrong_usage_is_told_and_ends_with_2(line: list[str], told: str) -> None:
    answer = called(*line)
    assert answer.code == 2, answer
    assert told in answer.err
    assert "Traceback" not in answer.err


def test_every_question_is_listed_and_none_that_only_commands_ask() -> None:
    text = called("ask").out
    for name, asked in questions().items():
        assert (f"{name} " in text) is (asked.audience != "commands")
