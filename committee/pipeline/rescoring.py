"""One market with its numbers frozen: an account of it explained, or scored again after a fact of it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from committee.analysis.codes import plain
from committee.analysis.episodes import DETECTOR, Calibration, MarketContext, context_of
from committee.analysis.episodes.detect import score
from committee.analysis.episodes.explaining import Explaining
from committee.analysis.episodes.scored import Scored, scored
from committee.analysis.touches import Touches, touches
from committee.errors import BadFile
from committee.findings import Findings, Run
from committee.market import Market
from committee.pipeline.calibrating import learned_from
from committee.pipeline.consequences import resolved
from committee.pipeline.words import families
from committee.settings import Settings

__all__ = ["Frozen", "Part", "frozen_of", "numbers_in", "settings_of"]


def settings_of(run: Run | None, otherwise: Settings) -> Settings:
    """Return the settings a run was made with; others where they cannot be read any more."""
    try:
        return Settings.model_validate(run.settings) if run else otherwise
    except ValidationError:
        return otherwise


@dataclass(frozen=True)
class Part:
    """A market, or a part of one, with what identity says about it.

    Attributes
    ----------
    market : Market
    actors : pyarrow Table
        engagement_id, contact_id, account_id of every engagement.
    personas, tags : pyarrow Table
        Findings tables: persona of each contact, what each piece of content is about.
    """

    market: Market
    actors: pa.Table
    personas: pa.Table
    tags: pa.Table


@dataclass(frozen=True)
class Frozen:
    """A market as of a moment, with a calibration and a context that no longer change.

    Attributes
    ----------
    whole : Part
    settings : Settings
    as_of : datetime
    calibration : Calibration
    context : MarketContext
    """

    whole: Part
    settings: Settings
    as_of: datetime
    calibration: Calibration
    context: MarketContext

    def explaining(self, account_id: str) -> Explaining:
        """Return the sums behind the groups of an account."""
        return Explaining(self.scored(self.account(account_id)), self.settings)

    def account(self, account_id: str) -> Part:
        """Return the part that tells of one account: its records, what its people did, what they read."""
        market, actors = self.whole.market, self.whole.actors
        mine = plain(pc.fill_null(pc.equal(_text(actors, "account_id"), account_id), False))
        engagements, actors = market.engagements.filter(mine), actors.filter(mine)
        people = pa.concat_arrays([plain(_text(engagements, "contact_id")), plain(_text(actors, "contact_id"))])
        here = pc.or_kleene(
            pc.equal(_text(market.contacts, "account_id"), account_id),
            pc.is_in(_text(market.contacts, "contact_id"), value_set=people),
        )
        contacts = market.contacts.filter(pc.fill_null(here, False))
        content = _among(market.content, "content_id", _text(engagements, "content_id"))
        part = market.with_tables(
            accounts=market.accounts.filter(pc.equal(_text(market.accounts, "account_id"), account_id)),
            programs=market.programs.filter(pc.equal(_text(market.programs, "account_id"), account_id)),
            contacts=contacts,
            engagements=engagements,
            content=content,
        )
        return Part(
            part,
            actors,
            _among(self.whole.personas, "contact_id", _text(contacts, "contact_id")),
            _among(self.whole.tags, "content_id", _text(content, "content_id")),
        )

    def scored(self, part: Part, calibration: Calibration | None = None) -> Scored:
        """Score the accounts of a part."""
        seen = _seen(part, self.settings, self.as_of)
        return scored(part.market, seen, part.tags, self.settings, calibration or self.calibration, self.context)

    def groups(self, part: Part, calibration: Calibration | None = None) -> dict[str, pa.Table]:
        """Return the findings tables that the detector makes of a part."""
        seen = _seen(part, self.settings, self.as_of)
        with self.settings.in_force():
            kinds = families()
        numbers = calibration or self.calibration
        return score(part.market, seen, part.tags, self.settings, kinds, numbers, self.context)


def frozen_of(market: Market, findings: Findings, settings: Settings | None = None) -> Frozen | None:
    """Freeze the numbers of a run: those kept with it, else learned again from the market, as the run did.

    Parameters
    ----------
    market : Market
        As it is looked at, every company and person one record: all of it, or at least what tells of the accounts that
        are asked about where the run kept its numbers.
    findings : Findings
        The run: its moment, its settings, its numbers, what it says of people and content.
    settings : Settings, optional
        Where the run's own cannot be read; those in force by default.

    Returns
    -------
    Frozen or None
        None where the groups come from another detector.
    """
    run = findings.run
    if run is None or set(findings.groups.column("detector").to_pylist()) - {DETECTOR}:
        return None
    used = settings_of(run, settings or Settings.read())
    if used.groups.detector != "episodes":
        return None
    as_of = datetime.fromisoformat(run.as_of)
    part = Part(market, resolved(market["engagements"], market), findings.personas, findings.content_tags)
    if numbers := numbers_in(findings.learned):
        return Frozen(part, used, as_of, *numbers)
    seen = _seen(part, used, as_of)
    context = context_of(seen, used.episodes.mass)
    return Frozen(part, used, as_of, learned_from(market, seen, part.tags, used, context), context)


def numbers_in(learned: Mapping[str, str]) -> tuple[Calibration, MarketContext] | None:
    """Read the numbers a run was concluded with; None where it kept none that this version can read."""
    try:
        return Calibration.from_json(learned["calibration"]), MarketContext.from_json(learned["context"])
    except (KeyError, BadFile):
        return None


def _seen(part: Part, settings: Settings, as_of: datetime) -> Touches:
    return touches(
        part.market,
        part.actors,
        part.personas,
        part.tags,
        window=settings.window,
        cleaning=settings.cleaning,
        as_of=as_of,
    )


def _text(table: pa.Table, name: str) -> pa.ChunkedArray:
    return table.column(name).cast(pa.string())


def _among(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    return table.filter(pc.is_in(_text(table, name), value_set=plain(values).drop_null()))
