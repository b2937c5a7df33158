"""A sentence of an account's page, and the ids that prove it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Line"]


@dataclass(frozen=True)
class Line:
    """One sentence, and the ids that prove it, written as on the command line: ``contact:ID``, ``engagement:ID``."""

    text: str
    proof: tuple[str, ...] = ()
