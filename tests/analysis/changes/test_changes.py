"""What changed between two runs: exact enough to be applied, and told in the words of who joined, left and why."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import cache
from itertools import product

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as within
from hypothesis import strategies as st
from markets import AS_OF, on_day, write_small

from committee import pipeline
from committee.analysis.changes import KINDS, Grounds, applied, diff
from committee.analysis.changes.rows import row_changes, with_row_changes
from committee.findings import Findings
from committee.market import Market
from committee.pipeline.changing import lines_between
from committee.records import Load
from committee.records.computed import ContentTag, Coverage
from committee.records.tables import sorted_by_key, typed_table
from committee.settings import Settings

OVERRIDES = ((), ("window.days=21", "gap.days=20"), ("gap.people=2", "window.personas=2", "status.stalled_days=10"))


@cache
def market(seed: int) -> Market:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        found, _ = pipeline.read_files(
            [write_small(Path(folder) / "in", accounts=6, seed=seed)], Settings.read(environment={}), on_day(0)
        )
    return found


@cache
def run(seed: int, days: int, overrides: tuple[str, ...]) -> Findings:
    return pipeline.detect(market(seed), AS_OF - timedelta(days=days), Settings.read(None, overrides, {}))


RUNS = [*product((3,), (0, 60), OVERRIDES), (3, 9, ()), (4, 0, ())]
random_runs = st.sampled_from(RUNS)


@within(deadline=None, max_examples=12)
@given(random_runs, random_runs)
def test_a_difference_applied_to_the_first_run_gives_the_second_to_the_byte(one, other) -> None:
    before, after = run(*one), run(*other)
    again = applied(before, diff(before, after, lines_between(before, after)))
    assert again == after
    assert again.run == after.run
    for name in after:
        assert again[name].to_pylist() == after[name].to_pylist(), name


@within(deadline=None, max_examples=8)
@given(random_runs)
def test_nothing_differs_between_a_run_and_itself(one) -> None:
    found = diff(run(*one), run(*one))
    assert found.changes == ()
    assert dict(found.rows) == {}


def test_a_difference_is_applied_to_its_own_run_only() -> None:
    one, other, third = (run(3, days, ()) for days in (0, 9, 60))
    with pytest.raises(ValueError, match="another run"):
        applied(third, diff(one, other))


def state(findings: Findings, line_of: dict[str, str]) -> dict[str, dict]:
    """A run as a reader would note it down: by line status, program, need, people; plain loops."""
    noted = {}
    for row in findings.groups.to_pylist():
        people = {
            member["contact_id"]: member["persona"] or "unknown"
            for member in findings.memberships.to_pylist()
            if member["group_id"] == row["group_id"]
        }
        noted[line_of[row["group_id"]]] = {
            "status": row["status"],
            "program": row["program_id"],
            "need": row["need"],
            "people": people,
            "personas": set(people.values()) - {"unknown"},
        }
    return noted


@within(deadline=None, max_examples=12)
@given(random_runs, random_runs)
def test_what_is_told_leads_a_reader_from_the_first_state_to_the_second(one, other) -> None:
    if one[0] != other[0]:
        other = (one[0], *other[1:])
    before, after = run(*one), run(*other)
    continues = lines_between(before, after)
    ids_after = after.groups.column("group_id").to_pylist()
    line_after = {group: group for group in ids_after}
    earlier = {old: new for new, old in continues.items()}
    line_before = {
        group: earlier.get(group, f"before {group}") for group in before.groups.column("group_id").to_pylist()
    }
    then, now = state(before, line_before), state(after, line_after)
    flags = set(before.flags.column("flag_id").to_pylist())
    for change in diff(before, after, continues).changes:
        assert change.kind in KINDS
        match change.kind:
            case "born":
                assert change.group_id not in then
                then[change.group_id] = now[change.group_id]
            case "gone":
                del then[f"before {change.group_id}"]
            case "closed" | "status changed":
                assert then[change.group_id]["status"] == change.before
                then[change.group_id]["status"] = change.after
            case "program assigned" | "program moved" | "program withdrawn":
                then[change.group_id]["program"] = change.after
            case "need moved":
                then[change.group_id]["need"] = change.after
            case "joined":
                assert change.contact_id not in then[change.group_id]["people"]
                then[change.group_id]["people"][change.contact_id] = change.after
            case "left":
                del then[change.group_id]["people"][change.contact_id]
            case "persona gained":
                then[change.group_id]["personas"].add(change.after)
            case "persona lost":
                then[change.group_id]["personas"].remove(change.before)
            case "flag raised":
                flags.add(change.flag_id)
            case "flag withdrawn":
                flags.remove(change.flag_id)
    assert then == now
    assert flags == set(after.flags.column("flag_id").to_pylist())


def test_credit_that_moved_is_what_plain_sums_of_shared_engagements_say() -> None:
    before, after = run(3, 0, ()), run(3, 0, OVERRIDES[1])
    continues = lines_between(before, after)
    told = {
        one.group_id: (one.before, one.after)
        for one in diff(before, after, continues).changes
        if one.kind == "credit moved"
    }
    line = {old: new for new, old in continues.items()}
    old = {
        (line.get(row["group_id"], f"before {row['group_id']}"), row["engagement_id"]): row["responsibility"]
        for row in before.evidence.to_pylist()
    }
    new = {(row["group_id"], row["engagement_id"]): row["responsibility"] for row in after.evidence.to_pylist()}
    in_both = {engagement for _, engagement in old} & {engagement for _, engagement in new}
    had, has = Counter(), Counter()
    for key in old.keys() | new.keys():
        if key[1] in in_both and old.get(key) != new.get(key):
            had[key[0]] += old.get(key, 0.0) if old.get(key, 0.0) is not None else 1.0
            has[key[0]] += new.get(key, 0.0) if new.get(key, 0.0) is not None else 1.0
    expected = {
        group.removeprefix("before "): (f"{had[group]:.3f}", f"{has[group]:.3f}")
        for group in had.keys() | has.keys()
        if had[group] != has[group]
    }
    assert told == expected


def causes(before: Findings, after: Findings, seen: Market, known: set[str] | None = None) -> list[tuple]:
    changes = diff(before, after, lines_between(before, after)).changes
    grounds = Grounds(before, after, seen, changes, known)
    return [(change, grounds.cause(change)) for change in changes]


def test_who_joined_since_is_explained_by_their_first_engagement_since_and_its_file() -> None:
    before, after = run(3, 60, ()), run(3, 0, ())
    joined = [(change, cause) for change, cause in causes(before, after, market(3)) if change.kind == "joined"]
    assert joined
    line = lines_between(before, after)
    spoke = {(row["group_id"], row["engagement_id"]) for row in before.evidence.to_pylist()}
    when = {row["engagement_id"]: row["occurred_at"] for row in market(3).engagements.to_pylist()}
    for change, cause in joined:
        since = [
            row["engagement_id"]
            for row in after.evidence.to_pylist()
            if (row["group_id"], row["contact_id"]) == (change.group_id, change.contact_id)
            and (line[change.group_id], row["engagement_id"]) not in spoke
            and when[row["engagement_id"]] > AS_OF - timedelta(days=60)
        ]
        if since:
            assert cause.engagement_id == min(since, key=lambda one: (when[one], one))
            assert cause.file == "engagements.csv"
            assert cause.engagement_id in cause.sentence


def test_what_only_another_setting_changed_is_explained_by_the_setting() -> None:
    found = causes(run(3, 0, ()), run(3, 0, ("window.days=21",)), market(3))
    assert found
    for change, cause in found:
        assert "window.days 14 -> 21" in cause.sentence, change


def test_what_came_with_a_file_since_is_explained_by_the_file() -> None:
    whole = market(3)
    late = whole.engagements.num_rows // 2
    load = pa.array(["first"] * late + ["second"] * (whole.engagements.num_rows - late)).dictionary_encode()
    place = whole.engagements.schema.get_field_index("load_id")
    two_loads = whole.with_tables(
        engagements=whole.engagements.set_column(place, "load_id", load),
        loads=typed_table(
            Load,
            {
                "load_id": ["first", "second"],
                "source": ["canonical"] * 2,
                "file": ["january.csv", "june.csv"],
                "sha256": ["a", "b"],
                "loaded_at": [AS_OF, AS_OF],
            },
        ),
    )
    settings = Settings.read(environment={})
    half = two_loads.with_tables(engagements=two_loads.engagements.slice(0, late))
    before, after = pipeline.detect(half, AS_OF, settings), pipeline.detect(two_loads, AS_OF, settings)
    told = [
        cause
        for change, cause in causes(before, after, two_loads, {"first"})
        if change.kind in ("born", "joined", "flag raised")
    ]
    assert told
    assert {cause.file for cause in told} == {"june.csv"}
    back = causes(after, before, half, {"first", "second"})
    gone = [cause for change, cause in back if change.kind == "gone"]
    assert gone
    assert all("its file was taken out" in cause.sentence for cause in gone)
    # Whoever left with a group that stays may have left because of others: an engagement of theirs is named in any case.
    assert all(cause.engagement_id for change, cause in back if change.kind == "left")


# --- rows -----------------------------------------------------------------------------------------------------------

cells = st.none() | st.lists(st.sampled_from(["a", "b", ""]), max_size=3)
tags = st.dictionaries(
    st.sampled_from("pqrstu"), st.tuples(cells, st.none() | st.sampled_from([0.0, 0.5, float("nan")]))
)


def tagged(rows: dict) -> pa.Table:
    table = typed_table(
        ContentTag,
        {
            "content_id": pa.array(list(rows), pa.string()),
            "topic": pa.array([topic for topic, _ in rows.values()], pa.list_(pa.string())),
            "confidence": pa.array([number for _, number in rows.values()], pa.float64()),
        },
    )
    return sorted_by_key(ContentTag, table)


@within(deadline=None)
@given(tags, tags)
def test_the_rows_that_differ_are_the_least_that_lead_from_one_table_to_the_other(one, other) -> None:
    before, after = tagged(one), tagged(other)
    changes = row_changes(ContentTag, before, after)
    assert repr(with_row_changes(ContentTag, before, changes).to_pylist()) == repr(after.to_pylist())
    differ = {key for key in one.keys() | other.keys() if repr(one.get(key)) != repr(other.get(key))}
    assert set(changes.gone.to_pylist()) == differ & one.keys()
    assert set(changes.come.column("content_id").to_pylist()) == differ & other.keys()


def test_a_key_that_stands_twice_is_exchanged_with_its_table() -> None:
    twice = typed_table(Coverage, {"group_id": ["g", "g"], "persona": ["finance", "finance"], "known": [1, 2]})
    once = typed_table(Coverage, {"group_id": ["g"], "persona": ["finance"], "known": [1]})
    assert with_row_changes(Coverage, once, row_changes(Coverage, once, twice)).num_rows == 2
    assert with_row_changes(Coverage, twice, row_changes(Coverage, twice, once)).num_rows == 1
