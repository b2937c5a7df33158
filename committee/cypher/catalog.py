"""The catalog of questions: what the head of each file says, the three forms of each, and how one is found.

A file NAME.cypher begins with lines of the form ``// word: text``::

    // asks: Which groups began lately?
    // grain: one buying group
    // for: ABM manager
    // maturity: stable
    // param days whole = 30: Days before the run
    // param account text: Id of the account
    // returns: group_id, account

A parameter without ``=`` must be given; ``=`` with nothing behind it is an empty text or list, or no value. A file
NAME.picture.cypher goes on where the rows end: ``// first: 25`` says how many of them it draws, and it returns paths. Where
there is none, ``// unpictured:`` says why; ``// slow:`` says why a question takes its time on millions of engagements.

It is somewhat long because shipped questions and those of a folder are read, found and named by one set of rules.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from committee.cypher.checking import Fault, body_of, composed, faults_in, head_of
from committee.cypher.parameters import BadParameter, Parameter, literal
from committee.cypher.reading import with_values
from committee.errors import BadFile, NotFound

__all__ = [
    "BadParameter",
    "Parameter",
    "Question",
    "find_questions",
    "known_questions",
    "nearest",
    "question",
    "questions",
    "questions_in",
    "read_question",
]

_ROWS, _PICTURE = ".cypher", ".picture.cypher"


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
    first : int
        How many rows the picture draws, from the first.
    maturity : str
        stable or trial.
    audience : str
        Who asks.
    unpictured, slow : str
        Why there is no picture; why it takes its time.
    """

    name: str
    asks: str
    grain: str
    params: tuple[Parameter, ...]
    returns: tuple[str, ...]
    text: str
    picture: str = ""
    first: int = 0
    maturity: str = "stable"
    audience: str = ""
    unpictured: str = ""
    slow: str = ""

    def source(self) -> str:
        """Return the rows file of the question anew, its head written from what it says."""
        lines = [f"// asks: {self.asks}", f"// grain: {self.grain}", f"// for: {self.audience}"]
        lines.append(f"// maturity: {self.maturity}")
        for one in self.params:
            default = "" if one.required else f" = {one.default}"
            lines.append(f"// param {one.name} {one.kind}{default}: {one.meaning}")
        lines += [f"// {word}: {text}" for word, text in (("unpictured", self.unpictured), ("slow", self.slow)) if text]
        return "\n".join([*lines, f"// returns: {', '.join(self.returns)}", self.text]) + "\n"

    @property
    def counted(self) -> Question:
        """The question of how many rows there are, with the same parameters."""
        text = f"CALL () {{\n{self.text}\n}}\nRETURN count(*) AS rows"
        return replace(self, grain="the number of rows", returns=("rows",), text=text, picture="")

    @property
    def drawn(self) -> Question:
        """The question whose rows are the paths of the picture.

        Raises
        ------
        NotFound
            There is no picture.
        """
        if not self.picture:
            reason = f": {self.unpictured}" if self.unpictured else ""
            raise NotFound(f"the question {self.name} has no picture{reason}", "Ask for its rows")
        return replace(self, grain="one path or more", returns=(), text=self.picture, picture="")

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
        text = self.drawn.text if picture else self.text
        return with_values(text, {name: literal(value) for name, value in values.items()})


def read_question(name: str, rows: str, picture: str = "") -> Question:
    """Read a question from its texts, and check that it is one.

    Raises
    ------
    BadFile
        There is no head, a line of it is missing or wrong, or the text writes, holds several statements, uses
        parameters or returns columns that its head does not name, or is not understood everywhere.
    """
    for fault in faults_in(rows, picture):
        raise BadFile(f"{place_of(name, fault)} is no question: {fault.what}", fault.remedy)
    head = head_of(rows)
    words, text = head.words, body_of(rows)
    first = int(head_of(picture, picture=True).words["first"]) if picture else 0
    return Question(
        name=name,
        asks=words["asks"],
        grain=words["grain"],
        params=head.params,
        returns=tuple(word.strip() for word in words["returns"].split(",")),
        text=text,
        picture=composed(text, body_of(picture), first) if picture else "",
        first=first,
        maturity=words["maturity"],
        audience=words["for"],
        unpictured=words.get("unpictured", ""),
        slow=words.get("slow", ""),
    )


def place_of(name: str, fault: Fault) -> str:
    """Return file and line of a fault."""
    return f"{name}{_PICTURE if fault.picture else _ROWS}:{fault.line}"


