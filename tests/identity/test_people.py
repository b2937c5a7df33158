"""Which contacts are one person: one address joins, likeness of names is printed with its reasons and joins nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.identity.mail import mail_words
from committee.identity.people import certain_people, likeness, people_to_review, people_words, read_person
from committee.records.loaded import Contact
from committee.records.tables import typed_table
from committee.settings import word_list

WORDS = people_words(word_list("people"))
MAIL = mail_words(word_list("companies"), word_list("people"))


def contacts(*rows: dict):
    names = ("contact_id", "account_id", "email", "name", "title", "deleted", "new_face")
    every = [{"contact_id": str(number), "account_id": "a", **row} for number, row in enumerate(rows)]
    return typed_table(Contact, {name: [row.get(name) for row in every] for name in names})


def certain(*rows: dict, standing=None) -> list[tuple[str, str]]:
    return certain_people(contacts(*rows), standing or {}, WORDS, MAIL)


def printed(*rows: dict) -> dict[tuple[str, str], tuple[float, tuple[str, ...]]]:
    found = people_to_review(contacts(*rows), {}, WORDS, MAIL)
    return {(pair.one, pair.other): (pair.score, pair.reasons) for pair in found}


ADA, ADAM = {"name": "Ada Keller", "email": "ada.keller@acme.com"}, {"name": "Adam Keller"}


def test_one_address_at_one_account_is_one_person_whatever_the_case_and_what_follows_a_plus():
    again = {"name": "Keller, Dr. Ada", "email": " Ada.Keller+Webinar@ACME.com"}
    assert certain(ADA, again) == [("0", "1")]
    assert certain(ADA, {"name": None, "email": "ada.keller@acme.com", "account_id": None}) == [("0", "1")]
    assert certain(ADA, {**again, "account_id": "b"}, standing={"b": "a"}) == [("0", "1")]


def test_two_people_with_one_address_stay_two_and_are_printed():
    other = {"name": "Bo Lind", "email": "ada.keller@acme.com"}
    assert certain(ADA, other) == []
    assert printed(ADA, other) == {("0", "1"): (70.0, ("one address, two names",))}


def test_one_address_at_two_accounts_is_for_a_person():
    assert certain(ADA, {**ADA, "account_id": "b"}) == []
    assert printed(ADA, {**ADA, "account_id": "b"}) == {("0", "1"): (70.0, ("one address at two accounts",))}


@pytest.mark.parametrize(
    "address", ["info@acme.com", "lab-berlin@acme.com", "clinical.trials@acme.com", "not an address", "ada@"]
)
def test_shared_addresses_and_what_is_none_join_nobody(address):
    assert certain({"name": "Ada Keller", "email": address}, {"name": "Ada Keller", "email": address}) == []


def test_a_name_alone_joins_nobody():
    assert certain(*[{"name": "Wei Zhang"}] * 3) == []


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Ada Keller", "KELLER, Ada, PhD", "same_name"),
        ("Jörg Müller", "Joerg Mueller", "same_name"),
        ("José Núñez", "Jose Nunez", "same_name"),
        ("Jan van der Berg", "Jan Berg", "same_name"),
        ("Keller Ada", "Ada Keller", "swapped"),
        ("Bob Smith", "Robert Smith", "nickname"),
        ("Kate O'Neill", "Katherine ONeill", "nickname"),
        ("A. Keller", "Ada Keller", "initial"),
        ("Ada Keller-Braun", "Ada Keller", "double_name"),
        ("Ada Keller", "Ada Kellar", "one_letter"),
        ("Mario Keller", "Maria Keller", "one_letter"),
        ("Ada Keller", "Ada Braun", "other_family_name"),
        ("Ada Keller", "Bo Lind", ""),
        ("Ada", "Ada", ""),
        ("", "Ada Keller", ""),
        ("😀", "😀", ""),
    ],
)
def test_how_two_names_are_alike(one, other, how):
    names = [read_person(text, WORDS) for text in (one, other)]
    assert likeness(*names, WORDS) == how
    assert likeness(*reversed(names), WORDS) == how


def test_names_one_letter_apart_are_not_even_printed_unless_more_speaks_for_them():
    assert printed(ADA, {"name": "Ida Keller", "email": "ida.keller@acme.com"}) == {}
    assert printed({"name": "Mario Rossi", "title": "Buyer"}, {"name": "Maria Rossi", "title": "Buyer"}) == {}
    assert printed(ADA, {"name": "Ada Kellar", "email": "ada.keller@acme-bio.com", "title": None}) == {}
    told = {"email": "ada.keller@acme-bio.com", "title": "Buyer"}
    assert ("0", "1") in printed({**ADA, "title": "Buyer"}, {"name": "Ada Kellar", **told})


def test_likeness_inside_an_account_is_printed_with_what_speaks_for_and_against_it():
    score, reasons = printed(
        {**ADA, "title": "Buyer"}, {"name": "Keller Ada", "email": "a.keller@acme.com", "title": "Buyer"}
    )["0", "1"]
    assert (score, reasons) == (78.0, ("first and family name exchanged", "one job title", "two addresses at one host"))


def test_a_former_family_name_is_seen_in_the_address_only():
    assert printed(
        {"name": "Ada Braun", "email": "ada.keller@acme.com"}, {"name": "Ada Keller", "email": "ada.keller@acme.de"}
    )
    assert (
        printed({"name": "Ada Braun", "email": "ada.braun@acme.com"}, {"name": "Ada Keller", "email": "a@acme.de"})
        == {}
    )


def test_one_name_at_another_account_needs_one_title_to_be_printed():
    here, there = {"name": "Ada Keller", "title": "Head of CMC"}, {"name": "Ada Keller", "account_id": "b"}
    assert printed(here, there) == {}
    assert printed(here, {**there, "title": "Head of CMC"})["0", "1"][1][-1] == "other accounts"


def test_new_faces_and_deleted_contacts_are_not_compared():
    for gone in ({"deleted": True}, {"new_face": True}):
        assert printed(ADA, {**ADA, "email": None, **gone}) == {}
        assert certain(ADA, {**ADA, **gone}) == []


NAMES = st.one_of(
    st.none(), st.text(max_size=40), st.sampled_from(["Ada Keller", "Keller, Ada", "A Keller", "Bo-Lind", "van", "Dr."])
)


@given(NAMES, NAMES)
def test_reading_any_two_names_is_safe_and_likeness_is_mutual(one, other):
    left, right = read_person(one, WORDS), read_person(other, WORDS)
    assert likeness(left, right, WORDS) == likeness(right, left, WORDS)
