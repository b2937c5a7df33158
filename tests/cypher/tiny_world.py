"""Four accounts, two runs, every question with an answer that was worked out on paper.

Adler runs P1 to P3 and has two groups for P1; Cleo, procurement, sits in both. Its scientist, its lead and Cleo engage
exactly 14 days apart. Boreal has one reader, and a group that is what it was in the run before. Cedar's three personas
lie 14 days and one millisecond apart; its group has no program and is closed. Dorn has two personas, a third that read
what has no topic, and a fourth that comes after the run; one engagement lies on the last millisecond of the run. One
record of each kind names what never came.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from committee.findings import Findings, Run
from committee.history import Change
from committee.market import Market


def at(month: int, day: int, later: int = 0) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=UTC) + timedelta(milliseconds=later)


def ms(month: int, day: int, later: int = 0) -> int:
    return round(at(month, day, later).timestamp() * 1000)


def columns(names: str, *rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names.split())}


LAST = datetime(2026, 6, 30, 23, 59, 59, 999000, tzinfo=UTC)  # of the run

ENGAGEMENTS = [  # id, when, who, where, what, kind, line; in no order, so that no question can lean on it
    ("e08", at(6, 21), "a4", "A", "k1", "click", 9),
    ("e03", at(6, 15), "a3", "A", "k2", "click", 4),
    ("e01", at(6, 1), "a1", "A", "k1", "click", 2),
    ("e02", at(6, 15), "a2", "A", "k1", "click", 3),
    ("e06", at(6, 18), "a1", "A", "k2", "click", 7),
    ("e05", at(6, 17), "a1", "A", "k2", "click", 6),
    ("e04", at(6, 16), "a1", "A", "k2", "click", 5),
    ("e07", at(6, 20), "a3", "A", "k1", "click", 8),
    ("e00", at(5, 1), "a3", "A", "k1", "click", 1),
    ("e13", at(6, 2), "a4", "A", "k1", "open", 13),
    ("e14", at(6, 22), "a5", "A", "k1", "click", 14),
    ("e09", at(6, 10), "b1", "B", "k1", "click", 10),
    ("e10", at(6, 11), "b1", "B", "k3", "click", 11),
    ("e15", at(5, 2), "b1", "B", "k1", "click", 15),
    ("e11", at(7, 5), "b1", "B", "k1", "click", 12),
    ("e12", at(6, 12), None, "B", "k1", "click", 16),
    ("e16", LAST - timedelta(days=10), "a2", "A", "k1", "click", 20),
    ("e17", at(6, 22, 5), "a5", "A", "k1", "click", 21),
    ("d01", at(6, 28), "d1", "D", "k1", "click", 22),
    ("d02", at(6, 29), "d2", "D", "k3", "click", 23),
    ("d03", at(7, 2), "d3", "D", "k1", "click", 24),
    ("d04", LAST, "d4", "D", "k1", "click", 25),
    ("c03", at(6, 15, 1), "c3", "C", "k1", "click", 19),
    ("c02", at(6, 2), "c2", "C", "k1", "click", 18),
    ("c01", at(6, 1), "c1", "C", "k1", "click", 17),
]


def market() -> Market:
    load = "load-1"
    return Market(
        {
            "accounts": columns(
                "account_id name parent_account_id load_id line",
                ("A", "Adler Bio", None, load, 2),
                ("B", "Boreal", None, load, 3),
                ("C", "Cedar", None, load, 4),
                ("D", "Dorn", "Q", load, 5),
            ),
            "programs": columns(
                "program_id account_id name phase needs load_id line",
                ("P1", "A", "ADL-101", "phase 2", ["biomarker"], load, 2),
                ("P2", "A", "ADL-202", "phase 1", None, load, 3),
                ("P3", "A", "ADL-303", "preclinical", None, load, 4),
                ("PB", "B", "BOR-7", "phase 1", None, load, 5),
                ("PW", "Z", "Nobody's", "phase 1", None, load, 6),
            ),
            "contacts": columns(
                "contact_id account_id name title persona suppressed load_id line",
                ("a1", "A", "Ada Novak", "Scientist", "scientific", None, load, 2),
                ("a2", "A", "Ben Okri", "Program Lead", "program_lead", None, load, 3),
                ("a3", "A", "Cleo Kauf", "Buyer", "procurement", None, load, 4),
                ("a4", "A", "Dan Zahl", "Controller", "finance", True, load, 5),
                ("a5", "A", "Eve Adams", "Wizard", None, None, load, 6),
                ("b1", "B", "Bo Lin", "Scientist", "scientific", None, load, 7),
                ("b2", "B", "Bea Chef", "CEO", "executive", None, load, 8),
                ("c1", "C", "Cy One", "Scientist", "scientific", None, load, 9),
                ("c2", "C", "Cy Two", "Program Lead", "program_lead", None, load, 10),
                ("c3", "C", "Cy Three", "Buyer", "procurement", None, load, 11),
                ("w1", "Z", "Will Wait", "Wizard", None, None, load, 12),
                ("d1", "D", "Di One", "Scientist", "scientific", None, load, 13),
                ("d2", "D", "Di Two", "Program Lead", "program_lead", None, load, 14),
                ("d3", "D", "Di Three", "Buyer", "procurement", None, load, 15),
                ("d4", "D", "Di Four", "Controller", "finance", None, load, 16),
                ("d5", "D", "Di Five", "Oracle", None, None, load, 17),
            ),
            "content": columns(
                "content_id title kind topic stage persona load_id line",
                ("k1", "Assay guide", "article", ["biomarker"], "top", "scientific", load, 2),
                ("k2", "RFP template", "template", ["biomarker"], "bottom", "procurement", load, 3),
                ("k3", "Company news", "article", None, None, None, load, 4),
                ("k5", "Empty page", "article", None, None, None, load, 6),
                ("k4", "PK methods", "article", ["bioanalysis"], "middle", "scientific", load, 5),
            ),
            "campaigns": columns("campaign_id name program_id load_id line", ("w2", "Autumn", "never", load, 2)),
            "engagements": columns(
                "engagement_id occurred_at occurred_until contact_id account_id content_id kind channel load_id line",
                *(
                    (key, when, when, who or "ghost", where, what, kind, "web", load, line)
                    for key, when, who, where, what, kind, line in ENGAGEMENTS
                ),
            ),
            "signals": columns(
                "signal_id kind occurred_on source account_id program_id title load_id line",
                ("s1", "trial_registered", "2026-05-15", "registry", "A", "P1", "Phase 2 begins", load, 2),
                ("s2", "funding_round", "2026-05", "news", "C", None, "Series B", load, 3),
                ("s3", "trial_registered", "2026-05-20", "registry", "A", "P2", "Another program", load, 4),
                ("s4", "designation", "2026-02-20", "news", "A", "P1", "Fast Track", load, 5),
                ("w3", "designation", "2026-02-20", "news", "never", None, "Somebody's", load, 6),
            ),
            "opportunities": columns(
                "opportunity_id account_id program_id name stage is_won load_id line",
                ("o1", "A", "P1", "Deal one", "proposal", None, load, 2),
                ("o2", "C", None, "Deal two", "lost", False, load, 3),
                ("w4", "never", None, "Deal three", "lost", False, load, 4),
            ),
            "loads": columns(
                "load_id source file sha256 loaded_at rows finished",
                (load, "canonical", "engagements.csv", "0" * 64, at(7, 1), 25, True),
                ("load-0", "canonical", "late.csv", "1" * 64, at(7, 3), 0, True),
            ),
        }
    )


def change() -> Change:
    """The market as the load of all of it; who did what is as stated, and nobody knows the ghost."""
    whole = market()
    resolved = pa.table(
        {
            "engagement_id": pa.array([row[0] for row in ENGAGEMENTS], pa.string()),
            "contact_id": pa.array([row[2] for row in ENGAGEMENTS], pa.string()),
            "account_id": pa.array([row[3] for row in ENGAGEMENTS], pa.string()),
        }
    )
    return Change(new={name: table for name, table in whole.items() if table.num_rows}, resolved=resolved)


THREE = ["procurement", "program_lead", "scientific"]


def _groups(*rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    made = columns(
        "group_id account_id program_id need status formed_at last_active_at people personas engagements", *rows
    )
    return {**made, "lineage_id": made["group_id"], "detector": ["gap"] * len(rows)}


def earlier_findings() -> Findings:
    return Findings(
        {
            "groups": _groups(
                ("old2", "A", "P1", "bioanalysis", "forming", at(5, 1), at(5, 1), 1, ["procurement"], 1),
                ("oldb", "B", "PB", "biomarker", "forming", at(5, 2), at(5, 2), 1, ["scientific"], 1),
                ("oldx", "A", "P2", "manufacturing", "forming", at(5, 2), at(5, 2), 1, ["finance"], 1),
            ),
            "memberships": columns(
                "group_id contact_id account_id persona first_at last_at engagements",
                ("old2", "a3", "A", "procurement", at(5, 1), at(5, 1), 1),
                ("oldb", "b1", "B", "scientific", at(5, 2), at(5, 2), 1),
            ),
            "evidence": columns(
                "group_id engagement_id contact_id responsibility reasons",
                ("old2", "e00", "a3", 1.0, ["topic"]),
                ("oldb", "e15", "b1", 1.0, ["topic"]),
            ),
        },
        Run("run-may", "2026-05-31T23:59:59.999Z", "", "0.1.0", "none", "s", "m"),
    )


def findings() -> Findings:
    evidence = [
        ("g1", "e01", "a1"),
        ("g1", "e02", "a2"),
        ("g1", "e03", "a3"),
        ("g2", "e00", "a3"),
        ("g2", "e07", "a3"),
        ("g2", "e08", "a4"),
        ("g4", "e15", "b1"),
        ("g3", "c01", "c1"),
        ("g3", "c02", "c2"),
        ("g3", "c03", "c3"),
    ]
    tripped = (["a1", "a2", "a3"], ["e01", "e02", "e03"], ["e01", "e02", "e03"], ["e01"], "window-1", 0.25)
    others = (["c1", "c2", "c3"], ["c01", "c02", "c03"], ["c01", "c02", "c03"], ["c01"], "window-1", 0.5)
    groups = _groups(
        ("g1", "A", "P1", "biomarker", "forming", at(6, 1), at(6, 15), 3, THREE, 3),
        ("g2", "A", "P1", "bioanalysis", "evaluating", at(5, 1), at(6, 21), 2, ["finance", "procurement"], 3),
        ("g3", "C", None, "biomarker", "closed", at(6, 1), at(6, 15, 1), 3, THREE, 3),
        ("g4", "B", "PB", "biomarker", "forming", at(5, 2), at(5, 2), 1, ["scientific"], 1),
    )
    return Findings(
        {
            "groups": {**groups, "program_alternatives": [None, None, ["PX:0.4"], None]},
            "memberships": columns(
                "group_id contact_id account_id persona probability first_at last_at engagements",
                ("g4", "b1", "B", "scientific", None, at(5, 2), at(5, 2), 1),
                ("g1", "a1", "A", "scientific", 0.9, at(6, 1), at(6, 1), 1),
                ("g1", "a2", "A", "program_lead", None, at(6, 15), at(6, 15), 1),
                ("g1", "a3", "A", "procurement", None, at(6, 15), at(6, 15), 1),
                ("g2", "a3", "A", "procurement", None, at(5, 1), at(6, 20), 2),
                ("g2", "a4", "A", "finance", None, at(6, 21), at(6, 21), 1),
                ("g3", "c1", "C", "scientific", None, at(6, 1), at(6, 1), 1),
                ("g3", "c2", "C", "program_lead", None, at(6, 2), at(6, 2), 1),
                ("g3", "c3", "C", "procurement", None, at(6, 15, 1), at(6, 15, 1), 1),
            ),
            "evidence": columns(
                "group_id engagement_id contact_id responsibility reasons",
                *((*row, 1.0, ["topic"]) for row in evidence),
            ),
            "flags": columns(
                "flag_id kind scope certainty account_id program_id group_id window_start window_end raised_at personas contact_ids engagement_ids witness_ids removal_ids rule expected_by_chance",
                (
                    "f1",
                    "window",
                    "program",
                    "certain",
                    "A",
                    "P1",
                    "g1",
                    at(6, 1),
                    at(6, 15),
                    at(6, 15),
                    THREE,
                    *tripped,
                ),
                ("f2", "window", "account", "possible", "C", None, "g3", at(6, 1), at(6, 15), LAST, THREE, *others),
            ),
        },
        Run("run-june", "2026-06-30T23:59:59.999Z", "", "0.1.0", "none", "s", "m"),
    )
