"""A calibration: the learned numbers with the words they are about, readable, and good for other accounts."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

import numpy as np
import pyarrow as pa

from committee.analysis.codes import codes_in
from committee.analysis.episodes.ground import Floats, Ground
from committee.analysis.episodes.tables import Tables, first_tables, topic_odds
from committee.analysis.episodes.words import STAGES, Words
from committee.analysis.programs import ATTRIBUTES
from committee.errors import BadFile
from committee.records import digest
from committee.settings import EpisodeSettings

__all__ = ["Calibration"]

_VERSION = 1
_STATES = ("match", "mismatch", "untagged")
_DECIMALS = 9


@dataclass(frozen=True)
class Calibration:
    """What was learned from a market, in words.

    Attributes
    ----------
    needs : tuple of str
        One empty text when the market does not say what content is about.
    attributes : dict
        Words of each attribute.
    accounts : int
        How many it was learned from.
    touches, need_share : dict
        Expected sessions of a member by persona; share of each need in what is read.
    reads, strangers, own : dict
        By attribute and state.
    stage_group, stage_all : dict
        By stage.
    rate, spurt, spurt_days : float
        Background sessions a day and person; chance and mean days of a follow-up.
    strong_rate : float
        Strong groups an account.
    tag_ratio : dict
        By tag (empty: untagged) and need.
    topic : dict
        By piece and need: log-odds.
    """

    needs: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]
    accounts: int
    touches: dict[str, float]
    need_share: dict[str, float]
    reads: dict[str, dict[str, float]]
    strangers: dict[str, dict[str, float]]
    own: dict[str, dict[str, float]]
    stage_group: dict[str, float]
    stage_all: dict[str, float]
    rate: float
    spurt: float
    spurt_days: float
    strong_rate: float
    tag_ratio: dict[str, dict[str, float]]
    topic: dict[str, dict[str, float]]

    @property
    def words(self) -> Words:
        """The words in the order of the tables."""
        return Words(self.needs, tuple(self.attributes[name] for name in ATTRIBUTES))

    @property
    def name(self) -> str:
        """A name that says what is in it: equal calibrations have equal names."""
        return digest(["calibration", self.as_json()])

    @classmethod
    def of(cls, ground: Ground, tables: Tables, content_ids: pa.Array, accounts: int, strong: float) -> Self:
        """Write learned tables in words; pieces nobody read are left to their tags."""
        needs = ground.words.needs

        def by(names: tuple[str, ...], values: Floats) -> dict[str, float]:
            return {name: round(float(value), _DECIMALS) for name, value in zip(names, values, strict=True)}

        def agreement(values: Floats) -> dict[str, dict[str, float]]:
            return {name: by(_STATES, row) for name, row in zip(ATTRIBUTES, values, strict=True)}

        read = np.bincount(ground.content, minlength=len(content_ids) + 1)[:-1] > 0
        ids = content_ids.to_pylist()
        return cls(
            needs=needs,
            attributes=dict(zip(ATTRIBUTES, ground.words.attributes, strict=True)),
            accounts=accounts,
            touches=by(ground.personas, tables.touches),
            need_share=by(needs, tables.need_share),
            reads=agreement(tables.reads),
            strangers=agreement(tables.strangers),
            own=agreement(tables.own),
            stage_group=by(STAGES, tables.stage_group),
            stage_all=by(STAGES, tables.stage_all),
            rate=round(tables.rate, 12),
            spurt=round(tables.spurt, _DECIMALS),
            spurt_days=round(tables.spurt_days, _DECIMALS),
            strong_rate=round(strong, _DECIMALS),
            tag_ratio={tag: by(needs, row) for tag, row in zip((*needs, "untagged"), tables.tag_ratio, strict=True)},
            topic={ids[place]: by(needs, tables.topic[place]) for place in np.flatnonzero(read).tolist()},
        )

    def tables(self, ground: Ground, content_ids: pa.Array, settings: EpisodeSettings) -> Tables:
        """Return the numbers for a ground laid out with these words; pieces not known here go by their tags."""
        first = first_tables(ground, settings, np.array([self.need_share[need] for need in self.needs]))
        ratio = np.array([[self.tag_ratio[tag][need] for need in self.needs] for tag in (*self.needs, "untagged")])
        topic = topic_odds(ground.topic_share, ratio)
        known = codes_in(pa.array(list(self.topic), pa.string()), content_ids)
        rows = [[row[need] for need in self.needs] for row in self.topic.values()]
        here = known >= 0
        topic[known[here]] = np.array(rows).reshape(-1, len(self.needs))[here]

        def agreement(values: dict[str, dict[str, float]]) -> Floats:
            return np.array([[values[name][state] for state in _STATES] for name in ATTRIBUTES])

        return replace(
            first,
            touches=np.array([self.touches.get(name, self.touches["unknown"]) for name in ground.personas]),
            reads=agreement(self.reads),
            strangers=agreement(self.strangers),
            own=agreement(self.own),
            stage_group=np.array([self.stage_group[name] for name in STAGES]),
            stage_all=np.array([self.stage_all[name] for name in STAGES]),
            tag_ratio=ratio,
            topic=topic,
            rate=self.rate,
            spurt=self.spurt,
            spurt_days=self.spurt_days,
        )

    def as_json(self) -> str:
        """Return the calibration as JSON text, the same bytes for the same calibration."""
        return json.dumps({"version": _VERSION, **asdict(self)}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a calibration back.

        Raises
        ------
        BadFile
            The text is no calibration, of another version, or holds impossible numbers.
        """
        again = "Make a new one: committee calibrate"
        try:
            facts: dict[str, Any] = json.loads(text)
            version = facts.pop("version")
        except (ValueError, KeyError, AttributeError):
            raise BadFile("this is no calibration", again) from None
        if version != _VERSION:
            raise BadFile(f"this calibration has version {version}, this product reads version {_VERSION}", again)
        wrong = {one.name for one in fields(cls)} ^ set(facts)
        if wrong:
            raise BadFile(f"a calibration with wrong or missing parts: {', '.join(sorted(wrong))}", again)
        try:
            facts["needs"] = tuple(facts["needs"])
            facts["attributes"] = {name: tuple(facts["attributes"][name]) for name in ATTRIBUTES}
            found = cls(**facts)
            found._refuse_nonsense()
        except (TypeError, KeyError, AttributeError, ValueError) as error:
            raise BadFile(f"a calibration that does not fit together: {error}", again) from None
        return found

    def _refuse_nonsense(self) -> None:
        if not self.needs or set(self.need_share) != set(self.needs):
            raise ValueError("needs and their shares differ")
        flat = [self.touches, self.need_share, self.stage_group, self.stage_all, *self.tag_ratio.values()]
        flat += [row for table in (self.reads, self.strangers, self.own) for row in table.values()]
        numbers = [value for row in flat for value in row.values()] + [self.rate, self.spurt_days, self.strong_rate]
        if not all(np.isfinite(value) and value > 0 for value in numbers) or not 0 <= self.spurt < 1:
            raise ValueError("a number that must be above 0 is not")
        if not all(np.isfinite(value) for row in self.topic.values() for value in row.values()):
            raise ValueError("a log-odds that is no number")
        if any(set(row) != set(self.needs) for row in (*self.topic.values(), *self.tag_ratio.values())):
            raise ValueError("a row does not name every need")
        if set(self.tag_ratio) != {*self.needs, "untagged"} or "unknown" not in self.touches:
            raise ValueError("a table is not complete")
