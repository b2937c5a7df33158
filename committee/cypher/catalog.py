"""The catalog of questions: what the head of each file says, and whether the file keeps its word.

A file begins with lines of the form ``// word: text``::

    // asks: Which groups began lately?
    // grain: one buying group
    // for: ABM manager
    // maturity: stable
    // param days whole = 30: Days before the run
    // param account text: Id of the account
    // returns: group_id, account

A parameter without ``=`` must be given; ``=`` with nothing behind it is an empty text or list, or no value.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from committee.cypher.parameters import KINDS, BadParameter, Parameter, literal
from committee.cypher.reading import parameters_in, returned_names, statements_in, with_values, writing_words
from committee.errors import BadFile, NotFound

__all__ = ["BadParameter", "Parameter", "Question", "find_questions", "question", "questions", "read_question"]

_LINE = re.compile(r"^//\s*(?:(?P<param>param)\s+(?P<rest>.*)|(?P<word>[a-z]+):\s*(?P<text>.*))$")
_PARAMETER = re.compile(r"^(?P<name>\w+)\s+(?P<kind>\w+)\s*(?:=\s*(?P<default>[^:]*?))?\s*:\s*(?P<meaning>.+)$")
_REQUIRED = ("asks", "grain", "returns", "for", "maturity")
_MATURITIES = ("stable", "trial")


@dataclass(frozen=True)
class Question:
    """A question that is ready to be asked.

    Attributes
    ----------
    name : str
        The name of its file.
    asks : str
        The question in words.
    grain : str
        What one row is.
    params : tuple of Parameter
    returns : tuple of str
        Column names of the rows, in their order.
    text, picture : str
        Cypher of the rows and of the picture (paths); an empty picture is none.
    maturity : str
        stable or trial.
    audience : str
        Who asks.
    """

    name: str
    asks: str
    grain: str
    params: tuple[Parameter, ...]
    returns: tuple[str, ...]
    text: str
    picture: str = ""
    maturity: str = "stable"
    audience: str = ""

    @property
    def counted(self) -> Question:
        """The question of how many rows there are, with the same parameters."""
        text = f"CALL () {{\n{self.text}\n}}\nRETURN count(*) AS rows"
        return replace(self, grain="the number of rows", returns=("rows",), text=text, picture="")

    def parameters(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters as the store takes them, defaults filled in.

        Raises
        ------
        BadParameter
            One is missing, unknown or of the wrong kind.
        """
        known = {parameter.name: parameter for parameter in self.params}
        for name in given:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"Did you mean {near[0]}?" if near else f"It takes {', '.join(known) or 'none'}"
                raise BadParameter(f"question {self.name} has no parameter {name}", hint)
        missing = [
            parameter for parameter in self.params if parameter.required and given.get(parameter.name) in (None, "")
        ]
        if missing:
            first = missing[0]
            raise BadParameter(
                f"question {self.name} needs {first.name}: {first.meaning}", f"Add --param {first.name}=VALUE"
            )
        return {name: parameter.value_of(given.get(name, parameter.default)) for name, parameter in known.items()}

    def ready_to_paste(self, given: Mapping[str, Any], picture: bool = False) -> str:
        """Return the text with its parameters written in, for a browser or a shell of the database."""
        values = self.parameters(given)
        return with_values(
            self.picture if picture else self.text, {name: literal(value) for name, value in values.items()}
        )


def read_question(name: str, rows: str, picture: str = "") -> Question:
    """Read a question from its texts, and check that it is one.

    Raises
    ------
    BadFile
        There is no head, a line of it is missing or wrong, or the text writes, holds several statements, or uses
        parameters or returns columns that its head does not name.
    """
    head, params = _head(name, rows)
    returns = tuple(word.strip() for word in head["returns"].split(","))
    made = Question(
        name, head["asks"], head["grain"], params, returns, _body(rows), _body(picture), head["maturity"], head["for"]
    )
    _check(made)
    return made


