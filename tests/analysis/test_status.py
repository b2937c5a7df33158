"""Where a group stands, since when, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from analysis.small_markets import AS_OF, FAMILIES, SETTINGS, World, day, settings, touch

from committee.analysis.detect import conclude
from committee.findings import Findings

PEOPLE = {
    "ann": {"persona": "scientific"},
    "bob": {"persona": "program_lead"},
    "cat": {"persona": "scientific"},
    "dan": {"persona": "procurement"},
    "eve": {"persona": "finance"},
}
CONTENT = {"paper": {"topic": ["safety"]}, "price": {"topic": ["safety"], "stage": "bottom"}}
PROGRAMS = {"P": {}, "Q": {}}


def story(
    rows: list[Any], as_of: datetime = AS_OF, chosen: Any = SETTINGS, programs: Any = PROGRAMS, **more: Any
) -> list[tuple[str, datetime, str]]:
    world = World(
        PEOPLE, [{**row, "program_id": row.get("program_id", "P")} for row in rows], CONTENT, programs, more=more
    )
    found = Findings(conclude(*world.inputs, chosen, as_of, FAMILIES)[0])
    told = [(row["status"], row["since"], row["cause"]) for row in found.statuses.to_pylist()]
    told.sort(key=lambda change: change[1])
    assert [group["status"] for group in found.groups.to_pylist()] == [status for status, _, _ in told[-1:]]
    return told


GROUP = [touch("ann", 0), touch("cat", 1), touch("bob", 2)]


def test_a_group_forms_with_its_third_person_and_second_persona() -> None:
    assert story(GROUP, day(10)) == [("forming", day(2), "3 people of 2 personas with e002 at 2026-01-03T00:00:00Z")]


def test_it_is_active_from_the_moment_a_flag_is_raised() -> None:
    status, since, cause = story([*GROUP, touch("eve", 3)], day(10))[-1]
    assert (status, since) == ("active", day(3))
    assert cause.startswith("flag ")


def test_it_is_evaluating_when_procurement_joins() -> None:
    assert story([*GROUP, touch("dan", 5)], day(10))[-1] == (
        "evaluating",
        day(5),
        "procurement joined with e003 at 2026-01-06T00:00:00Z",
    )


def test_it_is_evaluating_when_two_personas_have_read_bottom_of_funnel_content() -> None:
    one = [*GROUP, touch("ann", 5, content_id="price"), touch("cat", 6, content_id="price")]
    assert [status for status, *_ in story(one, day(10))] == ["forming"]
    assert story([*one, touch("bob", 7, content_id="price")], day(10))[-1][:2] == ("evaluating", day(7))


def test_it_stalls_after_thirty_days_sleeps_after_sixty_and_wakes_with_the_next_touch() -> None:
    chosen = settings(gap={"days": 100.0})
    told = story([*GROUP, touch("ann", 80)], day(200), chosen)
    assert [(status, since) for status, since, _ in told] == [
        ("forming", day(2)),
        ("stalled", day(32)),
        ("dormant", day(62)),
        ("forming", day(80)),
        ("stalled", day(110)),
        ("dormant", day(140)),
    ]
    assert told[1][2] == "no member touch for 30 days; the last was e002 at 2026-01-03T00:00:00Z"
    assert told[3][2] == "a member touched again: e003 at 2026-03-22T00:00:00Z"


@pytest.mark.parametrize(("late", "status"), [(timedelta(milliseconds=-1), "forming"), (timedelta(0), "stalled")])
def test_thirty_days_to_the_millisecond_are_silence(late: timedelta, status: str) -> None:
    assert story(GROUP, day(32) + late)[-1][0] == status


@pytest.mark.parametrize(
    ("deal", "status", "cause"),
    [
        ({"program_id": "P", "is_won": True, "closed_on": "2026-01-06"}, "closed", "deal d won"),
        ({"program_id": "P", "is_won": False, "closed_on": "2026-01-06"}, "closed", "deal d lost"),
        ({"program_id": None, "is_won": True, "closed_on": "2026-01-06"}, "closed", "deal d won"),
        ({"program_id": "P", "is_won": True, "closed_on": None}, "closed", "deal d won"),
        ({"program_id": "Q", "is_won": True, "closed_on": "2026-01-06"}, "forming", None),
        ({"program_id": "P", "is_won": None, "closed_on": "2026-01-06"}, "forming", None),
        ({"program_id": "P", "is_won": True, "closed_on": "2025-12-31"}, "forming", None),
        ({"program_id": "P", "is_won": True, "closed_on": "2026-02-01"}, "forming", None),
        ({"program_id": "P", "is_won": True, "closed_on": "2026-01-06", "deleted": True}, "forming", None),
    ],
    ids=[
        "won",
        "lost",
        "no program, only group",
        "no date",
        "another program",
        "open",
        "before the group",
        "after the report",
        "deleted",
    ],
)
def test_a_deal_that_is_won_or_lost_closes_the_group_of_its_program(
    deal: dict[str, Any], status: str, cause: str | None
) -> None:
    told = story(GROUP, day(10), opportunities=[{"opportunity_id": "d", "account_id": "acme", **deal}])[-1]
    assert told[0] == status
    if cause:
        assert told[2] == cause


def test_a_deal_without_a_program_does_not_choose_among_two_groups() -> None:
    two = [*GROUP, *({**row, "program_id": "Q"} for row in GROUP)]
    deal = {"opportunity_id": "d", "account_id": "acme", "is_won": True, "closed_on": "2026-01-06"}
    world = World(
        PEOPLE, [{"program_id": "P", **row} for row in two], CONTENT, PROGRAMS, more={"opportunities": [deal]}
    )
    tables, _ = conclude(*world.inputs, SETTINGS, day(10), FAMILIES)
    assert tables["groups"].column("status").to_pylist() == ["forming", "forming"]


@pytest.mark.parametrize(
    ("program", "signals", "since", "cause"),
    [
        ({"status": "Terminated", "ended_on": "2026-01-06"}, [], day(5), "program P is terminated"),
        ({"status": "WITHDRAWN"}, [], day(2), "program P is withdrawn, no date is given"),
        ({"status": "suspended", "ended_on": "2025"}, [], day(2), "program P is suspended"),
        (
            {},
            [
                {
                    "signal_id": "s",
                    "kind": "trial_stopped",
                    "occurred_on": "2026-01-08",
                    "source": "x",
                    "program_id": "P",
                }
            ],
            day(7),
            "signal s: trial_stopped",
        ),
    ],
    ids=["stopped on a day", "stopped, no date", "stopped before", "by a signal"],
)
def test_a_stopped_program_closes_its_groups(
    program: dict[str, Any], signals: list[Any], since: datetime, cause: str
) -> None:
    told = story(GROUP, day(10), programs={"P": program, "Q": {}}, **({"signals": signals} if signals else {}))
    assert told[-1] == ("closed", since, cause)


@pytest.mark.parametrize("most", ["safety", "biomarker"])
def test_a_flag_belongs_to_the_group_that_shares_most_of_its_engagements(most: str) -> None:
    content = {"both": {"topic": ["safety", "biomarker"]}, "one": {"topic": [most]}}
    reads = [("ann", "both"), ("bob", "both"), ("dan", "both"), ("eve", "one")]
    rows = [touch(who, at, content_id=piece, program_id="P") for at, (who, piece) in enumerate(reads)]
    tables, _ = conclude(*World(PEOPLE, rows, content, PROGRAMS).inputs, SETTINGS, day(10), FAMILIES)
    groups = tables["groups"]
    need = dict(zip(groups.column("group_id").to_pylist(), groups.column("need").to_pylist(), strict=True))
    assert sorted(need.values()) == ["biomarker", "safety"]
    assert [need[group] for group in tables["flags"].column("group_id").to_pylist()] == [most]
