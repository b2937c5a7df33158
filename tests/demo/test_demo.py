"""The demo market tells the story its README promises, and nobody in it is real."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest

from committee.benchmark.generator.spec import words
from committee.benchmark.scorer import Truth, score
from committee.cli import run
from committee.demo import DATA
from committee.demo.cast import account_id
from committee.demo.make import make
from committee.loaders.ctgov import slug

TRUTH = Path(__file__).parent / "truth"
AS_OF_END = pd.Timestamp("2026-07-01", tz="UTC")
FORTNIGHT = pd.Timedelta(days=14)


def table(name: str, folder: Path = DATA) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def engagements() -> pd.DataFrame:
    rows = table("engagements").merge(table("truth_engagements", TRUTH), on="engagement_id", validate="1:1")
    rows = rows.merge(table("truth_contacts", TRUTH), on="contact_id", how="left")
    return rows.assign(at=pd.to_datetime(rows.occurred_at, utc=True))


@pytest.fixture(scope="module")
def studies() -> list[dict[str, dict[str, dict[str, object]]]]:
    found = json.loads((DATA / "studies.json").read_text("utf-8"))
    assert found["totalCount"] == len(found["studies"])
    return list(found["studies"])


def sponsor_of(study: dict[str, dict[str, dict[str, object]]]) -> str:
    lead = study["protocolSection"]["sponsorCollaboratorsModule"]["leadSponsor"]
    assert isinstance(lead, dict)
    return str(lead["name"])


def test_making_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    make(tmp_path / "data", truth=tmp_path / "truth")
    for folder, shipped in ((tmp_path / "data", DATA), (tmp_path / "truth", TRUTH)):
        for file in folder.iterdir():
            assert file.read_bytes() == (shipped / file.name).read_bytes(), file.name


def test_every_person_has_an_invented_name_and_an_address_that_reaches_nobody(engagements: pd.DataFrame) -> None:
    contacts = table("contacts")
    given, family = set(words().people["given"]), set(words().people["family"])
    for name in contacts.name:
        first, last = name.split(" ")
        assert first in given
        assert last in family
    assert contacts.email.is_unique
    assert contacts.email.str.endswith(".example").all()
    assert engagements.email[engagements.email != ""].str.endswith(".example").all()


def test_the_registry_records_name_no_person_and_keep_the_registrys_form(studies: list) -> None:
    for study in studies:
        assert set(study) == {"protocolSection", "hasResults"}
        assert not {"contactsLocationsModule", "eligibilityModule", "outcomesModule"} & set(study["protocolSection"])
        assert "overallOfficials" not in json.dumps(study)


def test_contacts_belong_to_accounts_that_the_registry_gives(studies: list) -> None:
    sponsors = {account_id(sponsor_of(study)) for study in studies}
    assert set(table("contacts").account_id) == sponsors
    assert 8 <= len(sponsors) <= 12
    per_sponsor = pd.Series([sponsor_of(study) for study in studies]).value_counts()
    assert (per_sponsor >= 2).all()


def test_the_registrys_loader_gives_accounts_the_ids_the_contacts_name(studies: list) -> None:
    for name in {sponsor_of(study) for study in studies}:
        assert account_id(name) == f"ctgov:{slug(name)}"


def test_every_reference_leads_somewhere(engagements: pd.DataFrame, studies: list) -> None:
    programs = {f"ctgov:{s['protocolSection']['identificationModule']['nctId']}" for s in studies} | {""}
    assert set(engagements.contact_id) <= set(table("contacts").contact_id) | {""}
    assert set(engagements.content_id) <= set(table("content").content_id) | {""}
    assert set(engagements.campaign_id) <= set(table("campaigns").campaign_id) | {""}
    for column in (engagements.program_id, table("campaigns").program_id, table("contacts").program_id):
        assert set(column) <= programs
    assert set(table("signals").account_id) <= set(table("contacts").account_id)


def test_a_contact_works_for_the_sponsor_of_the_program_its_record_states(studies: list) -> None:
    owner = {
        f"ctgov:{s['protocolSection']['identificationModule']['nctId']}": account_id(sponsor_of(s)) for s in studies
    }
    stated = table("contacts").query("program_id != ''")
    assert (stated.program_id.map(owner) == stated.account_id).all()


def test_no_engagement_precedes_its_contact_or_follows_the_day_of_the_story(engagements: pd.DataFrame) -> None:
    known = engagements.merge(table("contacts")[["contact_id", "created_at"]], on="contact_id")
    assert (known["at"] >= pd.to_datetime(known.created_at, utc=True)).all()
    assert (engagements["at"] < AS_OF_END).all()
    assert engagements["at"].is_monotonic_increasing


def by_program(engagements: pd.DataFrame) -> pd.DataFrame:
    """The program each row shows by itself: its own, its campaign's, or the one the contact's record states."""
    campaign = dict(zip(*table("campaigns")[["campaign_id", "program_id"]].to_numpy().T, strict=True))
    contact = dict(zip(*table("contacts")[["contact_id", "program_id"]].to_numpy().T, strict=True))
    shown = [
        row.program_id or campaign.get(row.campaign_id, "") or contact.get(row.contact_id, "")
        for row in engagements.itertuples()
    ]
    return engagements.assign(shown=shown)


def most_personas_in_a_fortnight(rows: pd.DataFrame) -> int:
    known = rows[rows.persona.notna() & (rows.persona != "unknown")]
    return max(
        (known[(known["at"] >= at) & (known["at"] <= at + FORTNIGHT)].persona.nunique() for at in known["at"]),
        default=0,
    )


def test_three_personas_meet_within_fourteen_days_on_the_arcus_trial_and_not_at_macrogenics(
    engagements: pd.DataFrame,
) -> None:
    shown = by_program(engagements)
    assert most_personas_in_a_fortnight(shown[shown.shown == "ctgov:NCT05568095"]) >= 3
    group = engagements[engagements.group_id == group_of("ctgov:NCT06242470")]
    assert group.persona.nunique() == 3
    assert most_personas_in_a_fortnight(shown[shown.shown == "ctgov:NCT06242470"]) == 2
    at_macrogenics = engagements[engagements.account_id == account_id("MacroGenics")]
    assert most_personas_in_a_fortnight(at_macrogenics) == 2


def group_of(program: str) -> str:
    return str(table("truth_groups", TRUTH).set_index("program_id").group_id[program])


def test_two_groups_of_one_account_run_at_once_and_one_procurement_person_sits_in_both() -> None:
    groups = table("truth_groups", TRUTH).set_index("group_id")
    members = table("truth_membership", TRUTH)
    both = members.groupby("contact_id").filter(lambda rows: rows.group_id.nunique() == 2)
    assert both.contact_id.nunique() == 1
    assert set(both.role) == {"procurement"}
    pair = groups.loc[both.group_id]
    assert pair.account_id.nunique() == 1
    assert pair.program_id.nunique() == 2
    assert pair.started_at.max() < pair.ended_at.min()


def test_late_at_daiichi_the_reading_is_bottom_of_funnel_and_nobody_buys(engagements: pd.DataFrame) -> None:
    rows = engagements[engagements.group_id == group_of("ctgov:NCT06203210")]
    assert not {"procurement", "finance"} & set(rows.persona)
    stage = dict(zip(*table("content")[["content_id", "stage"]].to_numpy().T, strict=True))
    late = rows[rows["at"] >= pd.Timestamp("2026-05-01", tz="UTC")]
    assert late[late.content_id.map(stage) == "bottom"].persona.nunique() >= 2


def test_one_account_has_one_engaged_person_and_one_has_two(engagements: pd.DataFrame) -> None:
    people = engagements[engagements.contact_id != ""].groupby("account_id").contact_id.nunique()
    assert people[account_id("Compugen Ltd")] == 1
    assert len(engagements[engagements.account_id == account_id("Compugen Ltd")]) >= 8
    in_may = engagements[engagements["at"] >= pd.Timestamp("2026-05-01", tz="UTC")]
    pair = in_may[(in_may.account_id == account_id("Coherus Oncology, Inc.")) & (in_may.persona != "unknown")]
    assert pair.contact_id.nunique() == 2


def test_at_beigene_seven_people_click_one_mailing_within_six_minutes_three_times(engagements: pd.DataFrame) -> None:
    clicks = engagements[(engagements.account_id == account_id("BeiGene")) & (engagements.campaign_id == "C-NEWS")]
    assert clicks.content_id.nunique() == 3
    for _, mailing in clicks.groupby("content_id"):
        assert mailing.contact_id.nunique() == 7
        assert mailing["at"].max() - mailing["at"].min() <= pd.Timedelta(minutes=6)
    assert set(clicks.group_id) == {""}


def test_one_group_is_for_a_program_the_registry_file_does_not_list(studies: list) -> None:
    groups = table("truth_groups", TRUTH)
    assert (groups.listed == "0").sum() == 1
    unlisted = groups[groups.listed == "0"].iloc[0]
    conditions = [
        str(s["protocolSection"]["conditionsModule"])
        for s in studies
        if account_id(sponsor_of(s)) == unlisted.account_id
    ]
    assert not any("eukemia" in text or "ymphoma" in text or "yeloma" in text for text in conditions)


def test_some_content_that_is_read_has_a_title_and_no_tag(engagements: pd.DataFrame) -> None:
    content = table("content").set_index("content_id")
    untagged = content[content.topic == ""]
    assert (untagged.title != "").all()
    assert (untagged.url != "").all()
    assert engagements.content_id.isin(untagged.index).sum() >= 10


def test_two_people_are_not_to_be_contacted_and_one_of_them_sits_in_a_group() -> None:
    suppressed = table("contacts").query("suppressed == 'true'").contact_id
    assert len(suppressed) == 2
    assert suppressed.isin(table("truth_membership", TRUTH).contact_id).sum() == 1


def test_an_address_without_a_record_touches_under_the_domain_of_an_account(engagements: pd.DataFrame) -> None:
    unknown = set(engagements.email[engagements.contact_id == ""])
    contacts = table("contacts")
    assert len(unknown) == 2
    assert not unknown & set(contacts.email)
    domains = set(contacts.email.str.split("@").str[1])
    assert sorted(address.split("@")[1] in domains for address in unknown) == [False, True]


def test_some_people_read_and_sit_in_no_group(engagements: pd.DataFrame) -> None:
    members = set(table("truth_membership", TRUTH).contact_id)
    readers = set(engagements.contact_id) - members - {""}
    assert len(readers) >= 20


def test_the_planted_groups_follow_from_the_engagements(engagements: pd.DataFrame) -> None:
    members = table("truth_membership", TRUTH)
    counted = engagements[engagements.group_id != ""].groupby(["group_id", "contact_id"])["at"].agg(["size", "min"])
    assert len(counted) == len(members)
    for member in members.itertuples():
        rows = counted.loc[(member.group_id, member.contact_id)]
        assert rows["size"] == int(member.n_engagements)
        assert rows["min"] == pd.Timestamp(member.joined_at, tz="UTC")


def test_the_planted_groups_score_one_on_themselves() -> None:
    truth = Truth.read(DATA, TRUTH)
    groups = truth.groups.assign(program_id=truth.groups.program_id.where(truth.groups.listed == 1, ""))
    figures = score(truth, groups, truth.members)
    assert figures["group_program_f1"] == figures["bcubed_f1"] == 1.0
    assert truth.now - dt.timedelta(days=1) == pd.Timestamp("2026-06-30")


@pytest.mark.parametrize(("calibration", "found"), [("learn", False), ("shipped", True)])
def test_the_group_of_no_listed_program_is_left_unassigned_until_shipped_numbers_are_asked_for(
    calibration: str, found: bool, tmp_path: Path
) -> None:
    asked = ["detect", "--from", str(DATA), "--out", str(tmp_path), "--as-of", "2026-06-30"]
    assert run([*asked, "--calibration", calibration]) == 0
    groups = table("groups", tmp_path)
    assert ((groups.account_id == account_id("Gilead Sciences")) & (groups.program_id == "")).any() == found
