"""What the episode mixture sees: people, sessions, readings and program rows of every account, as flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.codes import Flags, Ints, codes_in, distinct, plain, runs, true_cells
from committee.analysis.episodes.words import STAGES, Words, agree
from committee.analysis.programs import ATTRIBUTES
from committee.analysis.touches import Touches
from committee.market import Market
from committee.settings import EpisodeSettings, WindowSettings

__all__ = [
    "DAY_MS",
    "NOWHERE",
    "UNTOLD",
    "Floats",
    "Ground",
    "added",
    "expanded",
    "ground_of",
    "marginal",
    "parts_of",
    "starts",
    "told_apart",
]

Floats = npt.NDArray[np.float64]
DAY_MS = 86_400_000
UNTOLD = -1
NOWHERE = -2  # names a program that the account's table does not list
SILENT = 3  # the program does not state the attribute


@dataclass(frozen=True)
class Ground:
    """Everything of the market that the fit uses; all arrays sorted by account.

    A *reading* is one engagement, a *session* the readings of one person with short gaps between them, a *row* one
    program of an account, its last row standing in for programs no table lists.

    Attributes
    ----------
    words : Words
        Those of the calibration first, then what else these accounts use.
    known : tuple of int
        How many words of each attribute are the calibration's.
    personas : tuple of str
        The last one stands for people of no persona.
    accounts, people : int
    row_start : int array
        Rows of account a: ``row_start[a]:row_start[a + 1]``.
    row_account, row_program : int arrays
        Program code of the `Touches`, -1 for the stand-in.
    row_words : int array, shape (rows, 3)
        Attribute words, -1 = not stated.
    row_needs : bool array, shape (rows, needs)
    person_account, person_contact, person_persona : int arrays
    person_stated : int array
        Row of the program stated for the person, UNTOLD or NOWHERE.
    person_area : int array
        Therapeutic area that the title names, -1 = none.
    session_person, session_account : int arrays
    session_day : float array
        Days since the start of the history.
    session_start : int array
        Readings of session j: ``session_start[j]:session_start[j + 1]``.
    touch, session, person, content, aim : int arrays
        Of each reading: position in the `Touches`, session, person, content code (the last one = none), row its campaign
        or form is aimed at (UNTOLD = no campaign, NOWHERE = at another program, EMPTY_AIM = at none that is named).
    day : float array
    again : bool array
        The person has read this piece not long before: it says when, nothing new about what.
    topic_share : float array, shape (pieces + 1, needs + 1)
        What each piece is about, adding to 1; the last column is untagged, the last piece stands for none.
    piece_words : int array, shape (pieces + 1, 3)
    piece_stage : int array
        Position in STAGES, 3 = none.
    state : tuple of int arrays
        By attribute: 0 match, 1 mismatch, 2 untagged, 3 the program is silent, for content word and program word.
    agrees : tuple of float arrays
        By attribute: 1 where content word and program word agree.
    span : float
        Days of the history that says what is usual.
    settled : float
        Its last day; later than that, nothing changes what is usual.
    end : float
        As of, in days since its start.
    """

    words: Words
    known: tuple[int, ...]
    personas: tuple[str, ...]
    accounts: int
    row_start: Ints
    row_account: Ints
    row_program: Ints
    row_words: Ints
    row_needs: Flags
    person_account: Ints
    person_contact: Ints
    person_persona: Ints
    person_stated: Ints
    person_area: Ints
    session_person: Ints
    session_account: Ints
    session_day: Floats
    session_start: Ints
    touch: Ints
    session: Ints
    person: Ints
    content: Ints
    aim: Ints
    day: Floats
    again: Flags
    topic_share: Floats
    piece_words: Ints
    piece_stage: Ints
    state: tuple[npt.NDArray[np.int8], ...]
    agrees: tuple[Floats, ...]
    span: float
    settled: float
    end: float

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.person_account)

    @property
    def unlisted(self) -> Ints:
        """The stand-in row of each account."""
        return self.row_start[1:] - 1

    @property
    def rows_of(self) -> Ints:
        """Number of rows of each account."""
        return np.diff(self.row_start)

    @property
    def account(self) -> Ints:
        """Account of each reading."""
        return self.person_account[self.person]

    @cached_property
    def account_starts(self) -> tuple[Ints, Ints]:
        """Where the sessions, and the people, of each account begin; one more entry each for the end."""
        return starts(self.session_account, self.accounts), starts(self.person_account, self.accounts)

    @cached_property
    def readings_by_person(self) -> tuple[Ints, Ints]:
        """Readings by person, then time; where each person's begin, with one more entry for the end."""
        return np.argsort(self.person, kind="stable"), starts(self.person, self.people)

    def states(self, piece: Ints, row: Ints) -> list[npt.NDArray[np.int8]]:
        """State of each attribute, for pairs of a piece and a row."""
        together = self.together(piece, row)
        return [(together >> shift) & 3 for shift in (4, 2, 0)]

    def together(self, piece: Ints, row: Ints) -> npt.NDArray[np.int8]:
        """States of the three attributes as one number below 64: 16 first + 4 second + third."""
        of_piece, of_row, table = self.kinds
        return np.asarray(table[of_piece[piece] + of_row[row]], np.int8)

    @cached_property
    def kinds(self) -> tuple[Ints, Ints, npt.NDArray[np.int8]]:
        """Pieces and rows of the same words are alike: where each piece and each row begins to look in one flat table."""
        pieces, of_piece = np.unique(self.piece_words, axis=0, return_inverse=True)
        rows, of_row = np.unique(self.row_words, axis=0, return_inverse=True)
        table = np.zeros((len(pieces), len(rows)), np.int8)
        for place, state in enumerate(self.state):
            table += state[pieces[:, place][:, None], rows[:, place][None, :]] << (4 - 2 * place)
        return of_piece.ravel() * len(rows), of_row.ravel(), table.ravel()


