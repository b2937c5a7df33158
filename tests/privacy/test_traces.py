"""A person is recognised in a text where they are named, and never in a part of somebody else's name, address or id."""

from __future__ import annotations

import html
import json
import quopri
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from committee.erasure import REMOVED, Person, Traces
from committee.privacy.searching import byte_forms, in_bytes, texts_of

JANE = Person(
    ("c1", "hubspot:501", "p🧬1"),
    ("jane+lab@x.example",),
    ('Zoë "Jane" O’Brien-Müller', "Jane Doe"),
    longer={"Mary Jane Doe": "another"},
)

WORDS = st.text("abcäéßčžøñÅ'’-\"🧬日本 ", min_size=1, max_size=10).map(str.strip).filter(bool)
NAMES = st.lists(WORDS, min_size=2, max_size=4).map(" ".join)
MAILS = st.tuples(
    st.from_regex(r"[a-z][a-z0-9.]{0,8}[a-z0-9](\+[a-z0-9]{1,5})?", fullmatch=True),
    st.sampled_from(["x.example", "lab.y.org"]),
).map("@".join)
AROUND = st.text(" ,;()<>\n\t|:", max_size=5)


def found(text: str, **more) -> list[str]:
    return [trace.says for trace in Traces(JANE).in_text(text, **more)]


@pytest.mark.parametrize(
    "text",
    [
        "jane+lab@x.example",
        "JANE+LAB@X.EXAMPLE",
        "<mailto:jane+lab@x.example>, and others",
        "jane doe",
        "Doe, Jane",
        "deals/jane-doe.html",
        "work_jane_doe.csv",
        "JANE  DOE's call",
        'met Zoë "Jane" O’Brien-Müller.',
        'Zoe "Jane" O’Brien-Muller',
        "see contact:c1 and others",
        "(hubspot:501)",
        "p🧬1|2026",
    ],
)
def test_a_person_is_found_however_they_are_written(text):
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "xjane+lab@x.example",
        "jane+lab@x.example.org",
        "jane@x.example",
        "o'jane+lab@x.example",
        "Jane Doering",
        "MaryJane Doe",
        "Mary Jane Doe",
        "hubspot:5010",
        "marketo-hubspot:501",
        "p🧬12",
        "c1 as a word in a text",
        "contact:c12",
    ],
)
def test_a_part_of_something_longer_is_somebody_elses(text):
    assert not found(text)


def test_a_short_id_counts_only_where_contacts_are_meant():
    assert found("c1", about_people=True) == ["c1"]
    assert found("c1") == []


@settings(max_examples=40)
@given(NAMES, MAILS, AROUND, AROUND)
def test_whatever_names_a_person_is_gone_from_a_text_without_them(name, mail, before, after):
    traces = Traces(Person(("id-1",), (mail.lower(),), (name,)))
    text = f"{before}{name}{after},{mail.upper()} {before}contact:id-1 "
    cleared = traces.without(text)
    assert not list(traces.in_text(cleared))
    assert mail.lower() not in cleared.lower()
    assert traces.without(cleared) == cleared


@given(st.text(max_size=60))
def test_a_text_that_does_not_name_the_person_stays_as_it_is(text):
    traces = Traces(JANE)
    if not list(traces.in_text(text)):
        assert traces.without(text) == text


def test_only_the_name_goes_from_a_sentence():
    assert (
        Traces(JANE).without("Call for Jane Doe, not for Mary Jane Doe") == f"Call for {REMOVED}, not for Mary Jane Doe"
    )


ENCODINGS = {
    "utf-8": str.encode,
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "json": lambda text: json.dumps(text).encode(),
    "json in json": lambda text: json.dumps(json.dumps(text)).encode(),
    "percent": lambda text: quote(text).encode(),
    "form": lambda text: quote_plus(text).encode(),
    "html": lambda text: html.escape(text).encode(),
    "json in html": lambda text: html.escape(json.dumps(text)).encode(),
    "numeric entities": lambda text: "".join(f"&#{ord(one)};" for one in text).encode(),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()),
    "csv": lambda text: ('"' + text.replace('"', '""') + '"').encode(),
}


@pytest.mark.parametrize("form", ENCODINGS)
@settings(max_examples=15)
@given(name=NAMES, mail=MAILS)
def test_a_name_and_an_address_are_found_in_every_form_a_file_may_hold(form, name, mail):
    traces = Traces(Person((), (mail,), (name,)))
    content = ENCODINGS[form](f"before {name} <{mail}> after")
    found = {trace.says for text in texts_of(content) for trace in traces.in_text(text)}
    assert found == {name, mail}


def test_bytes_inside_the_text_of_somebody_else_are_theirs(tmp_path):
    page = tmp_path / "page.bucket"
    page.write_bytes(b"\x00Aann@x.example\x07joann@x.example".replace(b"Aann", b"joann"))
    assert in_bytes([page], ["ann@x.example"], ["joann@x.example"]) == {}
    page.write_bytes(b"\x00\x0djoann@x.exampleQANN@x.example")
    assert in_bytes([page], ["ann@x.example"], ["joann@x.example"]) == {page: ["ann@x.example"]}


@given(NAMES)
def test_bytes_are_found_whatever_stands_before_and_behind(name):
    for form in byte_forms(name):
        assert form in (b"x" + form + b"y").lower()
