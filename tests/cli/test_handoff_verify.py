"""committee handoff verify: right, wrong, and why a file cannot be checked; on both stores."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from cli.calling import Answer, called
from click.shell_completion import ShellComplete
from markets import AS_OF, on_day, write_small
from reports.verified_world import read, season, write

from committee import pipeline
from committee.cli import committee
from committee.cli.reference import reference
from committee.graph.store import open_store
from committee.settings import Settings

QUICK = ("--set", "window.shifts=0", "--set", "questions.tries=12")
SETTINGS = Settings.read(environment={"COMMITTEE_WINDOW__SHIFTS": "0", "COMMITTEE_QUESTIONS__TRIES": "12"})


@dataclass(frozen=True)
class Place:
    """A store with one run, its files, and where briefs go."""

    address: str
    folder: Path
    groups: list[str]

    def said(self, *arguments: str | Path) -> Answer:
        return called(*arguments, "--store", self.address, *QUICK)

    def brief(self, name: str, *options: str, group: int = 0) -> Path:
        answer = self.said("handoff", self.groups[group], "--questions", "0", "--out", self.folder / name, *options)
        assert answer.code == 0, answer.err
        return self.folder / name

    def verify(self, file: Path, *options: str) -> Answer:
        return self.said("handoff", "verify", file, *options)

    def load_more(self, day: int) -> None:
        """Other names and titles for everybody, and somebody who must not be contacted any more."""
        people = read(self.folder / "exports" / "contacts.csv")
        for row in people:
            row.update(title="Head of Procurement", name=f"{row['name']} Later")
        write(self.folder / "contacts.csv", people)
        with open_store(self.address, SETTINGS.store) as store:
            pipeline.load(store, [self.folder / "contacts.csv"], SETTINGS, on_day(day))


def made(address: str, folder: Path, seed: int = 3) -> Place:
    exports = write_small(folder / "exports", accounts=3, seed=seed)
    season(exports, seed)
    accounts = read(exports / "accounts.csv")
    for place, row in enumerate(accounts):
        row["owner"] = ("Kim | Sato, 2nd", "Ana Núñez")[place % 2]
    write(exports / "accounts.csv", accounts)
    with open_store(address, SETTINGS.store) as store:
        pipeline.load(store, [exports], SETTINGS, on_day(0))
        pipeline.detect_store(store, AS_OF, SETTINGS)
        groups = store.findings().groups.column("group_id").to_pylist()
    return Place(address, folder, groups)


@pytest.fixture
def place(store_uri: str, tmp_path: Path) -> Place:
    return made(store_uri, tmp_path)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One store for the tests that only read."""
    folder = tmp_path_factory.mktemp("kept")
    return made(str(folder / "store"), folder)


# --- right and wrong ------------------------------------------------------------------------------------------------


def test_a_brief_is_right_until_something_in_it_is_altered_and_what_comes_later_does_not_count(place: Place) -> None:
    """One story on each store: made, altered, then loads, decisions and runs after it."""
    files = [place.brief(f"brief.{form}") for form in ("md", "html", "json", "csv")]
    for file in files:
        answer = place.verify(file)
        assert answer.code == 0, answer.out + answer.err
        assert re.fullmatch(r"[\d,]+ facts in [\d,]+ lines verified against run [0-9a-f]{12}\n", answer.out)
    text = files[0].read_text("utf-8")
    found = re.search(r"(\d+) touch", text)
    assert found is not None
    altered = place.folder / "altered.md"
    altered.write_text(text[: found.start(1)] + "93" + text[found.end(1) :], "utf-8")
    line = text.count("\n", 0, found.start()) + 1
    answer = place.verify(altered, "--format", "json")
    (row,) = json.loads(answer.out)
    assert (answer.code, row["file"], row["line"], row["what"]) == (1, "altered.md", line, "changed")
    assert "93 touch" in row["brief"]
    assert found[0] in row["graph"]
    assert row["source"].startswith("membership:")

    place.load_more(2)
    account = place.said("dismiss", f"group:{place.groups[0]}", "--reason", "closed in 2024", "--by", "Kim")
    assert account.code == 0, account.err
    with open_store(place.address, SETTINGS.store) as store:
        pipeline.detect_store(store, AS_OF, SETTINGS)
    for file in files:
        answer = place.verify(file)
        assert answer.code == 0, answer.out + answer.err
    older = place.said("store", "runs")
    run = re.search(r"against run (\w+)", place.verify(files[0]).out)
    assert run is not None
    again = place.brief("older.md", "--run", run[1])
    assert "not the current run" in again.read_text("utf-8")
    assert "ismissed" in again.read_text("utf-8")
    answer = place.verify(again)
    assert answer.code == 0, answer.out + answer.err + older.err
    told = again.read_text("utf-8")
    again.write_text(told.replace("closed in 2024", "closed in 2023"), "utf-8")
    answer = place.verify(again, "--format", "json")
    assert answer.code == 1
    assert "decision:" in json.loads(answer.out)[0]["source"]

    pruned = place.said("store", "prune", "--keep", "0")
    assert pruned.code == 0, pruned.err
    answer = place.verify(files[1])
    assert answer.code == 2
    assert "does not keep any more" in answer.one_line or "does not know" in answer.one_line


