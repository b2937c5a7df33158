"""One market to detect in, read as any user's files are, and what was planted in it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from committee import pipeline
from committee.analysis.touches import Touches, touches
from committee.benchmark.generator import MarketSpec, generate
from committee.benchmark.scorer import Truth
from committee.errors import BadFile
from committee.identity.actors import resolve_actors
from committee.market import Market
from committee.settings import Settings, word_list

__all__ = ["Case", "case_from", "made_case"]


@dataclass(frozen=True)
class Case:
    """A market, what identity says about it, and what was planted.

    Attributes
    ----------
    name : str
    market : Market
    actors, personas, tags : pyarrow Table
        Who did each engagement; the persona of each contact; what each piece of content is about.
    families : mapping
        Function family of each persona.
    settings : Settings
    as_of : datetime
        The end of the history.
    truth : Truth
    made : tuple of MarketSpec and int, or None
        The world and the seed it was made from.
    """

    name: str
    market: Market
    actors: pa.Table
    personas: pa.Table
    tags: pa.Table
    families: Mapping[str, str]
    settings: Settings
    as_of: datetime
    truth: Truth
    made: tuple[MarketSpec, int] | None = None

    def touches(self, as_of: datetime | None = None) -> Touches:
        """Lay out what people did until a moment; until the end when none is given."""
        return touches(
            self.market,
            self.actors,
            self.personas,
            self.tags,
            window=self.settings.window,
            cleaning=self.settings.cleaning,
            as_of=as_of or self.as_of,
        )


def case_from(folder: Path | str, settings: Settings, name: str | None = None) -> Case:
    """Read a folder of tables with the folder ``truth`` inside it.

    Raises
    ------
    BadFile
        There is no truth, or a file cannot be read.
    """
    here = Path(folder)
    if not (here / "truth" / "meta.json").exists():
        raise BadFile(f"{here} has no truth/meta.json", "Name a folder that the generator wrote, or one like it")
    truth = Truth.read(here)
    files = [path for path in sorted(here.iterdir()) if path.is_file() and path.suffix in (".csv", ".parquet")]
    market, _ = pipeline.read_files(files, settings)
    as_of = truth.now.to_pydatetime().replace(tzinfo=UTC) + timedelta(days=1, milliseconds=-1)
    # What a person is and what a piece is about is the pipeline's to say; a detector run on nothing tells both.
    quiet = settings.model_copy(update={"window": settings.window.model_copy(update={"shifts": 0})})
    identity = pipeline.detect(market.with_tables(engagements=market.engagements.slice(0, 0)), as_of, quiet)
    actors = resolve_actors(
        market.engagements, market.contacts, market.aliases, market.employments, market.earlier_values
    )
    families = {key: facts["family"] for key, facts in word_list("personas")["personas"].items() if "family" in facts}
    return Case(
        name or here.name, market, actors, identity.personas, identity.content_tags, families, settings, as_of, truth
    )


def made_case(spec: MarketSpec, seed: int, settings: Settings) -> Case:
    """Make a market, write it as files, and read those."""
    with tempfile.TemporaryDirectory(prefix="committee-bench-") as folder:
        generate(spec, seed).write(folder)
        return replace(case_from(folder, settings, spec.name), made=(spec, seed))
