"""Joining and keeping apart on both stores: one account in the graph, what the files said kept, undone as if never done."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pyarrow.compute as pc
import pytest
from hypothesis import strategies as st
from markets import AS_OF, on_day

from committee import pipeline
from committee.errors import AlreadyDecided, BadDecision, NotFound
from committee.graph.store import Store, open_store
from committee.identity.joining import rulings
from committee.market import Market
from committee.pipeline.identifying import market_seen
from committee.pipeline.joining import Said, join, keep_apart, undo
from committee.settings import Settings

SETTINGS = Settings.read(environment={})
SAID = Said("one house", "Kim")

FILES = {
    "accounts": "account_id,name,domain,parent_account_id\n"
    "a1,Alder Therapeutics,alder.example,\na2,Alder Bio GmbH,alder-bio.example,\na3,Birch Pharma,birch.example,a2\n"
    "a4,Cedar Inc,cedar.example,\na5,Cedar,,\n",
    "programs": "program_id,account_id,name,partner_account_ids\np1,a1,One,a4\np2,a2,Two,a3;a1\n",
    "contacts": "contact_id,account_id,email,name,title\n"
    "c1,a1,ada@alder.example,Ada Keller,Head of Procurement\nc2,a2,bo@alder-bio.example,Bo Lind,Scientist\n"
    "c3,a2,ada.keller@alder-bio.example,Ada Keller,\nc4,a4,cy@cedar.example,Cy Moss,\nc5,a5,cy@cedar.example,Cy Moss,\n",
    "content": "content_id,title,topic\nx1,Assay,biomarker\n",
    "engagements": "engagement_id,occurred_at,contact_id,email,account_id,content_id,channel,kind\n"
    "e1,2026-03-01T10:00:00Z,c1,,,x1,web,view\ne2,2026-03-02T10:00:00Z,c2,,,x1,web,view\n"
    "e3,2026-03-03T10:00:00Z,c3,,,x1,web,view\ne4,2026-03-04T10:00:00Z,,ada.keller@alder-bio.example,,x1,web,view\n"
    "e5,2026-03-05T10:00:00Z,,new.person@alder-bio.example,,x1,web,view\ne6,2026-03-06T10:00:00Z,c5,,,x1,web,view\n",
    "opportunities": "opportunity_id,account_id,name\no1,a2,Deal\n",
    "opportunity_roles": "opportunity_id,contact_id,role\no1,c1,buyer\no1,c3,buyer\n",
}


def written(folder: Path, only: tuple[str, ...] = tuple(FILES)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in only:
        (folder / f"{name}.csv").write_text(FILES[name])
    return folder


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A loaded store of the embedded engine, to be copied."""
    place = tmp_path_factory.mktemp("loaded")
    with open_store(str(place / "graph"), SETTINGS.store) as opened:
        fill(opened, place)
    return place / "graph"


@pytest.fixture
def store(store_uri: str, loaded: Path, tmp_path: Path) -> Iterator[Store]:
    written(tmp_path / "exports")
    is_folder = "://" not in store_uri
    if is_folder:
        shutil.copytree(loaded, store_uri)
    with open_store(store_uri, SETTINGS.store) as opened:
        if not is_folder:
            fill(opened, tmp_path)
        yield opened


def fill(store: Store, folder: Path) -> None:
    store.prepare()
    pipeline.load(store, [written(folder / "exports")], SETTINGS, on_day(0))


def graph_of(store: Store) -> dict[str, list]:
    """Everything in the graph but decisions and book-keeping: nodes with their properties, relationships with theirs."""
    own = "NOT n:Decision AND NOT n:CommitteeStore AND NOT n:CommitteeTable AND NOT n:WriterLock"
    nodes = store._bolt.rows(f"MATCH (n) WHERE {own} RETURN labels(n) AS labels, properties(n) AS facts")
    arrows = store._bolt.rows(
        "MATCH (a)-[r]->(b) RETURN labels(a) AS la, a.key AS a, type(r) AS type, properties(r) AS facts, labels(b) AS lb, b.key AS b"
    )
    return {"nodes": sorted(map(repr, map(_plain, nodes))), "arrows": sorted(map(repr, map(_plain, arrows)))}


def _plain(value):
    if isinstance(value, dict):
        return sorted((name, _plain(one)) for name, one in value.items() if one is not None)
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def stated(market: Market) -> Market:
    """The market without new faces, which no file states."""
    return market.with_tables(contacts=market.contacts.filter(pc.is_null(market.contacts["new_face"])))


