"""From paths to what the files say: find, recognise, hand to the source's own reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from committee.errors import BadFile
from committee.loaders import canonical, ctgov, hubspot
from committee.loaders.incoming import Gathering, Incoming, Words
from committee.loaders.tables import How, Limits, Opening, Shape, bare, open_file, source_files
from committee.progress import SILENT, Progress, Step
from committee.records import CANONICAL, digest
from committee.settings import LoadSettings

__all__ = ["read"]

_SHAPES: tuple[Shape, ...] = (*canonical.SHAPES, *ctgov.SHAPES, *hubspot.SHAPES)
_READERS = {CANONICAL: canonical.read, ctgov.SOURCE: ctgov.read, hubspot.SOURCE: hubspot.read}


def read(
    paths: Sequence[Path],
    settings: LoadSettings,
    words: Words,
    moment_of: Callable[[str], datetime],
    progress: Progress = SILENT,
) -> Incoming:
    """Read files, folders and archives of all sources the product knows.

    Parameters
    ----------
    paths : sequence of Path
    settings : LoadSettings
    words : Words
        The product's vocabulary.
    moment_of : callable
        When the load with this id was made first.
    progress : Progress, optional

    Raises
    ------
    BadFile
        A path that is not there, a named file that is nothing known or broken, a folder without any known file.
    """
    if not paths:
        raise BadFile("no file was named", "Name files, folders or zip archives")
    how = How.told_by(settings)
    gathering = Gathering()
    ignored: list[str] = []
    openings = [
        (place, opening) for place, path in enumerate(paths) for opening in _openings(Path(path), settings, ignored)
    ]
    pages = ctgov.continue_pages([opening for _, opening in openings])
    known = []
    for place, path in enumerate(paths):
        mine = [page for page, (where, _) in zip(pages, openings, strict=True) if where == place]
        known += _known(Path(path), mine, ignored)
    known = _without_twins(known, gathering)
    with progress.step("Reading files", sum(opening.file.content.size for opening in known)) as step:
        for source, read_source in _READERS.items():
            mine = [opening for opening in known if opening.shape and opening.shape.source == source]
            read_source(_told(mine, step), gathering, how, words)
    return gathering.finish(moment_of, ignored)


def _told(openings: Iterable[Opening], step: Step) -> Iterator[Opening]:
    for opening in openings:
        yield opening
        step.advance(opening.file.content.size)


def _openings(path: Path, settings: LoadSettings, ignored: list[str]) -> Iterator[Opening]:
    """Open the files a path stands for; what is no table at all is an error when named, else ignored."""
    for file in source_files([path], Limits(settings.unpacked_megabytes, settings.unpacked_files)):
        try:
            opening = open_file(file, _SHAPES, settings.most_columns)
        except BadFile as error:
            if file.named:
                raise
            ignored.append(str(error))
            continue
        if opening.form == "json" and ctgov.studies_in(opening.document) is not None:
            opening = replace(opening, shape=ctgov.JSON_SHAPE)
        yield opening


def _known(path: Path, openings: Sequence[Opening], ignored: list[str]) -> list[Opening]:
    known = []
    for opening in openings:
        if opening.shape is not None:
            known.append(opening)
        elif opening.file.named:
            raise _unknown(opening)
        else:
            ignored.append(_unknown(opening).what)
    if not known:
        here = [text for text in ignored if text.startswith(f"{path}/")]
        others = f"{len(here):,} other file" + ("s, such as" if len(here) > 1 else "")
        seen = f"; it holds {others}: {here[0]}" if here else ""
        raise BadFile(
            f"{path} holds no file the product knows{seen}",
            f"Looked for files with the columns of {', '.join(sorted({shape.kind for shape in canonical.SHAPES}))}, "
            "ClinicalTrials.gov studies (JSON or CSV), HubSpot tables and exports",
        )
    return known


def _unknown(opening: Opening) -> BadFile:
    """Say what was looked for, with the kind that comes nearest and what it lacks."""
    name = opening.file.name
    if opening.form == "json":
        return BadFile(f"{name} is JSON without studies", "Load the answer of the ClinicalTrials.gov API, version 2")
    there = frozenset(bare(header) for header in opening.header)
    nearest = max(_SHAPES, key=lambda shape: (len(shape.knows & there), -len(shape.needs), shape.kind))
    lacks = [group[0] for group in nearest.needs if not there.intersection(group)]
    listed = ", ".join(header[:40] for header in opening.header[:8] if header) + (
        " ..." if len(opening.header) > 8 else ""
    )
    if nearest.knows & there and lacks:
        remedy = f"To be read as {nearest.kind} it lacks: {', '.join(lacks)}"
    elif len(opening.header) < 2:
        remedy = "Separators are comma, semicolon, tab or bar, and the first row holds the column names"
    else:
        remedy = "Give its columns the names of the canonical tables, which committee init FOLDER writes"
    return BadFile(f"{name} is nothing the product knows by its columns: {listed}", remedy)


def _without_twins(openings: Sequence[Opening], gathering: Gathering) -> list[Opening]:
    """Read the same bytes once; the account of the others says so."""
    sizes = Counter((opening.shape, opening.file.content.size) for opening in openings)
    seen: set[str] = set()
    kept = []
    for opening in openings:
        assert opening.shape is not None
        if sizes[opening.shape, opening.file.content.size] > 1:
            load_id = digest([opening.shape.source, opening.shape.kind, opening.file.sha256])
            if load_id in seen:
                gathering.twins.append(opening.file)
                continue
            seen.add(load_id)
        kept.append(opening)
    return kept
