"""A small market of files, with people whose names are hard to take out: quotes, marks, plus-addresses, emoji, names in names."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

AS_OF = datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)
START = datetime(2026, 3, 1, 9, tzinfo=UTC)

# contact_id, email, name, title: the first four share one buying group
PEOPLE = [
    ("p🧬1", "zoe+lab@adler.example", 'Zoë "Zed" O’Brien-Müller', "Director Biomarker Sciences"),
    ("p🧬12", "xzoe+lab@adler.example", 'Zoë "Zed" O’Brien-Müller Smith', "Head of Procurement"),
    ("C-007", "Jane.Doe@Adler.example", "Jane Doe", "Senior Scientist"),
    ("C-0071", "mary.jane.doe@adler.example", "Mary Jane Doe", "Clinical Program Manager"),
    ("will", "will@adler.example", "Will", "Finance Director"),
    ("4711", "an.na@adler.example", "Ana María Núñez", "Procurement Manager"),
    ("hubspot:501", "x@adler.example", "Müller, Petra", "Scientist"),
]
GROUP = ["p🧬1", "p🧬12", "C-007", "C-0071", "4711"]


def write_files(folder: Path) -> Path:
    """Write the market as the canonical folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _table(
        folder / "accounts.csv",
        "account_id name domain owner",
        [("acc-a", "Adler Bio", "adler.example", "Kim Sato"), ("will", "Will & Sons", "", "Kim Sato")],
    )
    _table(
        folder / "programs.csv",
        "program_id account_id name therapeutic_area modality phase needs",
        [("p-101", "acc-a", "ADL-101 in gastric cancer", "oncology", "adc", "phase 2", "biomarker")],
    )
    _table(
        folder / "contacts.csv",
        "contact_id account_id email name title program_id updated_at",
        [(one, "acc-a", mail, name, title, "p-101", "2026-01-05T00:00:00Z") for one, mail, name, title in PEOPLE],
    )
    _table(
        folder / "employments.csv",
        "contact_id account_id title from_on to_on",
        [("C-007", "will", "Scientist", "2019-01", "2022-05"), ("p🧬1", "will", "Analyst", "2018", "2020")],
    )
    _table(
        folder / "aliases.csv",
        "record_table old_id kept_id",
        [("contacts", "C-006", "C-007"), ("contacts", "C-0070", "C-0071")],
    )
    _table(
        folder / "content.csv",
        "content_id title kind topic therapeutic_area phase stage",
        [
            ("k-1", "Biomarker assays, where there is a will", "webinar", "biomarker", "oncology", "phase 2", "top"),
            ("k-2", "Validation guide", "application note", "biomarker", "oncology", "phase 2", "middle"),
            ("k-3", "RFP template", "template", "biomarker", "oncology", "phase 2", "bottom"),
        ],
    )
    _table(
        folder / "opportunities.csv",
        "opportunity_id account_id program_id name stage opened_on owner",
        [
            (
                "o-1",
                "acc-a",
                "p-101",
                "Assay for Jane Doe (jane.doe@adler.example)",
                "proposal",
                "2026-02-01",
                "Kim Sato",
            ),
            ("o-2", "acc-a", "p-101", "Where there is a Will there is a way", "proposal", "2026-02-01", "Kim Sato"),
        ],
    )
    _table(
        folder / "opportunity_roles.csv",
        "opportunity_id contact_id role",
        [("o-1", "C-007", "Champion"), ("o-1", "C-0071", "Signer"), ("o-1", "p🧬1", "User")],
    )
    _table(folder / "engagements.csv", "engagement_id occurred_at contact_id email content_id kind channel", _touches())
    with (folder / "engagements.csv").open("a", encoding="utf-8") as file:  # rows that are refused, and name people
        file.write("bad-1,not a time,C-007,jane.doe@adler.example,k-1,click,web\n")
        file.write("bad-2,2026-03-02T09:00:00Z,,jane.doe@adler.example,k-1,click,web,one,two\n")
        file.write("bad-3,2026-03-02T09:00:00Z,,mary.jane.doe@adler.example,k-1,click,web,one,two\n")
        file.write(
            'bad-4,2026-03-02T09:00:00Z,p🧬1,zoe+lab@adler.example,k-1,click,web,"Zoë ""Zed"" O’Brien-Müller",x\n'
        )
    return folder


def _touches() -> list[tuple[str, ...]]:
    rows = []
    mails = {one: mail for one, mail, _, _ in PEOPLE}
    for day in range(0, 12, 2):
        for place, one in enumerate(GROUP):
            at = (START + timedelta(days=day, hours=place)).isoformat().replace("+00:00", "Z")
            by_mail = day % 4 == 0
            key = f"e-{day:02}-{place}"
            rows.append(
                (
                    key,
                    at,
                    "" if by_mail else one,
                    mails[one].upper() if by_mail else "",
                    f"k-{1 + place % 3}",
                    "form",
                    "web",
                )
            )
    rows.append(("e-will", "2026-03-05T10:00:00Z", "will", "", "k-1", "click", "web"))
    rows.append(("e-old", "2026-03-05T10:30:00Z", "C-006", "", "k-1", "click", "web"))
    rows.append(("e-hub", "2026-03-05T11:00:00Z", "hubspot:501", "", "k-1", "click", "web"))
    rows.append(("e-nobody", "2026-03-05T12:00:00Z", "", "stranger@adler.example", "k-1", "click", "web"))
    return rows


def later_files(folder: Path) -> Path:
    """Write a later export in which names, addresses and titles have changed."""
    folder.mkdir(parents=True, exist_ok=True)
    _table(
        folder / "contacts.csv",
        "contact_id account_id email name title updated_at",
        [
            (
                "C-007",
                "acc-a",
                "jane.smith@adler.example",
                "Jane Doe-Smith",
                "Principal Scientist",
                "2026-03-20T00:00:00Z",
            ),
            ("4711", "acc-a", "an.na@adler.example", "Ana María Núñez", "Head of Purchasing", "2026-03-20T00:00:00Z"),
        ],
    )
    return folder


def _table(path: Path, columns: str, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split())
        writer.writerows(rows)


def strings(value: object) -> str:
    """All text of a nested value."""
    return json.dumps(value, ensure_ascii=False, default=str)
