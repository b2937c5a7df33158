"""The next run: what is kept of the last one, and that keeping it changes nothing of what is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markets import AS_OF, write_small

from committee import pipeline
from committee.analysis.episodes.marks import Marks
from committee.findings import Findings
from committee.graph.store import open_store
from committee.market import Market
from committee.pipeline.calibrating import shipped
from committee.pipeline.grouping import Last, last_of
from committee.settings import Settings

SETTINGS = Settings.read(overrides=["window.shifts=0", "chance.worlds=0"], environment={})
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Market:
    return pipeline.read_files([write_small(tmp_path_factory.mktemp("exports"), accounts=6)], SETTINGS)[0]


@pytest.fixture(scope="module")
def first(market) -> Findings:
    return pipeline.detect(market, AS_OF, SETTINGS)


def last(found: Findings) -> Last:
    one = last_of(found.run, found.learned, lambda: found)
    assert one is not None
    return one


def whole(found: Findings) -> Last:
    """The last run's calibration and baseline, none of its findings: every account is scored."""
    return replace(last(found), marks=Marks({}, {}, frozenset()))


def scored(found: Findings) -> dict:
    return found.run.rows["groups"]["scored"]


def calibrated(found: Findings) -> str:
    return found.run.rows["groups"]["calibrated"]


def same(one: Findings, other: Findings) -> None:
    for name in one:
        assert one[name].equals(other[name]), name
    assert one.learned == other.learned
    assert one.run.run_id == other.run.run_id


def part_of(market: Market, drawn: np.random.Generator, share: dict[str, float]) -> Market:
    """Some rows of each table, the earliest engagement among them."""
    tables = {}
    for name, kept in share.items():
        stays = drawn.random(market[name].num_rows) < kept
        if name == "engagements":
            stays[int(np.argmin(np.asarray(market[name]["occurred_at"].cast(pa.int64()))))] = True
        tables[name] = market[name].filter(pa.array(stays))
    return market.with_tables(**tables)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 10_000), days=st.sampled_from([0, 1, 3, 7, 20]), late=st.sampled_from([0.9, 0.999]))
def test_a_run_that_goes_on_from_the_last_one_is_that_of_scoring_everything(market, seed, days, late):
    drawn = np.random.default_rng(seed)
    share = {"engagements": late, "contacts": 0.97, "campaigns": 0.9, "programs": 0.97}
    first = pipeline.detect(part_of(market, drawn, share), AS_OF - days * DAY, SETTINGS)
    after = pipeline.detect(market, AS_OF, SETTINGS, last=last(first))
    same(after, pipeline.detect(market, AS_OF, SETTINGS, last=whole(first)))
    assert calibrated(after) == f"kept from run {first.run.run_id}"
    assert after.run.calibration == first.run.calibration
    assert after.run.context == first.run.context


def test_nothing_new_means_nothing_is_scored_again(market, first):
    again = pipeline.detect(market, AS_OF, SETTINGS, last=last(first))
    assert scored(again)["accounts"] == 0
    same(again, first)


def test_one_new_touch_is_one_account_scored_again(market):
    one = market.engagements.slice(market.engagements.num_rows // 2, 1)
    before = market.with_tables(
        engagements=market.engagements.filter(
            pc.not_equal(market.engagements["engagement_id"], one["engagement_id"][0])
        )
    )
    first = pipeline.detect(before, AS_OF, SETTINGS)
    after = pipeline.detect(market, AS_OF, SETTINGS, last=last(first))
    assert scored(after)["changed"] == 1
    assert scored(after)["accounts"] <= 3  # and who touches the same piece at the same time
    same(after, pipeline.detect(market, AS_OF, SETTINGS, last=whole(first)))


def test_a_mailing_elsewhere_is_scored_again_where_the_same_piece_was_read(market, first):
    rows = market.engagements.to_pylist()
    reader = next(row for row in reversed(rows) if row["content_id"] and row["contact_id"])
    home = {row["contact_id"]: row["account_id"] for row in market.contacts.to_pylist()}
    others = [name for name, account in home.items() if account and account != home[reader["contact_id"]]][:60]
    mailing = [
        {**reader, "contact_id": name, "account_id": home[name], "email": None, "engagement_id": f"mail-{place}", "occurred_at": reader["occurred_at"] + timedelta(minutes=17 * place)}
        for place, name in enumerate(others)
    ]  # fmt: skip
    for row in mailing:
        row["occurred_until"] = row["occurred_at"]
    more = pa.Table.from_pylist(rows + mailing, schema=market.engagements.schema)
    after = pipeline.detect(market.with_tables(engagements=more), AS_OF, SETTINGS, last=last(first))
    assert scored(after)["accounts"] == scored(after)["of"]
    assert scored(after)["read_elsewhere"] >= 1
    same(after, pipeline.detect(market.with_tables(engagements=more), AS_OF, SETTINGS, last=whole(first)))


def test_a_person_with_another_title_is_scored_again(market, first):
    titles = market.contacts["title"].to_pylist()
    titles[0] = "Head of Procurement"
    place = market.contacts.schema.get_field_index("title")
    contacts = market.contacts.set_column(place, market.contacts.schema.field(place), pa.array(titles, pa.string()))
    after = pipeline.detect(market.with_tables(contacts=contacts), AS_OF, SETTINGS, last=last(first))
    assert scored(after)["accounts"] == scored(after)["changed"] == 1


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("settings", "settings have changed"),
        ("version", "the product's version is another"),
        ("earlier", "the day of the report lies before"),
        ("old", "it is too old"),
        ("grown", "the market has grown"),
        ("need", "content is about needs it does not know"),
    ],
)
def test_a_calibration_that_no_longer_holds_is_learned_again_and_the_run_says_why(market, first, what, why):
    before = last(first)
    chosen, moment, now = SETTINGS, AS_OF, market
    if what == "settings":
        chosen = Settings.read(overrides=["window.shifts=0", "chance.worlds=0", "gap.days=31"], environment={})
    elif what == "version":
        before = replace(before, run=replace(before.run, version="0.0.0"))
    elif what == "grown":
        before = replace(before, context=replace(before.context, reach=before.context.reach / 2))
    elif what == "earlier":
        moment = AS_OF - DAY
    elif what == "old":
        moment = AS_OF + 60 * DAY
    elif what == "need":
        topics = [[*(words or []), "a new need"] for words in market.content["topic"].to_pylist()]
        place = market.content.schema.get_field_index("topic")
        now = market.with_tables(content=market.content.set_column(place, market.content.schema.field(place), pa.array(topics)))  # fmt: skip
    after = pipeline.detect(now, moment, chosen, last=before)
    assert calibrated(after).startswith(f"learned from this market again: {why}")
    assert scored(after)["accounts"] == scored(after)["of"]