def asked(store: Store, text: str) -> list:
    return store._bolt.rows(text)


def test_a_joined_account_has_the_programs_people_deals_and_engagements_of_both(store):
    join(store, "accounts", "a1", "a2", SAID, on_day(1))
    assert asked(store, "MATCH (p:Program)-[:RUN_BY]->(a:Account {key: 'a1'}) RETURN p.key AS p ORDER BY p") == [
        ["p1"],
        ["p2"],
    ]
    assert asked(
        store,
        "MATCH (c:Contact)-[:WORKS_AT]->(a:Account {key: 'a1'}) WHERE c.name IS NOT NULL AND c.new_face IS NULL RETURN c.key AS c ORDER BY c",
    ) == [["c1"], ["c2"], ["c3"]]
    assert asked(store, "MATCH (e:Engagement {account_id: 'a1'}) RETURN e.key AS e ORDER BY e") == [
        [f"e{n}"] for n in (1, 2, 3, 4, 5)
    ]
    assert asked(store, "MATCH (o:Opportunity)-[:HELD_WITH]->(a) RETURN o.key AS o, a.key AS a") == [["o1", "a1"]]
    assert asked(store, "MATCH (a:Account {key: 'a2'})-[r]-(b) RETURN type(r) AS r, b.key AS b") == [["SAME_AS", "a1"]]
    assert asked(store, "MATCH (c:Contact {key: 'c2'}) RETURN c.account_id AS now, c.stated_account_id AS stated") == [
        ["a1", "a2"]
    ]


def test_what_the_files_said_stays(store):
    before = store.market()
    join(store, "accounts", "a1", "a2", SAID, on_day(1))
    after = store.market()
    assert stated(after) == stated(before)


def test_undo_restores_the_graph_exactly(store):
    before = graph_of(store)
    for table, kept, other in (("accounts", "a1", "a2"), ("contacts", "c1", "c3"), ("accounts", "a3", "a4")):
        decision = join(store, table, kept, other, SAID, on_day(1))
        assert graph_of(store) != before
        undo(store, table, decision, SAID, on_day(2))
        assert graph_of(store) == before


def test_reloading_all_files_and_restoring_a_dump_keep_a_join(store, tmp_path):
    join(store, "accounts", "a1", "a2", SAID, on_day(1))
    join(store, "contacts", "c1", "c3", SAID, on_day(1))
    joined = graph_of(store)
    pipeline.load(store, [written(tmp_path / "exports")], SETTINGS, on_day(5))
    assert graph_of(store) == joined
    store.dump(tmp_path / "dump")
    with open_store(str(tmp_path / "restored"), SETTINGS.store) as fresh:
        fresh.prepare()
        fresh.restore(tmp_path / "dump")
        assert graph_of(fresh) == joined
        assert fresh.same() == store.same()


def test_files_and_a_store_find_the_same_when_the_same_was_decided(store, tmp_path):
    join(store, "accounts", "a1", "a2", SAID, on_day(1))
    market, _ = pipeline.read_files([tmp_path / "exports"], SETTINGS, on_day(0))
    found = pipeline.detect(market, AS_OF, SETTINGS, decisions=store.decisions())
    assert pipeline.detect_store(store, AS_OF, SETTINGS) == found


def test_what_is_read_of_one_account_is_what_the_whole_market_says_of_it(store):
    join(store, "accounts", "a1", "a2", SAID, on_day(1))
    join(store, "contacts", "c1", "c3", SAID, on_day(1))
    part, whole = market_seen(store, accounts=["a1"]), market_seen(store)
    for name in ("accounts", "contacts", "programs", "opportunities"):
        assert part[name].to_pylist() == [row for row in whole[name].to_pylist() if row["account_id"] == "a1"]
    assert part.contacts.column("contact_id").to_pylist()[:2] == ["c1", "c2"]
    made = {row["engagement_id"]: row["contact_id"] for row in part.engagements.to_pylist()}
    assert (made["e1"], made["e3"]) == ("c1", "c1")


