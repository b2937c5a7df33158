"""One text to one canonical word: an area, a modality, a phase, a stage, a need; None where the text does not support it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from committee.identity.content_tags.vocabulary import Hit, Vocabulary, WordFinder, plain_words

_NUMBERS = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_NUMBER = r"(iv|i{1,3}|[0-4])(?:[abc](?![a-z]))?(?![a-z0-9])"
_PHASE_OF = {
    (0,): "phase 1",
    (0, 1): "phase 1",
    (1,): "phase 1",
    (1, 2): "phase 1/2",
    (2,): "phase 2",
    (2, 3): "phase 2/3",
    (3,): "phase 3",
    (4,): "phase 4",
}


def normalise_term(field: str, value: str, vocabulary: Vocabulary) -> str | None:
    """Our word for a source's word.

    Parameters
    ----------
    field : str
        ``therapeutic_area``, ``modality``, ``phase``, ``stage``, ``topic`` (also ``need``, ``needs``).
    value : str
        What the source says: ``NSCLC``, ``PHASE2, PHASE3``, ``Phase IIb``, ``BOFU``.
    vocabulary : Vocabulary

    Returns
    -------
    str or None
        None when no listed word supports one.

    Raises
    ------
    ValueError
        There is no such field.
    """
    kind = "topic" if field in {"need", "needs"} else field
    if kind not in vocabulary.canonical:
        raise ValueError(f"no field {field!r}: there are {', '.join(sorted(vocabulary.canonical))}")
    plain = value.strip().lower()
    if plain in vocabulary.canonical[kind]:
        return plain
    words = plain_words(value)
    if not words:
        return None
    if kind == "phase":
        return phase_of_field(value, vocabulary)
    if kind == "therapeutic_area":
        return leading(area_hits(words, vocabulary), vocabulary)
    if kind == "modality":
        return leading(modality_hits(words, vocabulary), vocabulary)
    if kind == "stage":
        return next(iter(vocabulary.stage_synonyms.whole(words)), None)
    return leading(vocabulary.needs.find(words), vocabulary)


def area_hits(words: Sequence[str], vocabulary: Vocabulary) -> list[Hit]:
    """Words of therapeutic areas; where an area that dominates is named, only its own."""
    return _dominating(vocabulary.areas.find(words), vocabulary)


def modality_hits(words: Sequence[str], vocabulary: Vocabulary) -> list[Hit]:
    """Words of modalities, without those that mean an assay ("neutralizing antibody"); where one that dominates is named, only its own."""
    return _dominating([hit for hit in vocabulary.modalities.find(words) if hit.value], vocabulary)


def _dominating(hits: list[Hit], vocabulary: Vocabulary) -> list[Hit]:
    return [hit for hit in hits if hit.value in vocabulary.dominating] or hits


def leading(hits: Sequence[Hit], vocabulary: Vocabulary) -> str | None:
    """Value with the most different words; between equals the first; values marked ``last`` only where there is no other."""
    ranked = ranking(hits, vocabulary)
    return ranked[0] if ranked else None


def ranking(hits: Sequence[Hit], vocabulary: Vocabulary) -> list[str]:
    """Values of hits, those with the most different words first, then in the order of the text."""
    words: dict[str, set[str]] = {}
    for hit in hits:
        words.setdefault(hit.value, set()).add(hit.words)
    return sorted(words, key=lambda value: (value in vocabulary.last, -len(words[value])))


def phase_of_field(value: str, vocabulary: Vocabulary) -> str | None:
    """Phase a source's phase field names; None for "not applicable" and for what is no phase."""
    words = plain_words(value)
    text = " ".join(words)
    if text in vocabulary.no_phase:
        return None
    numbers = _phase_numbers(value, vocabulary)
    if numbers:
        return _PHASE_OF.get(numbers)
    bare = re.fullmatch(r"\s*" + _NUMBER + r"(?:\s*[/-]\s*" + _NUMBER + r")?\s*", value.lower())
    if bare is not None:
        return _PHASE_OF.get(tuple(sorted({_NUMBERS[number] for number in bare.groups() if number})))
    return next(iter(vocabulary.phase_synonyms.whole(words)), None) or one_of(vocabulary.phase_synonyms, words)


def one_of(finder: WordFinder, words: Sequence[str]) -> str | None:
    """The only value found in the words; None where there are none or several."""
    found = {hit.value for hit in finder.find(words)}
    return found.pop() if len(found) == 1 else None


def numbered_phase(text: str, vocabulary: Vocabulary) -> str | None:
    """Phase of the numbers behind the word phase: ``Phase Ib/II`` is ``phase 1/2``; None where they are no one phase."""
    return _PHASE_OF.get(_phase_numbers(text, vocabulary))


def _phase_numbers(text: str, vocabulary: Vocabulary) -> tuple[int, ...]:
    lowered = text.lower()
    named = rf"(?:{'|'.join(vocabulary.phase_words)})[\s_-]*"
    further = re.compile(rf"\s*(?:/|-|–|&|\+|,|;|\||and|or|to)\s*(?:early[\s_]*)?(?:{named})?{_NUMBER}")
    numbers = set()
    for found in re.finditer(rf"(?<![a-z]){named}{_NUMBER}", lowered):
        numbers.add(_NUMBERS[found.group(1)])
        at = found.end()
        while following := further.match(lowered, at):
            numbers.add(_NUMBERS[following.group(1)])
            at = following.end()
    return tuple(sorted(numbers))
