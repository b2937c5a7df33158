"""A group over the months, as rows: the small world looked at later."""

from __future__ import annotations

from dataclasses import replace

from reports.small_world import small_findings, small_market

from committee.findings import Findings
from committee.reports.coming_and_going import month_rows


def looked_at(as_of: str) -> tuple[list[dict], list[str]]:
    found = small_findings()
    assert found.run is not None
    answer = month_rows(small_market(), Findings(dict(found), replace(found.run, as_of=as_of)), "g1")
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows], answer.notes


def test_the_month_in_which_all_came_takes_the_seats_they_have():
    (february,), notes = looked_at("2026-02-20T23:59:59+00:00")
    assert (february["month"], february["touches"], february["people"]) == ("2026-02", 7, 4)
    assert (february["seats_taken"], february["seats_awake"], february["seats"]) == (4, 4, 8)
    assert len(february["joined"]) == 4
    assert notes[0] == "Nobody of the group is dark now"


def test_who_went_dark_is_named_with_when_they_were_last_seen_and_who_must_not_be_contacted_is_marked():
    months, notes = looked_at("2026-04-02T00:00:00+00:00")
    assert [month["month"] for month in months] == ["2026-02", "2026-03", "2026-04"]
    assert months[1]["went_dark_ids"] == ["c-fin", "c-lead", "c-proc", "c-sci"]
    assert months[1]["seats_awake"] == months[2]["people"] == 0
    assert "Frank Zahl (do not contact)" in months[1]["went_dark"]
    assert notes[0].startswith("4 members are dark now: Lena Fromm (")
    assert "last seen 13 Feb 2026" in notes[0]


def test_a_group_of_which_nothing_is_known_any_more_has_no_months():
    found = small_findings()
    answer = month_rows(small_market(), found.with_tables(evidence=found.evidence.slice(0, 0)), "g1")
    assert answer.rows == []
