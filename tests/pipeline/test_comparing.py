"""Rankings compared: what is told of an account is what taking its evidence out of the files and starting again gives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from markets import AS_OF, on_day, write_small

from committee import pipeline
from committee.analysis.comparing import Difference, Piece, place_of
from committee.analysis.ranking import rank
from committee.cli.options import PUBLISHED
from committee.findings import Findings
from committee.market import Market
from committee.pipeline.comparing import AccountAgain, Compared, compared, differences, scores_of_groups
from committee.pipeline.identifying import one_market
from committee.pipeline.rescoring import Frozen, frozen_of
from committee.settings import Settings, word_list

SETTINGS = Settings.read(None, ["window.shifts=0"], {})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Market, Findings, Frozen, Compared]:
    folder = write_small(tmp_path_factory.mktemp("files"), name="gateways", accounts=8, seed=5)
    read, _ = pipeline.read_files([folder], SETTINGS, on_day(0))
    findings = pipeline.detect(read, AS_OF, SETTINGS)
    market = one_market(read)
    frozen = frozen_of(market, findings)
    assert frozen is not None
    return market, findings, frozen, compared(market, findings)


def told(world, account: str, names=PUBLISHED, hidden=frozenset()) -> list[Difference]:
    _, findings, frozen, found = world
    return differences(found, findings, frozen, account, names, hidden)


def accounts(found: Compared) -> list[str]:
    return [found.seen.account_ids[at].as_py() for at in found.accounts.tolist()]


def _best(findings: Findings) -> str:
    return findings.groups.to_pylist()[0]["account_id"]


def test_points_of_an_account_are_those_of_its_best_group(world):
    _, findings, _, found = world
    late, weights = SETTINGS.coverage.late_personas, word_list("ranking")
    best: dict[str, float] = {}
    for row in findings.groups.to_pylist():
        flags = [flag for flag in findings.flags.to_pylist() if flag["group_id"] == row["group_id"]]
        points = rank(row, flags, AS_OF, late, weights).total
        best[row["account_id"]] = max(points, best.get(row["account_id"], 0.0))
    told_here = dict(zip(accounts(found), found.points[found.accounts].tolist(), strict=True))
    assert told_here == {name: best.get(name, 0.0) for name in accounts(found)}
    assert any(best.values())


def test_found_again_with_all_its_evidence_an_account_has_the_points_of_the_run(world):
    _, _, frozen, found = world
    nothing = np.zeros(0, np.int64)
    for at in found.accounts.tolist():
        name = found.seen.account_ids[at].as_py()
        assert AccountAgain(frozen, name, frozenset()).points_without(nothing) == found.points[at], name


def test_a_published_score_without_some_evidence_is_that_of_files_without_it(world):
    market, findings, _, found = world
    account = _best(findings)
    where = found.seen.account_ids.index(account).as_py()
    lines = [one for one in told(world, account) if isinstance(one.left_out, Piece)]
    assert {one.left_out.what for one in lines} == {"activity", "older", "person"}
    for piece in {(one.left_out.what, one.left_out.name, one.left_out.reason): one.left_out for one in lines}.values():
        keep = np.ones(market.engagements.num_rows, bool)
        keep[found.seen.row[piece.where]] = False
        again = compared(market.with_tables(engagements=market.engagements.filter(pa.array(keep))), findings)
        for one in lines:
            if one.left_out is piece or one.left_out == piece:
                assert one.score == pytest.approx(float(again.scores[one.formula][where]))


def test_how_much_closer_two_places_come_is_counted_from_the_places_that_are_told(world):
    found = world[-1]
    for account in accounts(found)[:1]:
        lines = told(world, account)
        for name in PUBLISHED:
            base, *others = [one for one in lines if one.formula == name]
            assert base.left_out is None
            gap = abs(base.place - base.own_place)
            assert [one.closed for one in others] == [gap - abs(one.place - one.own_place) for one in others]
            assert [one.closed for one in others] == sorted((one.closed for one in others), reverse=True)


def test_what_machines_clicked_is_named_where_it_alone_lifts_an_account_elsewhere(world):
    """An account gets clicks no person can make: points here stay as they are, Influ2's place rises, and falls back without."""
    market, *_, found = world
    last = int(found.accounts[np.argmin(found.points[found.accounts])])
    account = found.seen.account_ids[last].as_py()
    rows = market.engagements
    mine = int(np.flatnonzero(found.seen.account == last)[-1])
    pattern = rows.slice(int(found.seen.row[mine]), 1).to_pylist()[0]
    clicks = [
        pattern | {"engagement_id": f"machine-{n}", "kind": "click", "channel": "email", "occurred_at": AS_OF.replace(hour=3, second=n % 9, microsecond=0), "occurred_until": AS_OF.replace(hour=3, second=n % 9, microsecond=0)}
        for n in range(400)
    ]  # fmt: skip
    more = pa.concat_tables([rows.cast(rows.schema), pa.Table.from_pylist(clicks, schema=rows.schema)])
    crowded = market.with_tables(engagements=more)
    after = pipeline.detect(crowded, AS_OF, SETTINGS)
    again = one_market(crowded)
    here = frozen_of(again, after)
    assert here is not None
    beside = compared(again, after)
    assert place_of(beside.scores["influ2"][beside.accounts], accounts(beside).index(account)) == 1
    base, first, *_ = differences(beside, after, here, account, ["influ2"])
    assert base.place == 1
    assert base.own_place > 5
    assert isinstance(first.left_out, Piece)
    assert (first.left_out.what, first.left_out.name, first.left_out.reason) in {
        ("activity", "click", "machine_click"),
        ("person", pattern["contact_id"], ""),
    }
    assert first.place > 1


def test_a_dismissed_group_gives_no_points_while_evidence_is_left_out(world):
    _, findings, frozen, _ = world
    account = _best(findings)
    theirs = frozenset(row["group_id"] for row in findings.groups.to_pylist() if row["account_id"] == account)
    assert AccountAgain(frozen, account, theirs).points_without(np.zeros(0, np.int64)) == 0.0


def test_groups_are_scored_by_their_own_people(world):
    market, findings, _, _ = world
    for name in PUBLISHED:
        values = scores_of_groups(market, findings, name)
        assert set(values) == set(findings.groups.column("group_id").to_pylist())
        assert max(values.values()) > 0
