"""The facts a group hangs on as questions to ask: each answer with its probability, and what it would do."""

from __future__ import annotations

from collections.abc import Sequence

from committee.findings import Findings
from committee.market import Market
from committee.pipeline.asking import Question, Tried
from committee.reports.answer import Rows
from committee.reports.handoff.group_view import GroupView, view_of
from committee.reports.lookup import Row, by_id, one
from committee.reports.words import count, listed, persona, plain, short, term

__all__ = ["asked", "does", "question_rows"]

_COLUMNS = ["question", "answer", "probability", "would", "proof"]


def question_rows(market: Market, findings: Findings, group_id: str, questions: Sequence[Question]) -> Rows:
    """List questions, the one whose answer would change most first: a row an answer, the likeliest first."""
    view = view_of(group_id, market, findings)
    lines: list[list[object]] = []
    for question in questions:
        kind = "contact" if question.fact.table == "contacts" else "content"
        lines += [
            [
                asked(question, view),
                _answer(question, tried, view),
                round(tried.answer.probability, 3),
                does(tried, view),
                [f"{kind}:{question.fact.id}"],
            ]
            for tried in question.tried
        ]
    notes = [] if lines else ["No fact that is still open would change this group, as far as was tried"]
    return Rows(list(_COLUMNS), lines, notes)


def asked(question: Question, view: GroupView) -> str:
    """Put a fact as a question."""
    fact = question.fact
    if fact.table == "contacts":
        contact = one(view.market.contacts, "contact_id", fact.id) or {}
        name = short(plain(contact.get("name")) or fact.id, view.limits["characters"])
        if fact.kind == "program":
            return f"Which program does {name} work on?"
        title = short(plain(contact.get("title")), view.limits["characters"])
        return f"What is the function of {name}{f', {title}' if title else ''}?"
    piece = one(view.market.content, "content_id", fact.id) or {}
    title = short(plain(piece.get("title")) or fact.id, view.limits["characters"])
    return f"What is “{title}” about?" if fact.kind == "topic" else f"Which therapeutic area is “{title}” about?"


def _answer(question: Question, tried: Tried, view: GroupView) -> str:
    value = tried.answer.value
    if value is None:
        return "none of the listed ones" if question.fact.kind == "program" else "none of these"
    if question.fact.kind == "program":
        return _program(value, view)
    return persona(value) if question.fact.kind == "persona" else term(value)


def _program(program_id: str | None, view: GroupView) -> str:
    row = one(view.market.programs, "program_id", program_id) or {}
    return short(plain(row.get("name")) or program_id or "no listed program", view.limits["characters"])


def does(tried: Tried, view: GroupView) -> str:
    """Say what an answer would do to the groups of the account, this group first."""
    effect, me = tried.effect, view.group_id
    groups = by_id(
        view.findings.groups,
        "group_id",
        [*effect.gone, *(row[0] for row in effect.joined + effect.left + effect.reassigned)],
    )
    told = []
    for group in sorted(groups, key=lambda key: (key != me, key)):
        own = [
            *(f"it is for {_program(now, view)}" for key, _, now in effect.reassigned if key == group),
            *_people("joins", "join", [who for key, who in effect.joined if key == group], view),
            *_people("leaves", "leave", [who for key, who in effect.left if key == group], view),
            *(["it is no group any more"] if group in effect.gone else []),
        ]
        told.append(("" if group == me else f"the group {_about(groups[group], view)}: ") + ", ".join(own))
    if effect.appeared:
        told.append(f"{count(len(effect.appeared), 'more group', 'more groups')} in this account")
    if told:
        return "; ".join(told)
    return "nothing changes" if effect.distance < 0.01 else "probabilities move, nobody joins or leaves"


def _people(single: str, plural: str, people: Sequence[str], view: GroupView) -> list[str]:
    if not people:
        return []
    known = by_id(view.market.contacts, "contact_id", people)
    names = [short(plain(known.get(key, {}).get("name")) or key, view.limits["characters"]) for key in people]
    return [f"{listed(names)} {single if len(names) == 1 else plural}"]


def _about(group: Row, view: GroupView) -> str:
    return f"{term(group['need']) or 'no stated need'} for {_program(group['program_id'], view)}"
