"""Calibrations: learned from a market, read from a file, the one that is shipped, and which of them a market is scored with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow as pa

from committee.analysis.episodes import Calibration, MarketContext, context_of
from committee.analysis.episodes import calibrate as learn
from committee.analysis.touches import Touches, touches
from committee.decisions import Decisions
from committee.errors import BadFile
from committee.market import Market
from committee.pipeline.consequences import resolved
from committee.pipeline.identifying import one_market
from committee.pipeline.words import personas_of, tags_of
from committee.settings import Settings

__all__ = ["calibrate", "learned_from", "read_calibration", "shipped"]


@cache
def shipped() -> Calibration:
    """Return the calibration that comes with the product: it names no need, word or piece, and holds for any market."""
    text = (files("committee") / "defaults" / "calibration.json").read_text(encoding="utf-8")
    return Calibration.from_json(text)


def read_calibration(path: Path | str) -> Calibration:
    """Read a calibration from a file.

    Raises
    ------
    BadFile
        It cannot be read, or is no calibration of this version that fits together.
    """
    path = Path(path)
    if path.is_dir():
        raise BadFile(f"{path} is a folder, no calibration", "Name the file that committee calibrate --out wrote")
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}", "Check the path") from None
    except UnicodeDecodeError:
        text = ""
    try:
        return Calibration.from_json(text)
    except BadFile as error:
        raise BadFile(f"{path}: {error.what}", error.remedy) from None


def learned_from(
    market: Market, seen: Touches, tags: pa.Table, settings: Settings, context: MarketContext, sample: int | None = None
) -> Calibration:
    """Learn from what people did; what little data teach is shrunk to the shipped calibration."""
    few = len(np.unique(seen.account)) < settings.episodes.learning.least_accounts
    return learn(market, seen, tags, settings, context, shipped() if few else None, sample)


def calibrate(
    market: Market,
    as_of: datetime,
    settings: Settings | None = None,
    known: datetime | None = None,
    decisions: Decisions | None = None,
    *,
    sample: int | None = None,
    called: str = "",
) -> Calibration:
    """Learn a calibration from what a market did until a moment.

    Parameters
    ----------
    market : Market
    as_of : datetime
        Nothing later is looked at.
    settings : Settings, optional
        Those in force by default.
    known : datetime, optional
        What was loaded, changed or decided after it is not known.
    decisions : Decisions, optional
        What people said, of which this looks at who is who.
    sample : int, optional
        Accounts to learn from, evenly spread over the market; ``episodes.learning.sample_accounts`` by default.
    called : str
        What people shall call it.
    """
    settings = settings or Settings.read()
    with settings.in_force():
        market = one_market(market, decisions, known)
    actors = resolved(market["engagements"], market)
    with settings.in_force():
        personas, tags = personas_of(market["contacts"]), tags_of(market["content"])
    seen = touches(market, actors, personas, tags, window=settings.window, cleaning=settings.cleaning, as_of=as_of)
    context = context_of(seen, settings.episodes.mass)
    return replace(learned_from(market, seen, tags, settings, context, sample), called=called)
