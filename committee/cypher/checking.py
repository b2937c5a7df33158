"""What is wrong with the file of a question: every fault with its line and its remedy; nothing is executed.

A question is held to the Cypher that Neo4j 5.26, the 2026 line and the embedded engine answer alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from committee.cypher.parameters import KINDS, BadParameter, Parameter
from committee.cypher.reading import Token, parameters_in, returned_names, statements_in, tokens, writing_words
from committee.records.parsing import join_words
from committee.settings import word_list

__all__ = ["Fault", "Head", "body_of", "composed", "faults_in", "head_of"]

MATURITIES = ("stable", "trial")
_LINE = re.compile(r"^//\s*(?:(?P<param>param)\s+(?P<rest>.*)|(?P<word>[a-z]+):\s*(?P<text>.*))$")
_PARAMETER = re.compile(r"^(?P<name>\w+)\s+(?P<kind>\w+)\s*(?:=\s*(?P<default>[^:]*?))?\s*:\s*(?P<meaning>.+)$")
_REQUIRED = ("asks", "grain", "returns", "for", "maturity")
_BEGIN = "Begin the file with // asks, // grain, // for, // maturity, // returns"
_CLOCKS = {"datetime", "localdatetime", "date", "time", "localtime", "timestamp", "rand", "randomuuid"}
_PORTABLE = "Write it so that every server and the embedded engine answer alike"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: in which file (rows or picture), in which line (1 is the first), and what to do."""

    picture: bool
    line: int
    what: str
    remedy: str


@dataclass(frozen=True)
class Head:
    """The lines at the top of a file: its words, its parameters, where each stands, and how many lines it has."""

    words: dict[str, str]
    params: tuple[Parameter, ...]
    places: dict[str, int]
    faults: tuple[Fault, ...]


def head_of(text: str, picture: bool = False) -> Head:
    """Read the head of a file; what cannot be read is a fault."""
    words: dict[str, str] = {}
    places: dict[str, int] = {}
    params: list[Parameter] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("//"):
            break
        match = _LINE.match(line.strip())
        if match is None:
            remedy = "Write head lines as // asks: ..., comments below them"
            faults.append(Fault(picture, number, f"its head has the line {line.strip()[:60]!r}", remedy))
        elif match["param"]:
            try:
                params.append(_parameter(match["rest"]))
                places[f"${params[-1].name}"] = number
            except BadParameter as error:
                faults.append(Fault(picture, number, error.what, error.remedy))
        else:
            words[match["word"]] = match["text"].strip()
            places[match["word"]] = number
    return Head(words, tuple(params), places, tuple(faults))


def _parameter(text: str) -> Parameter:
    match = _PARAMETER.match(text)
    if match is None or match["kind"] not in KINDS:
        raise BadParameter(
            f"its parameter line {text[:60]!r} cannot be read",
            f"Write // param NAME KIND = DEFAULT: MEANING, KIND one of {', '.join(KINDS)}",
        )
    default = match["default"]
    if default and default.startswith("@"):
        default = _setting(default.removeprefix("@"))
    parameter = Parameter(match["name"], match["kind"], match["meaning"].strip(), default)
    if parameter.default is not None:
        parameter.value_of(parameter.default)
    return parameter


def _setting(name: str) -> str:
    """The shipped default that ``file.section.key`` names, as it would be typed."""
    try:
        file, section, key = name.split(".")
        value = word_list(file)[section][key]
    except (ValueError, KeyError, TypeError, FileNotFoundError):
        raise BadParameter(f"its default @{name} is no shipped setting", "Write it as @detection.window.days") from None
    return join_words(value) if isinstance(value, list) else f"{value:g}" if isinstance(value, float) else str(value)


def body_of(text: str) -> str:
    """Return the Cypher below the head, without an end mark."""
    lines = text.splitlines()
    while lines and (lines[0].startswith("//") or not lines[0].strip()):
        lines.pop(0)
    return "\n".join(lines).strip().removesuffix(";").rstrip()


def composed(rows: str, picture: str, first: int) -> str:
    """Return the Cypher of a picture: it goes on where the first so many rows end."""
    return f"CALL () {{\n{rows}\nLIMIT {first}\n}}\n{picture}"


def faults_in(rows: str, picture: str = "") -> list[Fault]:
    """Return what is wrong with a question, by its rows file and its picture file, the gravest first; nothing where it is one.

    Parameters
    ----------
    rows, picture : str
        The whole texts of the files, heads included; no picture is empty.
    """
    head = head_of(rows)
    found = [*head.faults, *_words_of(head), *_text(rows, head, picture=False), *_returns(rows, head)]
    if picture:
        found += _picture(rows, picture, head)
    used = parameters_in(body_of(rows)) | parameters_in(body_of(picture))
    found += [
        Fault(
            False, head.places[f"${one.name}"], f"its parameter {one.name} is used nowhere", "Remove the // param line"
        )
        for one in head.params
        if one.name not in used
    ]
    return found


def _words_of(head: Head) -> Iterator[Fault]:
    for word in _REQUIRED:
        if not head.words.get(word):
            yield Fault(False, head.places.get(word, 1), f"its head lacks the line // {word}:", _BEGIN)
    maturity = head.words.get("maturity")
    if maturity and maturity not in MATURITIES:
        remedy = f"Write one of {', '.join(MATURITIES)}"
        yield Fault(False, head.places["maturity"], f"its maturity is {maturity!r}", remedy)


