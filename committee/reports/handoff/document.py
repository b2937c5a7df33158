"""The brief as a document: sections of lines, and behind every number, name and date of a line the fact it states.

All forms are made from it. A line's text is what is printed; a claim says which part of it is which value of which record:

- ``field`` is a column of that record (``employees`` of an account, ``occurred_at`` of an engagement);
- ``len FIELD`` is how many entries a list of the record has;
- ``days FIRST LAST`` is how many calendar days, UTC, lie between two moments of the record;
- ``how many`` is how many records are named by the ids;
- ``first FIELD``, ``last FIELD``, ``sum FIELD`` are the least, the greatest and the sum of a column over all ids;
- ``members.count``, ``members.sum probability`` and ``members.least probability`` of a group are those of its memberships;
- ``program_alternatives PROGRAM`` is the probability that stands with a program in that list of the group;
- ``rows.A.B`` of a run is what it counted, ``loads since`` the loads until ``header.loaded_until`` it did not know;
- ``tried`` comes from trying an answer, ``until`` from counting on from a moment: only making the brief again tells them.

Ids of a membership, a touch that counts, a seat or a status are those of its key, joined by a bar: ``GROUP|CONTACT``,
``GROUP|ENGAGEMENT``, ``GROUP|PERSONA``, ``GROUP|STATUS|SINCE``. A setting's id is its place, such as ``window.days``.

Where the forms keep it: JSON holds all of it (``header``, ``sections``, ``lines``, ``claims``). Markdown begins with a
comment ``<!-- committee brief {header as JSON} -->`` and has one bullet a line. HTML has the header in ``<meta
name="committee-brief">`` and each line in an element with ``data-line="NUMBER"``. CSV has the columns group_id, line,
role, text, proof; the header is the rows whose line begins with ``header.``. In one document of several briefs each has
its own header.

It is long because what a claim means and the classes that carry it are read together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from string import Formatter

from committee.records import digest

__all__ = [
    "FORM",
    "KINDS",
    "PROVING",
    "Brief",
    "Briefs",
    "Claim",
    "Header",
    "Line",
    "Options",
    "Section",
    "Told",
    "line",
    "list_of",
    "row_of",
    "sections_of",
    "tell",
]

FORM = 1  # of the document; another one is not read by this version
KINDS = ("number", "name", "date", "word")  # word: a term of the vocabularies, such as a persona, a need, a status
PROVING = (
    *("account", "program", "contact", "engagement", "signal", "opportunity", "load"),
    *("group", "flag", "run", "decision"),
)
Value = str | int | float | bool | None


@dataclass(frozen=True)
class Claim:
    """One fact of a line.

    Attributes
    ----------
    text : str
        As it is printed.
    kind : str
        One of `KINDS`.
    value : str, number, bool or None
        The value itself; moments as ISO 8601 text, Z.
    record : str
        Kind of record: account, program, contact, content, engagement, signal, opportunity, load; group, membership,
        evidence, seat (of the usual committee), status, flag, persona, tag (of content), run; decision; setting; question.
    ids : tuple of str
        Of the record; several where it is told how many there are.
    field : str
        See the module.
    at : int
        Where it begins in the text of its line.
    """

    text: str
    kind: str
    value: Value
    record: str
    ids: tuple[str, ...]
    field: str
    at: int = 0


@dataclass(frozen=True)
class Told:
    """A piece of text and the claims in it."""

    text: str = ""
    claims: tuple[Claim, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    def __add__(self, other: Told | str) -> Told:
        more = other if isinstance(other, Told) else Told(other)
        shift = len(self.text)
        return Told(self.text + more.text, self.claims + tuple(replace(one, at=one.at + shift) for one in more.claims))

    @property
    def proof(self) -> tuple[str, ...]:
        """The records behind it that have an id of their own, as ``engagement:ID``, each once."""
        found = (f"{one.record}:{key}" for one in self.claims if one.record in PROVING for key in one.ids)
        return tuple(dict.fromkeys(found))


def tell(pattern: str, /, **parts: Told | str) -> Told:
    """Fill the places of a pattern, such as ``{people} engaged {span}``; nothing else in it has a meaning.

    Raises
    ------
    KeyError
        A place nobody fills.
    """
    found = Told()
    for text, name, _, _ in Formatter().parse(pattern):
        found += text
        if name:
            found += parts[name]
    return found


def row_of(parts: Iterable[Told], between: str = ", ") -> Told:
    """Join what is not empty."""
    found = Told()
    for part in parts:
        if part:
            found = found + between + part if found else part
    return found


def list_of(parts: Sequence[Told], last: str = "and") -> Told:
    """Return ``a, b and c``."""
    return row_of([row_of(parts[:-1]), *parts[-1:]], f" {last} ")


@dataclass(frozen=True)
class Line:
    """One line of a brief.

    Attributes
    ----------
    number : str
        Section and place in it: ``committee.3``.
    role : str
        What it is in its section, such as ``who``, ``did``, ``say`` in the committee.
    subject : str
        The beginning of the text that says whom or what it is about; may be empty.
    text : str
        All of it.
    claims : tuple of Claim
        In the order of the text.
    proof : tuple of str
        All records it rests on, as ``engagement:ID``.
    """

    number: str
    role: str
    subject: str
    text: str
    claims: tuple[Claim, ...]
    proof: tuple[str, ...]

    @property
    def rest(self) -> str:
        """The text behind the subject."""
        return self.text[len(self.subject) :]


def line(role: str, told: Told, subject: Told | None = None, proof: Iterable[str] = (), only: bool = False) -> Line:
    """Make a line, not yet numbered; its proof is what is given and, if not only that, what its claims rest on."""
    whole = subject + told if subject else told
    records = tuple(dict.fromkeys([*proof, *(() if only else whole.proof)]))
    return Line("", role, subject.text if subject else "", whole.text, whole.claims, records)


@dataclass(frozen=True)
class Section:
    """Lines under a title."""

    key: str
    title: str
    lines: tuple[Line, ...]


def sections_of(parts: Iterable[tuple[str, str, Iterable[Line]]]) -> tuple[Section, ...]:
    """Number the lines, section by section: key, title, lines; those without lines are left out."""
    return tuple(
        Section(key, title, tuple(replace(one, number=f"{key}.{place}") for place, one in enumerate(lines, 1)))
        for key, title, some in parts
        if (lines := list(some))
    )


@dataclass(frozen=True)
class Options:
    """What was asked for: letters (bant, meddic, none), how many questions, and whose groups, when they are one document."""

    frame: str = "none"
    questions: int = 3
    owner: str | None = None


@dataclass(frozen=True)
class Header:
    """All that is needed to make the brief again.

    Attributes
    ----------
    group_id, lineage_id : str
    run_id, as_of, known_at, version : str
        Of the run; empty where none is recorded.
    loaded_until, decided_until : str
        Of the newest load and the newest decision when it was made, ISO 8601, Z; empty = none. The facts are those the
        run knew; who must not be contacted, and what was decided, is known until then.
    words : str
        Hash of the settings and lists that decide its words, ``committee.reports.handoff.words_in_force``.
    options : Options
    form : int
        `FORM` of the version that made it.
    later : str
        The run that was current, for a brief of an earlier one; else empty.
    in_memory : bool
        Whether the findings were made for the brief, as of a date, and are not kept: then they can be made again.
    seal : str
        Hash of all the others: a header that was altered does not fit it.
    """

    group_id: str
    lineage_id: str
    run_id: str
    as_of: str
    known_at: str
    version: str
    loaded_until: str
    decided_until: str
    words: str
    options: Options = field(default_factory=Options)
    form: int = FORM
    later: str = ""
    in_memory: bool = False
    seal: str = ""

    def sealed(self) -> Header:
        """Return the header with its seal."""
        said = asdict(replace(self, seal=""))
        return replace(self, seal=digest([json.dumps(said, sort_keys=True)]))


@dataclass(frozen=True)
class Brief:
    """One group as an SDR needs it; `picture` is SVG and drawn in HTML only."""

    header: Header
    title: str
    status: str
    flagged: bool
    sections: tuple[Section, ...]
    picture: str = field(default="", repr=False)
    legend: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def group_id(self) -> str:
        """The group's id."""
        return self.header.group_id

    def lines(self, *keys: str) -> list[Line]:
        """Return the lines of some sections, of all when none is named."""
        return [one for section in self.sections if not keys or section.key in keys for one in section.lines]


@dataclass(frozen=True)
class Briefs:
    """All groups of one owner as one document."""

    owner: str
    briefs: tuple[Brief, ...]
