"""committee handoff: one owner's groups, dismissed groups, groups of earlier runs, and what was loaded since; on both stores."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cli.calling import Answer, called
from reports.twin_world import AS_OF, ODD_OWNER, twin_market

from committee import pipeline
from committee.graph.store import open_store
from committee.records.cells import unguarded
from committee.settings import Settings

SETTINGS = Settings.read(environment={}, overrides=["window.shifts=0", "questions.tries=3"])
START = datetime(2026, 7, 1, tzinfo=UTC)


def clock(day: int) -> Callable[[], datetime]:
    return lambda: START + timedelta(days=day)


class Kept:
    """A store with the twin programs, loaded and detected."""

    def __init__(self, uri: str, folder: Path, made: bool = False) -> None:
        self.uri, self.folder = uri, folder
        if made:
            return
        twin_market().write(folder / "exports")
        self.load(folder / "exports", 0)
        self.detect(AS_OF)

    def load(self, path: Path, day: int) -> None:
        with open_store(self.uri, SETTINGS.store) as store:
            store.prepare()
            pipeline.load(store, [path], SETTINGS, clock(day))

    def detect(self, as_of: datetime) -> None:
        with open_store(self.uri, SETTINGS.store) as store:
            pipeline.detect_store(store, as_of, SETTINGS)

    def said(self, *line: str | Path) -> Answer:
        return called(*line, "--store", self.uri)

    def group(self) -> str:
        rows = json.loads(self.said("groups", "--account", "Castor Bio", "--format", "json").out)
        return rows[0]["group_id"]

    def runs(self) -> list[str]:
        return [row["run_id"] for row in json.loads(self.said("ask", "runs_made", "--format", "json").out)]

    def brief(self, *line: str) -> dict[str, list[str]]:
        answer = self.said("handoff", *line, "--questions", "0", "--format", "json")
        assert answer.code == 0, answer.err
        found = json.loads(answer.out)
        return {section["key"]: [one["text"] for one in section["lines"]] for section in found["sections"]}

    def more(self, name: str, text: str, day: int) -> None:
        path = self.folder / f"later-{day}"
        path.mkdir()
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
        self.load(path, day)


@pytest.fixture
def on_both(store_uri: str, tmp_path: Path) -> Kept:
    return Kept(store_uri, tmp_path)


@pytest.fixture
def kept(shared: Kept, tmp_path: Path) -> Kept:
    return Kept(str(shutil.copytree(shared.uri, tmp_path / "store")), tmp_path, made=True)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """One that no test changes."""
    folder = tmp_path_factory.mktemp("kept")
    return Kept(str(folder / "store"), folder)


LATER = """engagement_id,occurred_at,contact_id,account_id,content_id,channel,kind
late-1,2026-06-25T09:00:00Z,t-sci,castor,b1,web,download
late-2,2026-06-26T09:00:00Z,t-lead,castor,b2,web,download
"""


def test_a_brief_of_a_run_says_the_same_after_later_files_but_for_the_note(kept: Kept) -> None:
    before = kept.brief(kept.group())
    kept.more("engagements", LATER, 3)
    contacts = "contact_id,account_id,name,title\nt-fin,castor,Fay Other,Treasurer\n"
    kept.more("contacts", contacts, 4)
    after = kept.brief(kept.group())
    assert after.pop("banner") == ["2 files were loaded since this run: committee detect makes a new one"]
    assert after == before


def test_whoever_was_barred_since_the_run_is_nobody_to_call(kept: Kept) -> None:
    assert "Greta Lund" in str(kept.brief(kept.group())["order"])
    kept.more("contacts", "contact_id,account_id,suppressed\nt-lead,castor,yes\n", 3)
    told = kept.brief(kept.group())
    assert "Greta Lund: marked as not to be contacted (your files), a member" in told.pop("do_not_contact")
    assert "Greta Lund" not in str(told)


def test_a_dismissed_group_says_who_when_and_why_above_everything(kept: Kept) -> None:
    group = kept.group()
    assert kept.said("dismiss", f"group:{group}", "--reason", "they bought last week", "--by", "Kim | Sato").code == 0
    (line,) = kept.brief(f"group:{group}")["banner"]
    assert re.fullmatch(r"Dismissed on \d+ \w{3} \d{4} by Kim \| Sato: they bought last week", line)
    page = kept.said("handoff", f"group:{group}", "--questions", "0", "--format", "html").out
    assert page.index("they bought last week") < page.index("Why now")


EARLIER = """engagement_id,occurred_at,contact_id,account_id,content_id,channel,kind
first-1,2026-04-29T09:00:00Z,t-lead,castor,b2,web,download
first-2,2026-04-30T09:00:00Z,t-sci,castor,b1,web,download
"""


def test_a_group_of_an_earlier_run_is_told_with_its_run_and_what_became_of_it(on_both: Kept) -> None:
    then = on_both.group()
    (first,) = on_both.runs()
    on_both.more("engagements", EARLIER, 3)
    on_both.detect(AS_OF)
    now = on_both.group()
    assert now != then
    answer = on_both.said("handoff", f"group:{then}")
    assert answer.code == 1
    assert f"group {then} is of run {first} as of 2026-06-30" in answer.one_line
    assert f"there it continues as group:{now}" in answer.one_line
    assert f"--run {first}" in answer.one_line
    told = on_both.brief(f"group:{then}", "--run", first)
    assert f"This is run {first} as of 30 Jun 2026, not the current run" in told["banner"][0]
    assert told["banner"][0].endswith(f"there the group continues as {now}")
    assert "17 times" in told["why_now"][0]


def test_a_group_that_is_none_any_more_says_so(kept: Kept) -> None:
    then = kept.group()
    (first,) = kept.runs()
    kept.more("content", "content_id,deleted\n" + "".join(f"b{n},yes\n" for n in range(1, 6)), 3)
    kept.detect(AS_OF + timedelta(days=1))
    answer = kept.said("handoff", f"group:{then}")
    assert answer.code == 1
    assert "not of the current run; there it is no group any more" in answer.one_line
    assert kept.brief(f"group:{then}", "--run", first)["banner"][0].endswith("there the group is no group any more")


def test_a_group_that_never_was_is_told_in_one_line(shared: Kept) -> None:
    answer = shared.said("handoff", "group:feedbeef")
    assert answer.code == 1
    assert "no group is called 'feedbeef'" in answer.one_line


# --- one owner -------------------------------------------------------------------------------------------------------


class _Elements(HTMLParser):
    """The names of all elements, and the text of headings."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)


