"""The word lists of personas.toml, made ready for looking up: a tree of word groups, word beginnings and endings, likely misspellings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from rapidfuzz.distance import OSA

from committee.errors import BadSettings
from committee.identity.titles.cleaning import fold, letters_or_words

STRENGTHS = MappingProxyType({"weak": 1.0, "normal": 2.0, "strong": 3.0})
PROFESSION_STRENGTH = 4.0
# languages whose compound titles put the deciding word last
LAST_WORD_DECIDES = frozenset({"en", "zh", "ja", "ko"})
# lists in which a misspelt word changes nothing
_MENDED_FOR_NOTHING = frozenset({"neutral", "conjunctions", "for_whom", "employer", "outsiders", "ambiguous"})


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


def lexicon_from(mapping: Mapping[str, Any]) -> Lexicon:
    """Build the lexicon of a parsed ``personas.toml``.

    Parameters
    ----------
    mapping : Mapping
        As ``tomllib`` reads the file.

    Returns
    -------
    Lexicon

    Raises
    ------
    BadSettings
        A group names a persona that is not defined, or a strength that is none of weak, normal, strong.
    """
    words = mapping["words"]
    small = frozenset(fold(word) for word in words["small"])
    entries = tuple(_entries(mapping, small))
    tree: dict[str, Any] = {}
    for entry in entries:
        node = tree
        for word in entry.words:
            node = node.setdefault(word, {})
        node.setdefault("", []).append(entry)
    listed = {word for entry in entries for word in entry.words}
    plain = {word for word in listed if "*" not in word}
    beginnings: dict[str, list[str]] = {}
    for word in sorted(listed):
        if word.endswith("*") and not word.startswith("*"):
            beginnings.setdefault(word[:2], []).append(word[:-1])
    strict_personas = set(mapping["reading"]["careful"])
    strict = frozenset(word for entry in entries if entry.persona in strict_personas for word in entry.words)
    by_first: dict[str, list[str]] = {}
    worth_mending = {
        word
        for entry in entries
        if entry.kind not in _MENDED_FOR_NOTHING and entry.persona != "unknown"
        for word in entry.words
    }
    for word in sorted(plain & worth_mending):
        if len(word) >= mapping["reading"]["fuzzy_from_length"] - 1 and word.isascii():
            by_first.setdefault(word[0], []).append(word)
    personas_of: dict[str, frozenset[str]] = {}
    for entry in entries:
        for word in entry.words:
            personas_of[word] = personas_of.get(word, frozenset()) | {entry.persona}
    whole = frozenset(entry.words[0] for entry in entries if len(entry.words) == 1 and "*" not in entry.words[0])
    synonyms = {fold(persona).replace("_", " "): persona for persona in mapping["personas"]}
    for persona, definition in mapping["personas"].items():
        for word in definition.get("synonyms", ()):
            synonyms[_plain_key(word)] = persona
    return Lexicon(
        personas=mapping["personas"],
        synonyms=synonyms,
        confidence=mapping["confidence"],
        reading=mapping["reading"],
        translations={fold(k): letters_or_words(fold(v)) for k, v in words["translations"].items()},
        credentials=frozenset(fold(word) for word in mapping["credentials"]["words"]),
        small=small,
        nothing=frozenset(_plain_key(word) for word in words["nothing"]),
        ambiguous={fold(item["word"]): item["reads_as"] for item in mapping.get("ambiguous", ())},
        seniority={k: frozenset(_plain_key(word) for word in v) for k, v in mapping["seniority"].items()},
        supports=_supports(mapping["not_the_person"]),
        entries=entries,
        source=mapping,
        _tree=tree,
        _ordinary=frozenset(fold(word) for word in words["ordinary"]),
        _beginnings=beginnings,
        _endings=sorted({w[1:] for w in listed if w.startswith("*") and not w.endswith("*")}),
        _insides=sorted({w[1:-1] for w in listed if w.startswith("*") and w.endswith("*")}),
        _by_first_letter=by_first,
        _strict_words=strict,
        _worth_mending=frozenset(plain & worth_mending),
        _personas_of=personas_of,
        _vocabulary=frozenset(plain),
        _whole_words=whole,
    )


def persona_of(word: str, lexicon: Lexicon) -> str | None:
    """Persona meant by a word of another system (``Purchasing``, ``C-Suite``), or None when it is not known."""
    key = _plain_key(word)
    return "unknown" if key == "unknown" else lexicon.synonyms.get(key)


def _plain_key(word: str) -> str:
    return " ".join(letters_or_words(fold(word).replace("_", " ")))


def _entries(mapping: Mapping[str, Any], small: frozenset[str]) -> Iterator[Entry]:
    personas = {*mapping["personas"], "unknown"}
    for kind, table in (("profession", "professions"), ("function", "functions"), ("rank", "ranks")):
        for group in mapping.get(table, ()):
            name = group["name"]
            for key in ("persona", "below", "alone"):
                if group.get(key, "unknown") not in personas:
                    raise BadSettings(
                        f"personas: the group '{name}' names the persona {group[key]!r}, which is not defined",
                        "Define it under [personas] or name one of those defined there.",
                    )
            strength = PROFESSION_STRENGTH
            if kind == "function":
                if group.get("strength") not in STRENGTHS:
                    raise BadSettings(
                        f"personas: the group '{name}' has no strength", "Set strength to weak, normal or strong."
                    )
                strength = STRENGTHS[group["strength"]]
            for language, listed in group.get("words", {}).items():
                for text in listed:
                    for looked_up in _spellings(text, small):
                        yield Entry(
                            kind=kind,
                            group=name,
                            persona=group.get("persona", ""),
                            strength=strength if kind != "rank" else 0.0,
                            level=group.get("level", -1),
                            language=language,
                            words=looked_up,
                            broad_from_level=group.get("broad_from_level", 9),
                            from_level=group.get("from_level", -1),
                            below=group.get("below", ""),
                            yields=group.get("yields", False),
                            diverts=group.get("diverts", False),
                            alone=group.get("alone", ""),
                            alone_with=group.get("alone_with", ""),
                        )
    lists = {
        **mapping["not_the_person"],
        **{k: mapping["words"][k] for k in ("conjunctions", "for_whom", "employer", "neutral")},
    }
    lists["ambiguous"] = [item["word"] for item in mapping.get("ambiguous", ())]
    for kind, listed in lists.items():
        if kind in {"supports", "behind"}:
            continue
        for text in listed:
            for looked_up in _spellings(text, small):
                yield Entry(kind=kind, group=kind, words=looked_up)


def _supports(lists: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[tuple[str, ...], bool]]]:
    by_first: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    for kind in ("supports", "behind"):
        for text in lists[kind]:
            words = letters_or_words(fold(text))
            by_first.setdefault(words[0], []).append((words, kind == "supports"))
    return by_first


def _spellings(text: str, small: frozenset[str]) -> Iterator[tuple[str, ...]]:
    words = tuple(w for w in letters_or_words(fold(text)) if w not in small) or letters_or_words(fold(text))
    if words:
        yield words
