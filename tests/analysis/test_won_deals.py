"""The committee of won deals: a planted one comes back, few deals tell nothing, and odd deals are named with their reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from statistics import median

import pytest
from analysis.small_markets import AS_OF, FAMILIES, SETTINGS, World, day, settings, touch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, quantile_test

from committee.analysis.detect import conclude
from committee.analysis.templates import templates_of
from committee.analysis.won_deals import Deal, median_interval, segments_of, won_deals

LEARN = SETTINGS.learn
MILLISECOND = timedelta(milliseconds=1)
# persona: people at a deal, share of deals, days before the close around which the first of them came
PLANTED = {
    "scientific": (2, 1.0, 200),
    "program_lead": (1, 1.0, 140),
    "procurement": (1, 0.85, 60),
    "finance": (1, 0.25, 20),
}
SEATS = {"procurement": 1, "program_lead": 1, "scientific": 2}


def planted(deals: int, named: bool, seed: int = 5, turned: bool = False) -> tuple[World, list[dict]]:
    """Won deals of as many accounts, and for each what was put into it: people and lags by persona."""
    chance, people, rows, programs, won, roles, truth = Random(seed), {}, [], {}, [], [], []
    for number in range(deals):
        account, program, closing = f"acc{number:02}", f"prog{number:02}", 250 + number
        programs[program] = {"account_id": account}
        put: dict = {"people": {}, "lags": {}}
        for persona, (amount, share, lag) in PLANTED.items():
            if chance.random() >= share:
                continue
            first = lag + chance.randrange(-15, 16)
            put["people"][persona], put["lags"][persona] = amount, first
            for place in range(amount):
                who = f"{account}-{persona}-{place}"
                people[who] = {"persona": persona, "account_id": account}
                before = max(first - 3 * place, 0)
                rows += [touch(who, closing - at + 0.4, program_id=program) for at in (before, before // 2)]
                roles.append({"opportunity_id": f"deal{number:02}", "contact_id": who, "role": "Influencer"})
        won.append(
            {
                "opportunity_id": f"deal{number:02}",
                "account_id": account,
                "program_id": program,
                "is_won": True,
                "stage": "Closed Won",
                "closed_on": str(day(closing).date()),
            }
        )
        truth.append(put)
    if turned:
        people = dict(reversed(people.items()))
        rows, won, roles = [{"engagement_id": f"e{n:03d}", **row} for n, row in enumerate(rows)][::-1], won[::-1], roles[::-1]  # fmt: skip
    more = {"opportunities": won, **({"opportunity_roles": roles} if named else {})}
    return World(people, rows, programs=programs, more=more), truth


def deals_of(world: World, as_of=AS_OF, **changed) -> list[Deal]:
    return won_deals(world.market, world.touches(as_of=as_of), LEARN.model_copy(update=changed))


@pytest.mark.parametrize(("named", "source"), [(True, "roles"), (False, "program")])
def test_a_planted_committee_comes_back_from_forty_won_deals(named: bool, source: str) -> None:
    world, truth = planted(40, named)
    deals = deals_of(world)
    assert [(one.taken_from, one.people, one.lags) for one in deals] == [
        (source, dict(sorted(put["people"].items())), put["lags"]) for put in truth
    ]
    every = segments_of(deals, LEARN)[0]
    assert (every.deals, every.accounts) == (40, 40)
    assert [one.persona for one in every.entries] == list(PLANTED), "in the order of entry"
    assert {name: seats for name, seats in every.seats().items() if seats} == SEATS
    for one in every.entries:
        lags = [put["lags"][one.persona] for put in truth if one.persona in put["lags"]]
        interval = binomtest(len(lags), 40).proportion_ci(0.95, method="wilson")
        assert (one.deals, one.dated) == (len(lags), len(lags))
        assert (one.share, one.low, one.high) == pytest.approx((len(lags) / 40, *interval))
        assert one.lag == median(lags)
        assert one.lag_low is None or one.lag_low <= one.lag <= one.lag_high
    assert every.entries[0].place == 1.0


def test_nine_deals_are_not_enough_and_the_tenth_is() -> None:
    for number, enough in ((9, False), (10, True)):
        deals = deals_of(planted(number, named=True)[0])
        every = segments_of(deals, LEARN)[0]
        assert (every.deals, every.enough) == (number, enough)
        templates = templates_of(deals, {"executive": 7}, LEARN)
        used = templates.of(None, None)
        assert used.seats == (SEATS if enough else {"executive": 7})
        assert templates.said([used]) == {
            "seats_from": "won deals" if enough else "settings",
            "deals": number,
            "least": 10,
        }


def test_groups_are_measured_by_the_committee_of_won_deals_only_where_those_are_enough() -> None:
    def needed(deals: int, as_of=AS_OF, **learn) -> tuple[dict[str, int], dict]:
        world, _ = planted(deals, named=True)
        chosen = settings(learn=learn)
        tables, rows = conclude(*world.inputs, chosen, as_of, FAMILIES)
        found = tables["coverage"].to_pylist()
        return {row["persona"]: row["needed"] for row in found if row["needed"]}, rows.get("coverage", {})

    default = {name: count for name, count in SETTINGS.coverage.seats.items() if count}
    assert needed(10) == (SEATS, {"seats_from": "won deals", "deals": 10, "least": 10})
    assert needed(9) == (default, {"seats_from": "settings", "deals": 9, "least": 10})
    assert needed(10, used=False) == (default, {})
    before_the_last_closed = day(259) - timedelta(seconds=1)
    assert needed(10, before_the_last_closed)[0] == default


def test_the_order_of_rows_changes_nothing() -> None:
    one, other = planted(12, named=True)[0], planted(12, named=True, turned=True)[0]
    assert deals_of(one) == deals_of(other)
    deals = deals_of(one)
    assert segments_of(deals, LEARN) == segments_of(deals[::-1], LEARN)


def deal(**more) -> dict:
    return {"opportunity_id": "d", "account_id": "acme", "is_won": True, "closed_on": "2026-04-11", **more}


PEOPLE = {"ann": {"persona": "scientific"}, "bob": {"persona": "finance"}, "nameless": {"persona": "unknown"}}


def one_deal(rows, roles=(), people=PEOPLE, as_of=AS_OF, **more) -> Deal:
    named = [{"opportunity_id": "d", **(who if isinstance(who, dict) else {"contact_id": who})} for who in roles]
    tables = {"opportunities": [deal(**more)], **({"opportunity_roles": named} if named else {})}
    programs = {"P": {}, "Q": {}}
    (found,) = deals_of(World(people, rows, programs=programs, more=tables), as_of)
    return found


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"closed_on": "2027-01-01"}, "closed_in_future"),
        ({"closed_on": "2027"}, "closed_in_future"),
        ({"closed_on": None}, "no_closing_day"),
        ({"loss_reason": "price"}, "won_and_lost"),
        ({"stage": "Closed LOST"}, "won_and_lost"),
        ({"deleted": True}, "deleted"),
        ({}, ""),
        ({"loss_reason": " ", "stage": "Closed Won"}, ""),
        ({"closed_on": "2026-12-31"}, ""),
    ],
)
def test_a_deal_that_cannot_teach_is_named_with_its_reason(more: dict, reason: str) -> None:
    assert one_deal([touch("ann", 90)], roles=["ann"], **more).left_out == reason


@pytest.mark.parametrize(
    ("closed_on", "late"),
    [("2026-04-11", 0), ("2026-04", -10), ("2026", -100)],
)
def test_a_close_lies_in_the_future_until_its_day_or_the_month_or_year_that_is_known_of_it_begins(
    closed_on: str, late: int
) -> None:
    begins = day(100 + late)
    rows = [touch("ann", -50)]
    assert one_deal(rows, as_of=begins, closed_on=closed_on).left_out == ""
    assert one_deal(rows, as_of=begins - MILLISECOND, closed_on=closed_on).left_out == "closed_in_future"


def test_open_and_lost_deals_are_no_won_deals() -> None:
    rows = [deal(opportunity_id="open", is_won=None), deal(opportunity_id="lost", is_won=False)]
    assert deals_of(World(PEOPLE, [touch("ann", 90)], more={"opportunities": rows})) == []


def test_a_deal_without_roles_takes_who_engaged_with_its_program_not_who_engaged_with_another() -> None:
    rows = [touch("ann", 60, program_id="P"), touch("bob", 61, program_id="Q")]
    found = one_deal(rows, program_id="P")
    assert (found.taken_from, found.people, found.lags) == ("program", {"scientific": 1}, {"scientific": 40})


def test_where_nobody_engaged_with_the_program_those_count_who_engaged_for_none_known() -> None:
    found = one_deal([touch("ann", 60), touch("bob", 61, program_id="Q")], program_id="P")
    assert (found.taken_from, found.people) == ("account", {"scientific": 1})
    found = one_deal([touch("ann", 60), touch("bob", 61, program_id="Q")], program_id="not listed")
    assert (found.taken_from, found.people) == ("account", {"scientific": 1})


def test_a_deal_without_program_takes_everybody_of_the_account() -> None:
    found = one_deal([touch("ann", 60), touch("bob", 61, program_id="Q")])
    assert (found.taken_from, found.people) == ("account", {"finance": 1, "scientific": 1})


def test_who_is_named_counts_without_any_engagement_and_who_is_not_named_does_not() -> None:
    found = one_deal([touch("ann", 60)], roles=["bob", "bob", "stranger"])
    assert (found.taken_from, found.people, found.lags) == ("roles", {"finance": 1}, {})


def test_a_name_that_the_source_has_taken_off_the_deal_does_not_count() -> None:
    found = one_deal([touch("ann", 60)], roles=["ann", {"contact_id": "bob", "deleted": True}])
    assert (found.taken_from, found.people) == ("roles", {"scientific": 1})


def test_roles_that_name_nobody_known_are_as_none() -> None:
    assert one_deal([touch("ann", 60)], roles=["stranger"]).taken_from == "account"


@pytest.mark.parametrize(
    ("at", "there"),
    [
        (day(101) - MILLISECOND, True),
        (day(101), False),
        (day(100 - 365), True),
        (day(100 - 365) - MILLISECOND, False),
    ],
)
def test_engagement_counts_from_a_year_before_the_closing_day_to_its_last_millisecond(
    at: datetime, there: bool
) -> None:
    found = one_deal([touch("ann", 0, occurred_at=at)])  # the closing day is 2026-04-11, day 100
    assert (found.left_out, bool(found.people)) == ("" if there else "nobody_before_close", there)


def test_people_of_no_known_persona_teach_nothing() -> None:
    assert one_deal([touch("nameless", 60)]).left_out == "no_known_persona"


def test_a_closing_month_tells_who_was_there_but_not_how_long_before() -> None:
    found = one_deal([touch("ann", 60)], closed_on="2026-04")
    assert (found.people, found.lags) == ({"scientific": 1}, {})


def test_lags_are_calendar_days_whatever_the_hour() -> None:
    assert one_deal([touch("ann", 99.99)]).lags == {"scientific": 1}
    assert one_deal([touch("ann", 100.0)]).lags == {"scientific": 0}


def plain_deal(number: int, **more) -> Deal:
    known = Deal(
        f"d{number:02}", f"a{number}", "2026-04-11", "roles", "", {"scientific": 1}, {"scientific": 9}, None, None
    )
    return replace(known, **more)


def test_segments_are_what_accounts_state_and_each_needs_deals_enough_of_its_own() -> None:
    deals = [plain_deal(n, industry="biotech", employees=49, people={"finance": 1}, lags={}) for n in range(10)]
    deals += [plain_deal(n, industry="pharma", employees=50) for n in range(10, 19)] + [
        plain_deal(19, left_out="deleted")
    ]
    found = segments_of(deals, LEARN)
    assert [(one.by, one.name, one.deals, one.enough) for one in found] == [
        ("all", "all", 19, True),
        ("industry", "biotech", 10, True),
        ("industry", "pharma", 9, False),
        ("employees", "under 50", 10, True),
        ("employees", "50 to 249", 9, False),
    ]
    assert found[1].seats(["scientific"]) == {"finance": 1, "scientific": 0}
    assert {one.persona: one.seats for one in found[0].entries} == {"finance": 1, "scientific": 0}
    assert [one.by for one in segments_of([plain_deal(1)], LEARN)] == ["all"], "nothing stated divides nothing"


def test_several_deals_of_one_account_are_told_as_such() -> None:
    every = segments_of([plain_deal(n, account_id="acme") for n in range(10)], LEARN)[0]
    assert (every.deals, every.accounts) == (10, 1)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=80), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_of_a_median_is_that_of_scipy(values: list[int], confidence: float) -> None:
    expected = quantile_test(values, p=0.5).confidence_interval(confidence)
    low, high = median_interval(sorted(values), confidence)
    if low is None:
        assert not (expected.low == expected.low and expected.high == expected.high), "no end is known"
    else:
        assert (low, high) == (expected.low, expected.high)


@given(st.lists(st.integers(0, 4), min_size=10, max_size=30), st.sampled_from([0.3, 0.5, 1.0]))
def test_seats_are_the_most_people_that_the_usual_share_of_deals_had(counts: list[int], usual: float) -> None:
    deals = [plain_deal(n, people={"scientific": count} if count else {"finance": 1}) for n, count in enumerate(counts)]
    seats = segments_of(deals, LEARN.model_copy(update={"usual_share": usual}))[0].seats(["scientific"])["scientific"]
    for k in range(1, 6):
        assert (seats >= k) == (sum(count >= k for count in counts) >= usual * len(counts))
