"""Write-back to a CRM: whose roles are written, in which words, what a second export and an undo do, and who never appears."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from reports.small_world import columns, small_findings, small_market

from committee.errors import BadFile, BadSettings, NotFound
from committee.exports import crm
from committee.market import Market
from committee.records import TABLES
from committee.records.tables import typed_table
from committee.settings import Settings, word_list

AS_OF = datetime(2026, 2, 20, 23, 59, 59, tzinfo=UTC)
SF = {
    **{
        key: f"003{place:012d}AAA"
        for place, key in enumerate(("c-sci", "c-lead", "c-proc", "c-fin", "c-long", "c-odd"))
    },
    "acc-a": "001000000000001AAA",
}
HS = {key: f"hubspot:{500 + place}" for place, key in enumerate(SF)}
DEALS = {"salesforce": ("006000000000001AAA", "006000000000002AAA"), "hubspot": ("hubspot:901", "hubspot:902")}

# Field names as the systems document them.
DOCUMENTED = {
    "OpportunityContactRole": {
        "Id",
        "OpportunityId",
        "ContactId",
        "Role",
        "IsPrimary",
        "CreatedDate",
        "LastModifiedDate",
    },
    "BuyingCommittee": {
        "Name",
        "AccountId",
        "CompletenessDegree",
        "MemberTotal",
        "WeightedEngagementScore",
        "LifecycleStatus",
        "Sentiment",
        "AiSummary",
        "EngagementMomentum",
    },
    "contacts": {"Record ID", "hs_buying_role"},
    "buying_groups": {"Record ID", "Associated Company IDs"},
}
HUBSPOT_ROLES = {
    "BLOCKER",
    "BUDGET_HOLDER",
    "CHAMPION",
    "DECISION_MAKER",
    "END_USER",
    "EXECUTIVE_SPONSOR",
    "INFLUENCER",
    "LEGAL_AND_COMPLIANCE",
    "OTHER",
}
SALESFORCE_ROLES = {
    "Business User",
    "Decision Maker",
    "Economic Buyer",
    "Economic Decision Maker",
    "Evaluator",
    "Executive Sponsor",
    "Influencer",
    "Technical Buyer",
    "Other",
}


def world(name: str = "salesforce", roles=(), deals=None, hide: tuple[str, ...] = (), findings=None, ids=None):
    """Return the small world with a CRM's ids, two open deals, and some roles that are there already."""
    ids = ids or (SF if name == "salesforce" else HS)
    first, second = DEALS[name]
    deals = deals or [(first, "acc-a", "p-101", None, None), (second, "acc-a", "p-202", None, None)]

    def renamed(tables):
        made = {}
        for table, rows in tables.items():
            cells = {column: rows.column(column).to_pylist() for column in rows.column_names}
            for column in ("contact_id", "account_id", "other_contact_id"):
                if column in cells:
                    cells[column] = [ids.get(one, one) for one in cells[column]]
            if table == "contacts":
                cells["suppressed"] = [
                    True if one in {ids.get(who, who) for who in hide} else before
                    for one, before in zip(cells["contact_id"], cells["suppressed"], strict=True)
                ]
            made[table] = typed_table(TABLES[table], cells)
        return made

    tables = renamed(dict(small_market()))
    market = Market(
        tables
        | {
            "opportunities": columns(
                "opportunity_id account_id program_id is_won closed_on",
                *((deal, ids.get(account, account), *rest) for deal, account, *rest in deals),
            ),
            "opportunity_roles": columns(
                "opportunity_id contact_id role", *((deal, ids.get(who, who), role) for deal, who, role in roles)
            ),
        }
    )
    found = findings or small_findings()
    return market, found.with_tables(**renamed(dict(found)))


