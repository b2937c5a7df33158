"""The word lists of personas.toml, ready for looking up: word groups, word beginnings and endings, likely misspellings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from rapidfuzz.distance import OSA

from committee.identity.titles.cleaning import fold, letters_or_words

STRENGTHS = MappingProxyType({"weak": 1.0, "normal": 2.0, "strong": 3.0})
PROFESSION_STRENGTH = 4.0
# languages whose compound titles put the deciding word last
LAST_WORD_DECIDES = frozenset({"en", "zh", "ja", "ko"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One listed word group and what it means.

    Attributes
    ----------
    kind : str
        ``profession``, ``function``, ``rank``, or the name of a list of [words] and [not_the_person].
    group : str
        Name of its group in the file.
    persona : str
        ``""`` where the kind has none.
    strength : float
        1 weak, 2 normal, 3 strong, 4 profession; half a point more when the words name the rank too.
    level : int
        Of a rank, 0 to 5.
    language : str
    words : tuple of str
        As looked up, wildcards kept.
    """

    kind: str
    group: str
    persona: str = ""
    strength: float = 0.0
    level: int = -1
    language: str = "en"
    words: tuple[str, ...] = ()
    broad_from_level: int = 9
    from_level: int = -1
    below: str = ""
    yields: bool = False
    diverts: bool = False
    alone: str = ""
    alone_with: str = ""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Personas and the words of titles, ready to be looked up.

    Attributes
    ----------
    personas : Mapping
        Definition of each persona as the file has it.
    synonyms : Mapping of str to str
        Folded word of other systems (``purchasing``, ``c-suite``) to a persona.
    confidence, reading : Mapping
        The numbers of the file.
    supports : Mapping of str to sequence of (words, bool)
        By first word, the word groups before somebody else's name; True where they make the title an assistant's.
    entries : tuple of Entry
    source : Mapping
        The parsed file, for checking it.
    """

    personas: Mapping[str, Mapping[str, Any]]
    synonyms: Mapping[str, str]
    confidence: Mapping[str, float]
    reading: Mapping[str, Any]
    translations: Mapping[str, tuple[str, ...]]
    credentials: frozenset[str]
    small: frozenset[str]
    nothing: frozenset[str]
    ambiguous: Mapping[str, Mapping[str, str]]
    seniority: Mapping[str, frozenset[str]]
    supports: Mapping[str, Sequence[tuple[tuple[str, ...], bool]]]
    entries: tuple[Entry, ...]
    source: Mapping[str, Any]
    _tree: dict[str, Any] = field(repr=False)
    _ordinary: frozenset[str] = field(repr=False)
    _beginnings: dict[str, list[str]] = field(repr=False)
    _endings: list[str] = field(repr=False)
    _insides: list[str] = field(repr=False)
    _by_first_letter: dict[str, list[str]] = field(repr=False)
    _strict_words: frozenset[str] = field(repr=False)
    _worth_mending: frozenset[str] = field(repr=False)
    _personas_of: Mapping[str, frozenset[str]] = field(repr=False)
    _vocabulary: frozenset[str] = field(repr=False)
    _whole_words: frozenset[str] = field(repr=False)
    _forms: dict[str, tuple[tuple[str, ...], bool]] = field(repr=False, default_factory=dict)

    def forms(self, word: str) -> tuple[tuple[str, ...], bool]:
        """Keys under which a word may be listed, and whether it had to be taken for a misspelling."""
        known = self._forms.get(word)
        if known is None:
            known = self._forms[word] = self._find_forms(word)
        return known

    def _find_forms(self, word: str) -> tuple[tuple[str, ...], bool]:
        exact = (word,) if word in self._vocabulary else ()
        if word in self._whole_words or word in self._ordinary:
            return (word,) if word in self._vocabulary else (), False
        patterns = tuple(self._matching_patterns(word))
        if exact or patterns:
            return exact + patterns, False
        if len(word) > 3 and word.endswith("s") and word[:-1] in self._vocabulary:
            return (word[:-1],), False
        without_umlauts = word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
        if without_umlauts != word:
            forms, _ = self.forms(without_umlauts)
            if forms and any(form != without_umlauts or form in self._vocabulary for form in forms):
                return forms, False
        likely = self._swapped_back(word) or self._likely_spelling(word)
        return ((likely,), True) if likely else ((), False)

    def _matching_patterns(self, word: str) -> Iterator[str]:
        for stem in self._beginnings.get(word[:2], ()):
            if word.startswith(stem):
                yield stem + "*"
        for ending in self._endings:
            if len(word) > len(ending) and word.endswith(ending):
                yield "*" + ending
        for inside in self._insides:
            if inside in word:
                yield "*" + inside + "*"

    def _swapped_back(self, word: str) -> str | None:
        if len(word) < self.reading["swapped_from_length"] or not word.isascii():
            return None
        tries = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
        return next((one for one in tries if one in self._worth_mending), None)

    def space_put_back(self, left: str, right: str) -> tuple[str, str] | None:
        """Two words whose space has changed places with the letter beside it: ``dat ascience`` is ``data science``."""
        if self.forms(left)[0] and self.forms(right)[0]:
            return None
        for pair in ((left + right[0], right[1:]), (left[:-1], left[-1] + right)):
            if all(one in self._vocabulary or one in self.translations for one in pair):
                return pair
        return None

    def _likely_spelling(self, word: str) -> str | None:
        shortest = self.reading["fuzzy_from_length"]
        if len(word) < shortest or not word.isalpha() or not word.isascii():
            return None
        allowed = 2 if len(word) >= self.reading["fuzzy_two_from_length"] else 1
        best: list[str] = []
        nearest = allowed
        long = len(word) >= self.reading["fuzzy_two_from_length"]
        for listed in self._by_first_letter.get(word[0], ()):
            if abs(len(listed) - len(word)) > nearest or listed[-1] != word[-1]:
                continue
            distance = OSA.distance(word, listed, score_cutoff=nearest)
            if distance > nearest or (distance > 1 and listed in self._strict_words):
                continue
            if not long and len(word) == len(listed) and sorted(word) != sorted(listed):
                continue  # in a short word another letter makes another word: coating is not costing
            if distance < nearest:
                best, nearest = [listed], distance
            else:
                best.append(listed)
        meant = {self._personas_of.get(listed) for listed in best}
        return best[0] if len(meant) == 1 else None

    def longest_from(self, words: Sequence[str], start: int) -> tuple[int, list[Entry], bool]:
        """Entries of the longest listed word group that begins at a word.

        Parameters
        ----------
        words : sequence of str
        start : int

        Returns
        -------
        (int, list of Entry, bool)
            Words it spans (0: none listed), the entries, whether a word of it was misspelt.
        """
        span, entries, misspelt = 0, [], False
        nodes = [(self._tree, False)]
        for at in range(start, len(words)):
            forms, wrong = self.forms(words[at])
            nodes = [(node[form], was or wrong) for node, was in nodes for form in forms if form in node]
            if not nodes:
                break
            found = [(entry, was) for node, was in nodes for entry in node.get("", ())]
            if found:
                span = at - start + 1
                entries = [entry for entry, _ in found]
                misspelt = all(was for _, was in found)
        return span, entries, misspelt


def persona_of(word: str, lexicon: Lexicon) -> str | None:
    """Persona meant by a word of another system (``Purchasing``, ``C-Suite``), or None when it is not known."""
    key = plain_key(word)
    return "unknown" if key == "unknown" else lexicon.synonyms.get(key)


def plain_key(word: str) -> str:
    """Key under which a word of another system is listed: plain words joined by blanks."""
    return " ".join(letters_or_words(fold(word).replace("_", " ")))
