"""Two accounts, two groups, a flag, a person who must not be contacted, and names with markup in them: solved by hand.

Adler Bio runs ADL-101 (biomarker group g1, flagged) and ADL-202 (bioanalysis group g2, forming); Petra Kauf, procurement,
is in both. Boreal Therapeutics has a program and one reader, no group.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from committee.findings import Findings, Run
from committee.market import Market
from committee.records.loaded import Contact
from committee.records.tables import typed_table

SCRIPT_NAME = "<script>alert('x')</script> Ada Novak"
LONG_NAME = "Maximiliane " + "von und zu " * 12 + "Hohenberg"
AS_OF = "2026-02-20T23:59:59+00:00"


def at(day: int, hour: int = 9, month: int = 2) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def columns(names: str, *rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    return {name: [row[position] for row in rows] for position, name in enumerate(names.split())}


TOUCHES = [  # id, when, who, what, kind, group
    ("e01", at(2), "c-sci", "k-assay", "webinar", "g1"),
    ("e02", at(4), "c-lead", "k-assay", "click", "g1"),
    ("e03", at(5), "c-sci", "k-valid", "click", "g1"),
    ("e04", at(5, 15), "c-sci", "k-valid", "click", "g1"),
    ("e05", at(9), "c-fin", "k-case", "click", "g1"),
    ("e06", at(11), "c-proc", "k-rfp", "form", "g1"),
    ("e07", at(13), "c-lead", None, "meeting", "g1"),
    ("e08", at(16), "c-proc", "k-pk", "click", "g2"),
    ("e09", at(17), "c-long", "k-pk", "click", "g2"),
    ("e10", at(18), "c-odd", "k-pk", "click", "g2"),
    ("e11", at(18), "b-sci", "k-pk", "click", None),
    ("e12", at(19), "c-sci", "k-pk", "click", None),
]
ACCOUNT_OF = {"b-sci": "acc-b"}


def small_market() -> Market:
    load = ("load-1", "files")
    return Market(
        {
            "accounts": columns(
                "account_id name country industry employees owner",
                ("acc-a", "Adler Bio", "Germany", "biotech", 1250, "Kim Sato"),
                ("acc-b", "Boreal <b>Therapeutics</b>", "Canada", "biotech", 80, None),
            ),
            "programs": columns(
                "program_id account_id name therapeutic_area modality phase status needs registry_id started_on",
                (
                    "p-101",
                    "acc-a",
                    "ADL-101 in gastric cancer",
                    "oncology",
                    "adc",
                    "phase 2",
                    "recruiting",
                    ["biomarker"],
                    "NCT09990001",
                    "2025-11",
                ),
                (
                    "p-202",
                    "acc-a",
                    "ADL-202",
                    "immunology",
                    "bispecific",
                    "phase 1",
                    "active",
                    ["bioanalysis"],
                    None,
                    None,
                ),
                ("p-303", "acc-a", "ADL-303", "neurology", "peptide", "preclinical", None, None, None, None),
                ("p-b", "acc-b", "BOR-7", "oncology", "peptide", "phase 1", None, None, None, None),
            ),
            "contacts": columns(
                "contact_id account_id email name title suppressed source_system",
                ("c-sci", "acc-a", "ada@adler.example", SCRIPT_NAME, "Biomarker Scientist", None, "canonical"),
                ("c-lead", "acc-a", "lena@adler.example", "Lena Fromm", "Clinical Program Director", None, "canonical"),
                ("c-proc", "acc-a", "petra@adler.example", "Petra Kauf", "Procurement Manager", None, "canonical"),
                ("c-fin", "acc-a", "frank@adler.example", "Frank Zahl", "Finance Director", True, "hubspot"),
                ("c-long", "acc-a", "max@adler.example", LONG_NAME, "Bioanalytical Lead", None, "canonical"),
                ("c-odd", "acc-a", "odd@adler.example", "=HYPERLINK(1)", "n/a", None, "canonical"),
                ("c-exec", "acc-a", "ceo@adler.example", "Eva Chef", "CEO", None, "canonical"),
                ("c-gone", "acc-a", "gone@adler.example", "Gerd Weg", "CFO", True, "hubspot"),
                ("b-sci", "acc-b", "bo@boreal.example", "Bo Lin", "Scientist", None, "canonical"),
            ),
            "content": columns(
                "content_id title kind topic stage",
                ("k-assay", "Biomarker assays that survive <b>validation</b>", "webinar", ["biomarker"], "top"),
                ("k-valid", "Validation guide", "application note", ["biomarker"], "middle"),
                ("k-case", "The cost of a late assay", "article", ["biomarker"], "middle"),
                ("k-rfp", "RFP template: biomarker services", "template", ["biomarker"], "bottom"),
                ("k-pk", "PK methods", "article", ["bioanalysis"], "top"),
            ),
            "engagements": columns(
                "engagement_id occurred_at occurred_until contact_id account_id content_id kind channel load_id line source_system",
                *(
                    (key, when, when, who, ACCOUNT_OF.get(who, "acc-a"), what, kind, "web", load[0], line, "canonical")
                    for line, (key, when, who, what, kind, _) in enumerate(TOUCHES, start=2)
                ),
            ),
            "signals": columns(
                "signal_id kind occurred_on source account_id program_id title",
                (
                    "s-1",
                    "trial_registered",
                    "2026-01-20",
                    "ctgov",
                    "acc-a",
                    "p-101",
                    "Phase 2 study of ADL-101 registered",
                ),
                ("s-2", "layoffs", "2026-01", "news", "acc-a", None, "Site in Mainz closes"),
                ("s-3", "funding_round", "2026-03-01", "news", "acc-a", None, "After the date of the findings"),
                ("s-4", "trial_registered", "2026-02-01", "ctgov", "acc-a", "p-202", "Another program's study"),
            ),
            "loads": columns(
                "load_id source file sha256 loaded_at rows finished",
                ("load-1", "canonical", "engagements.csv", "0" * 64, at(19, 8), 1200, True),
            ),
        }
    )


def small_findings() -> Findings:
    member = "group_id contact_id account_id persona probability first_at last_at engagements"
    return Findings(
        {
            "personas": columns(
                "contact_id persona confidence rule matched runner_up",
                ("c-sci", "scientific", 0.95, "lexicon", "biomarker scientist", None),
                ("c-lead", "program_lead", 0.9, "lexicon", "clinical program director", "executive"),
                ("c-proc", "procurement", 0.98, "lexicon", "procurement", None),
                ("c-fin", "finance", 0.98, "lexicon", "finance director", None),
                ("c-long", "scientific", 0.9, "lexicon", "bioanalytical", None),
                ("c-odd", "unknown", None, "nothing", None, None),
                ("c-exec", "executive", 1.0, "lexicon", "ceo", None),
                ("c-gone", "finance", 1.0, "lexicon", "cfo", None),
                ("b-sci", "scientific", 0.9, "lexicon", "scientist", None),
            ),
            "content_tags": columns(
                "content_id topic stage confidence",
                ("k-assay", ["biomarker"], "top", 1.0),
                ("k-valid", ["biomarker"], "middle", 1.0),
                ("k-case", ["biomarker"], "middle", 1.0),
                ("k-rfp", ["biomarker"], "bottom", 1.0),
                ("k-pk", ["bioanalysis"], "top", 1.0),
            ),
            "early": columns(
                "early_id contact_id account_id program_id need first_at last_at engagements",
                ("x1", "b-sci", "acc-b", "p-b", "bioanalysis", at(18), at(18), 1),
            ),
            "groups": columns(
                "group_id lineage_id account_id program_id need status formed_at last_active_at people personas engagements strength detector families",
                (
                    "g1",
                    "g1",
                    "acc-a",
                    "p-101",
                    "biomarker",
                    "evaluating",
                    at(2),
                    at(13),
                    4,
                    ["scientific", "program_lead", "procurement", "finance"],
                    7,
                    24.0,
                    "gap-1",
                    ["scientific", "operational", "commercial"],
                ),
                (
                    "g2",
                    "g2",
                    "acc-a",
                    "p-202",
                    "bioanalysis",
                    "forming",
                    at(16),
                    at(18),
                    3,
                    ["scientific", "procurement"],
                    3,
                    9.0,
                    "gap-1",
                    ["scientific", "commercial"],
                ),
            ),
            "memberships": columns(
                member,
                ("g1", "c-sci", "acc-a", "scientific", 0.97, at(2), at(5, 15), 3),
                ("g1", "c-lead", "acc-a", "program_lead", 0.9, at(4), at(13), 2),
                ("g1", "c-proc", "acc-a", "procurement", 0.71, at(11), at(11), 1),
                ("g1", "c-fin", "acc-a", "finance", 0.66, at(9), at(9), 1),
                ("g2", "c-proc", "acc-a", "procurement", None, at(16), at(16), 1),
                ("g2", "c-long", "acc-a", "scientific", None, at(17), at(17), 1),
                ("g2", "c-odd", "acc-a", "unknown", None, at(18), at(18), 1),
            ),
            "evidence": columns(
                "group_id engagement_id contact_id responsibility reasons",
                *((group, key, who, 1.0, ["topic", "program"]) for key, _, who, _, _, group in TOUCHES if group),
            ),
            "statuses": columns(
                "group_id status since cause",
                ("g1", "forming", at(5), "three people, two personas"),
                ("g1", "evaluating", at(11), "procurement joined"),
                ("g2", "forming", at(18), "three people, two personas"),
            ),
            "coverage": columns(
                "group_id persona known engaged needed",
                ("g1", "scientific", 2, 1, 3),
                ("g1", "program_lead", 1, 1, 1),
                ("g1", "procurement", 1, 1, 1),
                ("g1", "finance", 2, 1, 1),
                ("g1", "legal_regulatory", 0, 0, 1),
                ("g1", "executive", 1, 0, 1),
                ("g2", "scientific", 2, 1, 3),
                ("g2", "procurement", 1, 1, 1),
                ("g2", "finance", 2, 0, 1),
            ),
            "unassigned": columns("engagement_id account_id reason", ("e12", "acc-a", "too_few_people")),
            "flags": columns(
                "flag_id kind scope certainty account_id program_id group_id window_start window_end raised_at personas contact_ids engagement_ids witness_ids removal_ids rule expected_by_chance weak",
                (
                    "f1",
                    "window",
                    "program",
                    "certain",
                    "acc-a",
                    "p-101",
                    "g1",
                    at(2),
                    at(13),
                    at(9),
                    ["finance", "procurement", "program_lead", "scientific"],
                    ["c-fin", "c-lead", "c-proc", "c-sci"],
                    ["e01", "e02", "e03", "e04", "e05", "e06", "e07"],
                    ["e01", "e02", "e05"],
                    ["e05", "e06"],
                    "window-1",
                    0.19,
                    None,
                ),
            ),
            "set_aside": columns("record id reason", ("engagements", "e11", "not_relevant")),
        },
        Run(
            run_id="run0123456789",
            as_of=AS_OF,
            known_at="",
            version="0.1.0",
            calibration="none",
            settings_hash="s" * 12,
            market="m" * 12,
            settings={
                "window": {"scope": "program", "personas": 3, "days": 14.0},
                "coverage": {"seats": {}, "late_personas": ["procurement", "finance", "legal_regulatory"]},
            },
        ),
    )


def crowd(size: int) -> tuple[Market, Findings]:
    """A group of many people, each with one touch an hour after the one before."""
    market, findings = small_market(), small_findings()
    start = at(2)
    people = [f"c{number:04}" for number in range(size)]
    personas = ["scientific", "program_lead", "procurement", "unknown"]
    when = {key: start + timedelta(hours=number) for number, key in enumerate(people)}
    contacts = columns(
        "contact_id account_id name title email",
        *((key, "acc-a", f"Person {key}", "Scientist", f"{key}@adler.example") for key in people),
    )
    engagements = columns(
        "engagement_id occurred_at contact_id account_id content_id kind",
        *((f"e{key}", when[key], key, "acc-a", "k-assay", "click") for key in people),
    )
    persona_of = {key: personas[number % 4] for number, key in enumerate(people)}
    group = findings.groups.to_pylist()[0] | {"people": size, "engagements": size, "last_active_at": when[people[-1]]}
    return market.with_tables(
        contacts=typed_table(Contact, contacts), engagements=Market({"engagements": engagements}).engagements
    ), Findings(
        {
            "groups": pa.Table.from_pylist([group], schema=findings.groups.schema),
            "personas": columns("contact_id persona", *persona_of.items()),
            "memberships": columns(
                "group_id contact_id account_id persona first_at last_at engagements",
                *(("g1", key, "acc-a", persona_of[key], when[key], when[key], 1) for key in people),
            ),
            "evidence": columns("group_id engagement_id contact_id", *(("g1", f"e{key}", key) for key in people)),
            "coverage": findings.coverage.slice(0, 6),
        },
        findings.run,
    )
