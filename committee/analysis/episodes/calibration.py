"""A calibration: the learned numbers with the words they are about, readable, and good for other accounts and markets.

What is about pieces and needs holds for the market it was learned from; what is about people - how much members touch,
how often what they read fits their program - carries over. `Calibration.for_words` keeps what is known and fills in the rest.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
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

_VERSION = 2
_STATES = ("match", "mismatch", "untagged")
_CAMPAIGNS = ("aimed", "elsewhere", "anybody")
_DECIMALS = 9
_AGAIN = "Make a new one: committee calibrate"


@dataclass(frozen=True)
class Calibration:
    """What was learned from a market, in words.

    Attributes
    ----------
    called : str
        What people call it; empty = nobody gave it a name.
    origin : str
        Name of the calibration it was made from for the words of a market; empty = it was learned.
    as_of : str
        Nothing later was looked at: ISO 8601, UTC.
    accounts : int
        How many it was learned from; 0 = it stands for no market.
    needs : tuple of str
        One empty text when the market does not say what content is about; none when it holds for any market.
    attributes : dict
        Words of each attribute.
    touches, seats : dict
        Expected sessions of a member, and members of a group, by persona.
    stray : float
        Share of a group's scientists and leads who come from another program.
    campaign : dict
        Shares of a group's readings by a campaign aimed at its program, and elsewhere; of anybody's by any.
    need_share : dict
        Share of each need in what is read.
    reads, strangers, own : dict
        By attribute and state.
    stage_group, stage_all : dict
        By stage.
    topic_trust, untagged_topic : float
        For needs it does not name: chance that a tag is right; what a piece without one is worth, against background.
    rate, spurt, spurt_days : float
        Background sessions a day and person; chance and mean days of a follow-up.
    strong_rate : float
        Strong groups an account.
    tag_ratio : dict
        By tag ("untagged" among them) and need.
    topic : dict
        By piece and need: log-odds.
    """

    called: str
    origin: str
    as_of: str
    accounts: int
    needs: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]
    touches: dict[str, float]
    seats: dict[str, float]
    stray: float
    campaign: dict[str, float]
    need_share: dict[str, float]
    reads: dict[str, dict[str, float]]
    strangers: dict[str, dict[str, float]]
    own: dict[str, dict[str, float]]
    stage_group: dict[str, float]
    stage_all: dict[str, float]
    topic_trust: float
    untagged_topic: float
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
        """A name that says what is in it: calibrations of equal numbers have equal names, whatever people call them."""
        return digest(["calibration", replace(self, called="").as_json()])

    @classmethod
    def of(
        cls, ground: Ground, tables: Tables, content_ids: pa.Array, *, accounts: int, strong: float, as_of: str
    ) -> Self:
        """Write learned tables in words; pieces nobody read are left to their tags."""
        needs = ground.words.needs
        known = zip(ground.words.attributes, ground.known, strict=True)

        def agreement(values: Floats) -> dict[str, dict[str, float]]:
            return {name: _by(_STATES, row) for name, row in zip(ATTRIBUTES, values, strict=True)}

        read = np.bincount(ground.content, minlength=len(content_ids) + 1)[:-1] > 0
        ids = content_ids.to_pylist()
        trust, untagged = _trust(tables)
        return cls(
            called="",
            origin="",
            as_of=as_of,
            accounts=accounts,
            needs=needs,
            attributes={name: words[:count] for name, (words, count) in zip(ATTRIBUTES, known, strict=True)},
            touches=_by(ground.personas, tables.touches),
            seats=_by(ground.personas, tables.seats),
            stray=round(tables.stray, _DECIMALS),
            campaign=_by(_CAMPAIGNS, tables.campaign),
            need_share=_by(needs, tables.need_share),
            reads=agreement(tables.reads),
            strangers=agreement(tables.strangers),
            own=agreement(tables.own),
            stage_group=_by(STAGES, tables.stage_group),
            stage_all=_by(STAGES, tables.stage_all),
            topic_trust=round(trust, _DECIMALS),
            untagged_topic=round(untagged, _DECIMALS),
            rate=round(tables.rate, 12),
            spurt=round(tables.spurt, _DECIMALS),
            spurt_days=round(tables.spurt_days, _DECIMALS),
            strong_rate=round(strong, _DECIMALS),
            tag_ratio={tag: _by(needs, row) for tag, row in zip((*needs, "untagged"), tables.tag_ratio, strict=True)},
            topic={ids[place]: _by(needs, tables.topic[place]) for place in np.flatnonzero(read).tolist()},
        )

    def for_words(self, words: Words, share: Mapping[str, float]) -> Self:
        """Return the calibration for a market that uses these words; with a need it does not know, pieces go by their tags.

        Parameters
        ----------
        words : Words
        share : mapping
            Share of each need among what is read in that market.
        """
        attributes = {
            name: tuple(sorted({*self.attributes[name], *own}))
            for name, own in zip(ATTRIBUTES, words.attributes, strict=True)
        }
        needs = ("",) if words.needs == ("",) else tuple(sorted({*self.needs, *words.needs} - {""}))
        if needs == self.needs and attributes == self.attributes:
            return self
        origin = self.origin or self.name
        if needs == self.needs:
            return replace(self, origin=origin, attributes=attributes)
        kept = [need for need in needs if need in self.needs]
        room = sum(share.get(need, 0.0) for need in needs if need not in kept)
        shares = {
            need: self.need_share[need] * (1 - room) if need in kept else max(share.get(need, 0.0), 1e-6)
            for need in needs
        }
        whole = sum(shares.values())
        shares = {need: round(value / whole, _DECIMALS) for need, value in shares.items()}
        ratio = {
            tag: {
                need: self.tag_ratio[tag][need]
                if need in kept and (tag in kept or tag == "untagged")
                else self._tag_ratio(tag, need, shares)
                for need in needs
            }
            for tag in (*needs, "untagged")
        }
        return replace(
            self, origin=origin, needs=needs, attributes=attributes, need_share=shares, tag_ratio=ratio, topic={}
        )

    def _tag_ratio(self, tag: str, need: str, share: Mapping[str, float]) -> float:
        """How much likelier a group about the need reads a piece with the tag, where nothing was learned about either."""
        if need == "" and tag == "":
            return 1.0
        if tag == "untagged":
            return self.untagged_topic
        value = self.topic_trust / share[need] if tag == need else (1 - self.topic_trust) / max(1 - share[need], 0.02)
        return round(value, _DECIMALS)

    def tables(self, ground: Ground, content_ids: pa.Array, settings: EpisodeSettings) -> Tables:
        """Return the numbers for a ground laid out with these words; pieces not known here go by their tags."""
        first = first_tables(ground, settings, np.array([self.need_share[need] for need in self.needs]))
        ratio = np.array([[self.tag_ratio[tag][need] for need in self.needs] for tag in (*self.needs, "untagged")])
        topic = topic_odds(ground.topic_share, ratio)
        known = codes_in(pa.array(list(self.topic), pa.string()), content_ids)
        here = np.flatnonzero(known >= 0)
        rows = list(self.topic.values())
        found = [[rows[place][need] for need in self.needs] for place in here.tolist()]
        topic[known[here]] = np.array(found, float).reshape(-1, len(self.needs))

        def agreement(values: dict[str, dict[str, float]]) -> Floats:
            return np.array([[values[name][state] for state in _STATES] for name in ATTRIBUTES])

        return replace(
            first,
            touches=np.array([self.touches.get(name, self.touches["unknown"]) for name in ground.personas]),
            seats=np.array([self.seats.get(name, self.seats["unknown"]) for name in ground.personas]),
            stray=self.stray,
            campaign=np.array([self.campaign[name] for name in _CAMPAIGNS]),
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
            The text is no calibration, of another version, or was edited so that it does not fit together; the message
            names the first thing that is wrong.
        """
        try:
            facts: dict[str, Any] = json.loads(text, parse_constant=float)
            version = facts.pop("version")
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            raise BadFile("this is no calibration", _AGAIN) from None
        if version != _VERSION:
            raise BadFile(f"this calibration has version {version}, this product reads version {_VERSION}", _AGAIN)
        names = {one.name for one in fields(cls)}
        if names - set(facts):
            raise BadFile(f"a calibration without {', '.join(sorted(names - set(facts)))}", _AGAIN)
        if set(facts) - names:
            raise BadFile(f"a calibration knows no {', '.join(sorted(set(facts) - names))}", _AGAIN)
        wrong = next(_nonsense(facts), None)
        if wrong:
            raise BadFile(f"a calibration that does not fit together: {wrong}", _AGAIN)
        facts["needs"] = tuple(facts["needs"])
        facts["attributes"] = {name: tuple(facts["attributes"][name]) for name in ATTRIBUTES}
        return cls(**facts)


