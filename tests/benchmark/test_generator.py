"""Made-up markets: the truth follows from the tables, the noise comes at the rate the world says, same seed same bytes."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from committee.benchmark.generator import GeneratedMarket, MarketSpec, generate, world, world_names
from committee.benchmark.generator.__main__ import main
from committee.benchmark.generator.arrays import Pool, office_hours, ragged
from committee.benchmark.scorer import Truth, score
from committee.errors import BadSettings, NotFound
from committee.records import LOADED

SMALL = 24
NAMES = world_names()


@functools.cache
def small(name: str) -> GeneratedMarket:
    return generate(world(name).with_accounts(SMALL), seed=7)


@functools.cache
def frames(name: str) -> dict[str, pd.DataFrame]:
    market = small(name)
    return {key: table.to_pandas() for key, table in (market.tables | market.truth).items() if key != "accounts"} | {
        "accounts": market.tables["accounts"].to_pandas()
    }


def changed(spec: MarketSpec, section: str, **values: Any) -> MarketSpec:
    return dataclasses.replace(spec, **{section: dataclasses.replace(getattr(spec, section), **values)})


def rows_of(name: str) -> pd.DataFrame:
    """Engagements with their origin, group and time; of a row with a day only, the beginning of that day."""
    rows = frames(name)["engagements"].merge(frames(name)["truth_engagements"], on="engagement_id", validate="1:1")
    return rows.assign(at=pd.to_datetime(rows.occurred_at, utc=True, format="ISO8601"))


@pytest.mark.parametrize("name", NAMES)
def test_the_truth_follows_from_the_engagements(name: str) -> None:
    tables = frames(name)
    rows = rows_of(name)
    members, groups = tables["truth_membership"], tables["truth_groups"].set_index("group_id")
    by_email = dict(zip(tables["contacts"].email, tables["contacts"].contact_id, strict=True))
    person = rows.contact_id.fillna(rows.email.map(by_email))
    planted = rows.assign(person=person)[rows.group_id.notna()]
    assert planted.person.notna().all()
    counted = planted.groupby(["group_id", "person"])["at"].agg(["size", "min"])
    assert len(counted) == len(members)
    told = members.set_index(["group_id", "contact_id"]).loc[counted.index]
    assert (told.n_engagements == counted["size"]).all()
    assert (pd.to_datetime(told.joined_at, utc=True).to_numpy() == counted["min"].to_numpy()).all()
    spans = planted.groupby("group_id")["at"].agg(["min", "max"])
    assert set(spans.index) == set(groups.index)
    assert (pd.to_datetime(groups.started_at, utc=True).loc[spans.index] == spans["min"]).all()
    assert (pd.to_datetime(groups.ended_at, utc=True).loc[spans.index] == spans["max"]).all()
    assert (planted.account_id.to_numpy() == groups.account_id.loc[planted.group_id].to_numpy()).all()


@pytest.mark.parametrize("name", NAMES)
def test_no_engagement_precedes_its_contact_or_lies_outside_the_history(name: str) -> None:
    rows, contacts = rows_of(name), frames(name)["contacts"]
    known = rows.merge(contacts[["contact_id", "created_at"]], on="contact_id")
    known = pd.concat([known, rows[rows.contact_id.isna()].merge(contacts[["email", "created_at"]], on="email")])
    assert (known["at"] >= known.created_at).all()
    spec = world(name)
    end = pd.Timestamp(spec.now, tz="UTC")
    assert rows["at"].between(end - pd.Timedelta(days=spec.days), end, inclusive="left").all()


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_leads_somewhere_and_ids_are_unique(name: str) -> None:
    tables = frames(name)
    keys = {
        "accounts": "account_id",
        "programs": "program_id",
        "contacts": "contact_id",
        "content": "content_id",
        "campaigns": "campaign_id",
        "engagements": "engagement_id",
    }
    for table, key in keys.items():
        assert tables[table][key].is_unique
    for table in keys:
        for other, key in keys.items():
            if key in tables[table] and table != other and not (table == "contacts" and other == "programs"):
                assert set(tables[table][key].dropna()) <= set(tables[other][key]), (table, key)
    # a record may state a program that no table lists; the truth knows it
    home = frames(name)["truth_contacts"].home_program_id
    assert tables["contacts"].email.is_unique
    assert tables["contacts"].email.str.endswith(".example").all()
    listed = tables["truth_groups"].query("listed == 1").program_id
    assert set(listed) <= set(tables["programs"].program_id)
    assert not set(tables["truth_groups"].query("listed == 0").program_id) & set(tables["programs"].program_id)
    assert home.notna().any()


@pytest.mark.parametrize("name", ["plain", "realistic"])
def test_columns_are_those_of_the_canonical_folder(name: str) -> None:
    fields = {record.table: set(record.model_fields) for record in LOADED}
    for table, rows in small(name).tables.items():
        assert set(rows.column_names) <= fields[table], table


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_same_world_and_seed_give_the_same_bytes(tmp_path: Path, form: str) -> None:
    spec = world("realistic").with_accounts(6)
    for name in ("one", "two"):
        generate(spec, seed=3).write(tmp_path / name, format=form)  # type: ignore[arg-type]
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(files) == 6 + 7
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_another_seed_gives_another_market() -> None:
    spec = world("plain").with_accounts(6)
    assert generate(spec, seed=1).tables["engagements"] != generate(spec, seed=2).tables["engagements"]


def test_switching_one_noise_off_leaves_the_planted_groups_as_they_were() -> None:
    spec = world("realistic").with_accounts(SMALL)
    quiet = generate(changed(spec, "noise", mailings=0.0, opens=0.0, gateways=0.0, crawlers=0.0, forwards=0.0), seed=7)
    noisy = small("realistic")
    planted = ["group_id", "program_id", "need", "plan_start", "plan_days"]
    assert quiet.truth["truth_groups"].select(planted) == noisy.truth["truth_groups"].select(planted)
    origins = set(quiet.truth["truth_engagements"]["origin"].to_pylist())
    assert origins == {"group", "background", "conference"}


@pytest.mark.parametrize("name", ["empty", "second_empty"])
def test_a_world_without_groups_has_none_and_is_as_noisy_as_its_parent(name: str) -> None:
    assert len(frames(name)["truth_groups"]) == 0
    assert len(frames(name)["truth_membership"]) == 0
    assert set(rows_of(name).origin) >= {"background", "mailing", "gateway", "forward", "conference"}


def test_a_gateway_clicks_one_piece_for_many_people_of_an_account_within_minutes() -> None:
    spec = world("gateways")
    clicks = rows_of("gateways").query("origin == 'gateway'").sort_values("at")
    accounts = clicks.account_id.nunique() / SMALL
    assert accounts == pytest.approx(spec.noise.gateways, abs=0.25)
    # a gap of more than half an hour begins another mail
    same = clicks.groupby(["account_id", "content_id"])["at"]
    clicks = clicks.assign(
        mail=(same.diff() > pd.Timedelta(minutes=30)).groupby([clicks.account_id, clicks.content_id]).cumsum()
    )
    mails = clicks.groupby(["account_id", "content_id", "mail"])["at"].agg(["size", "min", "max"])
    assert (mails["max"] - mails["min"] <= pd.Timedelta(minutes=2 * spec.noise.gateway_minutes)).all()
    assert mails["size"].median() >= 4
    assert set(clicks.channel) == {"email"}


def test_gateway_mails_come_as_often_and_reach_as_many_as_the_world_says() -> None:
    spec = changed(world("gateways").with_accounts(SMALL), "noise", gateways=1.0, unknown=0.0)
    rows = generate(spec, seed=5)
    clicks = sum(origin == "gateway" for origin in rows.truth["truth_engagements"]["origin"].to_pylist())
    people = rows.tables["contacts"].num_rows
    noise = spec.noise
    expected = people * noise.gateway_mails * spec.years * noise.gateway_reach * noise.gateway_links
    assert clicks == pytest.approx(expected, rel=0.15)


def test_crawlers_read_dozens_of_pieces_in_days() -> None:
    spec = changed(world("plain").with_accounts(60), "noise", crawlers=0.02)
    market = generate(spec, seed=2)
    rows = market.tables["engagements"].to_pandas().merge(market.truth["truth_engagements"].to_pandas())
    crawled = rows[(rows.origin == "crawler") & rows.contact_id.notna()]
    by_person = crawled.groupby("contact_id").occurred_at.agg(["size", "min", "max"])
    low, high = spec.noise.crawler_pieces
    assert by_person["size"].between(low, high).all()
    assert (by_person["max"] - by_person["min"] <= pd.Timedelta(days=spec.noise.crawler_days)).all()
    assert len(by_person) == pytest.approx(0.02 * market.tables["contacts"].num_rows, rel=0.35)


def test_mailings_bring_clicks_from_many_accounts_on_one_piece_within_a_week() -> None:
    rows = rows_of("mailings").query("origin == 'mailing'")
    mailings = rows.groupby("campaign_id")
    assert (mailings.content_id.nunique() == 1).all()
    assert (mailings["at"].max() - mailings["at"].min() <= pd.Timedelta(days=7)).all()
    spec = world("mailings")
    sent = frames("mailings")["campaigns"].program_id.isna().sum()
    assert sent == pytest.approx(spec.noise.mailings * spec.years, rel=0.35)
    reach = len(rows) / sent / len(frames("mailings")["contacts"])
    assert reach == pytest.approx(spec.noise.mailing_reach, rel=0.4)


def test_opens_come_with_mailings_at_the_rate_asked_for() -> None:
    rows = rows_of("mailings")
    opens, clicks = (rows.origin == "open").sum(), (rows.origin == "mailing").sum()
    assert opens / clicks == pytest.approx(world("mailings").noise.opens, rel=0.1)
    assert set(rows[rows.origin == "open"].kind) == {"open"}


def test_a_forwarded_paper_is_one_piece_in_one_account_within_days() -> None:
    rows = rows_of("mailings").query("origin == 'forward'")
    spec = world("mailings")
    papers = rows.groupby(["account_id", "content_id"]).contact_id.nunique()
    assert len(papers) == pytest.approx(spec.noise.forwards * spec.years * SMALL, rel=0.3)
    assert papers.median() >= spec.noise.forward_people[0]


def test_a_conference_moves_readers_of_many_accounts_within_days() -> None:
    rows = rows_of("mailings").query("origin == 'conference'").sort_values("at")
    meetings = (rows["at"].diff() > pd.Timedelta(days=2)).cumsum()
    accounts = rows.groupby(meetings).account_id.nunique()
    assert accounts.max() >= 4
    assert accounts.median() >= 2


def test_half_of_the_human_rows_of_the_date_only_world_give_a_day() -> None:
    rows = rows_of("date_only").query("kind != 'meeting' and kind != 'demo_request'")
    assert (rows.occurred_at.str.len() == 10).mean() == pytest.approx(world("date_only").rows.date_only, abs=0.03)


def test_people_who_moved_touch_under_two_employers_and_never_go_back() -> None:
    rows, contacts = rows_of("job_changes"), frames("job_changes")["contacts"]
    rows = rows[rows.contact_id.notna()].sort_values("at", kind="stable")
    employers = rows.groupby("contact_id").account_id.agg(lambda of: (of != of.shift()).sum())
    assert (employers == 2).sum() >= 15
    assert employers.max() == 2
    last = rows.groupby("contact_id").account_id.last()
    moved = employers.index[employers == 2]
    assert (contacts.set_index("contact_id").account_id.loc[moved] == last.loc[moved]).all()


def test_who_left_is_not_seen_again() -> None:
    # five departures a person and year: of the reading of the second year one in 800 is left
    spec = changed(world("plain").with_accounts(SMALL), "noise", unknown=0.0)
    second_year = pd.Timestamp(spec.now, tz="UTC") - pd.Timedelta(days=365)
    left, stayed = (
        (
            generate(changed(spec, "people", leaves=rate), seed=1).tables["engagements"].to_pandas().occurred_at
            >= second_year
        ).sum()
        for rate in (5.0, 0.0)
    )
    assert left < 0.01 * stayed


def test_the_share_of_programs_in_no_table_is_as_asked_for_and_never_takes_the_only_program() -> None:
    market = generate(world("unlisted").with_accounts(150), seed=1)
    per_account = market.truth["accounts"].to_pandas().set_index("account_id").programs
    listed = market.tables["programs"].to_pandas().groupby("account_id").size()
    assert set(per_account.index) == set(listed.index)
    hidden = 1 - (listed.sum() - len(listed)) / (per_account.sum() - len(per_account))
    assert hidden == pytest.approx(world("unlisted").programs.unlisted, abs=0.05)


def test_twins_buy_the_same_thing_at_the_same_time() -> None:
    groups, programs = frames("twins")["truth_groups"], frames("twins")["programs"].set_index("program_id")
    pairs = groups.merge(groups, on=["account_id", "need"])
    pairs = pairs[(pairs.program_id_x < pairs.program_id_y) & pairs.program_id_x.isin(programs.index)]
    pairs = pairs[pairs.program_id_y.isin(programs.index)]
    together = pairs[
        (pairs.plan_start_x < pairs.plan_start_y + pairs.plan_days_y)
        & (pairs.plan_start_y < pairs.plan_start_x + pairs.plan_days_x)
    ]
    same = programs.needs.loc[together.program_id_x].to_numpy() == programs.needs.loc[together.program_id_y].to_numpy()
    assert same.sum() >= 10


def test_a_follower_keeps_people_of_the_purchase_before_it() -> None:
    members = frames("slow_and_sequential")["truth_membership"]
    seats = members.groupby(["program_id", "contact_id"]).group_id.nunique()
    alone = frames("plain")["truth_membership"].groupby(["program_id", "contact_id"]).group_id.nunique()
    assert (seats > 1).mean() > (alone > 1).mean() + 0.1


def test_slow_purchases_last_longer() -> None:
    slow, plain = (frames(name)["truth_groups"].plan_days for name in ("slow_and_sequential", "plain"))
    assert slow.quantile(0.8) > 2 * plain.quantile(0.8)


def test_most_groups_of_the_forming_world_began_within_its_last_weeks() -> None:
    spec = world("forming")
    start = frames("forming")["truth_groups"].plan_start
    assert (start > spec.days - spec.groups.recent_days).mean() == pytest.approx(spec.groups.recent, abs=0.1)


@pytest.mark.parametrize("name", NAMES)
def test_two_groups_on_one_program_and_need_keep_apart(name: str) -> None:
    groups = frames(name)["truth_groups"].sort_values(["program_id", "need", "plan_start"])
    same = (groups.program_id == groups.program_id.shift()) & (groups.need == groups.need.shift())
    gap = groups.plan_start - (groups.plan_start + groups.plan_days).shift()
    assert (gap[same] >= world(name).groups.same_need_gap - 1e-3).all()


def test_procurement_joins_after_science() -> None:
    tables = frames("plain")
    members = tables["truth_membership"].merge(tables["truth_groups"], on="group_id")
    start = pd.Timestamp(world("plain").now) - pd.Timedelta(days=world("plain").days)
    planned = start + pd.to_timedelta(members.plan_start, unit="D")
    share = (pd.to_datetime(members.joined_at) - planned) / pd.to_timedelta(members.plan_days, unit="D")
    by_role = share.groupby(members.role).median()
    assert by_role["scientific"] < by_role["procurement"] < by_role["legal_regulatory"]


def test_shared_people_sit_in_several_groups_of_several_programs() -> None:
    members = frames("large_pharma")["truth_membership"]
    buyers = members[members.role == "procurement"].groupby("contact_id").program_id.nunique()
    assert buyers.max() >= 4
    assert (buyers >= 2).mean() > 0.3


def test_tags_are_missing_wrong_and_second_at_the_rates_of_the_world() -> None:
    spec = changed(world("wrong_tags").with_accounts(5), "content", pieces=6000, drift=0.0)
    market = generate(spec, seed=4)
    said = market.tables["content"].to_pandas()
    true = market.truth["truth_content"].to_pandas().rename(columns={"asset_id": "content_id"})
    both = said.merge(true, on="content_id", suffixes=("_said", "_true"))
    content = spec.content
    assert both.topic_said.isna().mean() == pytest.approx(content.topic_missing, abs=0.03)
    tagged = both[both.topic_said.notna()]
    first = tagged.topic_said.str.split(";").str[0]
    assert (first != tagged.topic_true).mean() == pytest.approx(content.topic_wrong * 0.9, abs=0.02)
    about = both[both.therapeutic_area_true.notna()]
    assert about.therapeutic_area_said.isna().mean() == pytest.approx(content.field_missing, abs=0.03)
    kept = about[about.therapeutic_area_said.notna()]
    wrong = (kept.therapeutic_area_said != kept.therapeutic_area_true).mean()
    assert wrong == pytest.approx(content.field_wrong * 12 / 13, abs=0.02)


def test_labelling_drifts_for_pieces_of_the_later_history_only() -> None:
    spec = changed(
        world("plain").with_accounts(5), "content", pieces=4000, drift=1.0, evergreen=0.0, topic_wrong=0.0, topic_missing=0.0, second_topic=0.0
    )  # fmt: skip
    market = generate(spec, seed=4)
    wrong = np.array(market.tables["content"]["topic"]) != np.array(market.truth["truth_content"]["topic"])
    assert wrong.mean() == pytest.approx(1 - spec.content.drift_from, abs=0.04)


def test_records_state_programs_blank_titles_and_suppression_at_the_rates_of_the_world() -> None:
    spec = world("realistic").with_accounts(150)
    market = generate(changed(spec, "people", moves=0.0, suppressed=0.05), seed=9)
    contacts = market.tables["contacts"].to_pandas().merge(market.truth["truth_contacts"].to_pandas(), on="contact_id")
    own = contacts[contacts.home_program_id.notna()]
    assert own.program_id.notna().mean() == pytest.approx(spec.people.stated, abs=0.03)
    assert contacts.program_id[contacts.home_program_id.isna()].isna().all()
    assert contacts.title.isna().mean() == pytest.approx(spec.people.blank_title, abs=0.01)
    assert (contacts.suppressed == "true").mean() == pytest.approx(0.05, abs=0.01)


def test_some_rows_give_an_address_and_no_contact_and_some_addresses_nobody_knows() -> None:
    rows, contacts = rows_of("realistic"), frames("realistic")["contacts"]
    human = rows[rows.origin.isin(["group", "background", "forward", "conference"])]
    known = human.email.isin(contacts.email)
    registered = known | human.contact_id.notna()
    assert known.sum() / registered.sum() == pytest.approx(world("realistic").rows.by_email, abs=0.01)
    assert (rows.contact_id.notna() | rows.email.notna()).all()
    strangers = rows[rows.contact_id.isna() & ~rows.email.isin(contacts.email)]
    assert len(strangers) > 20
    assert strangers.account_id.isna().all()


def test_ids_of_people_say_nothing_about_their_account() -> None:
    contacts = frames("plain")["contacts"].sort_values("contact_id")
    neighbours = (contacts.account_id == contacts.account_id.shift()).mean()
    assert neighbours < 0.25


def test_members_read_about_the_need_more_than_readers_do() -> None:
    tables = frames("plain")
    rows = rows_of("plain").merge(tables["truth_content"], left_on="content_id", right_on="asset_id")
    bought = rows.merge(tables["truth_groups"][["group_id", "need"]], on="group_id")
    assert (bought.topic == bought.need).mean() == pytest.approx(world("plain").reading.topic, abs=0.05)


def test_the_planted_groups_score_one_on_themselves(tmp_path: Path) -> None:
    small("realistic").write(tmp_path, format="parquet")
    truth = Truth.read(tmp_path)
    groups = truth.groups.assign(program_id=truth.groups.program_id.where(truth.groups.listed == 1, ""))
    figures = score(truth, groups, truth.members)
    assert figures["group_program_f1"] == figures["bcubed_f1"] == figures["omega"] == 1.0
    assert figures["false_per_account"] == 0.0


def test_the_command_writes_a_market_of_the_size_asked_for_and_says_what_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["generator", "--world", "plain", "--accounts", "5", "--out", str(tmp_path)])
    assert main() == 0
    assert "accounts 5" in capsys.readouterr().out
    assert len(pd.read_csv(tmp_path / "accounts.csv")) == 5
    assert len(Truth.read(tmp_path).accounts) == 5


def test_the_command_names_the_worlds_when_asked_for_one_there_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["generator", "--world", "atlantis", "--out", str(tmp_path / "none")])
    assert main() == 1
    assert "large_pharma" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_an_unknown_world_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(NotFound, match="realistic"):
        world("atlantis")


def test_a_world_with_a_misspelt_constant_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from committee.benchmark.generator import spec

    worlds = spec._toml("worlds.toml")
    worlds["odd"] = {"extends": "plain", "noise": {"gatewys": 0.1}}
    monkeypatch.setattr(spec, "_toml", lambda _: worlds)
    with pytest.raises(BadSettings, match="gatewys"):
        world("odd")


def test_the_second_family_shares_no_rate_of_purchase_or_reading_with_the_first() -> None:
    first, second = world("plain"), world("second")
    for section, names in (
        ("groups", ("per_program_year", "length", "seats", "touches", "join_from", "own_people")),
        ("background", ("per_year", "shape", "spurt", "own_topic", "area")),
        ("reading", ("topic", "area", "modality", "phase", "stage_early", "stage_late")),
    ):
        for name in names:
            assert getattr(getattr(first, section), name) != getattr(getattr(second, section), name), name


def test_a_pool_gives_only_items_of_the_key_and_says_when_there_are_none() -> None:
    pool = Pool.of(np.array([2, 0, 2, 2]), 3)
    rng = np.random.default_rng(1)
    assert set(pool.draw(np.full(50, 2), rng).tolist()) == {0, 2, 3}
    assert pool.draw(np.array([1, 0]), rng).tolist() == [-1, 1]


def test_ragged_numbers_the_items_of_each_owner() -> None:
    owner, position = ragged(np.array([2, 0, 3]))
    assert owner.tolist() == [0, 0, 2, 2, 2]
    assert position.tolist() == [0, 1, 0, 1, 2]


def test_office_hours_leave_no_weekend_when_none_may_stay() -> None:
    rng = np.random.default_rng(1)
    seconds = np.linspace(0, 70 * 86_400, 2000)
    moved = office_hours(seconds, np.zeros(2000, np.int64), 3, 0.0, rng)
    assert set(((moved // 86_400 + 3) % 7).tolist()) == {0, 1, 2, 3, 4}