@cache
def questions() -> dict[str, Question]:
    """Return the shipped questions by name, in the order of their names."""
    folder = files("committee.cypher")
    texts = {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(_ROWS)}
    return {name: read_question(name, *pair) for name, pair in _pairs(texts).items()}


def questions_in(folder: Path) -> tuple[dict[str, Question], list[tuple[str, Fault]]]:
    """Read the questions in a folder of one's own.

    Returns
    -------
    questions : dict of str to Question
        Those that are one, by name.
    faults : list of (str, Fault)
        What is wrong with the others, with the place as FILE:LINE.

    Raises
    ------
    BadFile
        The folder is not there, holds no question, or a file in it is no text.
    """
    if not folder.is_dir():
        raise BadFile(
            f"{folder} is no folder", "Name a folder of .cypher files, with --questions or in the setting ask.folders"
        )
    texts = {}
    for path in sorted(folder.glob(f"*{_ROWS}")):
        try:
            texts[path.name] = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise BadFile(f"{path} cannot be read as text", "Save it as UTF-8") from None
    if not texts:
        raise BadFile(f"{folder} holds no question", "Write one as NAME.cypher: committee ask --help shows its head")
    found: dict[str, Question] = {}
    wrong: list[tuple[str, Fault]] = []
    for name, (rows, picture) in _pairs(texts).items():
        faults = faults_in(rows, picture) if rows else [Fault(True, 1, "it has no rows", f"Write {name}{_ROWS} too")]
        if not rows and not picture:
            faults = [Fault(False, 1, "it is empty", "Write a head and one statement")]
        faults.sort(key=lambda fault: (fault.picture, fault.line))
        wrong += [(f"{folder / place_of(name, fault)}", fault) for fault in faults]
        if not faults:
            found[name] = read_question(name, rows, picture)
    wrong += [
        (f"{folder / name}{_ROWS}:1", Fault(False, 1, "a shipped question has this name", "Give it another name"))
        for name in sorted(found.keys() & questions().keys())
    ]
    return found, wrong


def known_questions(folders: Iterable[Path]) -> dict[str, Question]:
    """Return the shipped questions and those of folders of one's own, by name.

    Raises
    ------
    BadFile
        A folder is not there or holds no question, one of them has a fault, or two have one name.
    """
    known = dict(questions())
    for folder in dict.fromkeys(folders):
        own, faults = questions_in(folder)
        for place, fault in faults:
            raise BadFile(f"{place}: {fault.what}", f"{fault.remedy}; committee ask --check {folder} lists all faults")
        for name in sorted(own.keys() & known.keys()):
            raise BadFile(f"{folder / name}{_ROWS} has the name of a question in another folder", "Give it another one")
        known |= own
    return known


def _pairs(texts: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Rows and picture of each name."""
    names = sorted({name.removesuffix(_PICTURE).removesuffix(_ROWS) for name in texts})
    return {name: (texts.get(name + _ROWS, ""), texts.get(name + _PICTURE, "")) for name in names}


def question(name: str, known: Mapping[str, Question] | None = None) -> Question:
    """Return the question of this name, of the shipped ones or of those given.

    Raises
    ------
    NotFound
        There is none; the nearest are offered.
    """
    known = questions() if known is None else known
    if name in known:
        return known[name]
    near = nearest(name, known)
    raise NotFound(
        f"no question is called {name}", f"Nearest: {', '.join(near)}" if near else "See committee ask for the list"
    )


def nearest(name: str, known: Mapping[str, Question]) -> list[str]:
    """Return the names that are most like this one, those for people first."""
    for_people = [one.name for one in known.values() if one.audience != "commands"]
    return difflib.get_close_matches(name, for_people, n=3, cutoff=0.4) or difflib.get_close_matches(
        name, known, n=3, cutoff=0.4
    )


def find_questions(words: Iterable[str], known: Mapping[str, Question] | None = None) -> list[Question]:
    """Return the questions that hold all the words in their name, sentence, grain, audience or columns, best first."""
    wanted = [word.lower() for word in words]

    def places(one: Question) -> tuple[str, ...]:
        return one.name, one.asks.lower(), one.audience.lower(), " ".join((one.grain, *one.returns)).lower()

    def rank(one: Question) -> tuple[int, str]:
        return min(place for place, text in enumerate(places(one)) if wanted[0] in text), one.name

    among = questions() if known is None else known
    found = [one for one in among.values() if all(any(word in text for text in places(one)) for word in wanted)]
    return sorted(found, key=rank) if wanted else found
