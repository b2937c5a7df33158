"""The lists of vocabulary.toml, made ready for finding their words in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from committee.errors import BadSettings

_WORD = re.compile(r"[^\W_]+")
_LISTED_WORD = re.compile(r"\*?[^\W_]+\*?")
_MARKS = re.compile("[\u0300-\u036f]")
# letters a drug's name has before the ending that tells its kind
_BEFORE_A_STEM = 3
# letters from which an ending is also a name by itself ("deruxtecan")
_STEM_OF_ITS_OWN = 6


def plain_words(text: str) -> list[str]:
    """Words of a text in lower case without accents; an apostrophe's ``s`` is left out.

    Examples
    --------
    >>> plain_words("Crohn’s Disease (CAR-T)")
    ['crohn', 'disease', 'car', 't']
    """
    return [word for word in _WORD.findall(_folded(text)) if word != "s"]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold())


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed word group found in a text: what it stands for, the words as read, where it begins, how many words it spans."""

    value: str
    words: str
    at: int
    span: int


@dataclass(frozen=True)
class WordFinder:
    """Finds listed word groups in plain words, the longest first.

    Parameters
    ----------
    lists : Mapping of str to sequence of str
        For each value its word groups; ``word*`` and ``*word`` are beginnings and endings.
    stems : Mapping of str to sequence of str
        For each value endings of drug names.
    """

    lists: Mapping[str, Sequence[str]]
    stems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _tree: dict[str, Any] = field(default_factory=dict, repr=False)
    _beginnings: list[str] = field(default_factory=list, repr=False)
    _endings: list[str] = field(default_factory=list, repr=False)
    _forms: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _stemmed: dict[str, tuple[str, ...]] = field(
        default_factory=dict, repr=False
    )  # words recur: each is looked up once

    def __post_init__(self) -> None:
        """Lay the lists out as a tree of words."""
        beginnings, endings = set(), set()
        for value, groups in self.lists.items():
            for group in groups:
                words = [word for word in _LISTED_WORD.findall(_folded(group)) if word != "s"]
                node = self._tree
                for word in words:
                    node = node.setdefault(word, {})
                    if word.endswith("*"):
                        beginnings.add(word[:-1])
                    elif word.startswith("*"):
                        endings.add(word[1:])
                if words:
                    node.setdefault("", []).append(value)
        self._beginnings.extend(sorted(beginnings))
        self._endings.extend(sorted(endings))

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Listed word groups in plain words, left to right, none overlapping.

        Parameters
        ----------
        words : sequence of str
            As `plain_words` gives them.

        Returns
        -------
        list of Hit
            A group listed for two values gives two hits.
        """
        hits: list[Hit] = []
        at = 0
        while at < len(words):
            span, grouped = self._longest(words, at)
            values = grouped if span else self._by_stem(words[at])
            text = " ".join(words[at : at + max(span, 1)])
            hits.extend(Hit(value, text, at, max(span, 1)) for value in values)
            at += span or 1
        return hits

    def whole(self, words: Sequence[str]) -> list[str]:
        """Values whose word group is exactly these words."""
        span, values = self._longest(words, 0)
        return values if span == len(words) else []

    def _longest(self, words: Sequence[str], start: int) -> tuple[int, list[str]]:
        span, values, nodes = 0, [], [self._tree]
        for at in range(start, len(words)):
            forms = self._forms_of(words[at])
            nodes = [node[form] for node in nodes for form in forms if form in node]
            if not nodes:
                break
            found = list(dict.fromkeys(value for node in nodes for value in node.get("", ())))
            if found:
                span, values = at - start + 1, found
        return span, values

    def _forms_of(self, word: str) -> tuple[str, ...]:
        known = self._forms.get(word)
        if known is None:
            known = (word,)
            if len(word) > 3 and word.endswith("s"):
                known += (word[:-1],)
            known += tuple(stem + "*" for stem in self._beginnings if word.startswith(stem))
            known += tuple("*" + stem for stem in self._endings if word.endswith(stem) and len(word) > len(stem))
            self._forms[word] = known
        return known

    def _by_stem(self, word: str) -> tuple[str, ...]:
        known = self._stemmed.get(word)
        if known is None:
            known = self._stemmed[word] = self._longest_stem(word)
        return known

    def _longest_stem(self, word: str) -> tuple[str, ...]:
        best: int = 0
        values: tuple[str, ...] = ()
        for value, stems in self.stems.items():
            for stem in stems:
                whole = word == stem and len(stem) >= _STEM_OF_ITS_OWN
                if len(stem) > best and word.endswith(stem) and (whole or len(word) >= len(stem) + _BEFORE_A_STEM):
                    best, values = len(stem), (value,)
        return values


@dataclass(frozen=True)
class Vocabulary:
    """Canonical words and how they are written elsewhere, ready to be found.

    Attributes
    ----------
    areas, modalities, needs, phases_in_titles, phase_synonyms, stage_words, stage_kinds : WordFinder
    last : frozenset of str
        Areas and modalities that count only where no other is found.
    dominating : frozenset of str
        Areas and modalities that win over any other found in the same text.
    canonical : Mapping of str to frozenset of str
        Canonical words of each field.
    """

    areas: WordFinder
    modalities: WordFinder
    needs: WordFinder
    phases_in_titles: WordFinder
    phase_synonyms: WordFinder
    stage_words: WordFinder
    stage_kinds: WordFinder
    stage_synonyms: WordFinder
    not_a_product: WordFinder
    background: WordFinder
    not_a_disease: WordFinder
    modality_of_type: Mapping[str, str]
    no_phase: frozenset[str]
    phase_words: tuple[str, ...]
    last: frozenset[str]
    dominating: frozenset[str]
    canonical: Mapping[str, frozenset[str]]
    confidence: Mapping[str, float]


def vocabulary_from(mapping: Mapping[str, Any]) -> Vocabulary:
    """Build the vocabulary of a parsed ``vocabulary.toml``.

    Parameters
    ----------
    mapping : Mapping
        As ``tomllib`` reads the file.

    Returns
    -------
    Vocabulary

    Raises
    ------
    BadSettings
        A section is missing, or a phase or type leads to a word that is not defined.
    """
    try:
        return _built(mapping)
    except KeyError as missing:
        raise BadSettings(
            f"vocabulary: {missing.args[0]!r} is missing", "Put it back as the shipped vocabulary has it."
        ) from missing


def _built(mapping: Mapping[str, Any]) -> Vocabulary:
    areas, modalities, stages = mapping["therapeutic_areas"], mapping["modalities"], mapping["stages"]
    phases, registry = mapping["phases"], mapping["registry"]
    canonical = {
        "therapeutic_area": frozenset(areas),
        "modality": frozenset(modalities),
        "topic": frozenset(mapping["needs"]),
        "phase": frozenset(phases["order"]),
        "stage": frozenset(stages),
    }
    _refuse_unknown("phase", {*phases["synonyms"], *phases["title_words"]}, canonical["phase"])
    _refuse_unknown("modality", registry["types"].values(), canonical["modality"])
    by_name = {name: [*group["words"], *group.get("names", ())] for name, group in modalities.items()}
    by_name[""] = mapping["not_a_modality"]["words"]
    return Vocabulary(
        areas=WordFinder({name: [name, *group["words"]] for name, group in areas.items()}),
        modalities=WordFinder(by_name, {name: group.get("stems", ()) for name, group in modalities.items()}),
        needs=WordFinder({name: [name, *group["words"]] for name, group in mapping["needs"].items()}),
        phases_in_titles=WordFinder(phases["title_words"]),
        phase_synonyms=WordFinder({phase: [phase, *phases["synonyms"].get(phase, ())] for phase in phases["order"]}),
        stage_words=WordFinder({name: group["words"] for name, group in stages.items()}),
        stage_kinds=WordFinder({name: group["kinds"] for name, group in stages.items()}),
        stage_synonyms=WordFinder({name: [name, *group["synonyms"]] for name, group in stages.items()}),
        not_a_product=WordFinder({"": registry["not_a_product"]}),
        background=WordFinder({"": registry["background"]}),
        not_a_disease=WordFinder({"": registry["not_a_disease"]}),
        modality_of_type={" ".join(plain_words(name)): value for name, value in registry["types"].items()},
        no_phase=frozenset(" ".join(plain_words(word)) for word in phases["nothing"]),
        phase_words=tuple(phases["phase_words"]),
        last=frozenset(name for table in (areas, modalities) for name, group in table.items() if group.get("last")),
        dominating=frozenset(
            name for table in (areas, modalities) for name, group in table.items() if group.get("dominates")
        ),
        canonical=canonical,
        confidence=mapping["confidence"],
    )


def _refuse_unknown(what: str, named: Iterable[str], defined: frozenset[str]) -> None:
    for name in named:
        if name not in defined:
            raise BadSettings(f"vocabulary: {name!r} is no {what}", f"Use one of: {', '.join(sorted(defined))}.")
