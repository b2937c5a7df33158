"""The benchmark of detectors: markets read from files, figures, delay, pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markets import small

from committee.benchmark.detectors import DETECTORS, Case, case_from, made_case, named_detectors, numbers
from committee.benchmark.detectors import detector as detector_file
from committee.benchmark.detectors.ablation import ablated, varied
from committee.benchmark.detectors.chance import by_chance
from committee.benchmark.detectors.delay import beginning, first_reported, median_wait, waits, weekly
from committee.benchmark.detectors.page import END, START, detection_part, with_part
from committee.benchmark.detectors.run import Plan, best_of, over_worlds, tables_of
from committee.benchmark.detectors.table import COLUMNS, compared, mean_rows
from committee.benchmark.generator import GeneratedMarket, world
from committee.benchmark.scorer import Truth, score
from committee.errors import BadFile, NotFound
from committee.records.computed import Group, Membership
from committee.records.tables import typed_table
from committee.settings import Settings

SETTINGS = Settings.read(environment={})
GAP = [DETECTORS["program_topic_gap"]]


def folder_of(made: GeneratedMarket, folder: Path) -> Path:
    made.write(folder)
    return folder


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case_from(folder_of(small("plain"), tmp_path_factory.mktemp("plain")), SETTINGS, "plain")


def truth_in_memory(made: GeneratedMarket) -> Truth:
    """The planted truth straight from the generator's tables, and who was seen from its rows."""
    planted = {name: table.to_pandas() for name, table in made.truth.items()}
    groups = planted["truth_groups"].assign(started_at=lambda rows: pd.to_datetime(rows.started_at))
    members = planted["truth_membership"].assign(joined_at=lambda rows: pd.to_datetime(rows.joined_at))
    rows = made.tables["engagements"].to_pandas().dropna(subset="contact_id")
    at = pd.to_datetime(rows.occurred_at, utc=True).dt.tz_localize(None).dt.floor("s")
    by_person = rows.assign(at=at).groupby("contact_id")
    people = pd.DataFrame({"account_id": by_person.account_id.first(), "first_at": by_person["at"].min()}).reset_index()
    for table in (groups, members, people):
        for name in table.columns[table.dtypes == "category"]:
            table[name] = table[name].astype(object)
    return Truth(groups, members, people, pd.Index(planted["accounts"].account_id), pd.Timestamp(made.meta["now"]))


def test_a_market_scores_the_same_from_its_folder_as_from_memory(case: Case) -> None:
    tables = GAP[0].find(case, case.touches())
    answers = tables["groups"].to_pandas(), tables["memberships"].to_pandas()
    there = score(case.truth, *answers)
    assert there["true_groups"] > 5
    assert there["pred_groups"] > 5
    assert there == pytest.approx(score(truth_in_memory(small("plain")), *answers), nan_ok=True)


def test_a_made_market_and_the_same_one_in_a_folder_are_the_same_case(case: Case) -> None:
    made = made_case(world("plain").with_accounts(6), 3, SETTINGS)
    assert made.market == case.market
    assert made.as_of == case.as_of == datetime(2026, 6, 30, 23, 59, 59, 999000, tzinfo=UTC)
    assert made.personas == case.personas
    assert made.tags == case.tags
    pd.testing.assert_frame_equal(made.truth.members, case.truth.members)


def test_a_folder_without_truth_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"no truth/meta\.json"):
        case_from(tmp_path, SETTINGS)


def test_the_truth_is_never_read_as_a_table_of_the_market(case: Case) -> None:
    assert {row["file"] for row in case.market.loads.to_pylist()} == {f"{name}.csv" for name in small("plain").tables}


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_each_detector_gives_typed_groups_with_members_twice_alike(case: Case, name: str) -> None:
    one = DETECTORS[name]
    tables, again = (one.find(case, case.touches()) for _ in range(2))
    assert tables["groups"] == again["groups"]
    assert tables["memberships"] == again["memberships"]
    assert tables["groups"].schema == typed_table(Group, {}).schema
    assert tables["memberships"].schema == typed_table(Membership, {}).schema
    groups = {row["group_id"]: row for row in tables["groups"].to_pylist()}
    assert groups
    people: dict[str, list[str]] = {}
    accounts = {row["contact_id"]: row["account_id"] for row in case.market.contacts.to_pylist()}
    for row in tables["memberships"].to_pylist():
        people.setdefault(row["group_id"], []).append(row["contact_id"])
        assert accounts[row["contact_id"]] == row["account_id"] == groups[row["group_id"]]["account_id"]
    assert {group: len(members) for group, members in people.items()} == {
        group: row["people"] for group, row in groups.items()
    }
    assert all(row["people"] >= 3 and len(row["personas"]) >= 2 for row in groups.values())
    assert all(row["formed_at"] <= row["last_active_at"] <= case.as_of for row in groups.values())


