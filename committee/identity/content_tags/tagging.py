"""Tags of content that comes without any: need, therapeutic area, modality, phase, stage, from title, kind and address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from committee.identity.content_tags.terms import area_hits, leading, modality_hits, numbered_phase, ranking
from committee.identity.content_tags.vocabulary import Hit, Vocabulary, plain_words

_STAGES = ("top", "middle", "bottom")
_HOST = re.compile(r"^[a-z][a-z0-9+.-]*://[^/]*|^[^/]*\.[a-z]{2,}(?=/|$)", re.IGNORECASE)
_BEHIND_PATH = re.compile(r"[?#].*$")
_FILE_ENDING = re.compile(r"\.[a-z0-9]{2,5}$", re.IGNORECASE)


@dataclass(slots=True)
class _Tags:
    values: dict[str, str] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    matched: list[str] = field(default_factory=list)
    certainty: list[float] = field(default_factory=list)


def tag_content(
    title: Sequence[str | None], kind: Sequence[str | None], url: Sequence[str | None], vocabulary: Vocabulary
) -> pd.DataFrame:
    """Tag pieces of content by the words of their title, kind and address.

    Parameters
    ----------
    title, kind, url : sequence of str or None
        Columns of one length.
    vocabulary : Vocabulary

    Returns
    -------
    pandas.DataFrame
        A row for each piece, in the order given. ``topic`` is a list of needs, the one with the most words first, empty when
        none is named; ``therapeutic_area``, ``modality``, ``phase``, ``stage`` are a canonical word or None; ``confidence``
        (0 to 1) is the mean over what was found, NaN when nothing was; ``matched`` names the words by field.
        The address speaks only for what the title does not say. Of several stages the one nearest to a purchase counts.

    Raises
    ------
    ValueError
        The columns differ in length.
    """
    known: dict[tuple[str | None, ...], _Tags] = {}
    rows = []
    for piece in zip(title, kind, url, strict=True):
        tags = known.get(piece)
        if tags is None:
            tags = known[piece] = _tags_of(*piece, vocabulary)
        rows.append(tags)
    table: dict[str, pd.Series[Any]] = {"topic": pd.Series([list(row.topics) for row in rows], dtype=object)}
    for name in ("therapeutic_area", "modality", "phase", "stage"):
        table[name] = pd.Series([row.values.get(name) for row in rows], dtype=object)
    sure = [round(float(np.mean(row.certainty)), 3) if row.certainty else np.nan for row in rows]
    table["confidence"] = pd.Series(sure, dtype="float64")
    table["matched"] = pd.Series(["; ".join(row.matched) for row in rows], dtype="str")
    return pd.DataFrame(table)


def _tags_of(title: str | None, kind: str | None, url: str | None, vocabulary: Vocabulary) -> _Tags:
    tags = _Tags()
    sources = {"title": title or "", "url": _path_words(url or "")}
    words = {name: plain_words(text) for name, text in sources.items()}
    for name in ("topic", "therapeutic_area", "modality"):
        for source in ("title", "url"):
            if _take(tags, name, _hits(name, words[source], vocabulary), vocabulary.confidence[source], vocabulary):
                break
    for source, text in sources.items():
        if _take_phase(tags, text, words[source], vocabulary.confidence[source], vocabulary):
            break
    _take_stage(tags, words, plain_words(kind or ""), vocabulary)
    return tags


def _hits(name: str, words: Sequence[str], vocabulary: Vocabulary) -> list[Hit]:
    if name == "topic":
        return vocabulary.needs.find(words)
    return (area_hits if name == "therapeutic_area" else modality_hits)(words, vocabulary)


def _take(tags: _Tags, name: str, hits: Sequence[Hit], sure: float, vocabulary: Vocabulary) -> bool:
    value = leading(hits, vocabulary)
    if value is None:
        return False
    if name == "topic":
        tags.topics = ranking(hits, vocabulary)
    else:
        tags.values[name] = value
    taken = [hit.words for hit in hits if name == "topic" or hit.value == value]
    tags.matched.append(f"{name}: {', '.join(dict.fromkeys(taken))}")
    tags.certainty.append(sure)
    return True


def _take_phase(tags: _Tags, text: str, words: Sequence[str], sure: float, vocabulary: Vocabulary) -> bool:
    value = numbered_phase(text, vocabulary)
    said = value
    if value is None:
        hits = vocabulary.phases_in_titles.find(words)
        value = leading(hits, vocabulary) if len({hit.value for hit in hits}) == 1 else None
        said = hits[0].words if value else None
    if value is None:
        return False
    tags.values["phase"] = value
    tags.matched.append(f"phase: {said}")
    tags.certainty.append(sure)
    return True


def _take_stage(tags: _Tags, words: Mapping[str, Sequence[str]], kind: Sequence[str], vocabulary: Vocabulary) -> None:
    said = [("title", hit) for hit in vocabulary.stage_words.find(words["title"])]
    said += [("kind", Hit(value, " ".join(kind), 0, len(kind))) for value in vocabulary.stage_kinds.whole(kind)]
    if not said:
        said = [("url", hit) for hit in vocabulary.stage_words.find(words["url"])]
        said += [("url", hit) for hit in vocabulary.stage_kinds.find(words["url"])]
    if not said:
        return
    source, hit = max(said, key=lambda one: _STAGES.index(one[1].value))
    tags.values["stage"] = hit.value
    tags.matched.append(f"stage: {hit.words}")
    tags.certainty.append(vocabulary.confidence[source])


def _path_words(url: str) -> str:
    return _FILE_ENDING.sub("", _BEHIND_PATH.sub("", _HOST.sub("", url.strip()))).replace("%20", " ")