def test_a_document_of_an_owner_is_checked_as_one(kept: Place) -> None:
    for form in ("md", "html", "json", "csv"):
        file = kept.folder / f"owner.{form}"
        answer = kept.said("handoff", "--owner", "Kim | Sato, 2nd", "--questions", "0", "--out", file)
        assert answer.code == 0, answer.err
        answer = kept.verify(file)
        assert answer.code == 0, answer.out + answer.err
        text = file.read_text("utf-8")
        found = list(re.finditer(r"\d+ touch", text))[-1]
        file.write_text(f"{text[: found.start()]}777{text[found.start() :]}", "utf-8")
        answer = kept.verify(file, "--format", "json")
        assert answer.code == 1
        assert {row["line"] for row in json.loads(answer.out)} == {text.count("\n", 0, found.start()) + 1}


def test_a_brief_with_questions_and_letters_is_right(kept: Place) -> None:
    file = kept.folder / "asked.json"
    for group in kept.groups:
        answer = kept.said("handoff", group, "--questions", "2", "--frame", "meddic", "--out", file)
        assert answer.code == 0, answer.err
        if '"role": "question"' in file.read_text("utf-8"):
            break
    else:
        pytest.fail("no group of this world has an open question")
    answer = kept.verify(file)
    assert answer.code == 0, answer.out + answer.err


def test_a_brief_as_of_an_earlier_day_is_detected_again_to_be_checked(kept: Place) -> None:
    with open_store(kept.address, SETTINGS.store, read_only=True) as store:
        early = pipeline.detect(pipeline.identifying.market_seen(store), on_day(-30)(), SETTINGS).groups
    file = kept.folder / "early.md"
    group = early.column("group_id")[0].as_py()
    answer = kept.said("handoff", group, "--questions", "0", "--as-of", on_day(-30)().isoformat(), "--out", file)
    assert answer.code == 0, answer.err
    answer = kept.verify(file)
    assert answer.code == 0, answer.out + answer.err
    file.write_text(file.read_text("utf-8").replace(" touch", "9 touch", 1), "utf-8")
    assert kept.verify(file).code == 1


def test_ones_own_remarks_are_no_mistake_when_they_are_marked(kept: Place) -> None:
    text = kept.brief("mine.md").read_text("utf-8")
    file = kept.folder / "noted.md"
    file.write_text(text + "\n> note: called Dana Roe on 3 March, 2 of 4 will come\n", "utf-8")
    answer = kept.verify(file, "--format", "json")
    assert (answer.code, [row["what"] for row in json.loads(answer.out)]) == (0, ["note"])
    file.write_text(text + "\n- called Dana Roe on 3 March\n", "utf-8")
    answer = kept.verify(file, "--format", "json")
    assert (answer.code, [row["what"] for row in json.loads(answer.out)]) == (1, ["added"])


def test_a_brief_that_names_somebody_erased_since_is_wrong_there_and_one_made_afterwards_is_right(
    tmp_path: Path,
) -> None:
    place = made(str(tmp_path / "store"), tmp_path)
    text = place.brief("before.md").read_text("utf-8")
    person = re.search(r"contact:(\w+)", text[text.index("## The committee") :])
    assert person is not None
    copy = tmp_path / "elsewhere.md"
    assert place.said("privacy", "erase", person[1], "--yes").code == 0
    copy.write_text(text, "utf-8")
    answer = place.verify(copy, "--format", "json")
    assert answer.code == 1
    wrong = {row["line"] for row in json.loads(answer.out)}
    assert wrong >= {at for at, line in enumerate(text.split("\n"), 1) if f"contact:{person[1]})" in line}
    assert place.verify(place.brief("after.md")).code == 0


