"""Who did it, and for whom they worked that day."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from committee.identity.actors import resolve_actors
from committee.market import Market


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def resolved(tables: dict) -> dict[str, tuple[str | None, str | None]]:
    market = Market(tables)
    names = ("engagements", "contacts", "aliases", "employments", "earlier_values")
    rows = resolve_actors(*(market[name] for name in names)).to_pylist()
    return {row["engagement_id"]: (row["contact_id"], row["account_id"]) for row in rows}


def one_engagement(**fields) -> dict:
    return {"engagement_id": ["e"], "occurred_at": [day(10)], **{name: [value] for name, value in fields.items()}}


CONTACTS = {"contact_id": ["c1", "c2"], "account_id": ["a1", "a2"], "email": ["Ada@Acme.example ", None]}


def test_the_account_on_the_row_beats_the_employer():
    assert resolved({"contacts": CONTACTS, "engagements": one_engagement(contact_id="c1", account_id="a9")})["e"] == (
        "c1",
        "a9",
    )


def test_without_an_account_on_the_row_the_employer_counts():
    assert resolved({"contacts": CONTACTS, "engagements": one_engagement(contact_id="c2")})["e"] == ("c2", "a2")


def test_a_mail_address_names_its_contact_whatever_the_case():
    assert resolved({"contacts": CONTACTS, "engagements": one_engagement(email="ada@acme.EXAMPLE")})["e"] == (
        "c1",
        "a1",
    )


def test_an_address_that_two_people_share_names_nobody():
    contacts = {"contact_id": ["c1", "c2"], "email": ["lab@acme.example"] * 2}
    assert resolved({"contacts": contacts, "engagements": one_engagement(email="lab@acme.example")})["e"] == (
        None,
        None,
    )


def test_an_unknown_contact_stays_named_and_has_no_employer():
    assert resolved({"contacts": CONTACTS, "engagements": one_engagement(contact_id="c7")})["e"] == ("c7", None)


def test_merged_ids_stand_for_the_kept_one_through_chains_and_circles_stand_still():
    def alias(old: str, kept: str) -> tuple[str, str, str, str]:
        return f"contacts|{old}", "contacts", old, kept

    pairs = [alias("old", "older"), alias("older", "c1"), alias("x", "y"), alias("y", "x")]
    aliases = dict(
        zip(("alias_id", "record_table", "old_id", "kept_id"), map(list, zip(*pairs, strict=True)), strict=True)
    )
    engagements = {"engagement_id": ["e1", "e2"], "occurred_at": [day(10)] * 2, "contact_id": ["old", "x"]}
    found = resolved({"contacts": CONTACTS, "aliases": aliases, "engagements": engagements})
    assert found == {"e1": ("c1", "a1"), "e2": ("x", None)}


def test_an_engagement_stays_with_the_employer_of_its_day():
    employments = {
        "employment_id": ["1", "2"],
        "contact_id": ["c1", "c1"],
        "account_id": ["before", "after"],
        "from_on": [None, "2026-01-05"],
        "to_on": ["2026-01-04", None],
    }
    engagements = {
        "engagement_id": ["last", "first"],
        "occurred_at": [datetime(2026, 1, 4, 23, 59, 59, 999000, tzinfo=UTC), day(5)],
        "contact_id": ["c1", "c1"],
    }
    found = resolved({"contacts": CONTACTS, "employments": employments, "engagements": engagements})
    assert found == {"last": ("c1", "before"), "first": ("c1", "after")}


def test_a_replaced_employer_holds_until_the_new_one_was_stated():
    def was(account: str, until: datetime) -> dict:
        facts = {
            "record_table": "contacts",
            "record_id": "c1",
            "field_name": "account_id",
            "value": json.dumps(account),
        }
        times = {"stamp": day(1), "superseded_at": until, "loaded_at": day(1), "replaced_at": until}
        return {"earlier_id": account, "load_id": "L", "replaced_by": "M", **facts, **times}

    history = [was("a7", day(3)), was("a8", day(6))]
    earlier = {name: [entry[name] for entry in history] for name in history[0]}
    engagements = {"engagement_id": ["1", "2", "3"], "occurred_at": [day(2), day(3), day(6)], "contact_id": ["c1"] * 3}
    found = resolved({"contacts": CONTACTS, "earlier_values": earlier, "engagements": engagements})
    assert [account for _, account in found.values()] == ["a7", "a8", "a1"]


def test_a_row_that_names_nobody_keeps_its_account():
    assert resolved({"engagements": one_engagement(account_id="a1")})["e"] == (None, "a1")
