"""What a person's reading says of their persona: a voice of its own, weaker than a title, that never changes one.

For each persona it is learned from the market how often people of that persona read pieces of each kind: whom a piece is
written for, and for which stage. A person whose reading fits one persona clearly better than the others reads like it.
The rates are shrunk to those of everybody (a Dirichlet prior), a person's own reading is left out of the rates it is
compared with, and each piece counts for a part of one only, since a person's pieces are no independent draws. Where
little is read, or little is known, nothing is said.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from committee.analysis.codes import codes_in, joined_ids, named, plain
from committee.analysis.touches import Touches
from committee.market import Market
from committee.records.computed import Reading
from committee.records.tables import sorted_by_key, typed_table
from committee.settings import ReadingSettings

__all__ = ["readings"]

_Numbers = npt.NDArray[np.float64]


def readings(seen: Touches, market: Market, settings: ReadingSettings) -> pa.Table:
    """Say whose reading fits which persona.

    Parameters
    ----------
    seen : Touches
        Who read what, machines aside; personas by title.
    market : Market
        Its content says whom a piece is written for.
    settings : ReadingSettings

    Returns
    -------
    pyarrow Table
        Findings table ``readings``: contact, the persona it reads like, with which probability, from how many pieces.
        People of whom nothing can be said are not in it.
    """
    contact, kind, kinds = _pieces_read(seen, market)
    pieces = _counts(contact, kind, len(seen.contact_ids), kinds)
    persona = seen.contact_persona
    readers = np.bincount(persona[(persona >= 0) & (pieces.sum(1) > 0)], minlength=len(seen.personas))
    learned = np.flatnonzero(readers >= settings.least_readers)
    judged = np.flatnonzero(pieces.sum(1) >= settings.least_pieces)
    if len(learned) < 2 or not len(judged):
        return typed_table(Reading, {})
    fits = _fits(pieces, persona, learned, judged, settings.prior_pieces)
    weight = np.exp(settings.voice * (fits - fits.max(1, keepdims=True)))
    probability = weight / weight.sum(1, keepdims=True)
    best = probability.argmax(1)
    surest = probability[np.arange(len(judged)), best]
    sure = surest >= settings.least_probability
    columns = {
        "contact_id": named(seen.contact_ids, judged[sure]),
        "persona": named(list(seen.personas), learned[best[sure]]),
        "probability": surest[sure],
        "pieces": pieces[judged[sure]].sum(1).astype(np.int64),
    }
    return sorted_by_key(Reading, typed_table(Reading, columns))


def _pieces_read(seen: Touches, market: Market) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Each person and piece once: person, kind of the piece, and how many kinds there are; kinds of nothing left out."""
    content = market.content
    written_for = np.append(codes_in(content.column("persona"), pa.array(seen.personas, pa.string())), -1)
    piece = np.append(codes_in(seen.content_ids, plain(content.column("content_id"))), -1)
    kind = (written_for[piece[seen.content]] + 1) * (len(seen.stages) + 1) + seen.stage + 1
    told = (seen.content >= 0) & (kind > 0)
    _, first = np.unique(joined_ids(seen.contact[told], seen.content[told]), return_index=True)
    return seen.contact[told][first], kind[told][first], (len(seen.personas) + 1) * (len(seen.stages) + 1)


def _counts(row: npt.NDArray[np.int64], column: npt.NDArray[np.int64], rows: int, columns: int) -> _Numbers:
    return np.bincount(row * columns + column, minlength=rows * columns).reshape(rows, columns).astype(np.float64)


def _fits(
    pieces: _Numbers,
    persona: npt.NDArray[np.int64],
    learned: npt.NDArray[np.int64],
    judged: npt.NDArray[np.int64],
    prior: float,
) -> _Numbers:
    """Log-likelihood of each judged person's pieces under each learned persona."""
    known = persona >= 0
    by_persona = np.zeros((int(persona.max(initial=-1)) + 1, pieces.shape[1]))
    np.add.at(by_persona, persona[known], pieces[known])
    everybody = pieces.sum(0) + 1e-9
    target = prior * everybody / everybody.sum()
    read, own = pieces[judged], persona[judged]
    found = np.empty((len(judged), len(learned)))
    for place, one in enumerate(learned.tolist()):
        theirs = by_persona[one] + target
        found[:, place] = read @ np.log(theirs / theirs.sum())
        mine = own == one
        left = by_persona[one] - read[mine] + target
        found[mine, place] = (read[mine] * np.log(left / left.sum(1, keepdims=True))).sum(1)
    return found
