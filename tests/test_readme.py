"""What the README shows happens: its ``console`` blocks behind the mark ``<!-- run -->`` are run, in order, in an empty folder.

A line that begins with ``$`` is a command, and has to succeed; the lines below it have to appear in its answer, in that
order. Runs of blanks count as one, and ``...`` stands for anything: alone on a line, or inside one.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
Example = tuple[str, list[str]]  # a command, and the lines that must appear


def examples(text: str) -> Iterator[Example]:
    """Yield the commands of all marked blocks with what they show."""
    for block in re.findall(r"^<!-- run -->\n```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        shown: list[str] = []
        command = ""
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, shown
                command, shown = line[2:], []
            elif command.endswith("\\"):
                command = f"{command[:-1]}{line.lstrip('> ')}"
            elif line.strip():
                shown.append(line)
        if command:
            yield command, shown


def missing(shown: list[str], answer: str) -> list[str]:
    """Return the lines that do not appear in the answer, after those before them."""
    left = [" ".join(line.split()) for line in answer.splitlines()]
    lost = []
    for line in shown:
        if line.strip() == "...":
            continue
        parts = (" ".join(part.split()) for part in line.split("..."))
        wanted = re.compile(".*".join(map(re.escape, parts)))
        place = next((number for number, told in enumerate(left) if wanted.search(told)), None)
        if place is None:
            lost.append(line)
        else:
            left = left[place + 1 :]
    return lost


@pytest.mark.timeout(600)
def test_the_readme_shows_what_happens(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    starter = tmp_path / "bin" / "committee"
    starter.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m committee "$@"\n')
    starter.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMMITTEE_", "NEO4J_"))}
    folders = f"{tmp_path / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    shown_there = list(examples(README.read_text(encoding="utf-8")))
    assert shown_there
    wrong = {}
    for command, shown in shown_there:
        told = subprocess.run(
            command,
            shell=True,
            cwd=tmp_path,
            env={**kept, "PATH": folders},
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode:
            wrong[command] = told.stderr
        elif lost := missing(shown, told.stdout + told.stderr):
            wrong[command] = "\n".join(["does not show:", *lost, "but:", told.stdout, told.stderr])
    assert wrong == {}


def test_commands_and_what_they_show_are_told_apart() -> None:
    text = "```console\n$ make\n```\n<!-- run -->\n```console\n$ committee groups \\\n>   --rank\nAdler ... 3\n\n$ committee flags\n```\n```python\n$ no\n```\n"
    assert list(examples(text)) == [("committee groups --rank", ["Adler ... 3"]), ("committee flags", [])]


def test_lines_have_to_appear_in_their_order() -> None:
    answer = "group   need\nAdler   biomarker   3\nBoreal  bioanalysis 4\n"
    assert missing(["Adler biomarker 3", "...", "Boreal ... 4"], answer) == []
    assert missing(["Boreal", "Adler"], answer) == ["Adler"]
    assert missing(["Adler ... 4"], answer) == ["Adler ... 4"]