def test_decisions_that_cannot_be_are_refused_and_change_nothing(store):
    first = join(store, "accounts", "a1", "a2", SAID, on_day(1))
    apart = keep_apart(store, "accounts", "a3", "a4", SAID, on_day(1))
    before, said = graph_of(store), store.decisions()
    for what, error, words in (
        (lambda: join(store, "accounts", "a1", "a1", SAID), BadDecision, "one account, not two"),
        (lambda: join(store, "accounts", "a1", "a9", SAID), NotFound, "no account has the id a9"),
        (lambda: join(store, "accounts", "a2", "a1", SAID), AlreadyDecided, "one already"),
        (lambda: join(store, "accounts", "a5", "a4", SAID), AlreadyDecided, "one already"),
        (lambda: join(store, "accounts", "a4", "a3", SAID), BadDecision, apart),
        (lambda: keep_apart(store, "accounts", "a2", "a1", SAID), BadDecision, first),
        (lambda: keep_apart(store, "accounts", "a4", "a3", SAID), AlreadyDecided, "kept apart already"),
        (lambda: undo(store, "contacts", first, SAID), NotFound, "committee people decisions"),
        (lambda: undo(store, "accounts", "zzzz", SAID), NotFound, "zzzz"),
    ):
        with pytest.raises(error, match=words):
            what()
    assert graph_of(store) == before
    assert store.decisions() == said
    undo(store, "accounts", first, SAID, on_day(2))
    with pytest.raises(AlreadyDecided, match="taken back before"):
        undo(store, "accounts", first, SAID, on_day(3))


def test_chains_lead_to_their_end_in_any_order(store):
    join(store, "accounts", "a2", "a3", SAID, on_day(1))
    join(store, "accounts", "a1", "a2", SAID, on_day(2))
    same = {one: now for one, now in store.same()["accounts"].items() if one in ("a1", "a2", "a3")}
    assert same == {"a2": "a1", "a3": "a1"}
    assert asked(store, "MATCH (a:Account)-[:SUBSIDIARY_OF]->(b) RETURN a.key AS a, b.key AS b") == []


def test_what_is_certain_is_joined_by_a_load_and_parted_by_a_person(store):
    assert store.same() == {"accounts": {"a4": "a5"}, "contacts": {"c5": "c4"}}
    keep_apart(store, "accounts", "a4", "a5", SAID, on_day(1))
    assert store.same() == {"accounts": {}, "contacts": {}}


THINGS = {"accounts": ("a1", "a2", "a3", "a4", "a5"), "contacts": ("c1", "c2", "c3", "c4", "c5")}
STEPS = st.one_of(
    st.tuples(
        st.sampled_from([join, keep_apart]),
        st.sampled_from(sorted(THINGS)),
        st.permutations(range(5)).map(lambda order: order[:2]),
    ),
    st.tuples(st.just(undo), st.integers(0, 5)),
    st.tuples(st.just("reload"), st.permutations(sorted(FILES))),
    st.tuples(st.just("unload"), st.sampled_from(["accounts", "contacts", "engagements"])),
)


@hypothesis.settings(
    max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck)
)
@hypothesis.given(steps=st.lists(STEPS, min_size=2, max_size=5), dice=st.randoms(use_true_random=False))
def test_joining_undoing_and_reloading_in_any_order_give_the_same_graph(store, tmp_path, steps, dice):
    untouched = graph_of(store)
    for step in steps:
        with contextlib.suppress(AlreadyDecided, BadDecision, NotFound):
            act(store, tmp_path, step)
    pipeline.load(store, [tmp_path / "exports"], SETTINGS, on_day(0))
    reached, standing = graph_of(store), list(rulings(store.decisions().decisions))
    for ruling in standing:
        undo(store, ruling.table, ruling.decision_id, SAID)
    assert graph_of(store) == untouched
    dice.shuffle(standing)
    for ruling in standing:
        with contextlib.suppress(AlreadyDecided):  # another one made them one already
            (join if ruling.kind == "joined" else keep_apart)(store, ruling.table, ruling.kept, ruling.other, SAID)
    assert graph_of(store) == reached
    for ruling in rulings(store.decisions().decisions):
        undo(store, ruling.table, ruling.decision_id, SAID)
    assert graph_of(store) == untouched


def act(store: Store, folder: Path, step: tuple) -> None:
    what, *rest = step
    if what is undo:
        standing = rulings(store.decisions().decisions)
        if standing:
            ruling = standing[rest[0] % len(standing)]
            undo(store, ruling.table, ruling.decision_id, SAID)
    elif what == "reload":
        for name in rest[0]:
            pipeline.load(store, [folder / "exports" / f"{name}.csv"], SETTINGS, on_day(0))
    elif what == "unload":
        (load_id,) = [row["load_id"] for row in store.loads().to_pylist() if row["file"] == f"{rest[0]}.csv"]
        pipeline.unload(store, load_id)
        pipeline.load(store, [folder / "exports" / f"{rest[0]}.csv"], SETTINGS, on_day(0))
    else:
        table, (one, other) = rest
        what(store, table, THINGS[table][one], THINGS[table][other], SAID)
