"""Calibrations: learned from a market, read from a file, the one that is shipped, and which of them a market is scored with."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyarrow as pa

from committee.analysis.codes import distinct
from committee.analysis.episodes import Calibration, MarketContext, context_of
from committee.analysis.episodes import calibrate as learn
from committee.analysis.episodes.detect import need_shares_of, read_words
from committee.analysis.touches import Touches, touches
from committee.decisions import Decisions
from committee.errors import BadFile, BadSettings, NotFound
from committee.graph.store import Store
from committee.market import Market
from committee.pipeline.consequences import resolved
from committee.pipeline.identifying import one_market
from committee.pipeline.words import personas_of, tags_of
from committee.records.tables import write_atomically
from committee.settings import Settings

__all__ = [
    "calibrate",
    "calibrations_in",
    "checked_name",
    "chosen",
    "keep",
    "learned_from",
    "read_calibration",
    "shipped",
    "write_calibration",
]

LEARN, KEEP, SHIPPED = "learn", "keep", "shipped"  # what --calibration says beside names and files
_NAME = re.compile(r"\w[\w .-]{0,59}")


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


def write_calibration(one: Calibration, path: Path | str) -> None:
    """Write a calibration as a file."""
    write_atomically(Path(path), one.as_json().encode())


def checked_name(name: str) -> str:
    """Return a name that people may give to a calibration.

    Raises
    ------
    BadSettings
        It is one of the words that mean something else, or no name.
    """
    if name in (LEARN, KEEP, SHIPPED):
        raise BadSettings(
            f"a calibration cannot be called {name}: the word means something else", "Choose another name"
        )
    if not _NAME.fullmatch(name) or name != name.strip() or name.endswith("."):
        raise BadSettings(
            f"a calibration cannot be called {name!r}", "Use up to 60 letters, digits, spaces, dots and hyphens"
        )
    return name


def keep(store: Store, one: Calibration) -> None:
    """Keep a calibration in a store under the name it is called by."""
    store.keep_calibration(checked_name(one.called), one.as_json())


def calibrations_in(store: Store) -> list[tuple[str, Calibration]]:
    """Return the calibrations that `chosen` knows by name: the shipped one, and those of a store."""
    kept = [(name, Calibration.from_json(text)) for name, text in store.calibrations().items()]
    return [(SHIPPED, shipped()), *kept]


def chosen(asked: str | None, store: Store | None = None) -> tuple[Calibration | None, bool]:
    """Return what is asked for: a calibration, or none, and then whether to learn even where the last run has one.

    Parameters
    ----------
    asked : str or None
        learn, keep, shipped, a name in the store, or a file; None as keep.
    store : Store, optional

    Raises
    ------
    BadFile, NotFound
    """
    if asked in (None, KEEP, LEARN):
        return None, asked == LEARN
    if asked == SHIPPED:
        return shipped(), False
    kept = store.calibrations() if store is not None else {}
    if asked in kept:
        return Calibration.from_json(kept[asked]), False
    if Path(asked).exists() or Path(asked).suffix:
        return read_calibration(asked), False
    raise NotFound(
        f"no calibration is called {asked!r}",
        "committee calibrate --list names those there are; a file is named by its path",
    )


def learned_from(
    market: Market, seen: Touches, tags: pa.Table, settings: Settings, context: MarketContext, sample: int | None = None
) -> Calibration:
    """Learn from what people did; where accounts are too few for that, take the shipped numbers.

    How often strong groups are found is the market's own in either case: it guards a market in which nobody buys.
    """
    accounts = len(distinct(seen.account))
    if accounts >= settings.episodes.learning.least_accounts:
        return learn(market, seen, tags, settings, context, sample=sample)
    own = learn(market, seen, tags, settings, context, shipped())
    usual = shipped().for_words(read_words(market, seen, tags), need_shares_of(seen))
    return replace(usual, origin="", accounts=accounts, as_of=own.as_of, strong_rate=own.strong_rate)


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
