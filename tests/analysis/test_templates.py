"""Each group is measured by won deals of its own segment where those are enough, else by all, else by the default."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
from analysis.small_markets import AS_OF, FAMILIES, SETTINGS, World, settings, touch

from committee.analysis.detect import conclude
from committee.analysis.templates import templates_of
from committee.analysis.won_deals import Deal
from committee.reports.won_deals import seats_note, template_notes

LEARN = SETTINGS.learn
DEFAULT = {"scientific": 9}


def deal(number: int, people: dict[str, int], industry: str | None = None, employees: int | None = None) -> Deal:
    return Deal(f"d{number:03}", f"a{number}", "2026-04-11", "roles", "", people, {}, industry, employees)


BIOTECH = [deal(n, {"finance": 1}, "biotech", 20) for n in range(10)]
PHARMA = [deal(n, {"procurement": 2}, "pharma", 6000) for n in range(10, 19)]
OTHERS = [deal(n, {"procurement": 2}, None, 300) for n in range(19, 40)]


def test_the_segment_decides_then_all_deals_then_the_default():
    templates = templates_of([*BIOTECH, *PHARMA, *OTHERS], DEFAULT, LEARN)
    assert (templates.of("biotech", 6000).name, templates.of("biotech", 6000).seats) == (
        "industry: biotech",
        {"finance": 1},
    )
    assert templates.of("biotech", 6000).deals == 10
    assert templates.of("pharma", 6000).name == "all"  # nine deals, by industry as by size
    assert templates.of(None, 249).name == "all"
    assert templates.of(None, 250).name == "employees: 250 to 999"
    assert templates.of("tools", 49).name == "employees: under 50"
    assert templates.of(None, None).seats == {"procurement": 2}
    few = templates_of(BIOTECH[:9], DEFAULT, LEARN)
    assert (few.of("biotech", 20).name, few.of("biotech", 20).seats) == ("default", DEFAULT)


def test_the_order_of_segments_is_a_setting_and_none_is_all():
    deals = [*BIOTECH, *OTHERS]
    assert templates_of(deals, DEFAULT, LEARN).of("biotech", 300).name == "industry: biotech"
    size_first = LEARN.model_copy(update={"segments": ("employees", "industry")})
    assert templates_of(deals, DEFAULT, size_first).of("biotech", 300).name == "employees: 250 to 999"
    assert templates_of(deals, DEFAULT, LEARN.model_copy(update={"segments": ()})).of("biotech", 20).name == "all"


def test_a_segment_in_which_no_persona_is_usual_gives_no_seats():
    odd = [deal(n, {name: 1}, "biotech") for n, name in enumerate(["finance", "procurement", "scientific"] * 4)]
    templates = templates_of([*odd, *OTHERS], DEFAULT, LEARN)
    assert templates.of("biotech", None).name == "all"


def test_what_is_not_used_or_not_there_leaves_the_default_and_says_nothing():
    for deals, rules in (([], LEARN), (BIOTECH, LEARN.model_copy(update={"used": False}))):
        templates = templates_of(deals, DEFAULT, rules)
        assert templates.of("biotech", 20).seats == DEFAULT
        assert templates.said([templates.of("biotech", 20)]) == {}


def test_groups_of_two_segments_are_measured_by_two_templates_and_the_run_says_so():
    people, rows, programs, deals, accounts = {}, [], {}, [], []
    for number in range(22):
        biotech = number < 11
        account, program = f"acc{number:02}", f"prog{number:02}"
        programs[program] = {"account_id": account}
        accounts.append({"account_id": account, "industry": "biotech" if biotech else "pharma"})
        for place, persona in enumerate(("scientific", "program_lead", "finance" if biotech else "procurement")):
            who = f"{account}-{place}"
            people[who] = {"persona": persona, "account_id": account}
            rows += [touch(who, at + place, program_id=program) for at in (200, 204)]
        if number not in (0, 21):
            deals.append({"opportunity_id": f"deal{number:02}", "account_id": account, "program_id": program, "is_won": True, "closed_on": "2026-09-01"})  # fmt: skip
    world = World(people, rows, programs=programs, more={"accounts": accounts, "opportunities": deals})
    tables, told = conclude(*world.inputs, settings(), AS_OF, FAMILIES)
    groups = {row["group_id"]: row["account_id"] for row in tables["groups"].to_pylist()}
    assert {"acc00", "acc21"} <= set(groups.values())
    for row in tables["coverage"].to_pylist():
        biotech = groups[row["group_id"]] < "acc11"
        assert row["template"] == ("industry: biotech" if biotech else "industry: pharma")
        assert row["needed"] == (
            row["persona"] in ("scientific", "program_lead", "finance" if biotech else "procurement")
        )
    (note,) = template_notes(told)
    assert "learned from 20 won deals" in note
    assert f"{sum(1 for one in groups.values() if one < 'acc11')} groups by won deals of industry: biotech" in note
    assert (
        seats_note([{"template": "industry: biotech"}])
        == "Seats of the usual committee: those of won deals of industry: biotech"
    )
    assert seats_note([{"template": None}]) == ""


def test_a_group_of_an_account_nobody_knows_is_measured_by_all():
    templates = templates_of([*BIOTECH, *OTHERS], DEFAULT, LEARN)
    groups = pa.table({"account_id": ["a1", "gone"]})
    accounts = pa.table({"account_id": ["a1"], "industry": ["biotech"], "employees": pa.array([None], pa.int64())})
    assert [one.name for one in templates.of_groups(groups, accounts)] == ["industry: biotech", "all"]
    assert templates.said([replace(templates.otherwise)]) == {"seats_from": "won deals", "deals": 31, "least": 10}