def test_the_table_has_a_row_a_detector_with_the_figures_of_the_scorer(case: Case) -> None:
    rows = compared(case, named_detectors(["topic_gap", "leiden"]), weeks=0)
    assert [row["detector"] for row in rows] == ["topic_gap", "leiden"]
    tables = DETECTORS["leiden"].find(case, case.touches())
    figures = score(case.truth, tables["groups"].to_pandas(), tables["memberships"].to_pandas())
    assert tuple(rows[1]) == COLUMNS
    assert rows[1]["bcubed_f1"] == figures["bcubed_f1"]
    assert rows[1]["group_and_program_f1"] == figures["group_program_f1"]
    assert rows[1]["groups_per_account"] == tables["groups"].num_rows / 6
    assert rows[1]["delay_days"] is None


def test_where_nothing_was_planted_all_that_is_reported_is_false() -> None:
    empty = made_case(world("empty").with_accounts(5), 1, SETTINGS)
    (row,) = compared(empty, named_detectors(["topic_gap"]), weeks=4)
    assert row["groups_per_account"] == row["false_per_account"] > 0
    assert row["bcubed_f1"] is row["group_f1"] is row["group_and_program_f1"] is row["delay_days"] is None


def test_unknown_detectors_and_worlds_are_refused_with_the_ones_there_are() -> None:
    with pytest.raises(NotFound, match="topic_gap"):
        named_detectors(["topic_gab"])
    with pytest.raises(NotFound, match="realistic"):
        tables_of(Plan(GAP, SETTINGS, ["realistc"]), ["groups"])


def test_a_detector_whose_package_is_missing_is_left_out_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector_file, "find_spec", lambda name: None)
    assert "leiden" not in [one.name for one in named_detectors()]
    assert [one.name for one in named_detectors(["leiden"])] == ["leiden"]


# --- delay ----------------------------------------------------------------------------------------------------------


def truth_of(groups: dict[str, tuple[str, dict[str, str]]]) -> Truth:
    """Groups as ``{"g": (start, {person: joined})}``; personas alternate."""
    facts = [(group, "a", "p", pd.Timestamp(start), 1) for group, (start, _) in groups.items()]
    rows = [
        (group, "a", "p", person, ["scientific", "finance"][place % 2], pd.Timestamp(joined))
        for group, (_, people) in groups.items()
        for place, (person, joined) in enumerate(people.items())
    ]
    return Truth(
        pd.DataFrame(facts, columns=["group_id", "account_id", "program_id", "started_at", "listed"]),
        pd.DataFrame(rows, columns=["group_id", "account_id", "program_id", "contact_id", "role", "joined_at"]),
        pd.DataFrame(columns=["contact_id", "account_id", "first_at"]),
        pd.Index(["a"]),
        pd.Timestamp("2026-06-30"),
    )


def found(**groups: str) -> dict[str, Any]:
    """Found groups, each as letters, one a person."""
    rows = [(group, person) for group, people in groups.items() for person in people]
    return {
        "memberships": typed_table(
            Membership,
            {
                "group_id": [row[0] for row in rows],
                "contact_id": [row[1] for row in rows],
                "account_id": ["a"] * len(rows),
            },
        )
    }


def on(day: int) -> datetime:
    return datetime(2026, 6, day, tzinfo=UTC)


def test_a_replay_looks_every_seven_days_and_last_at_the_end() -> None:
    assert weekly(on(29), 3) == [on(15), on(22), on(29)]


def test_only_groups_that_begin_within_the_replay_and_are_large_enough_are_waited_for() -> None:
    three = {"x": "2026-06-20", "y": "2026-06-21", "z": "2026-06-22"}
    truth = truth_of({
        "new": ("2026-06-20", three),
        "old": ("2026-06-02", three),
        "small": ("2026-06-20", {"x": "2026-06-20", "y": "2026-06-21"}),
        "on the border": ("2026-06-03 00:00:00", three),  # four weeks before the end of June 30
        "just inside": ("2026-06-03 00:00:01", three),
    })  # fmt: skip
    assert set(beginning(truth, 4, people=3, personas=2).index) == {"new", "just inside"}


