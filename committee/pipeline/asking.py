"""The facts whose answers would change a group most, found by trying them.

Each answer is put into the market, and the account is scored again with calibration and context frozen.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.episodes import Calibration
from committee.analysis.episodes.deciding_fact import Answer, Effect, Fact, effect_of, facts_of, retagged
from committee.analysis.touches import UNKNOWN
from committee.findings import Findings
from committee.market import Market
from committee.pipeline.changing import lines_between
from committee.pipeline.rescoring import Frozen, Part, frozen_of
from committee.progress import SILENT, Progress
from committee.records.columns import whole

__all__ = ["Question", "Tried", "answered", "change_by", "questions", "shares_of"]

_NONE = Effect(0.0)


@dataclass(frozen=True)
class Tried:
    """One answer and what it would do."""

    answer: Answer
    effect: Effect


@dataclass(frozen=True)
class Question:
    """A fact with its answers tried.

    Attributes
    ----------
    fact : Fact
    tried : tuple of Tried
        The likeliest answer first.
    worth : float
        Distance of the change, weighted by the probability of each answer.
    """

    fact: Fact
    tried: tuple[Tried, ...]
    worth: float


def questions(
    market: Market,
    findings: Findings,
    group_id: str,
    n: int = 3,
    frozen: Frozen | None = None,
    progress: Progress = SILENT,
) -> list[Question]:
    """Return the facts that would change a group most, the one that would change most first.

    Parameters
    ----------
    market : Market
        All of it, unless ``frozen`` is given.
    findings : Findings
        The run the group is of.
    group_id : str
    n : int
        How many at most.
    frozen : Frozen, optional
        The numbers of the run; made from the market when not given.

    Returns
    -------
    list of Question
        None that changes nothing; empty where another detector found the group, or it is not found any more.
    """
    found = findings.groups.filter(pc.equal(whole(findings.groups.column("group_id")).cast(pa.string()), group_id))
    frozen = frozen_of(market, findings) if frozen is None else frozen
    if frozen is None or not found.num_rows:
        return []
    part = frozen.account(found.column("account_id")[0].as_py())
    why = frozen.explaining(found.column("account_id")[0].as_py())
    if group_id not in why.groups:
        return []
    rules = frozen.settings.questions
    before = Findings(frozen.groups(part))
    facts = _affordable(facts_of(why, group_id, part.tags, shares_of(frozen), rules), rules.tries)
    asked = []
    with progress.step("trying answers", sum(len(fact.answers) for fact in facts)) as step:
        for fact in facts:
            tried = []
            for answer in fact.answers:
                tried.append(Tried(answer, change_by(frozen, part, before, fact, answer.value)))
                step.advance(1)
            worth = sum(one.answer.probability * one.effect.distance for one in tried)
            asked.append(Question(fact, tuple(tried), worth))
    asked = [one for one in asked if any(tried.effect.changes for tried in one.tried)]
    asked.sort(key=lambda one: (-round(one.worth, 9), one.fact.kind, one.fact.id))
    return asked[:n]


def _affordable(facts: Sequence[Fact], tries: int) -> list[Fact]:
    """The facts in their order, as long as their answers can all be tried."""
    found, left = [], tries
    for fact in facts:
        left -= len(fact.answers)
        if left < 0:
            break
        found.append(fact)
    return found


def change_by(frozen: Frozen, part: Part, before: Findings, fact: Fact, value: str | None) -> Effect:
    """Try one answer: what changes in the groups of a part, with calibration and context frozen.

    Parameters
    ----------
    frozen : Frozen
    part : Part
        The account.
    before : Findings
        Its groups as they are.
    fact : Fact
    value : str or None
        The answer; None states nothing, and changes nothing.
    """
    if value is None:
        return _NONE
    numbers: Calibration | None = None
    if fact.kind == "topic":
        old = next((row["topic"] for row in part.tags.to_pylist() if row["content_id"] == fact.id), None) or []
        known = frozen.context.content_ids
        place = bisect_left(known, fact.id)
        readings = float(frozen.context.reach[place]) if place < len(known) and known[place] == fact.id else 0.0
        count = frozen.settings.episodes.learning.piece_count
        numbers = retagged(frozen.calibration, fact.id, old, value, readings, count)
    after = Findings(frozen.groups(_told(part, fact, value), numbers))
    return effect_of(before, after, lines_between(before, after), frozen.settings.questions)


def answered(market: Market, fact: Fact, value: str) -> Market:
    """Return the market in which the source states a fact."""
    return market.with_tables(**{fact.table: _stating(market[fact.table], fact, fact.field, value)})


def _told(part: Part, fact: Fact, value: str) -> Part:
    """The part in which a fact is stated, with what identity would make of it."""
    changed = replace(part, market=answered(part.market, fact, value))
    if fact.kind == "persona":
        return replace(changed, personas=_stating(part.personas, fact, "persona", value))
    if fact.table == "content":
        return replace(changed, tags=_stating(part.tags, fact, fact.field, value))
    return changed


def _stating(table: pa.Table, fact: Fact, field: str, value: str) -> pa.Table:
    """A table in which the record of a fact has another value in a field."""
    key = "contact_id" if fact.table == "contacts" else "content_id"
    mine = [one == fact.id for one in table.column(key).to_pylist()]
    told = [value] if field == "topic" else value
    values = [told if here else old for here, old in zip(mine, table.column(field).to_pylist(), strict=True)]
    place = table.schema.get_field_index(field)
    kind = pa.list_(pa.string()) if field == "topic" else pa.string()
    return table.set_column(place, field, pa.array(values, kind).cast(table.schema.field(place).type))


def shares_of(frozen: Frozen) -> Mapping[str, Mapping[str, float]]:
    """How common each persona, area and need is in the market, beforehand."""
    areas = frozen.whole.tags.column("therapeutic_area").to_pylist()
    personas = frozen.whole.personas.column("persona").to_pylist()
    return {
        "persona": _shares(word for word in personas if word and word != UNKNOWN),
        "therapeutic_area": _shares(word for word in areas if word),
        "need": frozen.calibration.need_share,
    }


def _shares(words: Iterable[str]) -> dict[str, float]:
    counted = Counter(words)
    return {word: times / counted.total() for word, times in sorted(counted.items())}