# --- what cannot be checked -----------------------------------------------------------------------------------------


def test_each_file_that_cannot_be_checked_says_why_in_its_own_sentence(kept: Place, tmp_path: Path) -> None:
    text = kept.brief("whole.md").read_text("utf-8")
    page = kept.brief("whole.html").read_text("utf-8")
    tree = kept.brief("whole.json").read_text("utf-8")
    rows = kept.brief("whole.csv").read_text("utf-8")
    run = re.search(r'"run_id": "(\w+)"', text)
    assert run is not None
    unknown = text.replace(run[1], "0123456789ab")
    cases = [
        ("empty.md", "", "is empty"),
        ("binary.md", "\x00\x01\x02" * 99, "is a binary file"),
        ("other.md", "# Meeting notes\n\n- call them\n", "is not a brief"),
        ("other.json", '{"a": [1, 2]}', "is not a brief"),
        ("other.csv", "group_id,line\n1,2\n", "is not a brief"),
        ("other.html", "<html><body><p>Hello</p></body></html>", "is not a brief"),
        ("cut.md", text[: len(text) * 2 // 3], "is cut off in line"),
        ("cut.html", page[: len(page) * 2 // 3], "is cut off in line"),
        ("cut.json", tree[: len(tree) * 2 // 3], "is cut off in line"),
        ("cut.csv", rows[: len(rows) * 2 // 3], "is cut off in line"),
        ("half-row.csv", rows[: rows.rindex(",run,") + 12], "is cut off in line"),
        ("half-line.md", text[:-9], "is cut off in line"),
        ("broken.json", tree.replace('"lines": [', '"lines" [', 1), "is not JSON any more, line"),
        ("unknown.md", unknown, "which this store does not know"),
        ("old.md", unknown.replace('"as_of": "2026-06', '"as_of": "2026-05'), "does not keep any more"),
        ("words.md", text, "made with other words"),
    ]
    told = []
    for name, content, sentence in cases:
        file = tmp_path / name
        file.write_text(content, "utf-8")
        more = (
            ("--set", "reports.letters.finance=€", "--set", "reports.personas.finance=money")
            if name == "words.md"
            else ()
        )
        answer = kept.verify(file, *more)
        assert answer.code == 2, (name, answer.out, answer.err)
        assert sentence in answer.one_line, (name, answer.one_line)
        assert answer.out == ""
        told.append(sentence)
    assert len(set(told)) == 8


def test_a_file_that_is_not_there_and_a_store_that_is_not_there_cannot_be_checked(kept: Place, tmp_path: Path) -> None:
    assert kept.verify(tmp_path / "nothing.md").code == 2
    assert kept.verify(tmp_path).code == 2
    file = kept.brief("here.md")
    answer = called("handoff", "verify", file, "--store", tmp_path / "no-store")
    assert (answer.code, "there is no store" in answer.one_line) == (2, True)


def test_a_brief_of_another_database_is_told_as_such(kept: Place, tmp_path: Path) -> None:
    other = made(str(tmp_path / "store"), tmp_path, seed=4)
    file = other.brief("theirs.md")
    answer = kept.verify(file)
    assert answer.code == 2
    assert "is from another database" in answer.one_line


# --- beside handoff GROUP -------------------------------------------------------------------------------------------


def test_verify_stands_beside_the_groups_in_help_and_completion() -> None:
    text = called("handoff", "--help").out
    assert "Usage: committee handoff [OPTIONS]" in text
    assert re.search(r"Commands:\n  verify ", text)
    assert "Usage: committee handoff verify [OPTIONS] FILE" in called("handoff", "verify", "--help").out
    assert "#### committee handoff verify\n\n```\nUsage: committee handoff verify [OPTIONS] FILE" in reference()
    complete = ShellComplete(committee, {}, "committee", "_COMMITTEE_COMPLETE")
    assert "verify" in {item.value for item in complete.get_completions(["handoff"], "ver")}
    assert "--frame" in {item.value for item in complete.get_completions(["handoff"], "--fr")}
    assert "--store" in {item.value for item in complete.get_completions(["handoff", "verify"], "--st")}


def test_a_group_whose_name_begins_like_the_command_is_still_found_by_its_kind(kept: Place) -> None:
    answer = kept.said("handoff", "group:verify")
    assert answer.code == 1
    assert "verify" in answer.one_line
    assert isinstance(committee.get_command(click.Context(committee), "handoff"), click.Group)
