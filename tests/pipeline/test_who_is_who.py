"""New faces, job changes and merged ids, from files to findings, on both stores."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from markets import AS_OF, on_day

from committee import pipeline
from committee.graph.store import Store, open_store
from committee.pipeline.identifying import market_seen, one_market
from committee.pipeline.joining import Said, join
from committee.pipeline.reviewing import parents_in_circles, unknown_people
from committee.settings import Settings

SETTINGS = Settings.read(environment={})
HUBSPOT = Path(__file__).parent.parent / "data" / "hubspot_native"

ACCOUNTS = "account_id,name,domain\na1,Alder,alder.example\na2,Birch,birch.example\n"
CONTACTS = "contact_id,account_id,email,name,title,updated_at\n"
CONTENT = "content_id,title,topic\nx1,Assay,biomarker\n"


def file(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def engagements(*rows: tuple[str, str, str, str]) -> str:
    lines = [f"{key},{when},{who},{mail},x1,web,view" for key, when, who, mail in rows]
    return "engagement_id,occurred_at,contact_id,email,content_id,channel,kind\n" + "\n".join(lines) + "\n"


@pytest.fixture
def store(store_uri: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(store_uri, SETTINGS.store) as opened:
        opened.prepare()
        file(tmp_path / "base", "accounts.csv", ACCOUNTS)
        file(tmp_path / "base", "content.csv", CONTENT)
        pipeline.load(opened, [tmp_path / "base"], SETTINGS, on_day(0))
        yield opened


def asked(store: Store, text: str) -> list:
    return store._bolt.rows(text)


# --- new faces -------------------------------------------------------------------------------------------------------


def three_people(folder: Path) -> list[Path]:
    """Two contacts and one address nobody knows, who read the same for some weeks."""
    people = (
        "c1,a1,ada@alder.example,Ada Keller,Head of Procurement,\n",
        "c2,a1,bo@alder.example,Bo Lind,Biomarker Scientist,\n",
    )
    rows = []
    for number in range(12):
        day = (datetime(2026, 5, 1, 9, tzinfo=UTC) + timedelta(days=number)).isoformat()
        rows += [
            (f"e{number}a", day, "c1", ""),
            (f"e{number}b", day, "c2", ""),
            (f"e{number}c", day, "", "New.One@alder.example"),
        ]
    return [
        file(folder, "contacts.csv", CONTACTS + "".join(people)),
        file(folder, "engagements.csv", engagements(*rows)),
    ]


def test_a_new_face_takes_part_in_a_group_and_becomes_the_contact_a_later_file_names_with_all_it_did(store, tmp_path):
    pipeline.load(store, three_people(tmp_path / "first"), SETTINGS, on_day(0))
    found = pipeline.detect_store(
        store,
        AS_OF,
        SETTINGS.model_copy(update={"groups": SETTINGS.groups.model_copy(update={"detector": "program_topic_gap"})}),
    )
    ((face, account, name),) = asked(
        store, "MATCH (c:Contact {new_face: true}) RETURN c.key AS c, c.account_id AS a, c.name AS n"
    )
    assert account == "a1"
    assert name.startswith("New face")
    assert "@" not in name
    members = {row["contact_id"]: row["persona"] for row in found.memberships.to_pylist()}
    assert members == {"c1": "procurement", "c2": "scientific", face: "unknown"}
    late = file(tmp_path / "late", "more.csv", CONTACTS + "c3,a1,new.one@alder.example,Cy Moss,CFO,\n")
    intake = pipeline.load(store, [late], SETTINGS, on_day(9))
    assert intake.files[0].adds_up()
    assert asked(store, "MATCH (c:Contact {new_face: true}) RETURN c.key AS c") == []
    assert asked(store, "MATCH (:Contact {key: 'c3'})-[:MADE]->(e) RETURN count(e) AS n") == [[12]]
    assert {row["contact_id"] for row in store.findings().memberships.to_pylist()} == set(members), (
        "the run before still says so"
    )
    (load_id,) = [row["load_id"] for row in store.loads().to_pylist() if row["file"] == "more.csv"]
    pipeline.unload(store, load_id)
    assert asked(store, "MATCH (c:Contact {new_face: true})-[:MADE]->(e) RETURN c.key AS c, count(e) AS n") == [
        [face, 12]
    ]


def test_the_same_faces_come_of_files_in_any_order_and_without_a_store(store, tmp_path):
    files = three_people(tmp_path / "first")
    for path in reversed(files):
        pipeline.load(store, [path], SETTINGS, on_day(0))
    market, _ = pipeline.read_files([tmp_path / "base", *files], SETTINGS, on_day(0))
    assert store.market() == market
    assert market_seen(store) == one_market(market)
    assert market.contacts.column("new_face").to_pylist().count(True) == 1


def test_an_account_that_gets_a_domain_later_gets_its_new_faces(store, tmp_path):
    pipeline.load(
        store,
        [file(tmp_path, "engagements.csv", engagements(("e1", "2026-05-01", "", "who@cedar.example")))],
        SETTINGS,
        on_day(0),
    )
    judged, _ = unknown_people(store)
    assert judged.column("reason").to_pylist() == ["no_account"]
    pipeline.load(
        store, [file(tmp_path, "accounts.csv", "account_id,name,domain\na3,Cedar,cedar.example\n")], SETTINGS, on_day(1)
    )
    assert asked(store, "MATCH (c:Contact)-[:MADE]->(e:Engagement) RETURN c.account_id AS a, e.account_id AS e") == [
        ["a3", "a3"]
    ]


# --- job changes -----------------------------------------------------------------------------------------------------


def test_a_job_change_is_a_new_dated_employment_and_each_engagement_stays_with_the_employer_of_its_day(store, tmp_path):
    before = CONTACTS + "c1,a1,ada@alder.example,Ada Keller,Buyer,2026-01-01T00:00:00Z\n"
    after = CONTACTS + "c1,a2,ada@birch.example,Ada Keller,Head of Procurement,2026-04-01T00:00:00Z\n"
    pipeline.load(store, [file(tmp_path, "one.csv", before)], SETTINGS, on_day(0))
    pipeline.load(
        store,
        [
            file(
                tmp_path,
                "engagements.csv",
                engagements(("early", "2026-03-31T23:59:59Z", "c1", ""), ("late", "2026-04-01T00:00:00Z", "c1", "")),
            )
        ],
        SETTINGS,
        on_day(0),
    )
    told = "MATCH (c:Contact)-[w:WORKS_AT]->(a) RETURN a.key AS a, w.title AS t, w.from_on AS f, w.to_on AS u ORDER BY a, f"
    assert asked(store, told) == [["a1", "Buyer", None, None]]
    pipeline.load(store, [file(tmp_path, "two.csv", after)], SETTINGS, on_day(5))
    stretches = [["a1", "Buyer", None, "2026-04-01"], ["a2", "Head of Procurement", "2026-04-01", None]]
    assert [row for row in asked(store, told) if row[2] or row[3]] == stretches
    assert asked(store, "MATCH (e:Engagement) RETURN e.key AS e, e.account_id AS a ORDER BY e") == [
        ["early", "a1"],
        ["late", "a2"],
    ]
    (load_id,) = [row["load_id"] for row in store.loads().to_pylist() if row["file"] == "two.csv"]
    pipeline.unload(store, load_id)
    assert asked(store, told) == [["a1", "Buyer", None, None]]
    assert asked(store, "MATCH (n:Employment) RETURN count(n) AS n") == [[0]]


def test_a_person_under_two_ids_at_two_accounts_is_one_whose_engagements_stay_where_they_were_made(store, tmp_path):
    people = CONTACTS + "c1,a1,ada@alder.example,Ada Keller,,\nc2,a2,ada@birch.example,Ada Keller,,\n"
    rows = engagements(
        ("e1", "2026-05-01", "c1", ""), ("e2", "2026-05-02", "c2", ""), ("e3", "2026-05-03", "", "ada@birch.example")
    )
    pipeline.load(
        store, [file(tmp_path, "contacts.csv", people), file(tmp_path, "engagements.csv", rows)], SETTINGS, on_day(0)
    )
    assert store.same()["contacts"] == {}
    join(store, "contacts", "c1", "c2", Said("met her", "Kim"), on_day(1))
    made = "MATCH (c:Contact)-[:MADE]->(e:Engagement) RETURN c.key AS c, e.key AS e, e.account_id AS a ORDER BY e"
    assert asked(store, made) == [["c1", "e1", "a1"], ["c1", "e2", "a2"], ["c1", "e3", "a2"]]
    pipeline.load(store, [file(tmp_path, "more.csv", engagements(("e4", "2026-05-04", "c2", "")))], SETTINGS, on_day(2))
    assert asked(store, made)[-1] == ["c1", "e4", "a2"]


# --- merged ids and parents ------------------------------------------------------------------------------------------


def test_ids_that_hubspot_merged_lead_to_the_one_that_is_kept(tmp_path):
    with (HUBSPOT / "contact_merge_audit_data.csv").open(newline="") as table:
        merges = {f"hubspot:{row['vid_to_merge']}": f"hubspot:{row['canonical_vid']}" for row in csv.DictReader(table)}
    assert merges
    pairs = sorted(merges.items())
    contacts = "contact_id,account_id,name\n" + "".join(
        f"{one},a1,Person {one}\n" for one in sorted({*merges, *merges.values()})
    )
    rows = engagements(*((f"e{number}", "2026-05-01", old, "") for number, (old, _) in enumerate(pairs)))
    files = [
        file(tmp_path, "contacts.csv", contacts),
        file(tmp_path, "engagements.csv", rows),
        file(tmp_path, "accounts.csv", ACCOUNTS),
    ]
    market, _ = pipeline.read_files([HUBSPOT, *files], SETTINGS, on_day(0))
    assert merges.items() <= market.same()["contacts"].items()
    one = one_market(market)
    assert not set(merges) & set(one.contacts.column("contact_id").to_pylist())
    made = {
        row["engagement_id"]: row["contact_id"]
        for row in one.engagements.to_pylist()
        if row["engagement_id"].startswith("e")
    }
    assert {f"e{number}": kept for number, (_, kept) in enumerate(pairs)}.items() <= made.items()


def test_parents_in_a_circle_are_named_and_change_nothing(tmp_path):
    text = "account_id,name,parent_account_id\na,Alder,b\nb,Birch,c\nc,Cedar,a\nd,Dogwood,a\ne,Elm,e\n"
    market, _ = pipeline.read_files([file(tmp_path, "accounts.csv", text)], SETTINGS, on_day(0))
    assert parents_in_circles(market.accounts) == [["a", "b", "c"], ["e"]]
    assert one_market(market).accounts.num_rows == 5
    assert json.dumps(market.same()) == '{"accounts": {}, "contacts": {}}'