def test_a_group_counts_as_reported_when_half_of_both_together_is_shared_by_those_who_had_joined() -> None:
    truth = truth_of(
        {"g": ("2026-06-01", {"x": "2026-06-01", "y": "2026-06-03", "z": "2026-06-10", "w": "2026-06-20"})}
    )
    started = beginning(truth, 6, people=3, personas=2)
    answers = [
        (on(5), found(one="xpq")),
        (on(12), found(one="xypqr", two="yzs")),
        (on(19), found(one="xyz")),
        (on(26), found()),
    ]
    # on the 12th x, y and z had joined: xypqr shares 2 of 6, yzs shares 2 of 4
    assert first_reported(truth, started, answers, match_at=0.5) == {"g": pd.Timestamp("2026-06-12")}
    assert first_reported(truth, started, answers, match_at=0.51) == {"g": pd.Timestamp("2026-06-19")}
    assert waits(truth, started, {"g": pd.Timestamp("2026-06-12")}) == [(11.0, True)]
    assert waits(truth, started, {}) == [(30.0, False)]


def test_groups_never_reported_count_as_still_waiting() -> None:
    assert median_wait([(7.0, True), (14.0, True), (21.0, True)]) == 14.0
    assert median_wait([(7.0, True), (60.0, False), (60.0, False)]) != median_wait([(7.0, True)])
    # by hand: at 7 days 4/5 still wait, at 14 (3 at risk, one left before) 8/15, at 21 4/15
    assert median_wait([(7.0, True), (10.0, False), (14.0, True), (21.0, True), (30.0, False)]) == 21.0


def test_the_delay_of_a_market_lies_between_its_first_touch_and_the_replay(case: Case) -> None:
    (row,) = compared(case, named_detectors(["topic_gap"]), weeks=16)
    assert 0 < row["delay_days"] <= 16 * 7


# --- tables and pages -----------------------------------------------------------------------------------------------


def test_seeds_are_averaged_and_untold_figures_stay_untold() -> None:
    rows = [
        {"world": "w", "detector": "d", "x": 1.0, "y": None},
        {"world": "w", "detector": "d", "x": 2.0, "y": None},
        {"world": "v", "detector": "d", "x": 5.0, "y": 3.0},
    ]
    assert mean_rows(rows, ("world", "detector")) == [
        {"world": "w", "detector": "d", "x": 1.5, "y": None},
        {"world": "v", "detector": "d", "x": 5.0, "y": 3.0},
    ]
    assert over_worlds(rows, "detector") == [{"world": "mean", "detector": "d", "x": pytest.approx(8 / 3), "y": 3.0}]
    assert over_worlds(rows[:2], "detector") == []


def test_a_detector_that_is_silent_where_another_is_not_has_no_mean() -> None:
    figures = {
        ("w", "quick"): 5.0,
        ("v", "quick"): 9.0,
        ("u", "quick"): None,
        ("w", "slow"): 6.0,
        ("v", "slow"): None,
        ("u", "slow"): None,
    }
    rows = [{"world": place, "detector": name, "delay": value} for (place, name), value in figures.items()]
    assert over_worlds(rows, "detector") == [
        {"world": "mean", "detector": "quick", "delay": 7.0},
        {"world": "mean", "detector": "slow", "delay": None},
    ]


def test_who_leads_is_said_with_the_margin() -> None:
    rows = [
        {"world": "w", "detector": name, "f": value}
        for name, value in (("a", 0.5), ("b", 0.75), ("c", 0.7), ("d", None))
    ]
    assert best_of(rows, ["f"]) == ["f: b 0.750, 0.050 before c"]
    other = [{**row, "world": "v", "f": value} for row, value in zip(rows, (0.25, 0.5, 0.1, None), strict=True)]
    assert best_of([*rows, *other], ["f"]) == [
        "f: b 0.625, 0.225 before c",
        "w: f: b 0.750, 0.050 before c",
        "v: f: b 0.500, 0.250 before a",
    ]


