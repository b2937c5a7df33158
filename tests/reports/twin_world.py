"""Twin programs: one account runs two trials that cannot be told apart by what anybody reads, and nobody states a program.

Castor Bio has CAS-1 and CAS-2, both phase 2 in oncology with an ADC, both in need of biomarker work. Six people read the
same pieces in the same weeks. Three more accounts read other things at other times, so that there is something usual.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from reports.small_world import columns

from committee import pipeline
from committee.findings import Findings
from committee.market import Market
from committee.settings import Settings

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
AS_OF = datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)
ODD_OWNER = """=O'Neil, "Pat" <b>&co</b> -->"""  # a comma, quotes, markup, and a formula
PEOPLE = [  # id, name, title
    ("t-sci", "Ines Kolb", "Biomarker Scientist"),
    ("t-sci2", "Omar Weidt", "Translational Medicine Scientist"),
    ("t-lead", "Greta Lund", "Clinical Program Director"),
    ("t-proc", "Paul Okafor", "Procurement Manager"),
    ("t-fin", "Fay Oduya", "Finance Director"),
    ("t-odd", "Nils Amari", "n/a"),
]
PIECES = [  # id, title, kind, persona, stage
    ("b1", "Assay validation for ADC trials", "application note", "scientific", "middle"),
    ("b2", "Biomarker timelines that hold", "case study", "program_lead", "middle"),
    ("b3", "RFP template: biomarker services", "rfp template", "procurement", "bottom"),
    ("b4", "What a late assay costs", "insight", "finance", "top"),
    ("b5", "Companion diagnostics explained", "technical article", "scientific", "top"),
]
STATED = {"t-sci": "cas-1", "t-sci2": "cas-2"}  # the two programs have one scientist each
READS = {  # person: pieces, by day from the start of May
    "t-sci": [("b5", 1), ("b1", 3), ("b1", 12), ("b5", 20)],
    "t-sci2": [("b1", 4), ("b5", 9), ("b1", 22)],
    "t-lead": [("b2", 5), ("b1", 14), ("b2", 25)],
    "t-proc": [("b3", 8), ("b3", 19), ("b2", 27)],
    "t-fin": [("b4", 13), ("b3", 21)],
    "t-odd": [("b5", 6), ("b1", 15)],
}


def twin_market() -> Market:
    """Return the market as its files would have it."""
    may = START + timedelta(days=60)
    touches = [
        (
            f"tw{who}-{place}",
            may + timedelta(days=day, hours=place),
            who,
            "castor",
            piece,
            "form" if piece == "b3" else "download",
        )
        for who, read in READS.items()
        for place, (piece, day) in enumerate(read)
    ]
    others = [f"other-{number}" for number in range(3)]
    staff = [(f"{account}-p{number}", account) for account in others for number in range(4)]
    touches += [
        (
            f"ot-{who}-{week}",
            START + timedelta(days=7 * week + place % 5, hours=place),
            who,
            account,
            f"g{(place + week) % 4}",
            "view",
        )
        for place, (who, account) in enumerate(staff)
        for week in range(0, 16, 3)
    ]
    return Market(
        {
            "accounts": columns(
                "account_id name owner country",
                ("castor", "Castor Bio", ODD_OWNER, "Denmark"),
                *((account, account.title(), "Kim Sato", "France") for account in others),
            ),
            "programs": columns(
                "program_id account_id name therapeutic_area modality phase status needs registry_id",
                *(
                    (f"cas-{n}", "castor", f"CAS-{n}", "oncology", "adc", "phase 2", "recruiting", ["biomarker"], None)
                    for n in (1, 2)
                ),
                *(
                    (
                        f"{account}-x",
                        account,
                        f"X of {account}",
                        "immunology",
                        "peptide",
                        "phase 3",
                        "active",
                        None,
                        None,
                    )
                    for account in others
                ),
            ),
            "contacts": columns(
                "contact_id account_id name title email program_id",
                *(
                    (key, "castor", name, title, f"{key}@castor.example", STATED.get(key))
                    for key, name, title in PEOPLE
                ),
                *((who, account, f"Person {who}", "Project Manager", None, f"{account}-x") for who, account in staff),
            ),
            "content": columns(
                "content_id title kind topic therapeutic_area modality phase persona stage",
                *(
                    (key, title, kind, ["biomarker"], None, None, None, persona, stage)
                    for key, title, kind, persona, stage in PIECES
                ),
                *(
                    (f"g{n}", f"General piece {n}", "article", ["safety"], None, None, None, None, "top")
                    for n in range(4)
                ),
            ),
            "engagements": columns(
                "engagement_id occurred_at occurred_until contact_id account_id content_id kind channel",
                *((key, at, at, who, account, piece, kind, "web") for key, at, who, account, piece, kind in touches),
            ),
        }
    )


@cache
def twins() -> tuple[Market, Findings, str]:
    """Return market, findings, and the group that may be for either program."""
    market = twin_market()
    found = pipeline.detect(market, AS_OF, Settings.read(environment={}))
    (group,) = [row for row in found.groups.to_pylist() if row["account_id"] == "castor"]
    return market, found, group["group_id"]
