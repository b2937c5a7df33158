"""The questions whose answers would change the group most, and what each answer would do; none is made up."""

from __future__ import annotations

from collections.abc import Sequence

from committee.pipeline.asking import Question, Tried
from committee.pipeline.briefing import Asked
from committee.reports.handoff.about import where
from committee.reports.handoff.document import Line, Told, line, list_of, row_of, tell
from committee.reports.handoff.facts import fact, name_of, quoted
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import one
from committee.reports.words import percent, persona, plain, term

__all__ = ["questions_to_ask"]

_SMALL = 0.01  # of the distance of an answer: nothing that anybody would notice


def questions_to_ask(view: GroupView, asked: Asked) -> list[Line]:
    """Return each question with what its answers would do; where none was tried, why."""
    if asked.why_not:
        return [line("none", Told(f"Not told: {asked.why_not}"))]
    if not asked.questions:
        return [
            line(
                "none",
                Told(
                    "No fact that is still open would change who is in this group, or what it is for, as far as was tried"
                ),
            )
        ]
    found = []
    for place, question in enumerate(asked.questions, 1):
        kind = "contact" if question.fact.table == "contacts" else "content"
        proof = [f"{kind}:{question.fact.id}"]
        found.append(line("question", _asks(view, question), Told(f"{place}. "), proof))
        found += [line("answer", told, proof=proof) for told in _answers(view, question)]
    return found


def _asks(view: GroupView, question: Question) -> Told:
    about = question.fact
    if about.table == "contacts":
        contact = view.contact(about.id) or one(view.market.contacts, "contact_id", about.id) or {}
        name = name_of("contact", about.id, contact, longest=view.limits["characters"])
        if about.kind == "program":
            return tell("Which program does {name} work on?", name=name)
        title = (
            name_of("contact", about.id, contact, "title", view.limits["characters"])
            if plain(contact.get("title"))
            else Told()
        )
        return tell("What is the function of {name}{title}?", name=name, title=Told(", ") + title if title else title)
    piece = quoted(
        name_of(
            "content", about.id, one(view.market.content, "content_id", about.id), "title", view.limits["characters"]
        )
    )
    return tell(
        "What is {piece} about?" if about.kind == "topic" else "Which therapeutic area is {piece} about?", piece=piece
    )


def _answers(view: GroupView, question: Question) -> list[Told]:
    """What the answers would do; answers that do the same in one line, the likeliest first."""
    by_effect: dict[str, tuple[Told, list[Tried]]] = {}
    for tried in question.tried:
        told = _does(view, tried)
        by_effect.setdefault(told.text, (told, []))[1].append(tried)
    return [
        list_of([_answer(view, question, tried) for tried in some], "or") + ": " + told
        for told, some in by_effect.values()
    ]


def _answer(view: GroupView, question: Question, tried: Tried) -> Told:
    """The answer with how likely it is."""
    value, kind = tried.answer.value, question.fact.kind
    key = f"{kind}:{question.fact.id}={value or ''}"
    odds = fact(
        percent(tried.answer.probability), "number", round(tried.answer.probability, 6), "question", key, "tried"
    )
    if value is None:
        name = Told("none of the listed ones" if kind == "program" else "none of these")
    elif kind == "program":
        name = view.about(value, view.limits["spoken"])
    else:
        name = fact(persona(value) if kind == "persona" else term(value), "word", value, "question", key, "tried")
    return name + " (" + odds + ")"


def _does(view: GroupView, tried: Tried) -> Told:
    """What an answer would do to the groups of the account, this group first."""
    effect, me = tried.effect, view.group_id
    touched = {*effect.gone, *(group for group, _ in (*effect.joined, *effect.left))}
    touched |= {group for group, _, _ in effect.reassigned}
    told = []
    for group in sorted(touched, key=lambda key: (key != me, key)):
        own = [
            *(
                Told("it is for ") + view.about(now, view.limits["spoken"])
                for key, _, now in effect.reassigned
                if key == group
            ),
            *_people(view, "joins", "join", [who for key, who in effect.joined if key == group]),
            *_people(view, "leaves", "leave", [who for key, who in effect.left if key == group]),
            *([Told("it is no group any more")] if group in effect.gone else []),
        ]
        told.append((Told() if group == me else Told("the group ") + where(view, group) + ": ") + row_of(own))
    if effect.appeared:
        number = len(effect.appeared)
        told.append(
            fact(f"{number:,}", "number", number, "question", effect.appeared, "tried")
            + (" more group in this account" if number == 1 else " more groups in this account")
        )
    if told:
        return row_of(told, "; ")
    return Told("nothing changes" if effect.distance < _SMALL else "probabilities move, nobody joins or leaves")


def _people(view: GroupView, single: str, plural: str, people: Sequence[str]) -> list[Told]:
    """Who joins or leaves; those not to be contacted are counted."""
    open_ones = [key for key in people if key not in view.barred]
    named = [view.who(key, view.limits["characters"]) for key in open_ones]
    if len(open_ones) < len(people):
        hidden = len(people) - len(open_ones)
        number = fact(f"{hidden:,}", "number", hidden, "group", view.group_id, "tried")
        named.append(number + " not to be contacted")
    return [list_of(named) + f" {single if len(people) == 1 else plural}"] if people else []