def marginal(together: Any) -> Floats:
    """Sum what is known of the 64 ways that three attributes can agree by the state of each, shape (3, 4)."""
    cube = np.asarray(together, float).reshape(4, 4, 4)
    return np.stack([cube.sum(axis=(1, 2)), cube.sum(axis=(0, 2)), cube.sum(axis=(0, 1))])


EMPTY_AIM = -3


def added(owner: Any, value: Any, owners: int) -> Floats:
    """Sum the values of each owner.

    >>> added(np.array([0, 2, 2]), np.array([1.0, 0.5, 0.25]), 4).tolist()
    [1.0, 0.0, 0.75, 0.0]
    """
    return np.asarray(np.bincount(owner, value, owners), np.float64)


def starts(owner: Any, owners: int) -> Ints:
    """Where the values of each owner begin when they stand in the order of their owners; one more entry for the end.

    >>> starts(np.array([0, 2, 2]), 4).tolist()
    [0, 1, 1, 3, 3]
    """
    found = np.zeros(owners + 1, np.int64)
    np.cumsum(np.bincount(owner, minlength=owners), out=found[1:])
    return found


def expanded(start: Ints, size: Ints) -> tuple[Ints, Ints]:
    """Lay out ranges one behind the other.

    Returns
    -------
    owner, value : int arrays
        Which range, and the values ``start[i] .. start[i] + size[i] - 1``.

    >>> expanded(np.array([5, 9]), np.array([2, 1]))
    (array([0, 0, 1]), array([5, 6, 9]))
    """
    owner = np.repeat(np.arange(len(size)), size)
    before = np.cumsum(size) - size
    return owner, np.arange(len(owner)) - before[owner] + start[owner]


def parts_of(size: Ints, most: int) -> list[slice]:
    """Cut ranges into stretches that hold about so many values.

    >>> parts_of(np.array([2, 2, 3, 9, 1]), 4)
    [slice(0, 2, None), slice(2, 3, None), slice(3, 4, None), slice(4, 5, None)]
    """
    ends = np.cumsum(size)
    found, start = [], 0
    while start < len(size):
        stop = max(start + 1, int(np.searchsorted(ends, (ends[start - 1] if start else 0) + most, "right")))
        found.append(slice(start, stop))
        start = stop
    return found


