"""Accounts cut out of a market: whatever is cut out together, and whatever else there is, an account's findings stay."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from analysis.episodes.planted import made
from analysis.small_markets import SETTINGS

from committee.analysis.episodes import calibrate, context_of, score
from committee.analysis.episodes.detect import score_slice
from committee.analysis.episodes.marks import Marks
from committee.analysis.episodes.slices import Cutter
from committee.benchmark.detectors.case import Case
from committee.errors import BadFile
from committee.market import Market
from committee.pipeline.slice_files import read_slice, write_slice

WORLD = "realistic"


@cache
def frozen(kind: str = WORLD):
    case, seen = made(kind, 6, 4)
    context = context_of(seen, SETTINGS.episodes.mass)
    return case, seen, calibrate(case.market, seen, case.tags, SETTINGS, context), context


def cutter() -> Cutter:
    case, seen, _, _ = frozen()
    return Cutter(case.market, seen, case.tags, SETTINGS.episodes.most_programs)


@pytest.mark.parametrize(("kind", "readings"), [(WORLD, 300), (WORLD, 5000), ("date_only", 1)])
def test_how_many_accounts_are_taken_at_once_changes_nothing(kind, readings):
    case, seen, learned, context = frozen(kind)
    want = score(case.market, seen, case.tags, SETTINGS, case.families, learned, context)
    assert want["groups"].num_rows > 10
    found = score(case.market, seen, case.tags, SETTINGS, case.families, learned, context, readings=readings)
    for name in want:
        assert found[name].equals(want[name]), name


def test_another_account_with_words_of_its_own_changes_no_account():
    case, seen, learned, context = frozen()
    want = score(case.market, seen, case.tags, SETTINGS, case.families, learned, context)
    gone = seen.account_ids[3].as_py()
    fewer = without(case, gone)
    left = fewer.touches()
    assert len(left) < len(seen)
    found = score(fewer.market, left, case.tags, SETTINGS, case.families, learned, context)
    for name in ("groups", "early", "unassigned", "memberships"):
        here = pc.not_equal(want[name]["account_id"].cast(pa.string()), gone)
        assert found[name].to_pylist() == want[name].filter(here).to_pylist(), name


def without(case: Case, account: str) -> Case:
    """The market without an account, its people, programs and engagements; another one comes with strange words instead."""

    def others(name: str) -> pa.Table:
        table = case.market[name]
        here = pc.fill_null(pc.not_equal(table["account_id"].cast(pa.string()), account), True)
        return table.filter(here)

    keep = pc.fill_null(pc.not_equal(case.actors["account_id"].cast(pa.string()), account), True)
    acting = pc.unique(case.actors.filter(keep)["contact_id"].cast(pa.string()).drop_null())
    contacts = case.market.contacts
    elsewhere = pc.fill_null(pc.not_equal(contacts["account_id"].cast(pa.string()), account), True)
    contacts = contacts.filter(pc.or_(elsewhere, pc.is_in(contacts["contact_id"].cast(pa.string()), value_set=acting)))
    strange = {"program_id": ["zz"], "account_id": ["zz"], "therapeutic_area": ["oncol"], "modality": ["a new thing"]}
    whole = {name: _plain(others("programs")[name]) for name in others("programs").column_names}
    rows = [
        dict(zip(whole, row, strict=True))
        for row in zip(*(column.to_pylist() for column in whole.values()), strict=True)
    ]
    rows.append({**dict.fromkeys(whole), **{name: values[0] for name, values in strange.items()}})
    market = case.market.with_tables(
        accounts=others("accounts"),
        contacts=contacts,
        programs=Market({"programs": {name: [row[name] for row in rows] for name in whole}}).programs,
        engagements=case.market.engagements.filter(keep),
    )
    return replace(case, market=market, actors=case.actors.filter(keep))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def test_a_slice_is_the_same_after_a_way_through_files(tmp_path):
    case, seen, learned, context = frozen()
    one = cutter().cut(np.unique(seen.account)[2:5])
    write_slice(one, tmp_path / "slice")
    here = score_slice(one, SETTINGS, case.families, learned, context)
    there = score_slice(read_slice(tmp_path / "slice"), SETTINGS, case.families, learned, context)
    assert (there.own, there.around, there.running) == (here.own, here.around, here.running)
    for name in here.tables:
        assert there.tables[name].equals(here.tables[name]), name


def test_a_mark_depends_on_its_account_alone():
    case, seen, learned, context = frozen()
    together = score_slice(cutter().cut(np.unique(seen.account)), SETTINGS, case.families, learned, context)
    for place, account in enumerate(np.unique(seen.account).tolist()):
        alone = score_slice(cutter().cut(np.array([account])), SETTINGS, case.families, learned, context)
        assert (alone.own[0], alone.around[0]) == (together.own[place], together.around[place])
    assert len(set(together.own)) == len(together.own)


def test_who_still_has_its_mark_is_not_scored():
    case, seen, learned, context = frozen()
    one = cutter().cut(np.unique(seen.account))
    first = score_slice(one, SETTINGS, case.families, learned, context)
    marks = dict(zip(first.account_ids, zip(first.own, first.around, strict=True), strict=True))
    assert score_slice(one, SETTINGS, case.families, learned, context, marks).scored == frozenset()
    name = first.account_ids[0]
    again = score_slice(one, SETTINGS, case.families, learned, context, {**marks, name: ("", "")})
    assert again.scored == {name}
    assert set(again.tables["groups"]["account_id"].to_pylist()) == {name}


def test_marks_survive_being_written_and_nonsense_is_refused():
    marks = Marks({"b": "1", "a": "2"}, {"b": "3", "a": "4"}, frozenset({"a"}))
    assert Marks.from_json(marks.as_json()) == marks
    for text in ("", "[]", "{}", '{"version": 1, "accounts": {"a": []}}', '{"version": 9, "accounts": {}}'):
        with pytest.raises(BadFile):
            Marks.from_json(text)
