"""Whether the first question is worth asking: its true answer is put into the market, beside that of a random question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from committee import pipeline
from committee.analysis.episodes.deciding_fact import Answer, Effect, Fact
from committee.benchmark.detectors.case import Case
from committee.benchmark.generator import MarketSpec, generate
from committee.findings import Findings
from committee.market import Market
from committee.pipeline.asking import change_by, questions
from committee.pipeline.rescoring import Part, frozen_of

__all__ = ["ASKING_COLUMNS", "first_against_random"]

ASKING_COLUMNS = ("world", "questions", "asked", "changed", "share", "moved")


@dataclass(frozen=True)
class _Planted:
    """What is true of people and pieces, by the kind of a fact."""

    truth: dict[str, dict[str, str | None]]

    @classmethod
    def of(cls, spec: MarketSpec, seed: int, market: Market) -> _Planted:
        drawn = generate(spec, seed).truth
        people, pieces = drawn["truth_contacts"].to_pylist(), drawn["truth_content"].to_pylist()
        listed = set(market.programs.column("program_id").to_pylist())
        return cls(
            {
                "program": {
                    row["contact_id"]: row["home_program_id"] if row["home_program_id"] in listed else None
                    for row in people
                },
                "persona": {row["contact_id"]: row["persona"] for row in people},
                "topic": {row["asset_id"]: row["topic"] or None for row in pieces},
                "area": {row["asset_id"]: row["therapeutic_area"] or None for row in pieces},
            }
        )

    def answer(self, fact: Fact) -> str | None:
        return self.truth[fact.kind].get(fact.id)


def first_against_random(case: Case, most: int) -> list[dict[str, Any]]:
    """Answer the first question of each group truly, and one that was drawn, and detect again.

    Parameters
    ----------
    case : Case
        A made market: of others nobody knows the answers.
    most : int
        Groups that are asked about, evenly spread.

    Returns
    -------
    list of dict
        A row for first and one for random questions, with `ASKING_COLUMNS`: how many were asked, after how many the
        groups of the account are others (a person joined or left, another program, a group gone or new), the share, and
        the mean distance. A random question is about any person or piece of the account of which something is not
        stated. Calibration and context stay as they are.
    """
    if case.made is None:
        return []
    settings = case.settings
    found = pipeline.detect(case.market, case.as_of, settings)
    frozen = frozen_of(case.market, found, settings)
    if frozen is None:
        return []
    planted = _Planted.of(*case.made, case.market)
    rng = np.random.default_rng(case.made[1])
    groups = found.groups.select(["group_id", "account_id"]).to_pylist()
    groups = groups[:: max(1, -(-len(groups) // most))]
    effects: dict[str, list[Effect]] = {"first": [], "random": []}
    for group in groups:
        first = questions(case.market, found, group["group_id"], 1, frozen)
        part = frozen.account(group["account_id"])
        pool = _open_facts(part)
        if not first or not pool:
            continue
        before = Findings(frozen.groups(part))
        drawn = pool[int(rng.integers(len(pool)))]
        for name, fact in (("first", first[0].fact), ("random", drawn)):
            effects[name].append(change_by(frozen, part, before, fact, planted.answer(fact)))
    return [
        {
            "world": case.name,
            "questions": name,
            "asked": float(len(each)),
            "changed": float(sum(one.changes for one in each)),
            "share": sum(one.changes for one in each) / len(each) if each else None,
            "moved": sum(one.distance for one in each) / len(each) if each else None,
        }
        for name, each in effects.items()
    ]


def _open_facts(part: Part) -> list[Fact]:
    """Everything of an account that nobody has stated."""
    people = {row["contact_id"]: row["program_id"] for row in part.market.contacts.to_pylist()}
    unknown = [row["contact_id"] for row in part.personas.to_pylist() if row["persona"] == "unknown"]
    pieces = part.tags.to_pylist()
    none = (Answer(None, 1.0),)
    return [
        *(Fact("program", key, none, 0.0) for key, program in people.items() if program is None),
        *(Fact("persona", key, none, 0.0) for key in unknown),
        *(Fact("topic", row["content_id"], none, 0.0) for row in pieces if not row["topic"]),
        *(Fact("area", row["content_id"], none, 0.0) for row in pieces if not row["therapeutic_area"]),
    ]