def ground_of(
    market: Market,
    touches: Touches,
    tags: pa.Table,
    words: Words,
    settings: EpisodeSettings,
    window: WindowSettings,
    first: int | None = None,
    until: int | None = None,
) -> Ground:
    """Lay out a market for the fit.

    Parameters
    ----------
    market, touches, tags
        The market, what people did in it, and what its content is about.
    words : Words
        Needs and attributes in the order of the calibration.
    settings : EpisodeSettings
    window : WindowSettings
        Which words cover two.
    first, until : int, optional
        Epoch milliseconds at which the history that says what is usual starts and ends; the first touch and the day of
        the report when not given.

    Returns
    -------
    Ground
    """
    first = (int(touches.first.min()) if len(touches) else touches.as_of) if first is None else first
    end = (touches.as_of - first) / DAY_MS
    settled = end if until is None else (until - first) / DAY_MS
    all_words = tuple(
        (*known, *sorted(set(_distinct(market.programs, tags, name)) - set(known)))
        for name, known in zip(ATTRIBUTES, words.attributes, strict=True)
    )
    rows = _Rows.of(market, touches, words, all_words, settings)
    personas = tuple(name for name in settings.seats if name != "unknown")
    people = _People.of(market, touches, rows, personas, words.attributes[0])
    order, session, session_first = _sessions(touches, people, settings)
    middle = (touches.first[order] + touches.last[order]) / 2
    matches = [agree(known, known, window.covers) for known in all_words]
    content = touches.content[order]
    return Ground(
        words=Words(words.needs, tuple(all_words)),
        known=tuple(len(one) for one in words.attributes),
        personas=(*personas, "unknown"),
        accounts=len(touches.account_ids),
        row_start=rows.start,
        row_account=rows.account,
        row_program=rows.program,
        row_words=rows.words,
        row_needs=rows.needs,
        person_account=people.account,
        person_contact=people.contact,
        person_persona=people.persona,
        person_stated=people.stated,
        person_area=people.area,
        session_person=people.of_touch[order][session_first],
        session_account=touches.account[order][session_first],
        session_day=(middle[session_first] - first) / DAY_MS,
        session_start=np.append(session_first, len(order)),
        touch=order,
        session=session,
        person=people.of_touch[order],
        content=np.where(content < 0, len(touches.content_ids), content),
        aim=_aims(market, touches, rows)[order],
        day=(middle - first) / DAY_MS,
        again=_again(people.of_touch[order], content, touches.first[order], settings.repeat_days),
        topic_share=_topic_share(touches, words.needs),
        piece_words=_piece_words(touches, tags, all_words),
        piece_stage=_piece_stages(touches, tags),
        state=tuple(_state(match) for match in matches),
        agrees=tuple(match.astype(float) for match in matches),
        span=max(settled, settings.least_span_days),
        settled=settled,
        end=end,
    )


@dataclass(frozen=True)
class _Rows:
    start: Ints
    account: Ints
    program: Ints
    words: Ints
    needs: Flags
    of_program: Ints  # row of each program of the market; one more cell, UNTOLD, for the code -1

    @classmethod
    def of(
        cls,
        market: Market,
        touches: Touches,
        words: Words,
        all_words: Sequence[tuple[str, ...]],
        settings: EpisodeSettings,
    ) -> _Rows:
        programs = market.programs
        count, owner = len(touches.account_ids), touches.program_account
        kept = told_apart(market, touches, owner, settings.most_programs)
        account = np.concatenate([owner[kept], np.arange(count)])
        program = np.concatenate([kept, np.full(count, -1, np.int64)])
        order = np.lexsort((np.arange(len(account)), account))
        account, program = account[order], program[order]
        of_program = np.full(len(touches.program_ids) + 1, NOWHERE, np.int64)
        of_program[program[program >= 0]] = np.flatnonzero(program >= 0)
        of_program[-1] = UNTOLD
        on_row = np.column_stack(
            [
                np.append(codes_in(programs.column(name), pa.array(known, pa.string())), -1)
                for name, known in zip(ATTRIBUTES, all_words, strict=True)
            ]
        )
        needs = np.zeros((programs.num_rows + 1, len(words.needs)), bool)
        lists = programs.column("needs")
        flat = pa.concat_arrays(lists.chunks) if lists.num_chunks else pa.array([], lists.type)
        code = codes_in(flat.flatten(), pa.array(words.needs, pa.string()))
        parent = np.asarray(pc.list_parent_indices(flat))
        needs[parent[code >= 0], code[code >= 0]] = True
        start = starts(account, count)
        return cls(start, account, program, on_row[program], needs[program], of_program)


