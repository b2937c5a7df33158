"""What a person means by a name: the first rule that fits decides, and doubt is told, never resolved by guessing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.cli.naming import KINDS, Named, kinds_in, meant
from committee.errors import AmbiguousName, NotFound

THINGS = [
    Named("account", "acc-1", "Adler Bio"),
    Named("account", "acc-2", "Adler Bio Italia"),
    Named("account", "ctgov:boreal", "Boreal"),
    Named("contact", "acc-1", "Ada Novak", "acc-1"),
    Named("contact", "c-20", "Ben Okri", "acc-1"),
    Named("group", "3f2a9c81", "Adler Bio, ADL-101, biomarker", "acc-1"),
    Named("group", "3f2a0000", "Boreal, BOR-7, bioanalysis", "ctgov:boreal"),
]


def found(text: str, *kinds: str) -> str:
    return meant(text, kinds, THINGS).id


def test_an_id_is_meant_exactly_even_where_it_begins_another_name() -> None:
    assert found("acc-1", "account") == "acc-1"


def test_an_exact_name_beats_the_longer_names_that_hold_it_in_any_case() -> None:
    assert found("adler BIO", "account") == "acc-1"


def test_a_part_of_one_name_is_enough() -> None:
    assert found("italia", "account") == "acc-2"
    assert found("BOR-7", "group") == "3f2a0000"


def test_four_characters_of_an_id_are_enough_and_three_are_not() -> None:
    assert found("3f2a9", "group") == "3f2a9c81"
    with pytest.raises(NotFound):
        found("3f2", "group")


def test_a_beginning_that_several_ids_have_is_refused_with_all_of_them() -> None:
    with pytest.raises(AmbiguousName, match=r"3f2a0000.*3f2a9c81"):
        found("3f2a", "group")


def test_a_part_that_several_names_have_is_refused_with_its_candidates() -> None:
    with pytest.raises(AmbiguousName) as told:
        found("adler", "account")
    assert "account:acc-1 (Adler Bio)" in str(told.value)
    assert "account:acc-2 (Adler Bio Italia)" in str(told.value)


def test_a_kind_in_front_chooses_between_kinds_with_one_id() -> None:
    with pytest.raises(AmbiguousName):
        found("acc-1", "account", "contact")
    assert meant("contact:acc-1", ("account", "contact"), THINGS).kind == "contact"
    assert meant("account:ctgov:boreal", ("account",), THINGS).id == "ctgov:boreal"


def test_a_kind_that_is_not_asked_for_is_refused() -> None:
    with pytest.raises(NotFound, match="contact:c-20 is no group"):
        found("contact:c-20", "group")


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(NotFound, match=r"no account is called 'Borael'.*Boreal"):
        found("Borael", "account")


def test_the_nearest_come_from_everything_not_only_from_what_was_looked_through() -> None:
    with pytest.raises(NotFound, match="Boreal"):
        meant("Borael", ("account",), [], lambda: THINGS)


def test_nothing_like_it_says_where_to_look() -> None:
    with pytest.raises(NotFound, match="committee groups lists the groups"):
        found("zzzz", "group")


def test_an_empty_name_means_nothing_rather_than_anything() -> None:
    with pytest.raises(NotFound):
        found("", "account")


@given(st.text(), st.sampled_from(KINDS))
def test_a_kind_in_front_of_any_text_is_taken_off_once(text: str, kind: str) -> None:
    if text:
        assert kinds_in(f"{kind}:{text}", KINDS) == ((kind,), text)


@given(st.permutations(THINGS), st.sampled_from(["acc-1", "Adler Bio", "italia", "3f2a9c", "nobody", "adler"]))
def test_the_order_of_the_candidates_does_not_matter(things: list[Named], text: str) -> None:
    def told(candidates: list[Named]) -> str:
        try:
            return str(meant(text, ("account", "group"), candidates))
        except (NotFound, AmbiguousName) as error:
            return str(error)

    assert told(things) == told(THINGS)
