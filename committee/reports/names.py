"""File names made of names that other people chose."""

from __future__ import annotations

import re
import unicodedata

from committee.records import digest

__all__ = ["WITHOUT_OWNER", "owner_file"]

WITHOUT_OWNER = "without-owner"
_LONGEST = 40


def owner_file(owner: str) -> str:
    """Return a file name, without its ending, for an owner: letters, digits and hyphens, and a hash, so that no two share one.

    >>> owner_file("Sato, Kim"), owner_file("../=cmd|' /C calc'!A0"), owner_file("")
    ('sato-kim-0aece2', 'cmd-c-calc-a0-630ccc', 'without-owner')
    """
    if not owner:
        return WITHOUT_OWNER
    plain = unicodedata.normalize("NFKD", owner).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    return "-".join(part for part in (readable or "owner", digest(["owner", owner], length=6)) if part)
