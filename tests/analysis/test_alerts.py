"""Alerts against plain loops: the quiet period at its boundary, the budget of a week, what is new since the last ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from committee.analysis.alerts import BUDGET, QUIET, Occasion, Sent, since_the_last, told, week_of
from committee.findings import Findings

HOUR, DAY = 3_600_000, 86_400_000
MONDAY = round(datetime(2026, 6, 1, tzinfo=UTC).timestamp() * 1000)


def occasion(at: int, group: str = "g", owner: str = "Kim", state: str = "flag", stands: bool = True) -> Occasion:
    flag = f"f-{group}-{at}" if state == "flag" else None
    return Occasion(
        at, f"{group}-{state}-{at:015}", f"group:{group}", state, "a", None, group, flag, owner, "why", stands
    )


def fates(*found: Occasion, quiet_days: float = 7, per_week: int = 99, **more) -> list[str]:
    return [one.because or "alert" for one in told(found, quiet_days=quiet_days, per_week=per_week, **more)]


def test_a_week_begins_on_monday_at_midnight() -> None:
    assert week_of(MONDAY) == week_of(MONDAY + 7 * DAY - 1) == week_of(MONDAY - 1) + 1


def test_the_quiet_period_ends_with_its_last_second() -> None:
    first = occasion(MONDAY)
    assert fates(first, occasion(MONDAY + 7 * DAY - 1000)) == ["alert", QUIET]
    assert fates(first, occasion(MONDAY + 7 * DAY - 1)) == ["alert", QUIET]
    assert fates(first, occasion(MONDAY + 7 * DAY)) == ["alert", "alert"]
    assert fates(first, occasion(MONDAY + 7 * DAY + 1000)) == ["alert", "alert"]


def test_the_quiet_period_counts_from_the_alert_not_from_what_it_silenced() -> None:
    assert fates(occasion(MONDAY), occasion(MONDAY + 5 * DAY), occasion(MONDAY + 8 * DAY)) == ["alert", QUIET, "alert"]


def test_other_groups_are_not_silenced() -> None:
    assert fates(occasion(MONDAY, "g"), occasion(MONDAY + HOUR, "h")) == ["alert", "alert"]


def test_what_exceeds_the_budget_of_an_owner_goes_into_the_digest_and_silences_nothing() -> None:
    found = [occasion(MONDAY, "g"), occasion(MONDAY + HOUR, "h"), occasion(MONDAY + 7 * DAY, "h")]
    assert fates(*found, per_week=1) == ["alert", BUDGET, "alert"]
    assert fates(occasion(MONDAY, "g"), occasion(MONDAY + HOUR, "h", "Lee"), per_week=1) == ["alert", "alert"]
    assert fates(occasion(MONDAY), per_week=0) == [BUDGET]


def test_what_is_sent_together_uses_the_budget_of_one_week_and_what_was_sent_in_it_counts() -> None:
    found = [occasion(MONDAY - 20 * DAY, "g"), occasion(MONDAY - 10 * DAY, "h"), occasion(MONDAY, "i")]
    assert fates(*found, per_week=2, now=MONDAY + DAY) == ["alert", "alert", BUDGET]
    before = Sent(this_week={"Kim": 1})
    assert fates(*found, per_week=2, now=MONDAY + DAY, sent=before) == ["alert", BUDGET, BUDGET]
    quiet = Sent(quiet_from={"group:i": MONDAY - DAY})
    assert fates(*found, per_week=9, now=MONDAY + DAY, sent=quiet) == ["alert", "alert", QUIET]


lists = st.lists(
    st.builds(
        occasion,
        st.integers(0, 40 * 24).map(lambda hour: MONDAY + hour * HOUR),
        st.sampled_from("ghi"),
        st.sampled_from(["Kim", "Lee", ""]),
        st.sampled_from(["flag", "stalled"]),
    ),
    max_size=25,
    unique_by=lambda one: one.alert_id,
)


def brute_force(found: list[Occasion], quiet_days: float, per_week: int) -> dict[str, str]:
    """The rule read aloud: look at all earlier alerts each time."""
    fate: dict[str, str] = {}
    order = sorted(found, key=lambda one: (one.at, one.alert_id))
    for place, one in enumerate(order):
        alerted = [earlier for earlier in order[:place] if fate[earlier.alert_id] == "alert"]
        moment = datetime.fromtimestamp(one.at / 1000, UTC)
        monday = (moment - timedelta(days=moment.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
        about_it = [earlier.at for earlier in alerted if earlier.subject == one.subject]
        this_week = [
            earlier
            for earlier in alerted
            if earlier.owner == one.owner
            and monday <= datetime.fromtimestamp(earlier.at / 1000, UTC) < monday + timedelta(days=7)
        ]
        if any(one.at < at + quiet_days * DAY for at in about_it):
            fate[one.alert_id] = QUIET
        else:
            fate[one.alert_id] = BUDGET if len(this_week) >= per_week else "alert"
    return fate


@given(lists, st.sampled_from([0, 0.5, 3, 7]), st.integers(0, 4))
def test_what_becomes_of_each_occasion_is_what_the_rule_read_aloud_says(found, quiet_days, per_week) -> None:
    decided = told(found, quiet_days=quiet_days, per_week=per_week)
    assert {one.occasion.alert_id: one.because or "alert" for one in decided} == brute_force(
        found, quiet_days, per_week
    )


# --- since the last -------------------------------------------------------------------------------------------------


def history(*changes: tuple[str, int]) -> Findings:
    at = [datetime.fromtimestamp(moment / 1000, UTC) for _, moment in changes]
    return Findings(
        {
            "groups": {
                "group_id": ["g"],
                "account_id": ["a"],
                "status": [changes[-1][0]],
                "formed_at": at[:1],
                "last_active_at": at[-1:],
                "people": [3],
            },
            "statuses": {
                "group_id": ["g"] * len(changes),
                "status": [status for status, _ in changes],
                "since": at,
                "cause": ["why"] * len(changes),
            },
        }
    )


def new(found: list[Occasion], findings: Findings, sent: Sent) -> list[str]:
    return [
        one.alert_id for one in since_the_last(found, findings, sent, after=MONDAY - 30 * DAY, until=MONDAY + 30 * DAY)
    ]


def test_what_was_sent_what_is_old_what_is_to_come_and_what_has_passed_is_not_told() -> None:
    stalled = occasion(MONDAY, state="stalled")
    findings = history(("active", MONDAY - 40 * DAY), ("stalled", MONDAY))
    assert new([stalled], findings, Sent()) == [stalled.alert_id]
    assert new([stalled], findings, Sent(frozenset({stalled.alert_id}))) == []
    assert new([replace(stalled, stands=False)], findings, Sent()) == []
    outside = [replace(stalled, at=MONDAY - 30 * DAY), replace(stalled, at=MONDAY + 30 * DAY + 1)]
    assert new(outside, findings, Sent()) == []
    assert new([replace(stalled, at=MONDAY + 30 * DAY)], findings, Sent()) == [stalled.alert_id]


def test_a_status_whose_beginning_late_data_moved_is_no_change_but_coming_back_to_it_is() -> None:
    stalled, before = occasion(MONDAY, state="stalled"), Sent(states={"group:g": ("stalled", MONDAY - DAY)})
    assert new([stalled], history(("active", MONDAY - 9 * DAY), ("stalled", MONDAY)), before) == []
    woken = history(("stalled", MONDAY - DAY), ("active", MONDAY - HOUR), ("stalled", MONDAY))
    assert new([stalled], woken, before) == [stalled.alert_id]
    assert new([occasion(MONDAY)], woken, before) != []
