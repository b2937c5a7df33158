"""The words a calibration knows: needs and attributes as codes that stay the same whatever accounts are scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from committee.analysis.codes import Flags, sorted_ids
from committee.analysis.programs import ATTRIBUTES
from committee.market import Market

__all__ = ["STAGES", "Words", "agree", "words_of"]

STAGES = ("top", "middle", "bottom")


@dataclass(frozen=True)
class Words:
    """Needs, and the words of each attribute.

    Attributes
    ----------
    needs : tuple of str
        Sorted. One empty text when nothing says what any content is about.
    attributes : tuple of tuple of str
        Words of therapeutic area, modality and phase, sorted.
    """

    needs: tuple[str, ...]
    attributes: tuple[tuple[str, ...], ...]


def words_of(market: Market, tags: pa.Table, topics: tuple[str, ...]) -> Words:
    """Gather the words of a market: topics of its content, attributes of its content and programs."""
    attributes = tuple(
        tuple(sorted_ids(market.programs.column(name), tags.column(name)).to_pylist()) for name in ATTRIBUTES
    )
    return Words(topics or ("",), attributes)


def agree(content: tuple[str, ...], program: tuple[str, ...], covers: Mapping[str, tuple[str, str]]) -> Flags:
    """Say which words of content agree with which words of programs; a word such as phase 1/2 covers two.

    Returns
    -------
    bool array, shape (len(content), len(program))
    """
    first = [set(covers.get(word, (word,))) for word in content]
    second = [set(covers.get(word, (word,))) for word in program]
    found = [[not one.isdisjoint(other) for other in second] for one in first]
    return np.array(found, bool).reshape(len(content), len(program))
