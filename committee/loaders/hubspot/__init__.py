"""HubSpot: the native tables as a connector lands them, and the files of the screen's export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC

from committee.loaders.hubspot import screen
from committee.loaders.hubspot.deals import read_deals
from committee.loaders.hubspot.marketing import read_marketing
from committee.loaders.hubspot.native import Native
from committee.loaders.hubspot.people import read_people
from committee.loaders.hubspot.sales import read_sales
from committee.loaders.hubspot.shapes import NOT_USED, SOURCE
from committee.loaders.hubspot.shapes import SHAPES as NATIVE_SHAPES
from committee.loaders.incoming import Gathering, Words
from committee.loaders.tables import How, Opening, bare, read_rows, reject_ragged

__all__ = ["SHAPES", "SOURCE", "read"]

SHAPES = (*NATIVE_SHAPES, *screen.SHAPES)
_ENCODED = frozenset(map(bare, ("type", "email_campaign_id", "recipient", "filtered_event")))  # few distinct values


def read(openings: Iterable[Opening], gathering: Gathering, how: How, words: Words) -> None:
    """Read the tables of a portal together: most of them add to records of others."""
    portal: dict[str, list[Native]] = defaultdict(list)
    # A connector lands moments in UTC and ISO form, whatever zone and date order the user's own files have.
    landed = replace(how, moments=replace(how.moments, timezone=UTC), days=replace(how.days, timezone=UTC))
    for opening in openings:
        assert opening.shape is not None
        kind = opening.shape.kind
        encoded = (
            [i for i, name in enumerate(opening.header) if bare(name) in _ENCODED] if kind == "email_event" else []
        )
        raw = read_rows(opening, encoded)
        entry = gathering.begin(opening.file, SOURCE, kind, raw.read, raw.notes)
        if kind in NOT_USED:
            entry.pass_over(raw.read, "not used by the product")
            continue
        reject_ragged(entry, raw)
        if opening.shape in screen.SHAPES:
            screen.read(Native(entry, raw, how), kind)
        else:
            portal[kind].append(Native(entry, raw, landed))
    for tables in portal.values():
        tables.sort(key=lambda table: table.entry.load_id)
    read_people(portal)
    read_marketing(portal)
    read_sales(portal)
    read_deals(portal)
