"""With the day and what was known then both given, no page or table changes when later files are loaded."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli.calling import Answer, called
from markets import LOADED, on_day, write_small

from committee import pipeline
from committee.graph.store import open_store
from committee.settings import Settings

THEN = ["--as-of", "2026-06-30", "--known-at", LOADED.isoformat()]
QUICK = ["--set", "window.shifts=0", "--set", "questions.tries=3"]
ROWS = ("table", "csv", "json", "md")
LOOKS = [
    (("groups", "--rank"), ROWS),
    (("flags",), ROWS),
    (("account", "ACCOUNT"), (*ROWS, "html")),
    (("explain", "group:GROUP"), ROWS),
    (("handoff", "GROUP"), ("md", "html", "json", "csv")),
    (("group", "GROUP"), ("json",)),
    (("contact", "CONTACT"), ("json",)),
    (("explain", "flag:FLAG"), ("json",)),
    (("explain", "contact:CONTACT"), ("json",)),
    (("explain", "engagement:ENGAGEMENT"), ("json",)),
    (("explain", "GROUP", "--person", "CONTACT"), ("json",)),
    (("explain", "GROUP", "--questions", "2"), ("json",)),
]
REPLAY = (
    "replay",
    "--since",
    "2026-06-01",
    "--until",
    "2026-06-30",
    "--every",
    "29d",
    "--known-at",
    LOADED.isoformat(),
)


def later_files(exports: Path, folder: Path) -> Path:
    """Files that would change nearly everything: other titles, programs of people, topics, and many more touches."""
    folder.mkdir()

    def read(name: str) -> list[dict[str, str]]:
        with (exports / f"{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    people, pieces, touches = read("contacts"), read("content"), read("engagements")
    for person in people[::2]:
        person.update(title="Head of Procurement", name="Somebody Else", program_id=people[0]["program_id"])
    for piece in pieces[::3]:
        piece.update(topic=pieces[0]["topic"], title="Another title")
    more = [
        dict(touch, engagement_id=f"later-{number}", occurred_at=f"2026-06-2{number % 9}T08:00:00Z")
        for number, touch in enumerate(touches[:300])
    ]
    for name, rows in (("contacts", people[::2]), ("content", pieces[::3]), ("engagements", more)):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return write_small(tmp_path / "exports", name="plain", accounts=2)


def ids_of(store: str) -> dict[str, str]:
    def rows(*line: str) -> list[dict[str, str]]:
        answer = called(*line, *THEN, *QUICK, "--format", "json", "--store", store)
        assert answer.code == 0, answer.err
        return json.loads(answer.out)

    group = rows("groups", "--rank")[0]
    member = rows("group", group["group_id"])[0]
    touch = next(
        key
        for row in rows("explain", f"contact:{member['contact_id']}")
        for key in row["proof"]
        if key.startswith("engagement:")
    )
    return {
        "GROUP": group["group_id"],
        "ACCOUNT": group["account"],
        "CONTACT": member["contact_id"],
        "ENGAGEMENT": touch.partition(":")[2],
        "FLAG": rows("flags")[0]["flag_id"],
    }


def put_in(line: tuple[str, ...], ids: dict[str, str]) -> list[str]:
    def told(word: str) -> str:
        for name, value in ids.items():
            word = word.replace(name, value)
        return word

    return [told(word) for word in line]


def everything(store: str, ids: dict[str, str]) -> dict[str, Answer]:
    found = {}
    for line, forms in LOOKS:
        for form in forms[:1] if "://" in store else forms:  # a form is made from the same rows whatever the store
            words = [*put_in(line, ids), *THEN, *QUICK, "--format", form]
            found[f"{' '.join(line)} {form}"] = called(*words, "--store", store)
    found["replay"] = called(*REPLAY, *QUICK, "--format", "json", "--store", store)
    return found


@pytest.fixture
def _each_market_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Detect once in each market, however many commands look at it: equal markets have equal fingerprints."""
    detect, kept = pipeline.detect, {}

    def once(market, as_of, settings, known, decisions):
        key = (market.fingerprint(), as_of, settings.model_dump_json(), known)
        if key not in kept:
            kept[key] = detect(market, as_of, settings, known, decisions)
        return kept[key]

    monkeypatch.setattr(pipeline, "detect", once)


@pytest.mark.usefixtures("_each_market_once")
def test_what_was_known_then_reads_the_same_to_the_byte_after_later_files(
    store_uri: str, exports: Path, tmp_path: Path
) -> None:
    settings = Settings.read(environment={})
    with open_store(store_uri, settings.store) as store:
        store.prepare()
        pipeline.load(store, [exports], settings, on_day(0))
        pipeline.detect_store(store, LOADED, settings)
    ids = ids_of(store_uri)
    before = everything(store_uri, ids)
    with open_store(store_uri, settings.store) as store:
        pipeline.load(store, [later_files(exports, tmp_path / "later")], settings, on_day(30))
    after = everything(store_uri, ids)
    assert {name: answer.err for name, answer in before.items() if answer.code} == {}
    assert {name for name in before if before[name].out != after[name].out} == set()
    assert all(answer.out for answer in before.values())
    today = called("groups", "--rank", *QUICK, "--as-of", "2026-06-30", "--format", "json", "--store", store_uri)
    assert today.out != called("groups", "--rank", *THEN, *QUICK, "--format", "json", "--store", store_uri).out, (
        "the later files do matter today"
    )
