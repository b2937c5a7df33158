"""Invented names and mail domains of companies."""

from __future__ import annotations

import numpy as np

from committee.benchmark.generator.arrays import Streams
from committee.benchmark.generator.spec import words

__all__ = ["company_names"]


def company_names(count: int, streams: Streams) -> tuple[list[str], list[str]]:
    """Invent a name and a mail domain for each company, all different."""
    parts = words().companies
    lists = [parts["first"], parts["second"], parts["third"], parts["fourth"]]
    sizes = [len(one) for one in lists]
    total = int(np.prod(sizes))
    order = streams("company order").permutation(total)
    names, domains = [], []
    for number in range(count):
        a, b, c, d = np.unravel_index(int(order[number % total]), sizes)
        name = f"{lists[0][a]}{lists[1][b]} {lists[2][c]} {lists[3][d]}".strip()
        round_ = f" {number // total + 1}" if number >= total else ""
        names.append(name + round_)
        domains.append("".join(ch for ch in (name + round_).lower() if ch.isalnum()) + ".example")
    return names, domains
