"""Whatever is altered in a brief is found with its line; a brief that was only saved anew is right."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from reports.verified_world import SETTINGS, World, a_world, brief_of

from committee.reports.handoff import Options, render
from committee.reports.handoff.document import Brief
from committee.reports.handoff_check import CannotCheck, Verdict, judged, verified
from committee.reports.handoff_check.opening import open_brief
from committee.reports.handoff_check.remaking import Remade, remade

SOAK = bool(os.environ.get("COMMITTEE_SOAK"))
FORMS = ("md", "html", "json", "csv")
ALTERATIONS = 200


# --- alterations ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with a_world(str(folder / "store"), folder, "realistic", 5, 3) as made:
        yield made


@dataclass
class Checker:
    """Checks files against a store; a document is made again once for each header."""

    world: World
    made: dict[str, Remade] = field(default_factory=dict)

    def check(self, text: str) -> Verdict:
        opened = open_brief(text.encode(), "brief")
        key = repr([sorted(head.fields.items(), key=str) for head in opened.heads])
        if key not in self.made:
            self.made[key] = remade(self.world.store, opened, "brief", SETTINGS)
        return judged(opened, self.made[key], "brief")


@pytest.fixture(scope="module")
def checker(world: World) -> Checker:
    return Checker(world)


@pytest.fixture(scope="module")
def pages(world: World) -> dict[str, list[tuple[Brief, str]]]:
    """Briefs by form: a judged group, one with questions, one with letters."""
    some = [world.groups[0], *random.Random(1).sample(world.groups, 2)]
    options = [Options(), Options("meddic", 0), Options("bant", 0)]
    briefs = [
        brief_of(world.given(row["account_id"]), row["group_id"], one) for row, one in zip(some, options, strict=True)
    ]
    return {form: [(brief, render(brief, form)) for brief in briefs] for form in FORMS}


Alteration = Callable[[str, Brief, str, random.Random], tuple[str, set[int]] | None]
_UNSAID = re.compile(
    r"<!doctype[^>]*>|<meta (?:charset|http-equiv|name=\"viewport\")[^>]*>|</?[a-z]+\d*", re.IGNORECASE
)


def said_places(text: str, form: str) -> list[int]:
    """Places of a file that say something: not the names of elements, nor what a browser writes anew."""
    silent = {at for found in _UNSAID.finditer(text) for at in range(*found.span())} if form == "html" else set()
    return [at for at in range(len(text)) if at not in silent]


def line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def exchanged(text: str, at: int, old: str, new: str) -> tuple[str, set[int]]:
    assert text[at : at + len(old)] == old
    return text[:at] + new + text[at + len(old) :], {line_of(text, at)}


def a_digit(text: str, brief: Brief, form: str, chance: random.Random) -> tuple[str, set[int]] | None:
    at = chance.choice([at for at in said_places(text, form) if text[at] in "0123456789"])
    return exchanged(text, at, text[at], chance.choice([one for one in "0123456789" if one != text[at]]))


def names_in(text: str, brief: Brief) -> list[tuple[int, str]]:
    names = {
        claim.text
        for line in brief.lines()
        for claim in line.claims
        if claim.kind == "name" and claim.field == "name" and claim.text.replace(" ", "").isalpha()
    }
    return [(found.start(), name) for name in sorted(names) for found in re.finditer(re.escape(name), text)]


def a_letter_of_a_name(text: str, brief: Brief, form: str, chance: random.Random) -> tuple[str, set[int]] | None:
    start, name = chance.choice(names_in(text, brief))
    at = start + chance.choice([place for place, char in enumerate(name) if char.isalpha()])
    return exchanged(text, at, text[at], chance.choice([one for one in "abcdefghijklmnop" if one != text[at].lower()]))


LIKE = {
    "a": "а",
    "e": "е",
    "o": "о",
    "p": "р",
    "c": "с",
    "i": "і",
    "A": "А",
    "B": "В",
    "E": "Е",
    "H": "Н",
    "M": "М",
    "O": "О",
    "T": "Т",
}


def a_look_alike(text: str, brief: Brief, form: str, chance: random.Random) -> tuple[str, set[int]] | None:
    start, name = chance.choice(names_in(text, brief))
    places = [place for place, char in enumerate(name) if char in LIKE]
    if not places:
        return None
    at = start + chance.choice(places)
    return exchanged(text, at, text[at], LIKE[text[at]])


def a_hidden_letter(text: str, brief: Brief, form: str, chance: random.Random) -> tuple[str, set[int]] | None:
    start, _ = chance.choice(names_in(text, brief))
    return exchanged(text, start + 1, "", chance.choice("\u200b\u00ad\u2060"))


def a_month(text: str, brief: Brief, form: str, chance: random.Random) -> tuple[str, set[int]] | None:
    found = chance.choice(list(re.finditer(r"\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 20", text)))
    other = chance.choice([one for one in ("Jan", "Mar", "Jul", "Nov") if one != found[1]])
    return exchanged(text, found.start(1), found[1], other)


def a_share(text: str, brief: Brief, form: str, chance: random.Random) -> tuple[str, set[int]] | None:
    """The last digit of a probability."""
    pattern = r'"value": 0\.\d*(\d)\b' if form == "json" else r"(\d) %"
    found = list(re.finditer(pattern, text))
    if not found:
        return None
    one = chance.choice(found)
    return exchanged(text, one.start(1), one[1], str((int(one[1]) + chance.choice([1, 9])) % 10))


def two_people(text: str, brief: Brief, form: str, chance: random.Random) -> tuple[str, set[int]] | None:
    """Two names change places."""
    some = [one for one in names_in(text, brief) if " " in one[1]]
    (first, one), (second, other) = sorted(chance.sample(some, 2))
    if one == other or first + len(one) > second:
        return None
    altered = text[:first] + other + text[first + len(one) : second] + one + text[second + len(other) :]
    return altered, {line_of(text, first), line_of(text, second)}


def told_lines(text: str, form: str) -> list[int]:
    """Numbers of lines that can go or come twice without breaking the form, and that say something."""
    lines = text.split("\n")[:-2]
    if form == "html":
        return [at for at, line in enumerate(lines) if re.match(r"\s*<(p|li)\b.*</(p|li)>$", line)]
    if form == "json":
        return [at for at, line in enumerate(lines) if re.match(r'\s*"(text|value|subject|as_of|role)": .*,$', line)]
    return [at for at, line in enumerate(lines) if line.strip()]


def a_lost_line(text: str, brief: Brief, form: str, chance: random.Random) -> tuple[str, set[int]] | None:
    lines, at = text.split("\n"), chance.choice(told_lines(text, form))
    before = max([place for place in range(at) if lines[place].strip()], default=0)
    return "\n".join(lines[:at] + lines[at + 1 :]), set(range(before + 1, at + 3)) | enclosing(lines, at, form)


def enclosing(lines: list[str], at: int, form: str) -> set[int]:
    """In JSON a lost member is named with the line on which its object begins."""
    if form != "json":
        return set()
    inner = len(lines[at]) - len(lines[at].lstrip())
    opening = max(place for place in range(at) if len(lines[place]) - len(lines[place].lstrip()) < inner)
    return {opening + 1}


def a_line_twice(text: str, brief: Brief, form: str, chance: random.Random) -> tuple[str, set[int]] | None:
    lines, at = text.split("\n"), chance.choice(told_lines(text, form))
    return "\n".join(lines[: at + 1] + lines[at:]), {at + 1, at + 2}


ALTERING: tuple[Alteration, ...] = (
    *(a_digit, a_letter_of_a_name, a_look_alike, a_hidden_letter, a_month, a_share),
    *(two_people, a_lost_line, a_line_twice, a_digit),
)


@pytest.mark.parametrize("form", FORMS)
def test_each_of_many_random_alterations_is_found_with_its_line(form, checker, pages) -> None:
    chance, done, missed = random.Random(FORMS.index(form)), Counter[str](), []
    wanted = ALTERATIONS * (5 if SOAK else 1) // len(FORMS)
    while done.total() < wanted:
        brief, text = chance.choice(pages[form])
        alter = ALTERING[done.total() % len(ALTERING)]
        altered = alter(text, brief, form, chance)
        if altered is None or altered[0] == text:
            continue
        done[alter.__name__] += 1
        said, lines = altered
        try:
            wrong = [one for one in checker.check(said).findings if one.wrong]
        except CannotCheck as error:
            missed.append((alter.__name__, sorted(lines), str(error)))
            continue
        if not wrong or not {one.line for one in wrong} & lines:
            missed.append(
                (alter.__name__, sorted(lines), [(one.line, one.what, one.brief, one.graph) for one in wrong][:3])
            )
    assert missed == []
    assert len(done) == len(set(ALTERING))


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("group_id", "0123456789ab"),
        ("run_id", "0123456789ab"),
        ("as_of", "2026-05-30T23:59:59.999Z"),
        ("loaded_until", "2026-07-01T09:00:01Z"),
        ("decided_until", "2026-07-03T09:00:00Z"),
        ("words", "0123456789ab"),
        ("form", 2),
        ("in_memory", True),
        ("questions", 4),
    ],
)
def test_a_header_of_which_one_field_was_altered_is_one_wrong_line(field, other, world, pages) -> None:
    """Also where the rest of the brief is the same with the other value, as with questions nobody had tried to answer."""
    row = world.groups[0]
    brief = brief_of(
        world.given(row["account_id"]), row["group_id"], Options(questions=3 if field == "questions" else 0)
    )
    asked = [one for one in brief.lines("questions") if one.role == "question"]
    if field == "questions" and len(asked) == 3:
        pytest.fail("a fourth question could be told: take a group with fewer")
    text = render(brief, "md")
    said = json.loads(text.partition("brief ")[2].partition(" -->")[0])
    (said["options"] if field == "questions" else said)[field] = other
    altered = "<!-- committee brief " + json.dumps(said) + " -->" + text.partition("-->")[2]
    wrong = [one for one in verified(altered.encode(), "brief", world.store, SETTINGS).findings if one.wrong]
    assert [(one.line, one.what) for one in wrong] == [(1, "changed")]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_torn_to_pieces_is_a_verdict_or_a_sentence_and_never_right(form, checker, pages) -> None:
    chance = random.Random(9)
    for _ in range(6):
        _, text = chance.choice(pages[form])
        first, last = sorted(chance.sample(range(len(text)), 2))
        torn = chance.choice(
            [text[:first] + text[last:], text[:first], text[last:] + text[:last], text[:last] + text[first:]]
        )
        with contextlib.suppress(CannotCheck):
            assert checker.check(torn).wrong


@pytest.mark.parametrize("form", FORMS)
def test_an_unaltered_brief_is_right_also_when_it_was_only_saved_anew(form, checker, pages) -> None:
    for _, text in pages[form]:
        for saved in (text, text.replace("\n", "\r\n"), "\ufeff" + text, text + "\n\n"):
            assert checker.check(saved).findings == ()


def test_the_finding_names_both_readings_and_where_the_graph_has_it_from(checker, pages) -> None:
    brief, text = pages["md"][0]
    who = next(line for line in brief.lines("committee") if line.role == "who")
    title = next(claim for claim in who.claims if claim.field == "engagements")
    old = f"{title.text} touch"
    place = text.index("\n## The committee") if "\n## The committee" in text else text.index("The committee")
    at = text.index(old, place)
    said, (line,) = exchanged(text, at, title.text, "77")
    (found,) = checker.check(said).findings
    assert (found.line, found.what, found.wrong) == (line, "changed", True)
    assert "77 touch" in found.brief
    assert old in found.graph
    assert found.source == f"membership:{title.ids[0]} engagements"


# --- what the maker itself gets wrong --------------------------------------------------------------------------------


def test_a_mistake_of_the_maker_is_found_although_the_file_is_as_it_was_made(world, monkeypatch) -> None:
    """Files and document agree in all of these; only looking the facts up anew tells."""
    from committee.reports.handoff import facts as making

    row = world.groups[0]
    given = world.given(row["account_id"])
    day, number, percent, short = making.day, making.number, making.percent, making.short
    mistakes: list[tuple[str, Callable[..., str]]] = [
        ("day", lambda moment: day(moment).replace("2026", "2025")),
        ("number", lambda value: number(value + 1)),
        ("percent", lambda value: percent(min(1.0, value + 0.02)).replace("over 99", "97")),
        ("short", lambda text, longest: short(text, longest).replace("a", "e")),
    ]
    for name, mistake in mistakes:
        with monkeypatch.context() as patch:
            patch.setattr(making, name, mistake)
            brief = brief_of(given, row["group_id"], Options(questions=0))
            verdict = verified(render(brief, "md").encode(), "brief", world.store, SETTINGS)
        wrong = [one for one in verdict.findings if one.wrong]
        assert {one.what for one in wrong} == {"unproven"}, name
        assert [one for one in wrong if one.line == 1 or not one.graph] == [], name
