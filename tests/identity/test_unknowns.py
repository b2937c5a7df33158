"""New faces: who is a person by a mail address alone, at which account, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from committee.identity.mail import mail_words
from committee.identity.unknowns import FACE, judged_addresses, new_faces
from committee.market import Market
from committee.settings import word_list

MAIL = mail_words(word_list("companies"), word_list("people"))
ACCOUNTS = {
    "account_id": ["a", "sub", "b", "twin1", "twin2", "gone"],
    "name": ["Acme", "Acme Bio", "Bolt", "Twin", "Twin Two", "Gone"],
    "domain": [
        ["acme.com", "https://www.acme.de/about"],
        ["bio.acme.com"],
        ["bolt.co.uk"],
        ["twin.com"],
        ["twin.com"],
        ["gone.com"],
    ],
    "parent_account_id": [None, "a", None, None, None, None],
    "deleted": [None, None, None, None, None, True],
}


def market(*engaged: tuple[str | None, str | None, str | None], contacts: dict | None = None) -> Market:
    """Engagements, each a mail address, a stated account and a contact."""
    rows = {
        "engagement_id": [str(number) for number in range(len(engaged))],
        "occurred_at": [datetime(2026, 1, 1, tzinfo=UTC)] * len(engaged),
        **dict(zip(("email", "account_id", "contact_id"), map(list, zip(*engaged, strict=True)), strict=True)),
    }
    return Market(
        {
            "accounts": ACCOUNTS,
            "engagements": rows,
            "contacts": contacts or {"contact_id": ["c"], "email": ["ada@acme.com"]},
        }
    )


def judged(address: str, account: str | None = None) -> tuple[str | None, str]:
    (row,) = judged_addresses(market((address, account, None)), MAIL).to_pylist()
    return row["account_id"], row["reason"]


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("new@acme.com", "a"),
        ("New.Person+x@ACME.com ", "a"),
        ("new@acme.de", "a"),
        ("new@lab.acme.com", "a"),
        ("new@bio.acme.com", "sub"),
        ("new@uk.bolt.co.uk", "b"),
    ],
)
def test_an_address_belongs_to_the_account_whose_domain_it_has_the_closest_one_first(address, account):
    assert judged(address) == (account, "")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("acme.com", "not_an_address"),
        ("@acme.com", "not_an_address"),
        ("new@acme", "not_an_address"),
        ("new@10.0.0.1", "not_an_address"),
        ("info@acme.com", "shared_address"),
        ("lab-basel@acme.com", "shared_address"),
        ("ada@gmail.com", "anybodys_host"),
        ("ada@mozmail.com", "forwarding_host"),
        ("ada@elsewhere.com", "no_account"),
        ("ada@co.uk", "not_an_address"),
        ("ada@twin.com", "several_accounts"),
        ("ada@gone.com", "no_account"),
    ],
)
def test_what_is_no_person_says_why(address, reason):
    assert judged(address) == (None, reason)


def test_a_domain_of_another_account_than_the_row_names_is_no_person_and_a_named_one_decides_between_twins():
    assert judged("new@acme.com", "b") == (None, "another_account")
    assert judged("new@twin.com", "twin2") == ("twin2", "")


def test_a_name_that_only_begins_like_a_shared_address_is_a_person():
    assert judged("hrvoje.lab@acme.com") == ("a", "")
    assert judged("information.schmidt@acme.com") == (None, "shared_address")
    assert judged("labelle@acme.com") == ("a", "")


def test_whoever_has_a_contact_or_is_named_by_id_is_no_new_face():
    found = new_faces(market(("ada+x@acme.com", None, None), ("new@acme.com", None, "c9"), (None, "a", None)), MAIL)
    assert found.num_rows == 0


def test_a_new_face_has_one_id_for_all_spellings_and_shows_no_address_in_its_name():
    (face,) = new_faces(market(("new@acme.com", None, None), ("NEW+b@acme.com", "a", None)), MAIL).to_pylist()
    assert face["contact_id"].startswith(FACE)
    assert (face["account_id"], face["email"], face["new_face"]) == ("a", "new@acme.com", True)
    assert face["name"] == f"New face {face['contact_id'].removeprefix(FACE)[:6]}"


def test_colleagues_who_all_work_at_one_account_tell_its_domain_where_none_is_stated():
    people = {
        "contact_id": ["1", "2", "3", "4", "5", "6"],
        "account_id": ["b", "b", "b", "a", "b", "b"],
        "email": ["x@bolt-bio.com", "y@bolt-bio.com", "z@lab.bolt-bio.com", "x@both.com", "y@both.com", "z@both.com"],
    }
    row = ("new@bolt-bio.com", None, None), ("new@both.com", None, None)
    found = judged_addresses(market(*row, contacts=people), MAIL).to_pylist()
    assert [(one["account_id"], one["reason"]) for one in found] == [("b", ""), (None, "no_account")]
    fewer = {name: values[:2] for name, values in people.items()}
    assert judged_addresses(market(row[0], contacts=fewer), MAIL).column("reason").to_pylist() == ["no_account"]
