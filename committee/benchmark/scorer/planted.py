"""What was planted, and what was found, read from folders."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

__all__ = ["Truth", "read_answers"]


@dataclass(frozen=True)
class Truth:
    """What was planted in a market.

    Attributes
    ----------
    groups
        group_id, account_id, program_id, started_at, listed (1 when the program is in the table of programs).
    members
        group_id, account_id, program_id, contact_id, role, joined_at.
    people
        contact_id, account_id, first_at: everybody with an engagement, where and when the first one was.
    accounts
        Ids of all accounts of the market, those without groups as well.
    now
        Where the history ends. All times are UTC without a zone.
    """

    groups: pd.DataFrame
    members: pd.DataFrame
    people: pd.DataFrame
    accounts: pd.Index[str]
    now: pd.Timestamp

    @classmethod
    def read(cls, folder: Path | str, truth: Path | str | None = None) -> Truth:
        """Read a market's engagements (CSV or Parquet) and its truth, by default in the folder ``truth`` inside it."""
        here, planted = Path(folder), Path(folder) / "truth" if truth is None else Path(truth)
        groups = _text(planted / "truth_groups.csv")
        members = _text(planted / "truth_membership.csv")
        groups = groups.assign(
            started_at=pd.to_datetime(groups.started_at), listed=pd.to_numeric(groups.listed).astype(int)
        )
        members = members.assign(joined_at=pd.to_datetime(members.joined_at))
        meta = json.loads((planted / "meta.json").read_text("utf-8"))
        accounts = pd.Index(_text(planted / "accounts.csv").account_id)
        return cls(groups, members, _people(here), accounts, pd.Timestamp(meta["now"]))


def read_answers(folder: Path | str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read groups and memberships from an answers folder."""
    return _text(Path(folder) / "groups.csv"), _text(Path(folder) / "memberships.csv")


def _text(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _people(folder: Path) -> pd.DataFrame:
    columns = ["contact_id", "account_id", "occurred_at"]
    if (folder / "engagements.parquet").exists():
        rows = pq.read_table(folder / "engagements.parquet", columns=columns).to_pandas()
    else:
        rows = pd.read_csv(folder / "engagements.csv", usecols=columns, dtype=str)
    rows = rows[rows.contact_id.notna()]
    at = pd.to_datetime(rows.occurred_at, utc=True, format="ISO8601").dt.tz_localize(None)
    rows = rows.assign(first_at=at)
    by_person = rows.groupby("contact_id", sort=False)
    return pd.DataFrame(
        {"account_id": by_person.account_id.first(), "first_at": by_person.first_at.min()}
    ).reset_index()
