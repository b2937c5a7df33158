"""One market with its numbers frozen: an account of it explained, or scored again after a fact of it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from committee.analysis.episodes import DETECTOR, Calibration, MarketContext, calibrate, context_of
from committee.analysis.episodes.detect import score
from committee.analysis.episodes.explaining import Explaining
from committee.analysis.episodes.scored import Scored, scored
from committee.analysis.touches import Touches, touches
from committee.findings import Findings, Run
from committee.history import known_at
from committee.market import Market
from committee.pipeline.consequences import resolved
from committee.pipeline.words import families, personas_of, tags_of
from committee.records.columns import whole
from committee.settings import Settings

__all__ = ["Frozen", "frozen_of", "settings_of"]


def settings_of(run: Run | None, otherwise: Settings) -> Settings:
    """Return the settings a run was made with; others where they cannot be read any more."""
    try:
        return Settings.model_validate(run.settings) if run else otherwise
    except ValidationError:
        return otherwise


@dataclass(frozen=True)
class Frozen:
    """A market as of a moment, with a calibration and a context that no longer change.

    Attributes
    ----------
    market : Market
    actors : pyarrow Table
        engagement_id, contact_id, account_id of every engagement.
    settings : Settings
    as_of : datetime
    calibration : Calibration
    context : MarketContext
    """

    market: Market
    actors: pa.Table
    settings: Settings
    as_of: datetime
    calibration: Calibration
    context: MarketContext

    def explaining(self, account_id: str) -> Explaining:
        """Return the sums behind the groups of an account."""
        return Explaining(self.scored(self.account(account_id)), self.settings)

    def account(self, account_id: str) -> Market:
        """Return the part of the market that tells of one account: its records, what its people did, what they read."""
        rows = self.market.engagements
        mine = self._of_account(account_id)
        engagements = rows.filter(mine)
        people = pa.concat_arrays(
            [
                whole(engagements.column("contact_id")).cast(pa.string()),
                whole(self.actors.column("contact_id")).cast(pa.string()).filter(whole(mine)),
            ]
        )
        contacts = self.market.contacts
        here = pc.or_kleene(
            pc.equal(contacts.column("account_id").cast(pa.string()), account_id),
            pc.is_in(contacts.column("contact_id").cast(pa.string()), value_set=people),
        )
        return self.market.with_tables(
            accounts=_where(self.market.accounts, "account_id", [account_id]),
            programs=_where(self.market.programs, "account_id", [account_id]),
            contacts=contacts.filter(pc.fill_null(here, False)),
            engagements=engagements,
            content=_where(self.market.content, "content_id", engagements.column("content_id").unique().to_pylist()),
        )

    def scored(self, part: Market, calibration: Calibration | None = None) -> Scored:
        """Score the accounts of a part of the market."""
        seen, tags = self._seen(part)
        return scored(part, seen, tags, self.settings, calibration or self.calibration, self.context)

    def groups(self, part: Market, calibration: Calibration | None = None) -> dict[str, pa.Table]:
        """Return the findings tables that the detector makes of a part of the market."""
        seen, tags = self._seen(part)
        with self.settings.in_force():
            kinds: Mapping[str, str] = families()
        return score(part, seen, tags, self.settings, kinds, calibration or self.calibration, self.context)

    def _seen(self, part: Market) -> tuple[Touches, pa.Table]:
        with self.settings.in_force():
            personas, tags = personas_of(part.contacts), tags_of(part.content)
        actors = self.actors.filter(
            pc.is_in(
                self.actors.column("engagement_id").cast(pa.string()),
                value_set=whole(part.engagements.column("engagement_id")).cast(pa.string()),
            )
        )
        rules = self.settings
        found = touches(part, actors, personas, tags, window=rules.window, cleaning=rules.cleaning, as_of=self.as_of)
        return found, tags

    def _of_account(self, account_id: str) -> pa.ChunkedArray:
        return pc.fill_null(pc.equal(self.actors.column("account_id").cast(pa.string()), account_id), False)


def frozen_of(
    market: Market,
    findings: Findings,
    settings: Settings | None = None,
    calibration: Calibration | None = None,
    context: MarketContext | None = None,
) -> Frozen | None:
    """Freeze the numbers of a run: those given, else learned again from the market, as the run did.

    Parameters
    ----------
    market : Market
        All of it, where nothing is given.
    findings : Findings
        The run: its moment and its settings.
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
    known = known_at(market, datetime.fromisoformat(run.known_at)) if run.known_at else market
    as_of = datetime.fromisoformat(run.as_of)
    actors = resolved(known["engagements"], known)
    if calibration is None or context is None:
        with used.in_force():
            personas, tags = personas_of(known.contacts), tags_of(known.content)
        seen = touches(known, actors, personas, tags, window=used.window, cleaning=used.cleaning, as_of=as_of)
        context = context_of(seen, used.episodes.mass) if context is None else context
        calibration = calibrate(known, seen, tags, used, context) if calibration is None else calibration
    return Frozen(known, actors, used, as_of, calibration, context)


def _where(table: pa.Table, name: str, values: list[str | None]) -> pa.Table:
    wanted = pa.array([value for value in values if value is not None], pa.string())
    return table.filter(pc.is_in(table.column(name).cast(pa.string()), value_set=wanted))
