"""Four accounts, two runs, every question with an answer that was worked out on paper.

Adler runs P1 to P3 and has two groups for P1; Cleo, procurement, sits in both. Its scientist, its lead and Cleo engage
exactly 14 days apart. Boreal has one reader, and a group that is what it was in the run before. Cedar's three personas
lie 14 days and one millisecond apart; its group has no program and is closed. Dorn has two personas, a third that read
what has no topic, and a fourth that comes after the run; one engagement lies on the last millisecond of the run. Elm
runs a program with Boreal, belongs to Adler and has a deal; its people read early in the year, Ed forwards what Eli
then reads, Ella must not be contacted and is mailed. One record of each kind names what never came.
Yew's records name one another, and `BREAK` takes the arrows between them away.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from committee.decisions import Decisions
from committee.findings import Findings, Run
from committee.graph.store import Store, open_store
from committee.history import Change
from committee.market import Market
from committee.settings import Settings


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
    ("e11", at(7, 5), "b1", "B", "k1", "forward", 12),
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
    ("x01", at(3, 2), "x1", "E", "k4", "forward", 26),
    ("x02", at(3, 9), "x2", "E", "k4", "download", 27),
    ("x03", at(3, 20), "x3", "E", "k4", "download", 28),
    ("x04", at(3, 3), "x1", "E", "k4", "click", 29),
    ("x05", at(3, 5), "x2", "E", "k1", "click", 30),
    ("x06", at(6, 3), "x3", "E", "k1", "sent", 31),
    ("x07", at(6, 4), "x3", "E", "k1", "click", 32),
    ("x08", at(3, 2), "x3", "E", "k1", "sent", 33),
    ("y01", at(1, 5), "y1", "Y", "k5", "click", 34),
    ("x09", at(5, 20), "x2", "E", "k3", "forward", 35),
    ("x10", at(3, 6), "x2", "E", "k2", "click", 36),
    ("x11", at(3, 7), "x2", "E", "k2", "click", 37),
    ("x12", at(3, 8), "x2", "E", "k2", "click", 38),
    ("x13", at(3, 8, 1), "x2", "E", "k6", "click", 39),
    ("x14", at(3, 1), "x3", "E", "k4", "click", 40),
    ("x15", at(3, 25), "x1", "E", None, None, 41),
    ("x16", LAST - timedelta(days=230), "x1", "E", "k5", "click", 42),
    ("x17", at(6, 27), "d5", "D", "k1", "open", 43),
    ("x18", at(7, 3), "x3", "E", "k1", "sent", 44),
    ("b01", at(3, 10), "b1", "B", "k4", "click", 45),
    ("b02", at(5, 19), "b2", "B", "k1", "click", 46),
    ("b03", at(5, 20), "b3", "B", "k1", "click", 47),
    ("u01", at(7, 4), None, "B", "k1", "click", 48),
    ("u02", at(6, 13), None, "A", "k1", "click", 49),
    ("u03", at(6, 14), None, "A", "k1", "click", 50),
    ("n01", at(1, 10), "c1", None, "k1", "click", 51),
    ("n02", at(1, 11), "c2", None, "k1", "click", 52),
    ("n03", at(1, 12), "c3", None, "k1", "click", 53),
    ("n04", at(6, 27), "c1", None, "k1", "click", 54),
    ("x19", at(3, 9, 1), "x2", "E", "k1", "click", 59),
    ("x20", at(3, 3), "x4", "E", "k1", "sent", 60),
    ("x21", at(6, 30), "d1", "D", "k1", "open", 61),
    ("x26", at(7, 6), "a1", "A", "k2", "click", 69),
    ("x22", at(3, 26), "x1", "E", "k2", "click", 62),
    ("x23", at(3, 26, 1), "x1", "E", "k2", "click", 63),
    ("x24", at(3, 27), "x1", "E", "k6", "click", 64),
    ("x25", at(3, 28), "x1", "E", "k6", "click", 65),
    ("b04", at(3, 11), "b1", "B", "k2", "click", 66),
    ("b05", at(3, 12), "b1", "B", "k2", "click", 67),
    ("z05", at(6, 1), "d4", "D", "k1", "click", 68),
    ("z01", at(6, 25), "d5", "D", "k1", "click", 55),
    ("z02", at(6, 12), "b2", "B", "k1", "click", 56),
    ("z03", at(6, 24), "a1", "A", "k1", "click", 57),
    ("z04", at(6, 26), "a9", "A", "k1", "click", 58),
    ("x27", at(6, 9), "b3", "B", "k1", "sent", 70),
]
CAMPAIGN_OF = {
    "x06": "q1",
    "x04": "q1",
    "e02": "q1",
    "e17": "q1",
    "x07": "q2",
    "d03": "q2",
}  # of the engagements that have one


def market() -> Market:
    load = "load-1"
    tables: dict[str, dict[str, list[Any]]] = {
        "accounts": columns(
            "account_id name parent_account_id owner load_id line",
            ("A", "Adler Bio", None, None, load, 2),
            ("B", "Boreal", None, None, load, 3),
            ("C", "Cedar", None, "rep-2", load, 4),
            ("D", "Dorn", "Q", None, load, 5),
            ("E", "Elmy", "A", "rep-1", load, 6),
            ("Y", "Dor", None, None, load, 7),
            ("B2", "Boreal GmbH", None, "rep-3", load, 8),
            ("A2", "Adler Biologics", None, None, load, 9),
        ),
        "programs": columns(
            "program_id account_id name phase status needs partner_account_ids load_id line",
            ("P1", "A", "ADL-101", "phase 2", None, ["biomarker"], ["C"], load, 2),
            ("P2", "A", "ADL-202", "phase 1", None, None, None, load, 3),
            ("P3", "A", "ADL-303", "preclinical", None, ["manufacturing"], None, load, 4),
            ("PB", "B", "BOR-7", "phase 1", None, ["central lab"], None, load, 5),
            ("PW", "Z", "Nobody's", "phase 1", None, None, None, load, 6),
            ("PE", "E", "ELM-PY", "phase 3", "terminated", ["bioanalysis", "manufacturing"], ["B"], load, 7),
            ("PY", "Y", "ADL-1", None, None, None, None, load, 8),
            ("P9", "A", "ADL-909", "phase 1", None, ["central lab"], ["B"], load, 9),
            ("PC", "B", "BOR-8", "phase 1", None, None, None, load, 10),
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
            ("x1", "E", "Ed Send", "Scientist", "scientific", None, load, 18),
            ("x2", "E", "Eli Read", "Buyer", "procurement", None, load, 19),
            ("x3", "E", "Ella Stop", "Controller", "finance", True, load, 20),
            ("y1", "Y", "Ada", "Scientist", "scientific", None, load, 21),
            ("x4", "E", "Eva Mail", "Wizard", None, None, load, 26),
            ("a9", "A", "Al Gone", "Scientist", "scientific", None, load, 22),
            ("a10", "A", "Ann Ten", "Program Lead", "program_lead", None, load, 23),
            ("a11", "A", "Ally1", "Program Lead", "program_lead", None, load, 24),
            ("b3", "B", "Lex Law", "Counsel", "legal_regulatory", None, load, 25),
            ("a1s", "A", "Ada Novak", "Scientist", "scientific", None, load, 27),
            ("a2s", "A", "Ben Okri", "Buyer", "procurement", True, load, 28),
            ("d4s", "D", "Di Four", "Controller", "finance", True, load, 29),
            ("x2s", None, "Eli Read", "Sage", None, True, load, 30),
        ),
        "employments": columns(
            "employment_id contact_id account_id title from_on to_on load_id line",
            ("d5|C", "d5", "C", "Seer", "2020-01", "2025-12", load, 2),
            ("d5|D", "d5", "D", "Oracle", "2026-01", None, load, 3),
            ("a3|A", "a3", "A", "Buyer", "2019", None, load, 4),
            ("d4|A", "d4", "A", "Clerk", "2019", "2024", load, 5),
            ("d2|A", "d2", "A", "Lead", "2019", "2024", load, 6),
        ),
        "content": columns(
            "content_id title kind topic stage persona load_id line",
            ("k1", "Assay guide", "article", ["biomarker"], "top", "scientific", load, 2),
            ("k2", "RFP template", "template", ["biomarker"], "bottom", "procurement", load, 3),
            ("k3", "Company news", "article", None, None, None, load, 4),
            ("k5", "Empty page", "article", None, None, None, load, 6),
            ("k4", "PK methods", "article", ["bioanalysis"], "middle", "scientific", load, 5),
            ("k6", "Board brief", "brief", ["biomarker"], "top", "executive", load, 7),
            ("k9", "Withdrawn paper", "article", ["central lab"], "top", "scientific", load, 8),
            ("k10", "Withdrawn note", "article", None, None, None, load, 9),
        ),
        "campaigns": columns(
            "campaign_id name channel program_id load_id line",
            ("w2", "Autumn", "email", "never", load, 2),
            ("q1", "Spring", "email", "P1", load, 3),
            ("q2", "Summer", "event", None, load, 4),
            ("q3", "Winter", "event", "PY", load, 5),
        ),
        "engagements": columns(
            "engagement_id occurred_at occurred_until contact_id email account_id content_id campaign_id kind channel deleted load_id line",
            *(
                (
                    key,
                    when,
                    when,
                    who or "ghost",
                    None if who else "ghost@boreal.example",
                    where,
                    what,
                    CAMPAIGN_OF.get(key),
                    kind,
                    kind and "web",
                    (key.startswith("z0") and key != "z04") or None,
                    load,
                    line,
                )
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
            ("s5", "phase_advance", "2026-03-05", "registry", "E", "PE", "Phase 3 begins", load, 7),
            ("s6", "phase_advance", "2026-06", "registry", "B", None, "A phase moves", load, 8),
            ("s7", "phase_advance", "2026-04-25", "registry", "B", None, "Said in error", load, 9),
            ("s8", "phase_advance", "2026", "registry", "E", None, "Some time", load, 10),
            ("s9", "phase_advance", "2026-08", "registry", "B", None, "Announced", load, 11),
            ("s10", "designation", "2026-05-18", "news", "A", None, "Orphan", load, 12),
        ),
        "opportunities": columns(
            "opportunity_id account_id program_id name stage is_won opened_on load_id line",
            ("o1", "A", "P1", "Deal one", "proposal", None, "2026-06-25", load, 2),
            ("o2", "C", None, "Deal two", "lost", False, "2026-01", load, 3),
            ("w4", "never", None, "Deal three", "lost", False, None, load, 4),
            ("o5", "E", "PE", "Deal five", "signed", True, "2025", load, 5),
            ("o6", "B", "PB", "Deal six", "demo", None, None, load, 6),
            ("o7", "A", "P1", "Deal seven", "signed", True, "2025-03", load, 7),
            ("o8", "A", "P1", "Deal eight", "demo", None, "2026-06-26", load, 8),
            ("o9", "B", None, "Deal nine", "demo", None, "2026-07-15", load, 9),
        ),
        "opportunity_roles": columns(
            "opportunity_id contact_id role load_id line",
            ("o1", "a1", "champion", load, 2),
            ("o1", "a4", "budget", load, 3),
            ("o5", "x2", "buyer", load, 4),
            ("o8", "a1", "champion", load, 5),
        ),
        "loads": columns(
            "load_id source file sha256 loaded_at rows finished",
            (load, "canonical", "engagements.csv", "0" * 64, at(7, 1), 25, True),
            ("load-0", "canonical", "late.csv", "1" * 64, at(7, 3), 0, True),
        ),
        "earlier_values": columns(
            "earlier_id record_table record_id field_name value stamp superseded_at load_id loaded_at replaced_at replaced_by",
            ("v1", "contacts", "a2", "title", '"Lead"', at(5, 1), at(6, 20), "load-a", at(5, 1), at(6, 20), load),
            (
                "v2",
                "programs",
                "P1",
                "phase",
                '"phase 1"',
                at(4, 1),
                at(5, 20),
                "load-a",
                at(4, 1),
                at(5, 20),
                load,
            ),
        ),
    }
    for name, gone in GONE.items():
        table = tables[name]
        table["deleted"] = [key in gone or None for key in next(iter(table.values()))]
    for name, one in IS_NOW.items():
        tables[name]["is_now"] = [one.get(key) for key in next(iter(tables[name].values()))]
    return Market(tables)


# Records that are one with another: three people must not be contacted under their other id, and Boreal is owned under
# its other name.
IS_NOW = {"accounts": {"A2": "A", "B2": "B"}, "contacts": {"a1s": "a1", "a2s": "a2", "d4s": "d4", "x2s": "x2"}}
GONE = {"programs": {"P9"}, "contacts": {"a9"}, "content": {"k9", "k10"}, "opportunities": {"o8"}, "signals": {"s7"}}


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
    new = {name: table for name, table in whole.items() if table.num_rows}
    return Change(new=new, resolved=resolved, same=whole.same())


THREE = ["procurement", "program_lead", "scientific"]


BREAK = [  # what no load does: arrows are lost
    "MATCH (:Contact {key: 'y1'})-[r]->() DELETE r",
    "MATCH (:Program {key: 'PY'})-[r]->() DELETE r",
    "MATCH (:Campaign {key: 'q3'})-[r]->() DELETE r",
    "MATCH (:Engagement {key: 'y01'})-[r]->() DELETE r",
]


def decisions() -> Decisions:
    return Decisions(
        {
            "decisions": columns(
                "decision_id kind subject reason decided_by decided_at run_id",
                ("said-1", "accepted", "group:g1", "they called", "Sam", at(6, 30), "run-june"),
                ("said-2", "dismissed", "flag:f2", "a class of students", "Sam", at(6, 29), "run-june"),
            )
        }
    )


def _groups(*rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    made = columns(
        "group_id account_id program_id need status formed_at last_active_at people personas engagements", *rows
    )
    return {**made, "lineage_id": made["group_id"], "detector": ["gap"] * len(rows)}


FLAG = "flag_id kind scope certainty account_id program_id group_id window_start window_end raised_at personas contact_ids engagement_ids witness_ids removal_ids rule"


def april_findings() -> Findings:
    """A run whose group and flag are called like later ones."""
    when = at(4, 1)
    return Findings(
        {
            "groups": _groups(("g2", "A", "P1", "bioanalysis", "active", when, when, 1, ["procurement"], 1)),
            "memberships": columns(
                "group_id contact_id account_id persona first_at last_at engagements",
                ("g2", "a5", "A", "executive", when, when, 1),
            ),
            "evidence": columns(
                "group_id engagement_id contact_id responsibility reasons",
                ("g2", "e03", "a3", 1.0, ["topic"]),
                ("g2", "e05", "a5", 1.0, ["topic"]),
            ),
            "flags": columns(
                FLAG,
                (
                    "f1",
                    "window",
                    "account",
                    "certain",
                    "A",
                    None,
                    "g2",
                    when,
                    when,
                    at(6, 22),
                    THREE,
                    ["a1"],
                    ["e04"],
                    ["e04"],
                    ["e04"],
                    "window-1",
                ),
            ),
        },
        Run("run-april", "2026-04-30T23:59:59.999Z", "", "0.1.0", "none", "s", "m"),
    )


def known_findings() -> Findings:
    """A run about what had been known, which is never the one before."""
    groups = _groups(("past", "A", "P2", "safety", "forming", at(5, 3), at(5, 3), 1, ["finance"], 1))
    run = Run("run-known", "2026-06-10T23:59:59.999Z", "2026-06-01T00:00:00Z", "0.1.0", "none", "s", "m")
    evidence = columns(
        "group_id engagement_id contact_id responsibility reasons", ("past", "x07", "a4", 1.0, ["topic"])
    )
    return Findings({"groups": groups, "evidence": evidence}, run)


def earlier_findings() -> Findings:
    return Findings(
        {
            "groups": _groups(
                ("old2", "A", "P1", "bioanalysis", "forming", at(5, 1), at(5, 1), 1, ["procurement"], 1),
                ("oldb", "B", "PB", "biomarker", "forming", at(5, 2), at(5, 2), 1, ["scientific"], 1),
                ("oldx", "A", "P2", "manufacturing", "forming", at(5, 2), at(5, 2), 1, ["finance"], 1),
                ("eldc", "C", None, "biomarker", "forming", at(5, 25), at(5, 26), 2, ["scientific"], 1),
            ),
            "memberships": columns(
                "group_id contact_id account_id persona first_at last_at engagements",
                ("old2", "a3", "A", "procurement", at(5, 1), at(5, 1), 1),
                ("oldb", "b1", "B", "scientific", at(5, 2), at(5, 2), 1),
                ("oldx", "a4", "A", "finance", at(5, 2), at(5, 2), 1),
                ("oldx", "a5", "A", "executive", at(5, 9), at(5, 9), 1),
                ("oldx", "a3", "A", "procurement", at(5, 9), at(5, 9), 1),
                ("eldc", "c1", "C", "scientific", at(5, 25), at(5, 25), 1),
                ("eldc", "a3", "C", "procurement", at(5, 26), at(5, 26), 1),
            ),
            "evidence": columns(
                "group_id engagement_id contact_id responsibility reasons",
                ("old2", "e00", "a3", 1.0, ["topic"]),
                ("oldb", "e15", "b1", 1.0, ["topic"]),
                ("oldx", "x07", "a4", 1.0, ["topic"]),
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
        ("g4", "b02", "b2"),
        ("g5", "e04", "a1"),
        ("g5", "e05", "a1"),
        ("g5", "e16", "a2"),
        ("g5", "e07", "a3"),
        ("g5", "e03", "a3"),
        ("g5", "e08", "a4"),
    ]
    tripped = (["a1", "a2", "a3"], ["e01", "e02", "e03"], ["e01", "e02", "e03"], ["e01"], "window-1", 0.25)
    others = (["c1", "c2", "c3"], ["c01", "c02", "c03"], ["c01", "c02", "c03"], ["c01"], "window-1", 0.5)
    at_boreal = (["b1", "b2", "b3"], ["b02", "b03"], ["b02"], ["b03"], "window-1", 0.75)
    groups = _groups(
        ("g1", "A", "P1", "biomarker", "forming", at(6, 1), at(6, 15), 3, THREE, 3),
        ("g2", "A", "P1", "bioanalysis", "evaluating", at(5, 1), at(6, 21), 2, ["finance", "procurement"], 3),
        ("g3", "C", None, "biomarker", "closed", at(6, 1), at(6, 15, 1), 3, THREE, 3),
        ("g4", "B", "PB", "biomarker", "forming", at(5, 2), at(5, 2), 1, ["scientific"], 1),
        ("g5", "A", None, "central lab", "active", at(6, 16), at(6, 21), 4, ["program_lead", "scientific"], 5),
        ("g6", "B", "PB", "manufacturing", "dormant", at(4, 1), at(4, 2), 9, ["procurement"], 9),
        ("g7", "E", "PE", "bioanalysis", "closed", at(3, 1), at(3, 9), 1, ["procurement"], 1),
    )
    return Findings(
        {
            "groups": {**groups, "program_alternatives": [None, None, ["PX:0.4"], None, None, None, None]},
            "memberships": columns(
                "group_id contact_id account_id persona probability first_at last_at engagements",
                ("g4", "b1", "B", "scientific", None, at(5, 2), at(5, 2), 1),
                ("g4", "b2", "B", "unknown", None, at(5, 19), at(5, 19), 1),
                ("g5", "a1", "A", "scientific", None, at(6, 16), at(6, 17), 2),
                ("g5", "a2", "A", "program_lead", None, LAST - timedelta(days=10), LAST - timedelta(days=10), 1),
                ("g5", "a3", "A", "procurement", None, at(6, 20), at(6, 20), 1),
                ("g5", "a4", "A", "finance", None, at(6, 21), at(6, 21), 1),
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
                (
                    "f3",
                    "window",
                    "account",
                    "certain",
                    "A",
                    None,
                    "g5",
                    at(6, 20),
                    at(6, 20),
                    at(6, 20),
                    THREE,
                    ["a5"],
                    ["e17"],
                    ["e17"],
                    [],
                    "window-1",
                    0.1,
                ),
                (
                    "f4",
                    "window",
                    "account",
                    "possible",
                    "B",
                    None,
                    None,
                    at(5, 2),
                    at(5, 20),
                    at(5, 20),
                    THREE,
                    *at_boreal,
                ),
            ),
        },
        Run("run-june", "2026-06-30T23:59:59.999Z", "", "0.1.0", "none", "s", "m"),
    )


@contextmanager
def filled(address: str) -> Iterator[Store]:
    """Give a store that holds this world."""
    with open_store(address, Settings.read(environment={}).store) as opened:
        opened.write(change())
        for one in (april_findings(), earlier_findings(), known_findings(), findings()):
            opened.publish(one)
        opened.record(decisions())
        opened._bolt.write([(text, {}) for text in BREAK])
        yield opened