def test_a_plan_over_two_seeds_gives_one_row_a_world_and_detector() -> None:
    tables = tables_of(
        Plan(GAP, SETTINGS, ["plain", "empty"], accounts=2, seeds=(1, 2), chance_worlds=1),
        ["groups", "ranking", "chance"],
    )
    assert [(row["world"], row["detector"]) for row in tables["groups"]] == [
        ("plain", "program_topic_gap"),
        ("empty", "program_topic_gap"),
    ]
    assert [row["world"] for row in tables["chance"]] == ["plain", "empty"]
    single = [
        tables_of(Plan(GAP, SETTINGS, ["plain"], accounts=2, seeds=(seed,)), ["groups"])["groups"][0] for seed in (1, 2)
    ]
    assert tables["groups"][0]["groups_per_account"] == sum(row["groups_per_account"] for row in single) / 2


def test_large_worlds_are_cut_and_small_ones_left() -> None:
    cases = [make() for make in Plan(GAP, SETTINGS, ["plain"], most_accounts=3).cases()]
    assert [len(one.truth.accounts) for one in cases] == [3]
    assert [
        len(make().truth.accounts) for make in Plan(GAP, SETTINGS, ["plain"], accounts=2, most_accounts=3).cases()
    ] == [2]


def test_the_worlds_and_numbers_of_the_benchmark_exist() -> None:
    for name in numbers()["worlds"]["names"]:
        assert world(name).name == name
    assert json.dumps(numbers())


def test_chance_counts_groups_where_nobody_buys_together(case: Case) -> None:
    (row,) = by_chance(case, GAP, worlds=2, seed=1)
    assert row["planted_per_account"] == len(case.truth.groups) / 6
    assert 0 <= row["shifted"] < row["groups_per_account"]
    assert 0 <= row["exchanged"] < row["groups_per_account"]
    assert row == by_chance(case, GAP, worlds=2, seed=1)[0]


def test_the_part_about_detection_is_put_in_the_place_of_the_old_one() -> None:
    part = detection_part(
        {
            "chance": [
                {
                    "world": "w",
                    "detector": "d|e",
                    "groups_per_account": 1.0,
                    "planted_per_account": 0.25,
                    "shifted": 0.12345,
                    "exchanged": None,
                }
            ]
        },
        {"d": "does"},
        "committee bench",
    )
    assert "| w | d\\|e | 1 | 0.25 | 0.123 |  |" in part
    page = with_part("# Benchmarks\n\nBefore.\n", part)
    assert page.startswith("# Benchmarks\n\nBefore.\n\n" + START)
    other = part.replace("0.25", "0.5")
    assert with_part(page + "\nAfter.\n", other) == page.replace("0.25", "0.5") + "\nAfter.\n"
    assert with_part("", part).startswith(f"# Benchmarks\n\n{START}")
    assert part.rstrip().endswith(END)


# --- ablation -------------------------------------------------------------------------------------------------------


def test_changed_settings_keep_all_that_is_not_named() -> None:
    changed = varied(SETTINGS, {"cleaning": {"gateway_people": 9}, "window": {"days": 3}})
    assert (changed.cleaning.gateway_people, changed.window.days) == (9, 3.0)
    assert changed.cleaning.gateway_minutes == SETTINGS.cleaning.gateway_minutes
    assert varied(SETTINGS, {}) == SETTINGS


def test_every_part_that_can_be_left_out_is_a_setting_that_exists() -> None:
    for change in numbers()["ablation"]["parts"].values():
        assert varied(SETTINGS, change) != SETTINGS


def test_without_its_gateway_filter_a_detector_takes_gateways_for_groups() -> None:
    gateways = made_case(world("gateways").with_accounts(6), 1, SETTINGS)
    off = {"cleaning": {"gateway_people": 1_000_000, "burst_clicks": 1_000_000}}
    whole, without = ablated(gateways, DETECTORS["topic_gap"], {"machines": off})
    assert (whole["part"], without["part"]) == ("nothing left out", "machines")
    assert without["lost"] == whole["bcubed_f1"] - without["bcubed_f1"] > 0
    assert without["false_per_account"] > whole["false_per_account"]
    (alone,) = compared(gateways, [DETECTORS["topic_gap"]], weeks=0)
    assert alone["bcubed_f1"] == whole["bcubed_f1"]


def test_beside_other_tables_the_ablation_runs_on_a_few_worlds() -> None:
    own = numbers()["ablation"]["worlds"]
    plan = Plan(GAP, SETTINGS, ["plain"], accounts=2)
    assert "plain" not in own
    assert tables_of(plan, ["ranking", "ablation"])["ablation"] == []
    parts = [row["part"] for row in tables_of(plan, ["ablation"])["ablation"]]
    assert parts == ["nothing left out", *numbers()["ablation"]["parts"]]
    assert {world(name).name for name in own} == set(own)