def _by(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: round(float(value), _DECIMALS) for name, value in zip(names, values, strict=True)}


def _trust(tables: Tables) -> tuple[float, float]:
    """What tags are worth whatever they say: the chance that one is right, and the ratio of a piece without one."""
    reads = tables.tag_ratio[:-1] * tables.need_share[:, None]
    whole = reads.sum(axis=0)
    trust, untagged = float((reads.diagonal() / whole).mean()), float((tables.tag_ratio[-1] / whole).mean())
    return min(max(trust, 1e-6), 1 - 1e-6), max(untagged, 1e-6)


def _nonsense(facts: Mapping[str, Any]) -> Iterator[str]:
    """Name what is wrong with the parts of a calibration, one sentence each, the plainest first."""
    needs = facts["needs"]
    yield from (f"{name} is no text" for name in ("called", "origin", "as_of") if not isinstance(facts[name], str))
    if not _words(needs):
        yield "needs must be a list of different texts"
        return
    if not isinstance(facts["attributes"], dict) or set(facts["attributes"]) != set(ATTRIBUTES):
        yield f"attributes must name {', '.join(ATTRIBUTES)}"
        return
    yield from (f"attributes.{name} must be a list of different texts" for name in ATTRIBUTES if not _words(facts["attributes"][name]))  # fmt: skip
    accounts = facts["accounts"]
    if not isinstance(accounts, int) or isinstance(accounts, bool) or accounts < 0:
        yield "accounts must be a whole number, 0 or more"
    for name in ("topic_trust", "untagged_topic", "rate", "spurt", "spurt_days", "strong_rate", "stray"):
        yield from _no_number(name, facts[name], least=None if name == "spurt" else 0.0)
    for name in ("topic_trust", "spurt", "stray"):
        if not 0 <= facts[name] < 1:
            yield f"{name} must be 0 or more and less than 1"
    for name in ("touches", "seats"):
        if not isinstance(facts[name], dict) or "unknown" not in facts[name]:
            yield f"{name} must name unknown, for people of no persona"
            return
        yield from _no_row(name, facts[name], list(facts[name]))
    yield from _no_row("campaign", facts["campaign"], _CAMPAIGNS)
    if not any(_no_row("campaign", facts["campaign"], _CAMPAIGNS)):
        aimed, elsewhere, anybody = (facts["campaign"][name] for name in _CAMPAIGNS)
        if aimed + elsewhere >= 1 or anybody >= 1:
            yield "campaign holds shares that leave nothing"
    yield from _no_row("need_share", facts["need_share"], needs)
    for name in ("stage_group", "stage_all"):
        yield from _no_row(name, facts[name], STAGES)
    for name in ("reads", "strangers", "own"):
        yield from _no_table(name, facts[name], ATTRIBUTES, _STATES)
    yield from _no_table("tag_ratio", facts["tag_ratio"], [*needs, "untagged"] if needs else [], needs)
    if not isinstance(facts["topic"], dict):
        yield "topic is no table"
        return
    yield from _no_table("topic", facts["topic"], list(facts["topic"]), needs, least=None)


def _words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value) and len(set(value)) == len(value)


def _no_table(
    name: str, value: Any, rows: Sequence[str], columns: Sequence[str], least: float | None = 0.0
) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{name} is no table"
        return
    yield from (f"{name} has no row {row!r}" for row in rows if row not in value)
    yield from (f"{name} has a row {row!r} that nothing names" for row in value if row not in set(rows))
    for row in rows:
        yield from _no_row(f"{name}.{row}", value[row], columns, least)


def _no_row(name: str, value: Any, columns: Sequence[str], least: float | None = 0.0) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{name} is no row of numbers"
        return
    yield from (f"{name} does not name {column!r}" for column in columns if column not in value)
    yield from (f"{name} names {column!r}, which nothing else does" for column in value if column not in set(columns))
    for column in columns:
        yield from _no_number(f"{name}.{column}", value[column], least)


def _no_number(name: str, value: Any, least: float | None) -> Iterator[str]:
    try:
        good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        good = False
    if not good:
        yield f"{name} is no number"
    elif least is not None and value <= least:
        yield f"{name} must be above {least:g}, it is {value:g}"
