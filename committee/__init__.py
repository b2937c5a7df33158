"""committee: which buying groups form inside which account, for which of the customer's programs, and why.

The main job in five lines::

    import committee

    market, intake = committee.read_files(["exports/"])
    findings = committee.detect(market, committee.moment("2026-06-30"))
    print(findings.groups.to_pandas())
    print(committee.render(committee.handoff(findings.groups["group_id"][0].as_py(), market, findings), "md"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from committee.decisions import Decisions
    from committee.errors import CommitteeError
    from committee.findings import Findings
    from committee.graph.store import open_store
    from committee.intake import Intake
    from committee.market import Market
    from committee.pipeline import detect, detect_store, load, read_files, unload
    from committee.records.parsing import moment
    from committee.reports.handoff import handoff, render
    from committee.settings import Settings

__all__ = [
    "CommitteeError",
    "Decisions",
    "Findings",
    "Intake",
    "Market",
    "Settings",
    "detect",
    "detect_store",
    "handoff",
    "load",
    "moment",
    "open_store",
    "read_files",
    "render",
    "unload",
]

_ROOMS = {
    "CommitteeError": "committee.errors",
    "Decisions": "committee.decisions",
    "Findings": "committee.findings",
    "Intake": "committee.intake",
    "Market": "committee.market",
    "Settings": "committee.settings",
    "detect": "committee.pipeline",
    "detect_store": "committee.pipeline",
    "handoff": "committee.reports.handoff",
    "load": "committee.pipeline",
    "moment": "committee.records.parsing",
    "open_store": "committee.graph.store",
    "read_files": "committee.pipeline",
    "render": "committee.reports.handoff",
    "unload": "committee.pipeline",
}


def __getattr__(name: str) -> Any:
    """Fetch a public name from its room when it is first asked for, so that a command imports only what it needs."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'committee' has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)