def told_apart(market: Market, touches: Touches, owner: Ints, most: int) -> Ints:
    """Programs that get a row of their own: all of an account, or those that people and campaigns name first."""
    listed = np.flatnonzero(owner >= 0)
    size = np.bincount(owner[listed], minlength=len(touches.account_ids))
    if not (size > most).any():
        return listed
    named_by = (market.contacts, market.campaigns, market.engagements)
    times = np.zeros(len(touches.program_ids) + 1, np.int64)
    for table in named_by:
        np.add.at(times, codes_in(table.column("program_id"), touches.program_ids), 1)
    times[-1] = 0
    order = listed[np.lexsort((listed, -times[listed], owner[listed]))]
    bounds = runs(owner[order])
    place = np.arange(len(order)) - np.repeat(bounds[:-1], np.diff(bounds))
    return np.sort(order[place < most])


@dataclass(frozen=True)
class _People:
    account: Ints
    contact: Ints
    persona: Ints
    stated: Ints
    area: Ints
    of_touch: Ints

    @classmethod
    def of(
        cls, market: Market, touches: Touches, rows: _Rows, personas: tuple[str, ...], areas: tuple[str, ...]
    ) -> _People:
        """People of each account: those known there, and those who acted for it."""
        contacts = market.contacts
        employer = codes_in(contacts.column("account_id"), touches.account_ids)
        known = (employer >= 0) & ~true_cells(contacts, "deleted") & (touches.contact_since <= touches.as_of)
        width = len(touches.contact_ids) + 1
        acted = touches.account * width + touches.contact
        keys = distinct(np.concatenate([acted, (employer * width + np.arange(len(employer)))[known]]))
        account, contact = keys // width, keys % width
        code = {name: place for place, name in enumerate(personas)}
        names = np.array([*(code.get(name, len(personas)) for name in touches.personas), len(personas)], np.int64)
        program = codes_in(contacts.column("program_id"), touches.program_ids)
        stated = np.where(np.asarray(pc.is_valid(contacts.column("program_id"))) & (program < 0), NOWHERE, rows.of_program[program])[contact]  # fmt: skip
        stated[(stated >= 0) & (np.append(rows.account, -1)[stated] != account)] = NOWHERE
        area = _title_areas(contacts, areas)[contact]
        return cls(
            account, contact, names[touches.contact_persona[contact]], stated, area, np.searchsorted(keys, acted)
        )


def _title_areas(contacts: pa.Table, areas: tuple[str, ...]) -> Ints:
    """The area that each contact's title names, the longest first; -1 = none."""
    titles = plain(contacts.column("title")).dictionary_encode()
    texts = pc.utf8_lower(titles.dictionary)
    found = np.full(len(texts) + 1, -1, np.int64)
    for place in sorted(range(len(areas)), key=lambda place: (-len(areas[place]), areas[place])):
        hit = np.asarray(pc.fill_null(pc.match_substring(texts, areas[place].lower()), False))
        found[:-1][hit & (found[:-1] < 0)] = place
    return np.asarray(found[np.asarray(pc.fill_null(titles.indices, len(texts)))], np.int64)