def test_an_owner_with_comma_quotes_markup_and_a_formula_in_the_name_is_text_everywhere(shared: Kept) -> None:
    forms = {
        form: shared.said("handoff", "--owner", ODD_OWNER, "--questions", "0", "--format", form)
        for form in ("md", "html", "json", "csv")
    }
    assert {answer.code for answer in forms.values()} == {0}
    data = json.loads(forms["json"].out)
    assert data["owner"] == ODD_OWNER
    assert data["briefs"][0]["header"]["options"]["owner"] == ODD_OWNER
    rows = list(csv.reader(io.StringIO(forms["csv"].out)))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
    assert ODD_OWNER in [unguarded(cell) for row in rows for cell in row]
    parsed = _Elements()
    parsed.feed(forms["html"].out)
    assert "b" in parsed.names  # of the page itself
    assert "<b>&co" not in forms["html"].out
    assert ODD_OWNER in unescape(re.sub(r"<[^>]+>", "", forms["html"].out))
    (shared.folder / "brief.csv").write_text(forms["csv"].out, encoding="utf-8", newline="")
    assert "verified" in shared.said("handoff", "verify", shared.folder / "brief.csv").out
    assert forms["md"].out.count("-->") == 1  # the end of the one header
    assert "<b>" not in forms["md"].out


def test_where_no_account_names_an_owner_that_is_said(demo) -> None:
    page = demo.asked("handoff", "--owner", "nobody at all")
    assert page.code == 1
    assert "nobody called 'nobody at all' owns an account. No account names an owner" in page.one_line


def test_a_misspelt_owner_brings_the_nearest_and_one_without_open_groups_says_so(shared: Kept) -> None:
    assert "Kim Sato" in shared.said("handoff", "--owner", "Kim Satoh").one_line
    answer = shared.said("handoff", "--owner", "Kim Sato", "--set", 'routing.statuses=["closed"]')
    assert answer.code == 1
    assert "no account of Kim Sato has an open group" in answer.one_line


def test_a_dismissed_group_is_not_in_its_owners_document(kept: Kept) -> None:
    assert kept.said("handoff", "--owner", ODD_OWNER, "--questions", "0").code == 0
    kept.said("dismiss", f"group:{kept.group()}", "--reason", "no", "--by", "me")
    assert "has an open group" in kept.said("handoff", "--owner", ODD_OWNER).one_line


@pytest.mark.parametrize("line", [[], ["Castor", "--owner", "Kim Sato"]])
def test_a_group_or_an_owner_has_to_be_named_and_not_both(shared: Kept, line: list[str]) -> None:
    answer = shared.said("handoff", *line)
    assert answer.code == 2
    assert "name a GROUP, or an owner with --owner" in answer.err


# --- options ---------------------------------------------------------------------------------------------------------


def test_questions_are_tried_with_the_numbers_the_run_kept(shared: Kept) -> None:
    answer = shared.said("handoff", "Castor", "--questions", "1", "--format", "json")
    sections = {section["key"]: section["lines"] for section in json.loads(answer.out)["sections"]}
    assert [one["role"] for one in sections["questions"]][:2] == ["question", "answer"]
    none = json.loads(shared.said("handoff", "Castor", "--questions", "0", "--format", "json").out)
    assert "questions" not in {section["key"] for section in none["sections"]}


def test_a_slip_in_a_pattern_of_ones_own_is_one_line(shared: Kept, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[talking.finance]\ntop = "ask {persno}"\n', encoding="utf-8")
    answer = shared.said("handoff", "Castor", "--set", "handoff.file=mine.toml")
    assert answer.code == 1
    assert "mine.toml: talking.finance.top has a field that is not there: {persno}" in answer.one_line
    assert "Did you mean {person}?" in answer.one_line


def test_a_frame_asks_for_its_letters(shared: Kept) -> None:
    answer = shared.said("handoff", "Castor", "--frame", "meddic", "--questions", "0")
    assert "## MEDDIC" in answer.out
    assert "**Champion:** Greta Lund" in answer.out