def test_a_setting_that_only_parts_the_work_names_no_other_run(market, first):
    other = Settings.read(
        overrides=["window.shifts=0", "chance.worlds=0", "scoring.touches_at_once=1000"], environment={}
    )
    parted = pipeline.detect(market, AS_OF, other)
    same(parted, first)
    assert parted.run == first.run


def test_what_is_learned_looks_at_nothing_later(market):
    """Rows after the moment, and content that nobody had touched by then, change neither calibration nor findings."""
    moment = AS_OF - 90 * DAY
    early = market.engagements.filter(pc.less_equal(market.engagements["occurred_at"], pa.scalar(moment)))
    touched = pc.unique(early["content_id"].cast(pa.string())).drop_null()
    read = market.content.filter(pc.is_in(market.content["content_id"], value_set=touched))
    assert read.num_rows < market.content.num_rows
    before = pipeline.detect(market.with_tables(engagements=early, content=read), moment, SETTINGS)
    after = pipeline.detect(market, moment, SETTINGS)
    assert after.learned == before.learned
    for name in ("groups", "memberships", "evidence", "early", "unassigned", "statuses", "coverage"):
        assert after[name].equals(before[name]), name


def test_the_shipped_calibration_is_kept_like_any_other(market):
    first = pipeline.detect(market, AS_OF, SETTINGS, calibration=shipped())
    after = pipeline.detect(market, AS_OF + DAY, SETTINGS, calibration=shipped(), last=last(first))
    assert calibrated(after) == f"kept from run {first.run.run_id}"
    other = pipeline.detect(market, AS_OF, SETTINGS)
    assert (
        calibrated(pipeline.detect(market, AS_OF, SETTINGS, calibration=shipped(), last=last(other)))
        == "as asked: shipped"
    )


def test_a_store_keeps_what_a_run_was_made_with_and_goes_on_from_it(store_uri, tmp_path):
    """Files loaded in two parts, a run after each: the second is that of a fresh store with all files and the same numbers."""
    exports = write_small(tmp_path / "exports", name="plain", accounts=4)
    parts = [tmp_path / "first", tmp_path / "second"]
    lines = (exports / "engagements.csv").read_text().splitlines()
    drawn = np.random.default_rng(5).random(len(lines) - 1) < 0.9
    for part, here in zip(parts, (drawn, ~drawn), strict=True):
        part.mkdir()
        rows = [line for line, mine in zip(lines[1:], here.tolist(), strict=True) if mine]
        (part / "engagements.csv").write_text("\n".join([lines[0], *rows]) + "\n")
    (exports / "engagements.csv").unlink()
    with open_store(store_uri, SETTINGS.store) as store:
        pipeline.load(store, [exports, parts[0]], SETTINGS)
        first = pipeline.detect_store(store, AS_OF - DAY, SETTINGS)
        assert store.learned(first.run.run_id) == first.learned
        pipeline.load(store, [parts[1]], SETTINGS)
        after = pipeline.detect_store(store, AS_OF, SETTINGS)
        assert calibrated(after) == f"kept from run {first.run.run_id}"
        same(after, pipeline.detect(store.market(), AS_OF, SETTINGS, decisions=store.decisions(), last=whole(first)))
        again = pipeline.detect_store(store, AS_OF, SETTINGS, again=True)
        assert calibrated(again) == "learned from this market"
        store.keep_calibration("spring", again.learned["calibration"])
        store.dump(tmp_path / "dump")
        kept = store.calibrations()
    with open_store(str(tmp_path / "elsewhere"), SETTINGS.store) as other:
        other.restore(tmp_path / "dump")
        assert other.calibrations() == kept == {"spring": again.learned["calibration"]}
        assert other.learned(after.run.run_id) == after.learned
        assert other.run(after.run.run_id) == after.run


def test_answers_in_a_folder_say_what_they_were_made_with(market, first, tmp_path):
    found = first
    found.write(tmp_path / "answers")
    assert Findings.read(tmp_path / "answers").learned == found.learned
    by_rule = Settings.read(overrides=["groups.detector=program_topic_gap"], environment={})
    pipeline.detect(market, AS_OF, by_rule).write(tmp_path / "answers")
    assert Findings.read(tmp_path / "answers").learned == {}


def test_no_person_is_named_in_what_was_learned(market, first):
    text = "".join(first.learned.values())
    for row in market.contacts.to_pylist():
        assert f'"{row["contact_id"]}"' not in text
        assert not row["email"] or row["email"] not in text
