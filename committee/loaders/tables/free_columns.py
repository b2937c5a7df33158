"""Names of columns that no record class knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from committee.records import PROVENANCE

__all__ = ["free_names"]

_PLAIN = re.compile(r"[^a-z0-9]+")


def free_names(headers: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Give each unknown column a name of small letters, digits and underscores that no other column has.

    Examples
    --------
    >>> free_names(["Lead Score", "lead-score", "Größe", "2nd name", "owner"], ["owner"])
    {'2nd name': 'c_2nd_name', 'Größe': 'grosse', 'Lead Score': 'lead_score', 'lead-score': 'lead_score_2', 'owner': 'owner_2'}
    """
    used = {*taken, *(spec.name for spec in PROVENANCE)}
    names: dict[str, str] = {}
    for header in sorted(headers):
        text = unicodedata.normalize("NFKD", header.casefold()).encode("ascii", "ignore").decode()
        stem = _PLAIN.sub("_", text).strip("_")[:60] or "column"
        stem = f"c_{stem}" if stem[0].isdigit() else stem
        name, number = stem, 1
        while name in used:
            number += 1
            name = f"{stem}_{number}"
        used.add(name)
        names[header] = name
    return names
