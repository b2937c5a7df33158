"""Which accounts are one company: every join right on real names, every doubt printed, nothing joined by likeness."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.identity.companies import (
    certain_companies,
    companies_of,
    company_words,
    owners,
    pairs_to_review,
    read_name,
)
from committee.identity.joining import APART, JOINED, Ruling, one_for_each
from committee.identity.mail import domain_of, mail_key, mail_words
from committee.records.loaded import Account
from committee.records.tables import typed_table
from committee.settings import word_list

NAMES = Path(__file__).parent.parent / "data" / "company_names"
WORDS = company_words(word_list("companies"))
MAIL = mail_words(word_list("companies"), word_list("people"))


def accounts(*rows: dict | str):
    every = [{"name": row} if isinstance(row, str) else row for row in rows]
    fields = sorted({name for row in every for name in row})
    columns = {name: [row.get(name) for row in every] for name in fields}
    return companies_of(
        typed_table(
            Account,
            {
                "account_id": [row.get("id", row["name"]) for row in every],
                **{n: c for n, c in columns.items() if n != "id"},
            },
        ),
        WORDS,
        MAIL,
    )


def certain(*rows: dict | str) -> set[frozenset[str]]:
    return {frozenset((pair.one, pair.other)) for pair in certain_companies(accounts(*rows), WORDS)}


def printed(*rows: dict | str) -> set[frozenset[str]]:
    found = accounts(*rows)
    return {
        frozenset((pair.one, pair.other)) for pair in pairs_to_review(found, WORDS, certain_companies(found, WORDS))
    }


def judged(kind: str) -> set[tuple[str, str]]:
    with (NAMES / "judged.csv").open(encoding="utf-8", newline="") as file:
        return {(row["one"], row["other"]) for row in csv.DictReader(file) if row["judged"] == kind}


@pytest.fixture(scope="module")
def sponsors() -> list[str]:
    with (NAMES / "names.csv").open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


# --- the sponsors of real trials, and their collaborators ------------------------------------------------------------


def test_every_join_among_real_sponsors_is_right_and_none_is_missed(sponsors):
    assert len(sponsors) == 228
    assert certain(*sponsors) == {frozenset(pair) for pair in judged("same")}


def test_owned_sponsors_stay_accounts_of_their_own_under_the_right_parent(sponsors):
    assert set(owners(accounts(*sponsors), WORDS).items()) == judged("owned")


def test_what_a_person_has_to_look_at_among_real_sponsors_is_printed_and_nothing_beyond_what_is_alike(sponsors):
    look, other = ({frozenset(pair) for pair in judged(kind)} for kind in ("look", "other"))
    band = printed(*sponsors)
    assert look <= band
    assert band <= look | other


# --- one by one ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bayer AG", "Bayer"),
        ("Société Générale Pharma S.A.", "Societe Generale Pharma SA"),
        ("Fresenius GmbH & Co. KG", "FRESENIUS"),
        ("Hoffmann-La Roche", "F. Hoffmann-La Roche AG"),
        ("GlaxoSmithKline", "GSK plc"),
        ("BeiGene", "BeOne Medicines, Ltd."),
        ("中外製薬株式会社", "中外製薬 株式会社"),
        ("Eli Lilly and Company", "Eli Lilly"),
        ("Quintiles, Inc.", "IQVIA Ltd"),
    ],
)
def test_legal_forms_accents_and_new_names_do_not_make_two_companies(one, other):
    assert certain(one, other) == {frozenset((one, other))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Merck & Co., Inc.", "Merck KGaA"),
        ("Merck", "Merck KGaA"),
        ("Merck", "Merck & Co., Inc."),
        ("Aurora Pharma", "Aurora Therapeutics"),
        ("Novavax", "Novavex"),
        ("Genentech", "Roche"),
        ("Bayer US", "Bayer Canada"),
        ("Pharma GmbH", "Pharma AG"),
        ("Acme; Bolt; Cask", "Acme"),
        ("", " "),
    ],
)
def test_names_alike_join_nothing(one, other):
    assert certain({"id": "1", "name": one}, {"id": "2", "name": other}) == set()


def test_one_letter_and_another_trade_are_printed():
    assert printed("Novavaxin", "Novavaxen") == {frozenset(("Novavaxin", "Novavaxen"))}
    assert printed("Aurora Pharma", "Aurora Therapeutics") == {frozenset(("Aurora Pharma", "Aurora Therapeutics"))}


def test_one_name_in_two_countries_or_with_two_web_domains_is_for_a_person():
    for facts in (({"country": "DE"}, {"country": "US"}), ({"domain": ["acme.de"]}, {"domain": ["bolt.com"]})):
        one, other = ({"id": str(n), "name": "Acme", **fact} for n, fact in enumerate(facts))
        assert certain(one, other) == set()
        assert printed(one, other) == {frozenset("01")}


def test_one_doubt_leaves_all_accounts_of_the_name_to_a_person():
    rows = [
        {"id": "1", "name": "Acme", "domain": ["acme.com"]},
        {"id": "2", "name": "Acme Ltd"},
        {"id": "3", "name": "Acme", "domain": ["bolt.com"]},
    ]
    assert certain(*rows) == set()


def test_one_domain_under_two_endings_is_one_company_and_free_mail_is_no_domain():
    both = [
        {"id": "1", "name": "Acme Pharma", "domain": ["acme.co.uk"]},
        {"id": "2", "name": "Acme", "domain": ["mail.acme.co.uk"]},
    ]
    assert certain(*both) == {frozenset("12")}
    free = [
        {"id": "1", "name": "Acme Pharma", "domain": ["gmail.com"]},
        {"id": "2", "name": "Acme", "domain": ["gmail.com"]},
    ]
    assert certain(*free) == set()


def test_parent_and_child_are_never_one():
    rows = [{"id": "1", "name": "Acme"}, {"id": "2", "name": "Acme GmbH", "parent_account_id": "1"}]
    assert certain(*rows) == set()
    assert printed(*rows) == set()


def test_an_owner_without_an_account_is_climbed_over():
    assert owners(accounts("Tanox", "Hoffmann-La Roche"), WORDS) == {"Tanox": "Hoffmann-La Roche"}


def test_the_order_of_the_accounts_does_not_matter(sponsors):
    mixed = random.Random(1).sample(sponsors, len(sponsors))
    assert certain(*mixed) == certain(*sponsors)
    assert owners(accounts(*mixed), WORDS) == owners(accounts(*sponsors), WORDS)


@given(st.text(max_size=60), st.sampled_from(["", " Inc.", ", Ltd", " GmbH & Co. KG", " S.A.", " k.k."]))
def test_reading_any_name_is_safe_and_a_legal_form_behind_it_changes_no_key(text, form):
    name = read_name(text, WORDS)
    if name.distinct and "(" not in text and text.strip() and "," not in text and name.key not in WORDS.ambiguous:
        again = read_name(text.strip() + form, WORDS)
        assert again.key == name.key or not text.strip()[-1].isalnum() or " " not in form


# --- domains ---------------------------------------------------------------------------------------------------------


def test_domains_end_where_anybody_can_register():
    assert [domain_of(host) for host in ("a.b.acme.co.jp", "ADA@Lab.Acme.com", "10.0.0.1", "com", "", "nohost")] == [
        "acme.co.jp",
        "acme.com",
        "",
        "",
        "",
        "",
    ]


def test_an_address_without_at_is_none_and_what_follows_a_plus_is_dropped():
    assert [mail_key(text) for text in ("acme.com", "a@b", "@acme.com", "a b@acme.com", None, "+x@acme.com")] == [
        "",
        "",
        "",
        "",
        "",
        "+x@acme.com",
    ]
    assert mail_key("Ada+News@ACME.com") == "ada@acme.com"


# --- which stands for which ------------------------------------------------------------------------------------------

IDS = "abcdef"
PAIRS = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] != pair[1])


def together(merged, decided, certain_pairs) -> list[set[str]]:
    """The oracle: repaint until nothing changes; what would bring together what was parted is not painted."""
    apart = {frozenset((r.kept, r.other)) for r in decided if r.kind == APART}
    colour = {one: {one} for one in IDS}

    def paint(one, other, whatever=False):
        both = colour[one] | colour[other]
        if whatever or not any(pair <= both for pair in apart if not (pair <= colour[one] or pair <= colour[other])):
            for member in both:
                colour[member] = both

    for pair in sorted(merged):
        paint(*pair, whatever=True)
    for pair in sorted((r.kept, r.other) for r in decided if r.kind == JOINED):
        paint(*pair)
    for pair in sorted(certain_pairs):
        paint(*pair)
    return sorted({frozenset(some) for some in colour.values() if len(some) > 1}, key=sorted)


@given(
    st.lists(PAIRS, max_size=4, unique_by=lambda pair: pair[1]),
    st.lists(st.tuples(st.sampled_from([JOINED, APART]), PAIRS), max_size=6),
    st.lists(PAIRS, max_size=5),
    st.randoms(use_true_random=False),
)
def test_what_belongs_together_is_what_painting_finds_in_any_order(merged, said, certain_pairs, dice):
    merged = [(kept, old) for kept, old in merged if kept < old]  # no circles
    decided = [Ruling(kind, "accounts", *pair) for kind, pair in said]
    found = one_for_each(merged, decided, certain_pairs, worth=str, present=IDS)
    classes: dict[str, set[str]] = {}
    for one, now in found.items():
        classes.setdefault(now, {now}).add(one)
    assert sorted(map(frozenset, classes.values()), key=sorted) == together(merged, decided, certain_pairs)
    for some in (merged, decided, certain_pairs):
        dice.shuffle(some)
    assert one_for_each(merged, decided, certain_pairs, worth=str, present=IDS) == found


def test_merges_in_a_circle_stand_still():
    assert one_for_each([("a", "b"), ("b", "a")], [], [], worth=str, present=IDS) == {}