def exported(folder: Path, name: str = "salesforce", **which):
    """Write one export; returns the diff and the folder it went to."""
    system = crm.system_named(name)
    market, findings = world(name, **which)
    kept = crm.read_kept(folder, system)
    diff = crm.changes(crm.wanted(market, findings, system, AS_OF), kept.roles, kept.groups, system)
    return diff, crm.write_export(folder, kept, diff, system, findings.run)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def every_byte(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


# --- what is written ------------------------------------------------------------------------------------------------


def test_members_get_the_systems_word_for_their_persona_on_the_deal_of_their_group(tmp_path: Path):
    _, place = exported(tmp_path / "out")
    rows = read(place / "OpportunityContactRole.csv")
    first, second = DEALS["salesforce"]
    assert {tuple(row.values()) for row in rows} == {
        (first, SF["c-sci"], "Evaluator", "scientific"),
        (first, SF["c-lead"], "Decision Maker", "program_lead"),
        (first, SF["c-proc"], "Other", "procurement"),
        (second, SF["c-proc"], "Other", "procurement"),
        (second, SF["c-long"], "Evaluator", "scientific"),
    }


def test_hubspot_gets_bare_ids_and_one_role_a_person(tmp_path: Path):
    _, place = exported(tmp_path / "out", "hubspot")
    rows = {row["Record ID"]: row["hs_buying_role"] for row in read(place / "contacts.csv")}
    bare = {key: value.removeprefix("hubspot:") for key, value in HS.items()}
    assert rows == {
        bare["c-sci"]: "END_USER",
        bare["c-lead"]: "DECISION_MAKER",
        bare["c-proc"]: "OTHER",
        bare["c-long"]: "END_USER",
    }
    assert b"hubspot:" not in every_byte(tmp_path / "out")


def test_a_groups_record_says_how_many_seats_are_taken_and_how_many_members_there_are(tmp_path: Path):
    _, place = exported(tmp_path / "out")
    first = next(row for row in read(place / "BuyingCommittee.csv") if row["Committee_Group_Id__c"] == "g1")
    # of six personas with seats, three have all of them taken: program lead, procurement, finance
    assert first == {
        "Committee_Group_Id__c": "g1",
        "Name": "biomarker: ADL-101 in gastric cancer",
        "AccountId": SF["acc-a"],
        "CompletenessDegree": "50",
        "MemberTotal": "4",
        "LifecycleStatus": "Evaluating",
    }


@pytest.mark.parametrize("name", ["salesforce", "hubspot"])
def test_every_column_is_a_documented_one_or_one_of_the_users_own_and_nobody_is_made_primary(tmp_path: Path, name: str):
    _, place = exported(tmp_path / "out", name)
    for kind, file in crm.system_named(name).objects.items():
        header = set(read(place / f"{file}.csv")[0])
        own = {column for column in header if column.startswith(("committee_", "Committee_"))}
        assert header - own <= DOCUMENTED[file], kind
        assert "IsPrimary" not in header
    assert own


def test_every_role_is_a_word_of_the_system_and_none_is_a_stance():
    told = word_list("crm")
    assert set(told["hubspot"]["roles"].values()) <= HUBSPOT_ROLES - {"CHAMPION", "BLOCKER"}
    assert set(told["salesforce"]["roles"].values()) <= SALESFORCE_ROLES
    personas = set(word_list("personas")["personas"])
    assert all(set(told[name]["roles"]) == personas for name in ("salesforce", "hubspot"))


# --- what is not written --------------------------------------------------------------------------------------------


def test_whoever_is_named_on_the_deal_keeps_the_role_they_have(tmp_path: Path):
    first, _ = DEALS["salesforce"]
    diff, place = exported(tmp_path / "out", roles=[(first, "c-sci", "Influencer"), (first, "c-lead", None)])
    on_first = {row["ContactId"] for row in read(place / "OpportunityContactRole.csv") if row["OpportunityId"] == first}
    assert on_first == {SF["c-proc"]}
    assert diff.left_out["person", "has a role there already"] == 2


def test_a_buying_role_that_hubspot_has_is_kept_whatever_the_deal(tmp_path: Path):
    system = crm.system_named("hubspot")
    market, findings = world("hubspot")
    contacts = market.contacts
    said = ["CHAMPION" if one == HS["c-sci"] else None for one in contacts.column("contact_id").to_pylist()]
    market = market.with_tables(contacts=contacts.append_column("property_hs_buying_role", [said]))
    found = crm.wanted(market, findings, system, AS_OF)
    assert HS["c-sci"].removeprefix("hubspot:") not in {contact for _, contact in found.roles}
    assert len(found.roles) == 3


def test_nobody_who_must_not_be_contacted_and_no_name_and_no_address_is_in_any_file(tmp_path: Path):
    for name, ids in (("salesforce", SF), ("hubspot", HS)):
        exported(tmp_path / name, name, hide=("c-lead",))
        text = every_byte(tmp_path / name).decode()
        hidden = (ids[who].removeprefix("hubspot:") for who in ("c-lead", "c-fin"))
        cells = {cell for path in (tmp_path / name).rglob("*.csv") for row in read(path) for cell in row.values()}
        parts = {part for cell in cells for part in cell.split("/")}
        assert not parts & set(hidden)
        for row in small_market().contacts.to_pylist():
            assert row["name"] not in text
            assert row["email"] not in text
        assert "@" not in text


def test_a_program_called_after_a_person_is_told_by_its_id(tmp_path: Path):
    system = crm.system_named("salesforce")
    market, findings = world()
    programs = market.programs.to_pydict()
    programs["name"] = ["Study of Lena Fromm" if one == "p-101" else None for one in programs["program_id"]]
    market = market.with_tables(programs=typed_table(TABLES["programs"], programs))
    found = crm.wanted(market, findings, system, AS_OF)
    assert found.groups["g1"]["Name"] == "biomarker: p-101"


def test_records_of_other_systems_are_counted_and_not_written(tmp_path: Path):
    mixed = SF | {"c-sci": "hubspot:77", "c-proc": "c-plain"}
    diff, place = exported(tmp_path / "out", ids=mixed)
    assert diff.left_out["person", "not known to Salesforce"] == 2
    assert len(read(place / "OpportunityContactRole.csv")) == 2
    nothing, nowhere = exported(tmp_path / "none", "hubspot", ids=SF, deals=[("x", "acc-a", "p-101", None, None)])
    assert nowhere is None
    assert not (tmp_path / "none").exists()
    assert nothing.left_out["group", "its account is not known to HubSpot"] == 2


def test_a_person_joined_from_two_systems_is_written_by_the_id_the_system_knows():
    system = crm.system_named("salesforce")
    market, findings = world(ids=SF | {"c-sci": "hubspot:77"})
    same = {"contacts": {"003000000000099AAA": "hubspot:77"}}
    found = crm.wanted(market, findings, system, AS_OF, same)
    assert (DEALS["salesforce"][0], "003000000000099AAA") in found.roles


@pytest.mark.parametrize(
    ("won", "closed", "written"),
    [(None, None, 3), (None, "2026-03-01", 3), (None, "2026-02-01", 0), (True, None, 0), (False, "2026-02-01", 0)],
)
def test_only_an_open_deal_gets_roles(won: bool | None, closed: str | None, written: int):
    deal = DEALS["salesforce"][0]
    market, findings = world(deals=[(deal, "acc-a", "p-101", won, closed)])
    assert len(crm.wanted(market, findings, crm.system_named("salesforce"), AS_OF).roles) == written


def test_a_deal_without_a_program_is_nobodys_while_its_account_has_two_groups():
    deal = DEALS["salesforce"][0]
    market, findings = world(deals=[(deal, "acc-a", None, None, None)])
    system = crm.system_named("salesforce")
    assert crm.wanted(market, findings, system, AS_OF).roles == {}
    alone = crm.wanted(market, findings, system, AS_OF, dismissed=frozenset({"g1"}))
    assert {contact for _, contact in alone.roles} == {SF["c-proc"], SF["c-long"]}
    assert set(alone.groups) == {"g2"}


def test_members_who_are_not_probable_enough_are_left_out():
    market, findings = world()
    system = crm.system_named("salesforce")
    with Settings.read(None, ["crm.limits.least_probability=0.8"]).in_force():
        stricter = crm.system_named("salesforce")
    gone = set(crm.wanted(market, findings, system, AS_OF).roles) - set(
        crm.wanted(market, findings, stricter, AS_OF).roles
    )
    assert gone == {(DEALS["salesforce"][0], SF["c-proc"])}


# --- again, and back ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["salesforce", "hubspot"])
def test_a_second_export_is_empty_and_changes_no_byte(tmp_path: Path, name: str):
    exported(tmp_path / "out", name)
    before = every_byte(tmp_path / "out")
    diff, place = exported(tmp_path / "out", name)
    assert (diff.changes, diff.roles, diff.groups, place) == ([], [], [], None)
    assert every_byte(tmp_path / "out") == before


def test_the_same_findings_give_the_same_bytes(tmp_path: Path):
    exported(tmp_path / "one")
    exported(tmp_path / "two")
    assert every_byte(tmp_path / "one") == every_byte(tmp_path / "two")


def test_a_role_that_came_back_from_the_crm_after_its_export_is_not_written_again(tmp_path: Path):
    exported(tmp_path / "out")
    first, _ = DEALS["salesforce"]
    diff, _ = exported(tmp_path / "other", roles=[(first, "c-sci", "Evaluator")])
    assert (first, SF["c-sci"]) not in {(row["OpportunityId"], row["ContactId"]) for row in diff.roles}


def grown():
    """Return the findings of a later run: a group moved on, and the odd one is a scientist now."""
    found = small_findings()
    groups, members = found.groups.to_pylist(), found.memberships.to_pylist()
    groups[1] |= {"status": "active", "people": 4}
    for row in members:
        if row["contact_id"] == "c-odd":
            row["persona"] = "scientific"
        if row["contact_id"] == "c-sci":
            row["persona"] = "executive"
    of = {
        name: {key: [row[key] for row in rows] for key in rows[0]}
        for name, rows in (("groups", groups), ("memberships", members))
    }
    return found.with_tables(**{name: typed_table(TABLES[name], cells) for name, cells in of.items()})


def test_a_later_run_adds_a_role_and_moves_a_group_but_changes_no_role(tmp_path: Path):
    exported(tmp_path / "out")
    diff, place = exported(tmp_path / "out", findings=grown())
    assert place.name == "export-002"
    assert [row["ContactId"] for row in diff.roles] == [SF["c-odd"]]
    moved = {(one.column, one.before, one.after) for one in diff.changes if one.action == "change"}
    assert moved == {("MemberTotal", "3", "4"), ("LifecycleStatus", "Forming", "Active")}
    assert diff.left_out["person", "was written before with another role"] == 1


class Crm:
    """A CRM's tables: records by object and id, cells by column; it takes the rows of a diff or an undo, nothing else."""

    def __init__(self, people: tuple[str, ...] = ()) -> None:
        self.records = {("contacts", one): {"hs_buying_role": "", "committee_persona": ""} for one in people}

    def take(self, rows: list[dict[str, str]]) -> None:
        for row in rows:
            key = (row["object"], row["record"])
            if row["action"] == "delete":
                assert self.records[key][row["column"]] == row["before"]
                del self.records[key][row["column"]]
                if not self.records[key]:
                    del self.records[key]
                continue
            if row["action"] == "add":
                self.records.setdefault(key, {})
            assert self.records[key].get(row["column"], "") == row["before"]
            self.records[key][row["column"]] = row["after"]

    def copy(self):
        return {key: dict(cells) for key, cells in self.records.items()}


@pytest.mark.parametrize("name", ["salesforce", "hubspot"])
def test_undoing_the_exports_one_after_the_other_gives_each_state_before(tmp_path: Path, name: str):
    people = tuple(one.removeprefix("hubspot:") for one in HS.values()) if name == "hubspot" else ()
    there, states, places = Crm(people), [], []
    for findings in (small_findings(), grown()):
        states.append(there.copy())
        _, place = exported(tmp_path / "out", name, findings=findings)
        there.take(read(place / "diff.csv"))
        places.append(place)
    assert there.copy() not in states
    for place, before in zip(reversed(places), reversed(states), strict=True):
        there.take(read(place / "undo.csv"))
        assert there.copy() == before


@pytest.mark.parametrize("name", ["salesforce", "hubspot"])
def test_an_export_marked_as_undone_leaves_what_was_written_before_it_and_is_written_again_when_wanted(
    tmp_path: Path, name: str
):
    folder, system = tmp_path / "out", crm.system_named(name)
    kept = [crm.read_kept(folder, system)]
    first, one = exported(folder, name)
    kept.append(crm.read_kept(folder, system))
    second, other = exported(folder, name, findings=grown())
    assert crm.mark_undone(folder, crm.read_kept(folder, system), system) == (other, len(second.changes))
    for before, place in ((kept[1], one), (kept[0], None)):
        now = crm.read_kept(folder, system)
        assert (now.roles, now.groups) == (before.roles, before.groups)
        if place is not None:
            assert crm.mark_undone(folder, now, system) == (place, len(first.changes))
    assert [export["undone"] for export in crm.read_kept(folder, system).exports] == [True, True]
    with pytest.raises(NotFound, match="no export that is not marked as undone"):
        crm.mark_undone(folder, crm.read_kept(folder, system), system)
    again, place = exported(folder, name)
    assert again.changes == first.changes
    assert place == folder / "export-003"
    assert not exported(folder, name)[0].changes


def test_an_export_whose_diff_is_gone_or_cut_is_not_marked(tmp_path: Path):
    system = crm.system_named("salesforce")
    _, place = exported(tmp_path / "out")
    kept = crm.read_kept(tmp_path / "out", system)
    for text in ("", "action,object\nadd,x\n", None):
        if text is None:
            (place / "diff.csv").unlink()
        else:
            (place / "diff.csv").write_text(text)
        with pytest.raises(BadFile, match=r"diff\.csv"):
            crm.mark_undone(tmp_path / "out", kept, system)
    assert crm.read_kept(tmp_path / "out", system) == kept


def test_the_diff_says_what_the_files_to_import_say(tmp_path: Path):
    _, place = exported(tmp_path / "out")
    there = Crm()
    there.take(read(place / "diff.csv"))
    said = Counter(kind for kind, _ in there.records)
    rows = {file: read(place / f"{file}.csv") for file in ("OpportunityContactRole", "BuyingCommittee")}
    assert said == {file: len(found) for file, found in rows.items()}
    for row in rows["OpportunityContactRole"]:
        cells = there.records["OpportunityContactRole", f"{row['OpportunityId']}/{row['ContactId']}"]
        assert cells.items() <= row.items()


def test_whoever_must_not_be_contacted_since_the_export_is_taken_out_of_all_its_files(tmp_path: Path):
    exported(tmp_path / "out")
    assert SF["c-sci"].encode() in every_byte(tmp_path / "out")
    diff, place = exported(tmp_path / "out", hide=("c-sci",))
    assert place is None
    assert len(diff.forgotten) == 1
    text = every_byte(tmp_path / "out")
    assert SF["c-sci"].encode() not in text
    assert SF["c-lead"].encode() in text
    again, _ = exported(tmp_path / "out", hide=("c-sci",))
    assert (again.changes, again.forgotten) == ([], set())


def test_the_manifest_holds_no_id_of_a_person(tmp_path: Path):
    exported(tmp_path / "out")
    manifest = (tmp_path / "out" / "manifest.json").read_text()
    assert DEALS["salesforce"][0] in manifest
    assert not any(one in manifest for key, one in SF.items() if key.startswith("c-"))


# --- bad input ------------------------------------------------------------------------------------------------------


def test_a_manifest_edited_by_hand_is_refused(tmp_path: Path):
    exported(tmp_path / "out")
    path = tmp_path / "out" / "manifest.json"
    told = json.loads(path.read_text())
    told["roles"].pop()
    path.write_text(json.dumps(told))
    with pytest.raises(BadFile, match="is not as it was written"):
        exported(tmp_path / "out")
    path.write_text(path.read_text()[:50])
    with pytest.raises(BadFile, match="is no manifest"):
        exported(tmp_path / "out")


def test_a_folder_with_somebody_elses_file_or_of_another_system_is_refused(tmp_path: Path):
    exported(tmp_path / "out")
    with pytest.raises(BadFile, match="holds exports for salesforce, not for hubspot"):
        exported(tmp_path / "out", "hubspot")
    (tmp_path / "out" / "export-001" / "success.csv").write_text("Id\n")
    with pytest.raises(BadFile, match=r"success\.csv is no file of an export"):
        exported(tmp_path / "out")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(BadFile, match=r"notes\.txt is no file of an export"):
        exported(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_what_an_interrupted_export_left_is_written_over(tmp_path: Path):
    exported(tmp_path / "whole")
    exported(tmp_path / "cut")
    (tmp_path / "cut" / "manifest.json").unlink()
    (tmp_path / "cut" / "export-001" / "diff.csv").write_text("half")
    exported(tmp_path / "cut")
    assert every_byte(tmp_path / "cut") == every_byte(tmp_path / "whole")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("crm.hubspot.ids.contacts=[", "is no regular expression"),
        (f"crm.hubspot.roles.finance={'x' * 41}", "has 41 characters, and HubSpot takes 40"),
        ("crm.hubspot.role_holders=nobody", "role_holders is 'nobody'"),
    ],
)
def test_words_that_cannot_be_are_refused(change: str, said: str):
    with Settings.read(None, [change]).in_force(), pytest.raises(BadSettings, match=said):
        crm.system_named("hubspot")
