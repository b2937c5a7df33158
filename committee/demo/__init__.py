"""The demo market shipped with the package: real companies and trials, made-up people and engagements."""

from __future__ import annotations

from pathlib import Path

__all__ = ["DATA"]

DATA = Path(__file__).parent / "data"
