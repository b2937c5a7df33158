"""What evidence is worth: the same markets without one sort of it, everything else as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis import episodes
from committee.benchmark.detectors.ablation import WHOLE
from committee.benchmark.detectors.case import Case
from committee.benchmark.scorer import score
from committee.identity.actors import resolve_actors
from committee.market import Market

__all__ = ["ABSENT_COLUMNS", "EVIDENCE", "without_evidence"]

ABSENT_COLUMNS = ("world", "evidence", "bcubed_f1", "lost", "group_f1", "group_and_program_f1", "false_per_account")


def without_evidence(case: Case) -> list[dict[str, Any]]:
    """Score the product's detector on a market as it is, and without each sort of evidence.

    Returns
    -------
    list of dict
        One a sort, with `ABSENT_COLUMNS`; lost is what extended BCubed F1 falls by.
    """
    rows: list[dict[str, Any]] = []
    for name, change in {WHOLE: lambda one: [one], **EVIDENCE}.items():
        parts = [_found(one) for one in change(case)]
        groups, members = (pa.concat_tables([part[place] for part in parts]).to_pandas() for place in (0, 1))
        figures = score(case.truth, groups, members)
        rows.append(
            {
                "world": case.name,
                "evidence": name,
                "bcubed_f1": figures.get("bcubed_f1"),
                "lost": rows[0]["bcubed_f1"] - figures["bcubed_f1"] if rows else 0.0,
                "group_f1": figures.get("group_f1"),
                "group_and_program_f1": figures.get("group_program_f1"),
                "false_per_account": figures["false_per_account"],
            }
        )
    return rows


def _found(case: Case) -> tuple[pa.Table, pa.Table]:
    tables, _, _ = episodes.find_groups(case.market, case.touches(), case.tags, case.settings, case.families)
    plain = [
        tables[name].select(columns).cast(pa.schema([(column, _KINDS.get(column, pa.string())) for column in columns]))
        for name, columns in _COLUMNS.items()
    ]
    return plain[0], plain[1]


_COLUMNS = {
    "groups": ["group_id", "account_id", "program_id", "formed_at"],
    "memberships": ["group_id", "contact_id"],
}
_KINDS = {"formed_at": pa.timestamp("ms", "UTC")}


def _untagged(case: Case, *names: str) -> list[Case]:
    tags = case.tags
    for name in names:
        place = tags.schema.get_field_index(name)
        tags = tags.set_column(place, name, pa.nulls(tags.num_rows, tags.schema.field(place).type))
    return [replace(case, tags=tags)]


def _emptied(case: Case, *fields: tuple[str, str]) -> list[Case]:
    changed: dict[str, pa.Table] = {}
    for table_name, name in fields:
        table = changed.get(table_name, case.market[table_name])
        place = table.schema.get_field_index(name)
        changed[table_name] = table.set_column(place, name, pa.nulls(table.num_rows, table.schema.field(place).type))
    return [replace(case, market=case.market.with_tables(**changed))]


def _no_programs(case: Case) -> list[Case]:
    fields = [(table, "program_id") for table in ("contacts", "campaigns", "engagements")]
    market = _emptied(case, *fields)[0].market
    return [replace(case, market=market.with_tables(programs=market.programs.slice(0, 0)))]


def _by_accounts(case: Case, size: int) -> list[Case]:
    """The market in parts of so many accounts, as if there were no others."""
    accounts = case.market.accounts.column("account_id").cast(pa.string()).to_pylist()
    parts = np.array_split(np.array(accounts, object), max(1, -(-len(accounts) // size)))
    return [_only(case, part.tolist()) for part in parts]


def _only(case: Case, accounts: list[str]) -> Case:
    wanted = pa.array(accounts, pa.string())

    def mine(table: pa.Table) -> pa.Table:
        return table.filter(
            pc.fill_null(pc.is_in(table.column("account_id").cast(pa.string()), value_set=wanted), False)
        )

    market: Market = case.market
    names = ("accounts", "programs", "contacts", "engagements")
    market = market.with_tables(**{name: mine(market[name]) for name in names})
    actors = resolve_actors(
        market.engagements, market.contacts, market.aliases, market.employments, market.earlier_values
    )
    return replace(case, market=market, actors=actors)


EVIDENCE: Mapping[str, Callable[[Case], list[Case]]] = {
    "topics": lambda case: _untagged(case, "topic"),
    "area, modality, phase": lambda case: _untagged(case, "therapeutic_area", "modality", "phase"),
    "all tags": lambda case: _untagged(case, "topic", "therapeutic_area", "modality", "phase", "stage"),
    "stages": lambda case: _untagged(case, "stage"),
    "programs": _no_programs,
    "stated programs": lambda case: _emptied(case, ("contacts", "program_id")),
    "campaigns": lambda case: _emptied(case, ("engagements", "campaign_id"), ("engagements", "program_id")),
    "needs of programs": lambda case: _emptied(case, ("programs", "needs")),
    "other accounts, but four": lambda case: _by_accounts(case, 5),
    "other accounts": lambda case: _by_accounts(case, 1),
}
