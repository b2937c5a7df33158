"""Which of the customer's programs an engagement was for, by what is written down.

The first that names one decides: the engagement itself (a form said so), its campaign, the contact's own program, and
last what the content is about, when only one program of the account fits it. Otherwise nothing is assigned. A program
that no table lists, or that its source has deleted, is named but unknown: it decides that nothing is assigned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from committee.analysis.codes import Flags, Ints, codes_in, joined_ids, plain, sorted_ids

__all__ = ["ATTRIBUTES", "RULES", "UNLISTED", "Attributes", "first_named", "only_fit"]

RULES = ("engagement", "campaign", "contact", "content")
ATTRIBUTES = ("therapeutic_area", "modality", "phase")
UNLISTED = -2  # names a program that no table lists
_PAIRS_AT_ONCE = 2_000_000  # of content and program, to bound the memory


@dataclass(frozen=True)
class Attributes:
    """Therapeutic area, modality and phase of programs and of content, as codes.

    Attributes
    ----------
    program, content : int arrays, shape (n, 3, 2)
        A value that covers two (phase 1/2) has both codes, any other its code twice; -1 = nothing said.
    program_account : int array
        Account code of each program, -1 = unknown.
    """

    program: Ints
    content: Ints
    program_account: Ints

    @classmethod
    def of(
        cls,
        programs: pa.Table,
        account_ids: pa.Array,
        tags: pa.Table,
        content_ids: pa.Array,
        covers: Mapping[str, tuple[str, str]],
    ) -> Attributes:
        """Encode the rows of ``programs``, and the content in the order of ``content_ids``."""
        rows = codes_in(content_ids, plain(tags.column("content_id")))
        on_programs = np.full((programs.num_rows, len(ATTRIBUTES), 2), -1, np.int64)
        on_content = np.full((len(content_ids), len(ATTRIBUTES), 2), -1, np.int64)
        for place, name in enumerate(ATTRIBUTES):
            words = sorted_ids(programs.column(name), tags.column(name))
            pairs = _both(words, covers)
            on_programs[:, place] = pairs[codes_in(programs.column(name), words)]
            on_content[:, place] = np.vstack([pairs[codes_in(tags.column(name), words)], [[-1, -1]]])[rows]
        return cls(on_programs, on_content, codes_in(programs.column("account_id"), account_ids))


def _both(words: pa.Array, covers: Mapping[str, tuple[str, str]]) -> Ints:
    """The two codes of each word, and (-1, -1) as the last row, for a missing word."""
    texts = words.to_pylist()
    spelt = [covers.get(text, (text, text)) for text in texts]
    code = {word: number for number, word in enumerate(sorted({word for pair in spelt for word in pair}))}
    return np.array([*((code[first], code[second]) for first, second in spelt), (-1, -1)], np.int64)


def first_named(named_by: tuple[Ints, ...]) -> tuple[Ints, Ints]:
    """Take the first source that names a program.

    Parameters
    ----------
    named_by : tuple of int arrays
        What each source of `RULES` says for each engagement, best first: a program code, -1 = nothing, -2 = a program
        that no table lists.

    Returns
    -------
    program, rule : int arrays
        Program code and position in `RULES`; -1 where nothing, or an unlisted program, is named.

    Examples
    --------
    >>> first_named((np.array([-1, 3, -2]), np.array([5, 4, 4])))
    (array([ 5,  3, -1]), array([ 1,  0, -1]))
    """
    program = np.full(len(named_by[0]), -1, np.int64)
    rule = np.full(len(program), -1, np.int64)
    for place, says in enumerate(named_by):
        silent = program == -1
        rule[silent & (says >= 0)] = place
        program[silent] = says[silent]
    program[program == UNLISTED] = -1
    return program, rule


def only_fit(account: Ints, content: Ints, attributes: Attributes) -> Ints:
    """Find the only program of the account that what was read fits.

    A program fits when no attribute that both state differs, and at least one agrees.

    Parameters
    ----------
    account, content : int arrays
        Codes, one pair an engagement; -1 = none.
    attributes : Attributes

    Returns
    -------
    int array
        Program code, -1 where none or more than one fits.
    """
    answer = np.full(len(account), -1, np.int64)
    says_something = np.append((attributes.content >= 0).any(axis=(1, 2)), False)
    rows = np.flatnonzero((account >= 0) & says_something[content])
    if not len(rows):
        return answer
    # Many pieces say the same: one question for each account and distinct statement.
    shape = attributes.content.reshape(len(attributes.content), -1)
    statement = joined_ids(*shape.T)
    example = np.zeros(int(statement.max()) + 1, np.int64)
    example[statement] = np.arange(len(statement))
    question = joined_ids(account[rows], statement[content[rows]])
    asked = np.zeros(int(question.max()) + 1, np.int64)
    asked[question] = rows
    found = _only_fits(account[asked], example[statement[content[asked]]], attributes)
    answer[rows] = found[question]
    return answer


def _only_fits(account: Ints, content: Ints, attributes: Attributes) -> Ints:
    by_account = np.argsort(attributes.program_account, kind="stable")
    owners = attributes.program_account[by_account]
    low, high = np.searchsorted(owners, account, "left"), np.searchsorted(owners, account, "right")
    size = high - low
    answer = np.full(len(account), -1, np.int64)
    ends = np.cumsum(size)
    start = 0
    while start < len(account):
        stop = max(start + 1, int(np.searchsorted(ends, (ends[start - 1] if start else 0) + _PAIRS_AT_ONCE, "right")))
        part = np.arange(start, stop)
        question = np.repeat(part, size[part])
        offset = np.arange(len(question)) - np.repeat(np.cumsum(size[part]) - size[part], size[part])
        program = by_account[low[question] + offset]
        fits = _fits(attributes.program[program], attributes.content[content[question]])
        hits = np.bincount(question[fits] - start, minlength=len(part))
        answer[question[fits]] = program[fits]
        answer[part[hits != 1]] = -1
        start = stop
    return answer


def _fits(program: Ints, content: Ints) -> Flags:
    both = (program[:, :, 0] >= 0) & (content[:, :, 0] >= 0)
    same = (program[:, :, :, None] == content[:, :, None, :]).any(axis=(2, 3))
    fits: Flags = ~(both & ~same).any(axis=1) & (both & same).any(axis=1)
    return fits
