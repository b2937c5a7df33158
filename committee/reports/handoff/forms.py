"""The hand-off in its four forms. Markdown, JSON and CSV say what the page says."""

from __future__ import annotations

from collections.abc import Iterator

from committee.reports.handoff.facts import Handoff, Line, Person, Piece, Seat
from committee.reports.rendering import FORMATS, as_csv, as_json, html_page, marked_down, reference_ranges
from committee.reports.words import count, day, listed, period, persona, share, term
from committee.settings import word_list

__all__ = ["render"]

_COLUMNS = ("section", "subject", "text", "proof")
_HEADINGS = {
    "about": "About",
    "status": "Status",
    "why_now": "Why now",
    "people": "Who did what",
    "missing": "The usual committee",
    "stronger": "What would make it stronger",
    "do_not_contact": "Do not contact",
    "bridges": "Also in other groups",
    "receipts": "Receipts",
    "notes": "Notes",
}


def render(page: Handoff, format: str) -> str:
    """Return the page as text in one of ``md``, ``html``, ``json``, ``csv``."""
    if format == "html":
        return html_page(
            "handoff.html",
            page=page,
            letters=word_list("reports")["letters"],
            refs=_References(page),
            piece_rest=piece_rest,
        )
    if format == "json":
        return as_json(page)
    if format == "csv":
        return as_csv(_COLUMNS, [("heading", "", page.heading, [f"group:{page.group_id}"]), *facts_of(page)])
    if format == "md":
        return _markdown(page)
    raise ValueError(f"format {format} is none of {', '.join(FORMATS)}")


def piece_rest(piece: Piece) -> str:
    """Return what stands behind the title: ``, download, 3 times, last 13 Feb 2026``."""
    plainly_read = piece.kind == piece.title or piece.kind in map(term, word_list("reports")["reading"]["kinds"])
    kind = "" if plainly_read or not piece.kind else f", {piece.kind}"
    return (
        f"{kind}, {piece.times:,} times, last {day(piece.last_at)}"
        if piece.times > 1
        else f"{kind}, {day(piece.last_at)}"
    )


def person_text(person: Person) -> str:
    """Return everything about a person but the name, as one sentence."""
    parts = [
        person.title,
        persona(person.persona),
        f"member {share(person.probability)}",
        f"{count(person.engagements, 'touch', 'touches')}, {period(person.first_at, person.last_at)}",
        *(f"{piece.title}{piece_rest(piece)}" for piece in person.pieces),
        f"and {count(person.more_pieces, 'other piece')}" if person.more_pieces else "",
        person.email,
    ]
    return "; ".join(part for part in parts if part)


def seat_text(seat: Seat) -> str:
    """Return a seat of the usual committee as one sentence."""
    silent = [line.text for line in seat.silent] + ([f"{seat.more_silent:,} more"] if seat.more_silent else [])
    who = f": {listed(silent)}" if silent else ""
    return f"{seat.needed} needed, {seat.engaged} engaged, {seat.known} known; {seat.state}{who}"


def facts_of(page: Handoff) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield every fact of the page, in its order: section, subject, sentence, ids that prove it."""
    yield from (("about", "", line.text, line.proof) for line in page.about)
    yield ("status", "", page.status_line.text, page.status_line.proof)
    yield ("status", "", page.flag_line.text, page.flag_line.proof)
    yield ("why_now", "", page.why_now.text, page.why_now.proof)
    yield from (("why_now", "at the account", line.text, line.proof) for line in page.account_events)
    yield from (("why_now", "against it", line.text, line.proof) for line in page.cautions)
    yield from (("people", person.name, person_text(person), person.proof) for person in page.people)
    yield from (("people", "", line.text, line.proof) for line in page.more_people)
    for seat in page.seats:
        yield (
            "missing",
            persona(seat.persona),
            seat_text(seat),
            (*seat.proof, *(key for line in seat.silent for key in line.proof)),
        )
    yield from (("stronger", "", line.text, line.proof) for line in page.stronger)
    yield from (("do_not_contact", person.name, person.reason, person.proof) for person in page.do_not_contact)
    if page.more_do_not_contact:
        yield "do_not_contact", "", f"{page.more_do_not_contact:,} more at this account", ()
    yield from (("bridges", "", line.text, line.proof) for line in page.bridges)
    yield from (("receipts", "", line.text, line.proof) for line in (*page.receipts.flags, *page.receipts.loads))
    for receipt in page.receipts.engagements:
        place = f", {receipt.file} line {receipt.line}" if receipt.file and receipt.line else ""
        yield (
            "receipts",
            str(receipt.number),
            f"{day(receipt.occurred_at)}{place}",
            (f"engagement:{receipt.engagement_id}",),
        )
    if page.receipts.more_engagements:
        yield "receipts", "", f"{page.receipts.more_engagements:,} more engagements", (f"group:{page.group_id}",)
    yield ("receipts", "", page.receipts.run.text, page.receipts.run.proof)
    yield from (("notes", "", note, ()) for note in page.notes)


def _markdown(page: Handoff) -> str:
    lines, section = [f"# {marked_down(page.heading)}"], ""
    for name, subject, text, proof in facts_of(page):
        if name != section:
            lines += ["", f"## {_HEADINGS[name]}", ""]
            section = name
        told = f"**{marked_down(subject)}** {marked_down(text)}" if subject else marked_down(text)
        lines.append(f"- {told}{_code(proof)}")
    return "\n".join(lines) + "\n"


def _code(proof: tuple[str, ...]) -> str:
    return f" ({marked_down(', '.join(proof))})" if proof else ""


class _References:
    """How a page points to its receipts: engagements by number, other ids as they are."""

    def __init__(self, page: Handoff) -> None:
        self._own = f"group:{page.group_id}"  # stands at the foot of the page
        self._numbers = {f"engagement:{receipt.engagement_id}": receipt.number for receipt in page.receipts.engagements}

    def ranges(self, proof: tuple[str, ...]) -> list[tuple[int, int]]:
        """Return the engagements of a proof as runs of their numbers on the page."""
        return reference_ranges(self._numbers[key] for key in proof if key in self._numbers)

    def ids(self, proof: tuple[str, ...]) -> list[str]:
        """Return the other ids of a proof, without the group itself."""
        return [key for key in proof if not key.startswith("engagement:") and key != self._own]

    def beyond(self, line: Line | Person) -> int:
        """Return how many engagements of a proof are not listed on the page."""
        return sum(key.startswith("engagement:") and key not in self._numbers for key in line.proof)
