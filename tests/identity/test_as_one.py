"""A market in which every company and person is one record: what it says, and what it takes from which."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from committee.identity.as_one import as_one
from committee.market import Market


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


MARKET = Market(
    {
        "accounts": {
            "account_id": ["a", "b", "c"],
            "name": ["Alder", "Alder Ltd", "Cedar"],
            "domain": [["alder.com"], ["alder.de", "alder.com"], None],
            "country": [None, "DE", None],
            "parent_account_id": ["b", None, "b"],
            "is_now": [None, "a", None],
        },
        "contacts": {
            "contact_id": ["1", "2", "3"],
            "account_id": ["a", "b", "c"],
            "email": ["one@alder.com", "two@alder.de", None],
            "name": [None, "Ada Keller", "Bo Lind"],
            "suppressed": [False, True, None],
            "deleted": [None, True, None],
            "is_now": [None, "1", None],
        },
        "programs": {"program_id": ["p"], "account_id": ["b"], "partner_account_ids": [["a", "b", "c"]]},
        "opportunity_roles": {"opportunity_id": ["o", "o"], "contact_id": ["1", "2"], "role": ["buyer", "user"]},
        "engagements": {
            "engagement_id": ["e1", "e2", "e3", "e4"],
            "occurred_at": [day(2)] * 4,
            "contact_id": ["2", None, None, "3"],
            "email": [None, "Two@alder.de", "nobody@alder.de", None],
            "account_id": [None, None, None, "b"],
        },
        "earlier_values": {
            "earlier_id": ["x"],
            "record_table": ["contacts"],
            "record_id": ["2"],
            "field_name": ["account_id"],
            "value": [json.dumps("b")],
            "superseded_at": [day(1)],
        },
    }
)


def rows(name: str) -> list[dict]:
    return as_one(MARKET)[name].to_pylist()


def test_the_record_that_stands_says_what_any_of_them_says_itself_first():
    (alder, cedar), (ada, bo) = rows("accounts"), rows("contacts")
    assert (alder["account_id"], alder["name"], alder["country"], alder["domain"]) == (
        "a",
        "Alder",
        "DE",
        ["alder.com", "alder.de"],
    )
    assert (ada["contact_id"], ada["name"], ada["email"]) == ("1", "Ada Keller", "one@alder.com")
    assert (cedar["parent_account_id"], bo["contact_id"]) == ("a", "3")


def test_who_must_not_be_contacted_under_one_id_must_not_under_any_and_deleted_means_all_of_them():
    ada, _ = rows("contacts")
    assert ada["suppressed"] is True
    assert ada["deleted"] is None


def test_nobody_is_their_own_parent():
    assert rows("accounts")[0]["parent_account_id"] is None


def test_references_lead_to_what_stands_lists_and_roles_name_it_once():
    (program,) = rows("programs")
    assert (program["account_id"], program["partner_account_ids"]) == ("a", ["a", "c"])
    assert [(row["contact_id"], row["role"]) for row in rows("opportunity_roles")] == [("1", "buyer")]


def test_an_engagement_by_an_address_that_only_the_other_record_had_is_still_the_persons():
    made = {row["engagement_id"]: (row["contact_id"], row["account_id"]) for row in rows("engagements")}
    assert made == {"e1": ("1", "a"), "e2": ("1", "a"), "e3": (None, None), "e4": ("3", "a")}


def test_earlier_values_are_told_of_what_stands():
    assert [(row["record_id"], json.loads(row["value"])) for row in rows("earlier_values")] == [("1", "a")]


def test_doing_it_twice_changes_nothing_and_a_market_of_single_records_stays_as_it_is():
    once = as_one(MARKET)
    assert as_one(once) == once
    plain = Market({"accounts": {"account_id": ["a"], "name": ["Alder"]}})
    assert as_one(plain) == plain


def test_a_part_of_a_market_is_told_from_outside_what_stands():
    part = MARKET.with_tables(accounts=MARKET.accounts.slice(0, 1), contacts=MARKET.contacts.slice(0, 1))
    whole = as_one(part, {"accounts": {"b": "a"}, "contacts": {"2": "1"}})
    assert [row["account_id"] for row in whole.programs.to_pylist()] == ["a"]
    assert whole.engagements.column("contact_id").to_pylist()[0] == "1"
