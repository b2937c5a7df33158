"""What a reader of two runs sees happen: groups and flags that come and go, people and personas, programs, credit.

A group is followed along its line: which group of the later run continues which of the earlier one is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.changes.rows import UNIT, RowChanges
from committee.findings import Findings
from committee.records.columns import whole

__all__ = ["KINDS", "StateChange", "state_changes"]

KINDS = (
    "born",
    "gone",
    "closed",
    "status changed",
    "program assigned",
    "program moved",
    "program withdrawn",
    "need moved",
    "joined",
    "left",
    "persona gained",
    "persona lost",
    "flag raised",
    "flag withdrawn",
    "credit moved",
)
_UNKNOWN = "unknown"
_GROUP = ("group_id", "lineage_id", "account_id", "program_id", "need", "status")


@dataclass(frozen=True)
class StateChange:
    """One thing that happened between two runs.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    account_id, group_id, lineage_id, program_id, need : str or None
        Where; the group as the later run has it, one that is gone as the earlier run had it.
    contact_id, flag_id : str or None
    before, after : str or None
        Status, program, need, persona, or credit before and after.
    gained, lost : tuple of str
        Engagements that speak for it and did not before, and those that did and do not any more; by id.
    contact_ids : tuple of str
        People it depends on.
    """

    kind: str
    account_id: str
    group_id: str | None = None
    lineage_id: str | None = None
    program_id: str | None = None
    need: str | None = None
    contact_id: str | None = None
    flag_id: str | None = None
    before: str | None = None
    after: str | None = None
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    contact_ids: tuple[str, ...] = ()


def state_changes(
    before: Findings,
    after: Findings,
    continues: Mapping[str, str],
    rows: Mapping[str, RowChanges],
    *,
    least_credit: float,
) -> tuple[StateChange, ...]:
    """Tell what happened from one run to another.

    Parameters
    ----------
    before, after : Findings
    continues : mapping
        Group of the later run -> the group of the earlier one that it continues; one-to-one.
    rows : mapping of table to RowChanges
        What is exactly different; only what has to do with it is looked at.
    least_credit : float
        A group whose credit from engagements that spoke in both runs moved by less is not told of.

    Returns
    -------
    tuple of StateChange
        By account, group, kind in the order of `KINDS`, and what it is about.
    """
    seen = _Seen(before, after, continues, rows)
    found = [
        *seen.groups(),
        *seen.people(),
        *seen.personas(),
        *seen.flags(),
        *seen.credit(least_credit),
    ]
    order = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.account_id,
                one.group_id or "",
                order[one.kind],
                one.contact_id or "",
                one.flag_id or "",
                one.after or "",
                one.before or "",
            ),
        )
    )


class _Seen:
    """Both runs, with their groups as lines: the number of a line is the same in both."""

    def __init__(
        self, before: Findings, after: Findings, continues: Mapping[str, str], rows: Mapping[str, RowChanges]
    ) -> None:
        self._flags = [self._flag_rows(before), self._flag_rows(after)]
        old, new = (found.groups.select(list(_GROUP)).to_pylist() for found in (before, after))
        line_after = {row["group_id"]: line for line, row in enumerate(new)}
        continued = {earlier: line_after[later] for later, earlier in continues.items() if later in line_after}
        line_before: dict[str, int] = {}
        for row in old:
            line_before[row["group_id"]] = continued.get(row["group_id"], len(new) + len(line_before))
        self._now = dict(enumerate(new))
        self._then = {line_before[row["group_id"]]: row for row in old}
        self._both = sorted(self._now.keys() & self._then.keys())
        same = pa.array([later for later, earlier in continues.items() if later == earlier], pa.string())
        sides = ((before, line_before), (after, line_after))
        members = [
            _frame(_about(found.memberships, rows["memberships"], "group_id", 0, same), lines, "contact_id", "persona")
            for found, lines in sides
        ]
        self._members = _joined(members[0], members[1], "contact_id")
        names = ("engagement_id", "contact_id", "responsibility")
        evidence = [
            _frame(_about(found.evidence, rows["evidence"], "engagement_id", 1, same), lines, *names)
            for found, lines in sides
        ]
        self._evidence = _joined(evidence[0], evidence[1], "engagement_id")
        gained = self._evidence[self._evidence["_merge"] == "right_only"]
        lost = self._evidence[self._evidence["_merge"] == "left_only"]
        self._gained, self._lost = _by_line(gained, "contact_id_after"), _by_line(lost, "contact_id_before")

    @staticmethod
    def _flag_rows(findings: Findings) -> dict[str, dict[str, Any]]:
        names = ["flag_id", "account_id", "program_id", "group_id", "contact_ids", "engagement_ids"]
        return {row["flag_id"]: row for row in findings.flags.select(names).to_pylist()}

    def _place(self, line: int) -> dict[str, Any]:
        row = self._now.get(line) or self._then[line]
        return {
            "account_id": row["account_id"],
            "group_id": row["group_id"],
            "lineage_id": row["lineage_id"] or row["group_id"],
            "program_id": row["program_id"],
            "need": row["need"],
        }

    def _ids(self, sides: dict[int, dict[str, list[str]]], line: int, people: Iterable[str] | None = None) -> Any:
        of = sides.get(line, {})
        chosen = of if people is None else [one for one in people if one in of]
        return tuple(sorted(engagement for one in chosen for engagement in of[one]))

    def groups(self) -> Iterator[StateChange]:
        """Groups that came or went, and what became of the others."""
        for line in sorted(self._now.keys() - self._then.keys()):
            yield StateChange(
                "born", **self._place(line), after=self._now[line]["status"], gained=self._ids(self._gained, line)
            )
        for line in sorted(self._then.keys() - self._now.keys()):
            yield StateChange(
                "gone", **self._place(line), before=self._then[line]["status"], lost=self._ids(self._lost, line)
            )
        for line in self._both:
            then, now = self._then[line], self._now[line]
            for name in ("status", "program_id", "need"):
                if then[name] != now[name]:
                    yield StateChange(
                        _kind(name, then[name], now[name]),
                        **self._place(line),
                        before=then[name],
                        after=now[name],
                        gained=self._ids(self._gained, line),
                        lost=self._ids(self._lost, line),
                    )

    def people(self) -> Iterator[StateChange]:
        """People who joined a group that was there, or left one that still is."""
        both = self._members[self._members["line"].isin(self._both)]
        for side, kind, ids in (("right_only", "joined", self._gained), ("left_only", "left", self._lost)):
            moved = both[both["_merge"] == side]
            persona = moved["persona_after" if kind == "joined" else "persona_before"]
            for line, contact, word in zip(moved["line"], moved["contact_id"], persona, strict=True):
                told: dict[str, Any] = {"after" if kind == "joined" else "before": _text(word) or _UNKNOWN}
                named: dict[str, Any] = {"gained" if kind == "joined" else "lost": self._ids(ids, line, [contact])}
                yield StateChange(kind, **self._place(line), contact_id=contact, **told, **named)

    def personas(self) -> Iterator[StateChange]:
        """Personas that a group has now and had not, and the other way round."""
        both = self._members[self._members["line"].isin(self._both)]
        sides = []
        for name in ("persona_before", "persona_after"):
            known = both[both[name].notna() & (both[name] != _UNKNOWN)]
            people: dict[tuple[int, str], list[str]] = {}
            for line, persona, contact in zip(known["line"], known[name], known["contact_id"], strict=True):
                people.setdefault((line, persona), []).append(contact)
            sides.append(people)
        had, has = sides
        for line, persona in sorted(has.keys() - had.keys()):
            people_now = sorted(has[line, persona])
            ids = self._ids(self._gained, line, people_now)
            yield StateChange(
                "persona gained", **self._place(line), after=persona, gained=ids, contact_ids=tuple(people_now)
            )
        for line, persona in sorted(had.keys() - has.keys()):
            people_then = sorted(had[line, persona])
            ids = self._ids(self._lost, line, people_then)
            yield StateChange(
                "persona lost", **self._place(line), before=persona, lost=ids, contact_ids=tuple(people_then)
            )

    def flags(self) -> Iterator[StateChange]:
        """Flags that one run has and the other has not."""
        then, now = self._flags
        lines = {row["group_id"]: row["lineage_id"] or row["group_id"] for row in self._then.values()}
        lines |= {row["group_id"]: row["lineage_id"] or row["group_id"] for row in self._now.values()}
        for kind, flags in (("flag raised", _without(now, then)), ("flag withdrawn", _without(then, now))):
            for row in flags:
                ids = tuple(row["engagement_ids"] or ())
                yield StateChange(
                    kind,
                    row["account_id"],
                    row["group_id"],
                    lines.get(row["group_id"]),
                    row["program_id"],
                    flag_id=row["flag_id"],
                    contact_ids=tuple(row["contact_ids"] or ()),
                    gained=ids if kind == "flag raised" else (),
                    lost=() if kind == "flag raised" else ids,
                )

    def credit(self, least: float) -> Iterator[StateChange]:
        """Groups that got more, or less, of engagements that spoke for some group in both runs."""
        rows = self._evidence
        credited = rows[["line", "engagement_id", "_merge"]].copy()
        for side in ("before", "after"):
            here = rows["_merge"].isin(["both", "left_only" if side == "before" else "right_only"])
            credited[side] = rows[f"responsibility_{side}"].astype(float).fillna(1.0).where(here, 0.0)
        spoke = credited.groupby("engagement_id")[["before", "after"]].transform("sum")
        kept = credited[(spoke["before"] > 0) & (spoke["after"] > 0) & (credited["before"] != credited["after"])]
        sums = kept.groupby("line")[["before", "after"]].sum()
        told = sums[(sums["after"] - sums["before"]).abs() >= least]
        ids: dict[int, list[str]] = {}
        chosen = kept[kept["line"].isin(told.index)]
        for line, engagement in zip(chosen["line"], chosen["engagement_id"], strict=True):
            ids.setdefault(line, []).append(engagement)
        for line, had, has in zip(told.index, told["before"], told["after"], strict=True):
            moved = tuple(sorted(ids[line]))
            named: dict[str, Any] = {"gained": moved} if has > had else {"lost": moved}
            yield StateChange("credit moved", **self._place(line), before=f"{had:.3f}", after=f"{has:.3f}", **named)


def _kind(name: str, before: str | None, after: str | None) -> str:
    if name == "status":
        return "closed" if after == "closed" else "status changed"
    if name == "need":
        return "need moved"
    return "program assigned" if not before else "program moved" if after else "program withdrawn"


def _without(some: Mapping[str, Any], others: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [some[key] for key in sorted(some.keys() - others.keys())]


def _text(word: Any) -> str | None:
    return word if isinstance(word, str) else None


def _about(table: pa.Table, changes: RowChanges, name: str, place: int, same: pa.Array) -> pa.Table:
    """Rows that share a group or engagement with a row that differs, and all of groups that have another id now.

    ``place`` is where the column ``name`` stands in the key.
    """
    touched = {key.split(UNIT)[place] for key in changes.gone.to_pylist()}
    touched.update(changes.come.column(name).to_pylist())
    differs = pc.is_in(whole(table.column(name)), value_set=pa.array(sorted(touched), pa.string()))
    renamed = pc.invert(pc.is_in(whole(table.column("group_id")), value_set=same))
    return table.filter(pc.or_(differs, renamed))


def _frame(table: pa.Table, line_of: Mapping[str, int], *names: str) -> pd.DataFrame:
    """Columns of a table with the line of each row; rows of groups that are not there are left out."""
    groups = whole(table.column("group_id"))
    ids = pa.array(list(line_of), pa.string())
    place = pc.index_in(groups, value_set=ids) if len(ids) else pa.nulls(len(groups), pa.int32())
    known = pc.is_valid(place)
    lines = pa.array(list(line_of.values()), pa.int64()).take(place.filter(known))
    columns = {name: whole(table.column(name)).filter(known).to_pandas() for name in names}
    return pd.DataFrame({"line": lines.to_pandas(), **columns})


def _joined(before: pd.DataFrame, after: pd.DataFrame, key: str) -> pd.DataFrame:
    rows = before.merge(after, on=["line", key], how="outer", suffixes=("_before", "_after"), indicator=True)
    return rows.sort_values(["line", key], kind="stable")


def _by_line(rows: pd.DataFrame, person: str) -> dict[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = {}
    for line, contact, engagement in zip(rows["line"], rows[person], rows["engagement_id"], strict=True):
        found.setdefault(line, {}).setdefault(contact, []).append(engagement)
    return found