def _text(text: str, head: Head, *, picture: bool) -> Iterator[Fault]:
    """What holds for rows and picture alike."""
    pieces = _numbered(text)
    start = pieces[0][0] if pieces else len(text.splitlines()) or 1
    if "\\u" in text:
        line = text[: text.index("\\u")].count("\n") + 1
        yield Fault(picture, line, "it holds a \\u escape", "Write the character itself")
    if (count := statements_in(body_of(text))) != 1:
        ends = [line for line, token in pieces if token.text == ";" and token.kind == "other"]
        line = ends[0] if count > 1 and ends else start
        yield Fault(picture, line, f"it holds {count} statements", "Keep one statement a file")
    declared = {one.name for one in head.params}
    for line, token in pieces:
        if token.kind == "parameter" and token.text[1:].strip("`") not in declared:
            what = f"it uses {token.text}, which its head does not declare"
            yield Fault(picture, line, what, "Add a // param line")
    for word in writing_words(text):
        line = next(line for line, token in pieces if token.kind == "word" and token.text == word)
        what = f"it uses {word.upper()}, and a question only reads"
        yield Fault(picture, line, what, "Use MATCH, WITH, RETURN")
    yield from (Fault(picture, line, what, remedy) for line, what, remedy in _unportable(pieces))


def _unportable(pieces: Sequence[tuple[int, Token]]) -> Iterator[tuple[int, str, str]]:
    """What one of the engines does not know, or answers otherwise."""
    nothing = Token("", "")
    texts = [token.text for _, token in pieces]
    for place, (line, token) in enumerate(pieces):
        before = pieces[place - 1][1] if place else nothing
        after = [one.text for _, one in pieces[place + 1 : place + 3]] + ["", ""]
        word = token.text.upper() if token.kind == "word" and before.text not in (".", ":", "$") else ""
        if word == "RETURN" and ("*" in after[:1] or after[:2] == ["DISTINCT", "*"]):
            yield line, "it returns *", "Name each column with AS"
        elif word == "EXISTS" and after[0] == "(":
            yield line, "it uses exists( )", "Write EXISTS { } or IS NOT NULL"
        elif word in ("ID", "ELEMENTID") and after[0] == "(":
            yield line, f"it uses {token.text}( ), which is another number on each server", "Use the property key"
        elif word == "SHORTEST":
            yield line, "it uses SHORTEST, which 5.26 and the embedded engine do not share", "Use shortestPath( )"
        elif word in ("APOC", "GDS") and after[0] == ".":
            yield line, f"it uses {token.text}, which is not everywhere", _PORTABLE
        elif token.text.lower() in _CLOCKS and word and after[:2] == ["(", ")"]:
            yield (
                line,
                f"it uses {token.text}( )",
                "Take the moment from the run, as run.as_of_at: else it answers otherwise each time",
            )
        elif token.text == "*" and _is_hop(texts, place) and not _is_bounded(texts, place):
            yield line, "it walks any number of steps", "Bound them, as in [:SUBSIDIARY_OF*1..3]"


def _is_hop(texts: Sequence[str], place: int) -> bool:
    """Whether a star stands inside the brackets of a relationship."""
    opened = max((at for at in range(place) if texts[at] == "["), default=-1)
    return opened > 0 and texts[opened - 1] == "-" and "]" not in texts[opened:place]


def _is_bounded(texts: Sequence[str], place: int) -> bool:
    closed = texts.index("]", place) if "]" in texts[place:] else len(texts)
    said = "".join(texts[place + 1 : closed]).partition("{")[0]
    return bool(re.fullmatch(r"\d+|\d*\.\.\d+", said))


def _returns(rows: str, head: Head) -> Iterator[Fault]:
    body = body_of(rows)
    said = [word.strip() for word in head.words.get("returns", "").split(",")]
    if body and head.words.get("returns") and (names := returned_names(body)) != said:
        what = f"it returns {', '.join(names) or 'nothing'}, its head says {', '.join(said)}"
        yield Fault(False, head.places["returns"], what, "Make both alike")
    words = [token.text.upper() for _, token in _numbered(rows) if token.kind == "word"]
    if body and "ORDER" not in words and not head.words.get("grain", "").startswith("one row,"):
        last = len(rows.rstrip().splitlines())
        yield Fault(False, last, "its rows have no order", "End it with ORDER BY, the last key without ties")


def _picture(rows: str, picture: str, head: Head) -> Iterator[Fault]:
    own = head_of(picture, picture=True)
    yield from own.faults
    first = own.words.get("first", "")
    if not first.isdigit() or not int(first):
        remedy = "Say how many rows are drawn: // first: 25"
        yield Fault(True, own.places.get("first", 1), "its head lacks the line // first:", remedy)
    yield from _text(picture, head, picture=True)
    words = [token.text.upper() for _, token in _numbered(picture)]
    if words[-2:-1] != ["LIMIT"] or not words[-1].isdigit():
        last = len(picture.rstrip().splitlines())
        yield Fault(True, last, "its paths have no bound", "End it with LIMIT and a number")


def _numbered(text: str) -> list[tuple[int, Token]]:
    """The pieces below the head that mean something, each with its line."""
    found, line = [], 1
    for token in tokens(text):
        if token.kind not in ("comment", "space"):
            found.append((line, token))
        line += token.text.count("\n")
    return found
