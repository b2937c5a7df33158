"""On a terminal there are bars with rates and tables that fit; in a pipe there is neither."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import pytest

from committee.cli.output import Rows, show
from committee.cli.terminal import progress
from committee.progress import SILENT


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("committee.cli.terminal._WORTH_KEEPING", 0)


@contextmanager
def seen(screen: io.StringIO) -> Iterator[io.StringIO]:
    """What a person sees of everything that is printed meanwhile."""
    with redirect_stdout(screen), redirect_stderr(screen):
        yield screen


def test_long_work_shows_how_far_it_is_and_how_fast() -> None:
    with seen(Terminal()) as terminal, progress() as bars, bars.step("engagements", 2000) as step:
        step.advance(1500)
        step.advance(500)
    shown = plain(terminal.getvalue())
    assert "engagements" in shown
    assert "2000/2000" in shown
    assert "/s" in shown


def test_work_of_unknown_size_ends_complete() -> None:
    with seen(Terminal()) as terminal, progress() as bars, bars.step("reading") as step:
        step.advance(7)
    assert "7/7" in plain(terminal.getvalue())


def test_in_a_pipe_progress_is_silent() -> None:
    with seen(io.StringIO()) as pipe, progress() as bars, bars.step("engagements", 2000) as step:
        step.advance(2000)
    assert bars is SILENT
    assert pipe.getvalue() == ""


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_table_on_a_terminal_loses_nothing_however_narrow(monkeypatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    with seen(Terminal()) as terminal:
        show(
            [{"group_id": "360c15d053e9", "account": "Adler Bio", "proof": ["engagement:EN0149", "engagement:EN0169"]}]
        )
    shown = plain(terminal.getvalue())
    assert max(map(len, shown.splitlines())) <= width
    letters = re.sub(r"[\s─]", "", shown)
    assert sorted(letters) == sorted("groupidaccountproof360c15d053e9AdlerBioengagement:EN0149,engagement:EN0169")


def test_names_are_shown_as_text_on_a_terminal() -> None:
    with seen(Terminal()) as terminal:
        show([{"name": "[red]Ada[/red] \x1b[31m"}])
    shown = terminal.getvalue()
    assert "[red]Ada[/red]" in plain(shown)
    assert "\x1b[31m" not in shown


GROUP = {
    "group_id": "360c15d053e9",
    "account": "Arcus Biosciences, Inc.",
    "personas": ["legal_regulatory", "scientific"],
    "formed_at": 1770975000250,
    "flag_ids": ["ef94948f105b"],
}


@pytest.mark.parametrize(
    ("width", "shown", "left_out"),
    [(120, "formed at  flag ids", ""), (60, "formed at", "flag ids"), (30, "flag ids", "")],
)
def test_a_narrow_window_never_parts_words_but_shows_fewer_columns_or_a_block_a_row(
    monkeypatch, width: int, shown: str, left_out: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    with seen(Terminal()) as terminal:
        show(Rows(tuple(GROUP), (GROUP, GROUP), needed=3))
    text = plain(terminal.getvalue())
    assert shown.split()[-1] in text
    assert all(word in text.split() for word in ("360c15d053e9", "Biosciences,", "legal_regulatory,"))
    assert ("No room here for " + left_out in text) is bool(left_out)
    assert max(map(len, text.partition("No room")[0].splitlines())) <= width
    assert text.count("flag ids") == (2 if width == 30 else 1)


def test_what_is_shown_in_a_window_of_any_width_is_whole(monkeypatch) -> None:
    for width in range(30, 130):
        monkeypatch.setenv("COLUMNS", str(width))
        with seen(Terminal()) as terminal:
            show(Rows(tuple(GROUP), (GROUP,), needed=3))
        table, _, left_out = plain(terminal.getvalue()).partition("No room here for ")
        hidden = left_out.partition(":")[0].split(", ")
        shown = [name for name in GROUP if name.replace("_", " ") not in hidden]
        words = [word for name in shown for word in name.split("_")]
        words += ["2026-02-13", "09:30:00"] if "formed_at" in shown else []
        words += ["ef94948f105b"] if "flag_ids" in shown else []
        assert set(words) <= set(table.split()), (width, table)
