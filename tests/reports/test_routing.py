"""A file of work for each owner: safe names, no formulas, nobody who must not be contacted, and nothing lost."""

from __future__ import annotations

import csv
import io
from pathlib import PurePath

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports.small_world import at, small_findings, small_market

from committee.findings import Findings
from committee.market import Market
from committee.reports.names import owner_file
from committee.reports.routing import INDEX, files_of_index, route_files, routes
from committee.settings import Settings

ROUTING = Settings.read(environment={}).routing
HOSTILE = "=cmd|' /C calc'!A0, \"Kim\" <img src=x onerror=alert(1)>"


def owned_by(*owners: str | None) -> Market:
    market = small_market()
    place = market.accounts.schema.get_field_index("owner")
    column = pa.array(owners, pa.string()).dictionary_encode()
    return market.with_tables(accounts=market.accounts.set_column(place, "owner", column))


def with_loose_flag() -> Findings:
    findings = small_findings()
    loose = findings.flags.to_pylist()[0] | {
        "flag_id": "f-loose",
        "group_id": None,
        "account_id": "acc-b",
        "program_id": "p-b",
        "contact_ids": ["b-sci"],
    }
    rows = [*findings.flags.to_pylist(), loose]
    return Findings({**findings, "flags": {name: [row[name] for row in rows] for name in rows[0]}}, findings.run)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_owner_gets_their_groups_with_the_most_points_first() -> None:
    files = route_files(routes(owned_by("Kim Sato", None), small_findings(), ROUTING, 60))
    work = read(files[f"{owner_file('Kim Sato')}.csv"])
    assert [row["group_id"] for row in work] == ["g1", "g2"]
    assert float(work[0]["points"]) > float(work[1]["points"])
    assert work[0]["flag_ids"] == "f1"


def test_flagged_accounts_without_an_owner_have_a_file_and_groups_without_a_flag_are_counted() -> None:
    found = routes(owned_by(None, None), with_loose_flag(), ROUTING, 60)
    assert found.owned == {}
    assert [(row["group_id"], row["flag_ids"]) for row in found.nobody] == [("g1", ["f1"]), (None, ["f-loose"])]
    assert found.unflagged == 1
    assert [row["account_id"] for row in read(route_files(found)["without-owner.csv"])] == ["acc-a", "acc-b"]


def test_a_flag_of_no_group_goes_to_the_owner_while_it_is_young() -> None:
    assert [row["flag_ids"] for row in routes(owned_by(None, "Lee"), with_loose_flag(), ROUTING, 60).owned["Lee"]] == [
        ["f-loose"]
    ]
    assert routes(owned_by(None, "Lee"), with_loose_flag(), ROUTING, 1).owned == {}


def test_groups_that_are_closed_are_nobodys_work() -> None:
    findings = small_findings()
    rows = [row | {"status": "closed"} for row in findings.groups.to_pylist()]
    closed = Findings({**findings, "groups": {name: [row[name] for row in rows] for name in rows[0]}}, findings.run)
    assert routes(owned_by("Kim", None), closed, ROUTING, 60).owned == {}


def test_people_who_must_not_be_contacted_are_counted_and_never_named() -> None:
    market = small_market()
    barred = {
        row["contact_id"]: row["name"] for row in market.contacts.to_pylist() if row["suppressed"] or row["deleted"]
    }
    everybody = [row | {"suppressed": True} for row in market.contacts.to_pylist()]
    none_left = market.with_tables(
        contacts=Market({"contacts": {name: [row[name] for row in everybody] for name in everybody[0]}}).contacts
    )
    for seen in (market, none_left):
        files = route_files(routes(seen, small_findings(), ROUTING, 60))
        names = barred if seen is market else {row["contact_id"]: row["name"] for row in everybody}
        for text in files.values():
            assert not any(key in text or (name and name in text) for key, name in names.items())
    (group, *_) = routes(none_left, small_findings(), ROUTING, 60).owned["Kim Sato"]
    assert (group["people"], group["do_not_contact"], group["contact_ids"]) == (4, 4, [])


def test_an_owner_with_a_comma_a_quote_and_a_formula_breaks_no_file() -> None:
    files = route_files(routes(owned_by(HOSTILE, "Kim"), with_loose_flag(), ROUTING, 60))
    index = read(files[INDEX])
    assert [row["owner"] for row in index] == [f"'{HOSTILE}", "Kim", "nobody"]
    assert {row["file"] for row in index} == files.keys() - {INDEX}
    assert files_of_index(files[INDEX]) == files.keys() - {INDEX}


@given(st.text(max_size=60))
def test_a_file_name_is_safe_whatever_the_owner_is_called(owner: str) -> None:
    name = owner_file(owner)
    assert PurePath(name).name == name
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 0 < len(name) < 60


@given(st.lists(st.sampled_from(["Kim", "kim", "KIM", "Kim.", "Kïm", "Kim/", "", "金"]), unique=True))
def test_no_two_owners_share_a_file(owners: list[str]) -> None:
    assert len({owner_file(owner).casefold() for owner in owners}) == len(owners)


@pytest.mark.parametrize("listed", ["../../etc/passwd", "/etc/passwd.csv", "..\\x.csv", "routes.csv", "notes.txt", ""])
def test_an_index_that_was_tampered_with_names_no_file_elsewhere(listed: str) -> None:
    assert files_of_index(f"file,owner\n{listed},Kim\n") == set()


def test_the_last_touch_of_a_row_is_that_of_its_group() -> None:
    (first, *_) = routes(owned_by("Kim", None), small_findings(), ROUTING, 60).owned["Kim"]
    assert first["last_active_at"] == at(13)
