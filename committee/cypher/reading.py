"""Reading Cypher as far as a question needs it: words, strings and comments told apart, nothing executed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Token", "parameters_in", "returned_names", "tokens", "with_values", "writing_words"]

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
      | (?P<quoted>`(?:``|[^`])*`)
      | (?P<parameter>\$(?:\w+|`(?:``|[^`])*`))
      | (?P<word>\w+)
      | (?P<space>\s+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_WRITES = {
    "CREATE",
    "MERGE",
    "SET",
    "DELETE",
    "DETACH",
    "REMOVE",
    "DROP",
    "FOREACH",
    "LOAD",
    "INSERT",
    "ALTER",
    "GRANT",
    "REVOKE",
    "START",
    "STOP",
    "TERMINATE",
}
_BARRED = _WRITES | {"USE", "CYPHER", "PROFILE", "EXPLAIN", "SHOW"}


@dataclass(frozen=True)
class Token:
    """A piece of Cypher: its kind (comment, string, quoted, parameter, word, space, other) and its text."""

    kind: str
    text: str


def tokens(text: str) -> tuple[Token, ...]:
    """Return the pieces of the text; joined they are the text."""
    return tuple(Token(match.lastgroup or "other", match.group()) for match in _TOKEN.finditer(text))


def _meaningful(text: str) -> list[Token]:
    return [token for token in tokens(text) if token.kind not in ("comment", "space")]


def parameters_in(text: str) -> set[str]:
    """Return the names of the parameters the text uses."""
    return {token.text[1:].strip("`") for token in tokens(text) if token.kind == "parameter"}


def writing_words(text: str) -> list[str]:
    """Return the words of the text that write, call a procedure, or address another database, in their order.

    A word behind ``.`` or ``:`` is a property or a label, and a word before ``:`` a key of a map, whatever it is called.
    """
    found, pieces = [], _meaningful(text)
    for before, token, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        if token.kind != "word" or (before and before.text in (".", ":", "|")) or (after and after.text == ":"):
            continue
        word = token.text.upper()
        procedure = word == "CALL" and (after is None or after.text not in ("{", "("))
        if word in _BARRED or procedure:
            found.append(token.text)
    return found


def statements_in(text: str) -> int:
    """Return how many statements the text holds; an end mark behind the last one does not count."""
    count, open_one = 0, False
    for token in _meaningful(text):
        if token.text == ";" and token.kind == "other":
            open_one = False
        elif not open_one:
            count, open_one = count + 1, True
    return count


def returned_names(text: str) -> list[str]:
    """Return the column names of the last RETURN that stands outside of all brackets."""
    last: list[Token] = []
    depth, inside = 0, False
    for token in _meaningful(text):
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "other" else 0
        word = token.text.upper() if token.kind == "word" and depth == 0 else ""
        if word == "RETURN":
            last, inside = [], True
        elif word in ("ORDER", "SKIP", "LIMIT", "UNION"):
            inside = False
        elif inside:
            last.append(token)
    return [_name(item) for item in _items(last)]


def _items(pieces: Sequence[Token]) -> Iterator[list[Token]]:
    item: list[Token] = []
    depth = 0
    for token in pieces:
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "other" else 0
        if token.text == "," and depth == 0:
            yield item
            item = []
        else:
            item.append(token)
    if item:
        yield item


def _name(item: Sequence[Token]) -> str:
    named = [place for place, token in enumerate(item) if token.kind == "word" and token.text.upper() == "AS"]
    if named:
        return item[named[-1] + 1].text.strip("`")
    if item[0].text.upper() == "DISTINCT":
        item = item[1:]
    return "".join(token.text for token in item)


def with_values(text: str, literals: dict[str, str]) -> str:
    """Return the text with each parameter replaced by its literal; strings and comments stay as they are."""
    return "".join(
        literals[token.text[1:].strip("`")] if token.kind == "parameter" else token.text for token in tokens(text)
    )