def _sessions(touches: Touches, people: _People, settings: EpisodeSettings) -> tuple[Ints, Ints, Ints]:
    """Order of the readings, the session of each, and the first reading of each session; by account, time, person."""
    middle = (touches.first + touches.last) / 2
    person = people.of_touch
    order = np.lexsort((touches.engagement, middle, person))
    fresh = np.ones(len(order), bool)
    fresh[1:] = (person[order[1:]] != person[order[:-1]]) | (
        np.diff(middle[order]) >= settings.session_hours * DAY_MS / 24
    )
    session = np.cumsum(fresh) - 1
    first = order[np.flatnonzero(fresh)]
    rank = np.empty(len(first), np.int64)
    rank[np.lexsort((person[first], middle[first], touches.account[first]))] = np.arange(len(first))
    number = rank[session]
    again = np.argsort(number, kind="stable")
    order, number = order[again], number[again]
    starts = runs(number)[:-1] if len(number) else np.zeros(0, np.int64)
    return order, number, starts


def _again(person: Ints, content: Ints, moment: Ints, days: float) -> Flags:
    """Say which readings repeat a piece that the same person read at most so many days before."""
    found = np.zeros(len(person), bool)
    order = np.lexsort((np.arange(len(person)), moment, content, person))
    one, next_one = order[:-1], order[1:]
    same = (person[one] == person[next_one]) & (content[one] == content[next_one]) & (content[one] >= 0)
    found[next_one[same & (moment[next_one] - moment[one] <= days * DAY_MS)]] = True
    return found


def _aims(market: Market, touches: Touches, rows: _Rows) -> Ints:
    """Row that each touch was aimed at: by its form, else its campaign."""

    def said(table: pa.Table) -> Ints:
        column = table.column("program_id")
        code = codes_in(column, touches.program_ids)
        return np.where(np.asarray(pc.is_valid(column)) & (code < 0), NOWHERE, rows.of_program[code])

    by_campaign = said(market.campaigns)
    by_campaign[by_campaign == UNTOLD] = EMPTY_AIM
    by_campaign[true_cells(market.campaigns, "deleted")] = UNTOLD
    aim = np.append(by_campaign, UNTOLD)[touches.campaign]
    own = said(market.engagements.take(pa.array(touches.engagement)))
    return np.where(own == UNTOLD, aim, own)


def _topic_share(touches: Touches, needs: tuple[str, ...]) -> Floats:
    pieces = len(touches.content_ids)
    share = np.zeros((pieces + 1, len(needs) + 1))
    if needs == ("",):
        share[:, 0] = 1.0
        return share
    known = {name: place for place, name in enumerate(needs)}
    column = np.array([known.get(name, -1) for name in touches.topics], np.int64)
    piece = np.repeat(np.arange(pieces), np.diff(touches.topic_start))
    need = column[touches.topic_code] if len(touches.topic_code) else np.zeros(0, np.int64)
    share[piece[need >= 0], need[need >= 0]] = 1.0
    total = share.sum(axis=1)
    share[total == 0, -1] = 1.0
    return np.asarray(share / np.maximum(total, 1.0)[:, None], float)


def _piece_words(touches: Touches, tags: pa.Table, words: Sequence[tuple[str, ...]]) -> Ints:
    row = codes_in(touches.content_ids, plain(tags.column("content_id")))
    columns = [
        np.append(codes_in(tags.column(name), pa.array(known, pa.string())), -1)[np.append(row, -1)]
        for name, known in zip(ATTRIBUTES, words, strict=True)
    ]
    return np.column_stack(columns)


def _piece_stages(touches: Touches, tags: pa.Table) -> Ints:
    row = codes_in(touches.content_ids, plain(tags.column("content_id")))
    stage = np.append(codes_in(tags.column("stage"), pa.array(STAGES)), -1)[np.append(row, -1)]
    return np.where(stage < 0, len(STAGES), stage)


def _state(match: Flags) -> npt.NDArray[np.int8]:
    table = np.full((match.shape[0] + 1, match.shape[1] + 1), SILENT, np.int8)
    table[:-1, :-1] = np.where(match, 0, 1)
    table[-1, :-1] = 2
    return table


def _distinct(programs: pa.Table, tags: pa.Table, name: str) -> list[str]:
    return [*pc.unique(plain(programs.column(name)).drop_null()).to_pylist(), *pc.unique(plain(tags.column(name)).drop_null()).to_pylist()]  # fmt: skip
