"""Which group of the run before a group continues: the one with which it shares most evidence."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from committee.graph.columns import plain_column
from committee.records import run_key

__all__ = ["continued"]


def continued(
    groups: pa.Table, evidence: pa.Table, before: pa.Table, evidence_before: pa.Table, run_before: str
) -> pa.Table:
    """Decide which group each group continues.

    A group continues at most one group of the same account, and is continued by at most one: among all pairs that share
    at least half of the engagements of the smaller, those that share most come first, then those with the lesser ids.

    Parameters
    ----------
    groups, evidence : pyarrow Table
        Groups and evidence of the new run.
    before, evidence_before : pyarrow Table
        Those of the run before.
    run_before : str
        Id of the run before.

    Returns
    -------
    pyarrow Table
        group_id, lineage_id, before_key: for each group in order, the id of the first group of its line, and the key of
        the group it continues, null where it is the first.
    """
    account, account_before = _accounts(groups), _accounts(before)
    lineage_before = dict(
        zip(
            plain_column(before.column("group_id")).to_pylist(),
            plain_column(before.column("lineage_id")).to_pylist(),
            strict=True,
        )
    )
    size, size_before = _sizes(evidence), _sizes(evidence_before)
    pairs = [
        (shared, new, old)
        for new, old, shared in _shared(evidence, evidence_before)
        if new in account and account[new] == account_before.get(old) and 2 * shared >= min(size[new], size_before[old])
    ]
    continues: dict[str, str] = {}
    taken: set[str] = set()
    for _, new, old in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if new not in continues and old not in taken:
            continues[new] = old
            taken.add(old)
    ids = plain_column(groups.column("group_id")).to_pylist()
    lineage = [(lineage_before[continues[new]] or continues[new]) if new in continues else new for new in ids]
    keys = [run_key(run_before, continues[new]) if new in continues else None for new in ids]
    return pa.table(
        {
            "group_id": pa.array(ids, pa.string()),
            "lineage_id": pa.array(lineage, pa.string()),
            "before_key": pa.array(keys, pa.string()),
        }
    )


def _accounts(groups: pa.Table) -> dict[str, str]:
    return dict(
        zip(
            plain_column(groups.column("group_id")).to_pylist(),
            plain_column(groups.column("account_id")).to_pylist(),
            strict=True,
        )
    )


def _sizes(evidence: pa.Table) -> dict[str, int]:
    counts = pc.value_counts(plain_column(evidence.column("group_id")))
    return {row["values"]: row["counts"] for row in counts.to_pylist()}


def _shared(evidence: pa.Table, before: pa.Table) -> list[tuple[str, str, int]]:
    """Pairs of a new and an earlier group with the number of engagements in the evidence of both."""
    new = pa.table(
        {"engagement": plain_column(evidence.column("engagement_id")), "new": plain_column(evidence.column("group_id"))}
    )
    old = pa.table(
        {"engagement": plain_column(before.column("engagement_id")), "old": plain_column(before.column("group_id"))}
    )
    counted = new.join(old, "engagement", join_type="inner").group_by(["new", "old"]).aggregate([([], "count_all")])
    return [(row["new"], row["old"], row["count_all"]) for row in counted.to_pylist()]
