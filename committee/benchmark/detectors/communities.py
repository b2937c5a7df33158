"""Detectors that look for communities in the graph of who engages with whom."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from committee.analysis.baselines import leiden, louvain
from committee.analysis.touches import Touches
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.detector import Detector, numbers

__all__ = ["COMMUNITIES"]


def _leiden(case: Case, touches: Touches) -> Mapping[str, pa.Table]:
    days = numbers()["coengagement"]["days"]
    return leiden.find_groups(touches, case.families, days=days, **numbers()["leiden"], **numbers()["groups"])


def _louvain(case: Case, touches: Touches) -> Mapping[str, pa.Table]:
    days = numbers()["coengagement"]["days"]
    return louvain.find_groups(touches, case.families, days=days, **numbers()["louvain"], **numbers()["groups"])


COMMUNITIES = (
    Detector(
        "leiden", "communities of co-engagement by Leiden, constant Potts model (python-igraph)", _leiden, "igraph"
    ),
    Detector("louvain", "communities of co-engagement by Louvain, account by account (networkx)", _louvain),
)
