"""The hand-off of one group as facts: every line carries the ids that prove it.

An id is written as people write it on the command line: ``contact:ID``, ``engagement:ID``, ``flag:ID``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["Handoff", "Line", "NotToContact", "Person", "Piece", "Receipt", "Receipts", "Seat"]


@dataclass(frozen=True)
class Line:
    """One sentence, and the ids that prove it."""

    text: str
    proof: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """One piece of content (or a meeting, a form) that a person took in: how often, and when last."""

    title: str
    kind: str
    stage: str
    times: int
    last_at: datetime
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """A member of the group who may be contacted."""

    contact_id: str
    name: str
    title: str
    email: str
    persona: str
    probability: float | None
    first_at: datetime | None
    last_at: datetime | None
    engagements: int
    pieces: tuple[Piece, ...]
    more_pieces: int
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Seat:
    """One persona of the usual committee: seats, people known in the account, members of the group."""

    persona: str
    needed: int
    known: int
    engaged: int
    state: str
    silent: tuple[Line, ...]
    more_silent: int
    proof: tuple[str, ...]


@dataclass(frozen=True)
class NotToContact:
    """A person who must not be contacted, and why."""

    contact_id: str
    name: str
    reason: str
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Receipt:
    """One engagement: its number on the page, its id, and the file and line it came from."""

    number: int
    engagement_id: str
    occurred_at: datetime
    file: str
    load_id: str
    line: int | None


@dataclass(frozen=True)
class Receipts:
    """Where everything on the page comes from."""

    engagements: tuple[Receipt, ...]
    more_engagements: int
    flags: tuple[Line, ...]
    loads: tuple[Line, ...]
    run: Line


@dataclass(frozen=True)
class Handoff:
    """One group as an SDR needs it.

    Attributes
    ----------
    group_id, lineage_id : str
    heading : str
        The account's name.
    about : tuple of Line
        Account, program and need, with their public facts.
    status : str
    status_line, flag_line, why_now : Line
        flag_line says so when there is no flag.
    flagged : bool
    people : tuple of Person
        Members who may be contacted, most active first; the rest is counted by persona in `more_people`.
    seats : tuple of Seat
        The usual committee, in its order.
    account_events, cautions : tuple of Line
        Events of the account as a whole; events that speak against the purchase.
    stronger, bridges : tuple of Line
    do_not_contact : tuple of NotToContact
        The only place where these people are named.
    timeline : str
        The picture, as SVG; `legend` is the letter of each persona in it.
    receipts : Receipts
    notes : tuple of str
        What limits the page.
    """

    group_id: str
    lineage_id: str
    heading: str
    about: tuple[Line, ...]
    status: str
    status_line: Line
    flagged: bool
    flag_line: Line
    why_now: Line
    account_events: tuple[Line, ...]
    cautions: tuple[Line, ...]
    people: tuple[Person, ...]
    more_people: tuple[Line, ...]
    seats: tuple[Seat, ...]
    stronger: tuple[Line, ...]
    do_not_contact: tuple[NotToContact, ...]
    more_do_not_contact: int
    bridges: tuple[Line, ...]
    receipts: Receipts
    notes: tuple[str, ...]
    timeline: str = field(repr=False)
    legend: tuple[tuple[str, str], ...] = field(repr=False)
