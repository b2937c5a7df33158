"""Arrow columns out of flat arrays: ids, words of a list, times."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.benchmark.generator.arrays import Bools, Ints, Streams

__all__ = ["Ids", "as_days", "as_naive_text", "as_text", "join", "masked", "moments", "numbered", "word"]


class Ids:
    """Ids as text. People are numbered in an order that says nothing about their account."""

    def __init__(self, people: int) -> None:
        self.shuffled = Streams(people)("ids").permutation(people)

    def account(self, index: Ints) -> pa.Array:
        """Name accounts."""
        return numbered("A", index, 6)

    def program(self, index: Ints) -> pa.Array:
        """Name programs."""
        return numbered("P", index, 7)

    def person(self, index: Ints) -> pa.Array:
        """Name people."""
        return numbered("C", np.where(index >= 0, self.shuffled[index], -1), 8)

    def content(self, index: Ints) -> pa.Array:
        """Name pieces of content."""
        return numbered("AS", index, 5)

    def campaign(self, index: Ints) -> pa.Array:
        """Name campaigns."""
        return numbered("K", index, 7)

    def engagement(self, index: Ints) -> pa.Array:
        """Name engagements."""
        return numbered("E", index, 9)

    def group(self, index: Ints) -> pa.Array:
        """Name groups."""
        return numbered("G", index, 7)


def numbered(prefix: str, index: Ints, width: int) -> pa.Array:
    """Write a prefix and a padded number; below zero = null."""
    text = pc.utf8_lpad(pc.cast(pa.array(index, mask=index < 0), pa.string()), width=width, padding="0")
    return join(prefix, text)


def join(*parts: Any) -> pa.Array:
    """Join texts; null with anything is null."""
    return pc.binary_join_element_wise(*parts, "")


def word(vocabulary: tuple[str, ...], index: Ints) -> pa.Array:
    """Look words up; below zero = null."""
    return pa.array(vocabulary, pa.string()).take(pa.array(index, mask=np.asarray(index) < 0))


def masked(values: pa.Array, hidden: Bools) -> pa.Array:
    """Write null where hidden."""
    return pc.if_else(pa.array(hidden), pa.scalar(None, pa.string()), values)


def moments(seconds: Ints) -> pa.Array:
    """Make UTC times of seconds since 1970."""
    return pc.cast(pa.array(seconds, pa.timestamp("s", "UTC")), pa.timestamp("ms", "UTC"))


def as_text(seconds: Ints) -> pa.Array:
    """Write seconds since 1970 as ISO 8601 with Z."""
    return pc.strftime(pa.array(seconds, pa.timestamp("s")), format="%Y-%m-%dT%H:%M:%SZ")


def as_naive_text(seconds: Ints) -> pa.Array:
    """Write seconds since 1970 as a UTC time without zone, as truth tables have it."""
    return pc.strftime(pa.array(seconds, pa.timestamp("s")), format="%Y-%m-%d %H:%M:%S")


def as_days(seconds: Ints) -> pa.Array:
    """Write the day of seconds since 1970."""
    return pc.strftime(pa.array(seconds, pa.timestamp("s")), format="%Y-%m-%d")