def _head(name: str, text: str) -> tuple[dict[str, str], tuple[Parameter, ...]]:
    words: dict[str, str] = {}
    params = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        match = _LINE.match(line.strip())
        if match is None:
            raise _bad(
                name,
                f"its head has the line {line.strip()[:60]!r}",
                "Write head lines as // asks: ..., comments below them",
            )
        if match["param"]:
            params.append(_parameter(name, match["rest"]))
        else:
            words[match["word"]] = match["text"].strip()
    missing = [word for word in _REQUIRED if not words.get(word)]
    if missing:
        raise _bad(
            name,
            f"its head lacks the line // {missing[0]}:",
            "Begin the file with // asks, // grain, // for, // maturity, // returns",
        )
    if words["maturity"] not in _MATURITIES:
        raise _bad(name, f"its maturity is {words['maturity']!r}", f"Write one of {', '.join(_MATURITIES)}")
    return words, tuple(params)


def _parameter(name: str, text: str) -> Parameter:
    match = _PARAMETER.match(text)
    if match is None or match["kind"] not in KINDS:
        raise _bad(
            name,
            f"its parameter line {text[:60]!r} cannot be read",
            f"Write // param NAME KIND = DEFAULT: MEANING, KIND one of {', '.join(KINDS)}",
        )
    parameter = Parameter(match["name"], match["kind"], match["meaning"].strip(), match["default"])
    if parameter.default is not None:
        parameter.value_of(parameter.default)
    return parameter


def _body(text: str) -> str:
    lines = text.splitlines()
    while lines and (lines[0].startswith("//") or not lines[0].strip()):
        lines.pop(0)
    return "\n".join(lines).strip().removesuffix(";").rstrip()


def _check(made: Question) -> None:
    declared = {parameter.name for parameter in made.params}
    for form, text in (("", made.text), ("picture of ", made.picture)):
        if form and not text:
            continue
        if "\\u" in text:
            raise _bad(made.name, f"the {form or 'text of '}it holds a \\u escape", "Write the character itself")
        if (count := statements_in(text)) != 1:
            raise _bad(made.name, f"it holds {count} statements", "Keep one statement a file")
        if writing := writing_words(text):
            raise _bad(made.name, f"it uses {writing[0].upper()}, and a question only reads", "Use MATCH, WITH, RETURN")
        if unknown := sorted(parameters_in(text) - declared):
            raise _bad(made.name, f"it uses ${unknown[0]}, which its head does not declare", "Add a // param line")
    if unused := sorted(declared - parameters_in(made.text) - parameters_in(made.picture)):
        raise _bad(made.name, f"its parameter {unused[0]} is used nowhere", "Remove the // param line")
    if (names := returned_names(made.text)) != list(made.returns):
        raise _bad(
            made.name,
            f"it returns {', '.join(names) or 'nothing'}, its head says {', '.join(made.returns)}",
            "Make both alike",
        )


def _bad(name: str, what: str, remedy: str) -> BadFile:
    return BadFile(f"{name}.cypher is no question: {what}", remedy)


@cache
def questions() -> dict[str, Question]:
    """Return the shipped questions by name, in the order of their names."""
    folder = files("committee.cypher")
    texts = {
        entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".cypher")
    }
    names = sorted(name.removesuffix(".cypher") for name in texts if not name.endswith(".picture.cypher"))
    return {
        name: read_question(name, texts[f"{name}.cypher"], texts.get(f"{name}.picture.cypher", "")) for name in names
    }


def question(name: str) -> Question:
    """Return the question of this name.

    Raises
    ------
    NotFound
        There is none; the nearest are offered.
    """
    known = questions()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    raise NotFound(
        f"no question is called {name}", f"Nearest: {', '.join(near)}" if near else "See committee ask for the list"
    )


def find_questions(words: Iterable[str]) -> list[Question]:
    """Return the questions that hold all the words in their name, sentence, grain, audience or columns, best first."""
    wanted = [word.lower() for word in words]

    def places(one: Question) -> tuple[str, ...]:
        return one.name, one.asks.lower(), one.audience.lower(), " ".join((one.grain, *one.returns)).lower()

    def rank(one: Question) -> tuple[int, str]:
        return min(place for place, text in enumerate(places(one)) if wanted[0] in text), one.name

    found = [one for one in questions().values() if all(any(word in text for text in places(one)) for word in wanted)]
    return sorted(found, key=rank) if wanted else found
