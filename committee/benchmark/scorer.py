"""How well found buying groups agree with planted ones.

Methods: extended BCubed (Amigo, Gonzalo, Artiles & Verdejo 2009), Omega index (Collins & Dent 1988), one-to-one
matching of groups by Jaccard. Truth is cut at a moment: members who joined later are not demanded. A true group that
by then shows fewer people or personas than asked is *neutral*: not demanded, and not held against an answer that
found it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

__all__ = ["Truth", "read_answers", "score"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DAY = 86_400.0
TIE = 1e-3  # what the right program, and a near start, weigh when two matches are equally good


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


def score(
    truth: Truth,
    groups: pd.DataFrame,
    memberships: pd.DataFrame,
    *,
    now: pd.Timestamp | None = None,
    min_members: int = 3,
    min_personas: int = 2,
    match_at: float = 0.5,
    tight_at: float = 0.75,
    fresh_days: float = 45.0,
) -> dict[str, float]:
    """Score found groups against planted ones.

    Parameters
    ----------
    truth
        What was planted.
    groups
        group_id, account_id, program_id (empty = no listed program), optionally formed_at.
    memberships
        group_id, contact_id.
    now
        Where truth is cut; default: the end of the history.
    min_members, min_personas
        A true group with fewer by then is neutral.
    match_at, tight_at
        Least Jaccard of a match.
    fresh_days
        A group that started so recently counts as forming.

    Returns
    -------
    dict
        accounts, true_groups, pred_groups;
        bcubed_p, bcubed_r, bcubed_f1 and omega: means over accounts with a true or a found group;
        group_p, group_r, group_f1, group_f1_tight: one-to-one matching; group_program_f1: the program must be right
        too (a program no table lists: right is empty); mean_jaccard, program_acc, program_acc_listed of matched groups;
        member_p, member_r, member_f1: (person, program) pairs whatever the grouping;
        false_per_account: found and unmatched; phantom_per_account: of these, with under half of their people in any
        one true group that nothing matched; merged_rate, merged_true_rate: found groups that swallow a second true
        group, and true groups swallowed; split_rate: true groups without a match that two or more found groups lie in;
        start_err_days, start_within_14d; forming_true, forming_recall. A figure that cannot be told is NaN or absent.
    """
    cut = truth.now if now is None else pd.Timestamp(now)
    members = truth.members[truth.members.joined_at <= cut].drop_duplicates(["group_id", "contact_id"])
    found = _found(groups, memberships)
    shown = members.groupby("group_id").agg(people=("contact_id", "nunique"), personas=("role", "nunique"))
    demanded = shown.index[(shown.people >= min_members) & (shown.personas >= min_personas)]
    asked = members[members.group_id.isin(demanded)]
    neutral = members[~members.group_id.isin(demanded)]

    who = _Who.of(truth, members, found, cut)
    f, t, n = (_Sides.of(part, who) for part in (found, asked, neutral))
    facts = truth.groups.set_index("group_id").loc[t.names]
    pairs = _Overlaps.of(f, t)
    result: dict[str, float] = {"accounts": len(who.accounts), "true_groups": len(t), "pred_groups": len(f)}

    program_found = _first(found, "program_id", f)
    program_true = np.where(facts.listed.to_numpy(int) == 1, facts.program_id.to_numpy(object), "")
    right = np.asarray(program_found[pairs.found] == program_true[pairs.true], np.bool_)
    started = facts.started_at.to_numpy("datetime64[s]")
    gap = _gaps(found, f, pairs, started)
    nearness = np.zeros(len(pairs)) if gap is None else np.nan_to_num(1 / (1 + np.abs(gap) / 30))
    worth = pairs.jaccard + TIE * right + TIE * nearness

    matched = _match(pairs, worth, pairs.jaccard >= match_at)
    tight = _match(pairs, worth, pairs.jaccard >= tight_at)
    with_program = _match(pairs, worth, (pairs.jaccard >= match_at) & right)
    excused = _excused(f, n)
    hit_found, hit_true = np.zeros(len(f), bool), np.zeros(len(t), bool)
    hit_found[pairs.found[matched]] = True
    hit_true[pairs.true[matched]] = True
    counted = hit_found | ~excused

    result["group_p"], result["group_r"], result["group_f1"] = _precision_recall(pairs, matched, excused, len(t))
    result["group_f1_tight"] = _precision_recall(pairs, tight, excused, len(t))[2]
    result["group_program_f1"] = _precision_recall(pairs, with_program, excused, len(t))[2]
    result["mean_jaccard"] = _mean(pairs.jaccard[matched])
    result["program_acc"] = _mean(right[matched])
    result["program_acc_listed"] = _mean(right[matched][program_true[pairs.true[matched]] != ""])
    result |= _false(pairs, hit_found, hit_true, counted, f, len(who.accounts))
    result |= _agreement(f.matrix[:, np.flatnonzero(counted)], t.matrix, who)
    result |= _merged_and_split(pairs, f, t, hit_true)
    result |= _member_pairs(found[counted[f.of_row]], asked, truth)
    if gap is not None and len(matched):
        result["start_err_days"] = float(np.nanmedian(np.abs(gap[matched])))
        result["start_within_14d"] = float(np.nanmean(np.abs(gap[matched]) <= 14))
    age = (np.datetime64(cut, "s") - started).astype(float) / DAY
    fresh = age <= fresh_days
    if fresh.any():
        result["forming_true"] = int(fresh.sum())
        result["forming_recall"] = _mean(hit_true[fresh])
    return result


@dataclass(frozen=True)
class _Who:
    """Everybody who can be in a pair: people with an engagement by then, and all members, true or found."""

    people: pd.Index[str]
    accounts: pd.Index[str]
    account: Ints  # of each person

    @classmethod
    def of(cls, truth: Truth, members: pd.DataFrame, found: pd.DataFrame, cut: pd.Timestamp) -> _Who:
        seen = truth.people[truth.people.first_at <= cut]
        columns = ["contact_id", "account_id"]
        everybody = pd.concat([seen[columns], members[columns], found[columns]]).drop_duplicates("contact_id")
        accounts = pd.Index(truth.accounts)
        where = accounts.get_indexer(pd.Index(everybody.account_id))
        known = where >= 0
        return cls(pd.Index(everybody.contact_id[known]), accounts, where[known])


@dataclass(frozen=True)
class _Sides:
    """Groups of one side: their people as a 0/1 matrix people x groups."""

    names: pd.Index[str]
    of_row: Ints
    matrix: sp.csc_matrix
    size: Ints
    account: Ints

    @classmethod
    def of(cls, rows: pd.DataFrame, who: _Who) -> _Sides:
        code, names = pd.factorize(rows.group_id)
        person = who.people.get_indexer(pd.Index(rows.contact_id))
        known = person >= 0
        shape = (len(who.people), len(names))
        matrix = sp.csc_matrix((np.ones(int(known.sum()), np.int64), (person[known], code[known])), shape=shape)
        account = np.full(len(names), -1, np.int64)
        account[code] = who.accounts.get_indexer(pd.Index(rows.account_id))
        return cls(pd.Index(names), code, matrix, np.bincount(code, minlength=len(names)), account)

    def __len__(self) -> int:
        return len(self.names)

    def people(self, group: int) -> set[int]:
        bounds = self.matrix.indptr
        return set(self.matrix.indices[bounds[group] : bounds[group + 1]].tolist())


@dataclass(frozen=True)
class _Overlaps:
    """Pairs of a found and a true group that share somebody."""

    found: Ints
    true: Ints
    shared: Ints
    jaccard: Floats
    account: Ints

    @classmethod
    def of(cls, found: _Sides, true: _Sides) -> _Overlaps:
        both = (found.matrix.T @ true.matrix).tocoo()
        f, t, shared = both.row.astype(np.int64), both.col.astype(np.int64), both.data
        return cls(f, t, shared, shared / (found.size[f] + true.size[t] - shared), found.account[f])

    def __len__(self) -> int:
        return len(self.found)


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


def _found(groups: pd.DataFrame, memberships: pd.DataFrame) -> pd.DataFrame:
    keep = [column for column in ("group_id", "account_id", "program_id", "formed_at") if column in groups]
    facts, people = groups[keep], memberships[["group_id", "contact_id"]]
    rows = people.astype({"group_id": object}).merge(facts.astype({"group_id": object}), on="group_id")
    for column in ("group_id", "contact_id", "account_id", "program_id"):
        rows[column] = rows[column].astype(object).fillna("").astype(str)
    return rows.drop_duplicates(["group_id", "contact_id"]).reset_index(drop=True)


def _first(rows: pd.DataFrame, column: str, side: _Sides) -> NDArray[np.object_]:
    values = np.full(len(side), "", object)
    values[side.of_row[::-1]] = rows[column].to_numpy(object)[::-1]
    return values


def _gaps(found: pd.DataFrame, side: _Sides, pairs: _Overlaps, started: NDArray[np.datetime64]) -> Floats | None:
    """Days from the true start to the found one, for each pair; None where the answer gives no dates."""
    if "formed_at" not in found or not len(found):
        return None
    formed = pd.to_datetime(found.formed_at, utc=True, format="ISO8601").dt.tz_localize(None)
    by_group = formed.groupby(side.of_row).min().to_numpy("datetime64[s]")
    difference = (by_group[pairs.found] - started[pairs.true]).astype("timedelta64[s]")
    return np.where(np.isnat(difference), np.nan, difference.astype(float) / DAY)


def _match(pairs: _Overlaps, worth: Floats, allowed: Bools) -> Ints:
    """Pairs of the best one-to-one matching, account by account."""
    candidates = np.flatnonzero(allowed)
    alone = (np.bincount(pairs.found[candidates])[pairs.found[candidates]] == 1) & (
        np.bincount(pairs.true[candidates])[pairs.true[candidates]] == 1
    )
    chosen = [candidates[alone]]
    contested = candidates[~alone]
    for account in np.unique(pairs.account[contested]):
        here = contested[pairs.account[contested] == account]
        found, row = np.unique(pairs.found[here], return_inverse=True)
        true, column = np.unique(pairs.true[here], return_inverse=True)
        gain = np.zeros((len(found), len(true)))
        gain[row, column] = 1 + worth[here]  # one more match is worth more than a closer one
        pair = np.full(gain.shape, -1)
        pair[row, column] = here
        picked = pair[linear_sum_assignment(gain, maximize=True)]
        chosen.append(picked[picked >= 0])
    return np.concatenate(chosen).astype(np.int64)


def _precision_recall(pairs: _Overlaps, matched: Ints, excused: Bools, demanded: int) -> tuple[float, float, float]:
    hit = np.zeros(len(excused), bool)
    hit[pairs.found[matched]] = True
    counted = int((hit | ~excused).sum())
    return _f1(len(matched) / counted if counted else 0.0, len(matched) / demanded if demanded else 0.0)


def _f1(precision: float, recall: float) -> tuple[float, float, float]:
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def _mean(values: NDArray[np.generic]) -> float:
    return float(values.astype(float).mean()) if len(values) else float("nan")


def _excused(found: _Sides, neutral: _Sides) -> Bools:
    """Mark found groups that are a neutral true group, or lie mostly inside one."""
    excused = np.zeros(len(found), bool)
    near = _Overlaps.of(found, neutral)
    excused[near.found[(near.jaccard >= 0.5) | (near.shared >= 0.5 * found.size[near.found])]] = True
    return excused


def _false(pairs: _Overlaps, hit_found: Bools, hit_true: Bools, counted: Bools, found: _Sides, accounts: int) -> dict[str, float]:  # fmt: skip
    unmatched = ~hit_found & counted
    inside = np.zeros(len(found))
    np.maximum.at(inside, pairs.found, np.where(hit_true[pairs.true], 0.0, pairs.shared / found.size[pairs.found]))
    return {
        "false_per_account": float(unmatched.sum() / accounts),
        "phantom_per_account": float((unmatched & (inside < 0.5)).sum() / accounts),
    }


def _agreement(found: sp.csc_matrix, true: sp.csc_matrix, who: _Who) -> dict[str, float]:
    """Measure extended BCubed and Omega from the number of groups each pair of people shares, on either side."""
    both = _shared_groups(found), _shared_groups(true)
    cells = np.union1d(both[0][0], both[1][0])
    in_found, in_true = np.zeros(len(cells)), np.zeros(len(cells))
    for (keys, counts), into in zip(both, (in_found, in_true), strict=True):
        into[np.searchsorted(cells, keys)] = counts
    people, accounts = len(who.people), len(who.accounts)
    row, column = cells // max(people, 1), cells % max(people, 1)
    agreed = np.minimum(in_found, in_true)

    def by_person(counts: Floats) -> tuple[Floats, Bools]:
        share = np.where(counts > 0, agreed / np.maximum(counts, 1), 0.0)
        total = np.bincount(row, share, people)
        number = np.bincount(row, counts > 0, people)
        return total / np.maximum(number, 1), number > 0

    def by_account(values: Floats, of: Bools) -> tuple[Floats, Bools]:
        number = np.bincount(who.account[of], minlength=accounts)
        return np.bincount(who.account[of], values[of], accounts) / np.maximum(number, 1), number > 0

    precision, with_found = by_account(*by_person(in_found))
    recall, with_true = by_account(*by_person(in_true))
    concerned = with_found | with_true
    if not concerned.any():
        return {}
    total = precision + recall
    f1 = np.where(total > 0, 2 * precision * recall / np.where(total > 0, total, 1), 0.0)
    result = {
        "bcubed_p": float(precision[concerned].mean()),
        "bcubed_r": float(recall[concerned].mean()),
        "bcubed_f1": float(f1[concerned].mean()),
    }
    upper = row < column
    omega, told = _omega(in_found[upper], in_true[upper], who.account[row[upper]], who)
    if (concerned & told).any():
        result["omega"] = float(omega[concerned & told].mean())
    return result


def _shared_groups(matrix: sp.csc_matrix) -> tuple[Ints, Floats]:
    """Cells (row * people + column, sorted) of pairs who share a group, themselves included, and how many they share."""
    together = sp.csr_matrix(matrix @ matrix.T).tocoo()
    keys = together.row.astype(np.int64) * matrix.shape[0] + together.col
    order = np.argsort(keys)
    return keys[order], together.data[order].astype(float)


def _omega(found: Floats, true: Floats, account: Ints, who: _Who) -> tuple[Floats, Bools]:
    """Omega of each account; pairs of people who share no group on either side agree on level zero."""
    count = len(who.accounts)
    people = np.bincount(who.account, minlength=count).astype(float)
    all_pairs = people * (people - 1) / 2
    listed = np.bincount(account, minlength=count)
    observed = np.bincount(account, found == true, count) + all_pairs - listed
    expected = (all_pairs - np.bincount(account, found > 0, count)) * (
        all_pairs - np.bincount(account, true > 0, count)
    )
    for level in range(1, int(max(found.max(initial=0), true.max(initial=0))) + 1):
        expected += np.bincount(account, found == level, count) * np.bincount(account, true == level, count)
    told = all_pairs > 0
    observed, expected = observed / np.maximum(all_pairs, 1), expected / np.maximum(all_pairs, 1) ** 2
    chance = expected > 1 - 1e-12
    value = (observed - expected) / np.where(chance, 1, 1 - expected)
    return np.where(chance, (observed > 1 - 1e-12).astype(float), value), told


def _merged_and_split(pairs: _Overlaps, found: _Sides, true: _Sides, hit_true: Bools) -> dict[str, float]:
    merged, swallowed = np.zeros(len(found), bool), np.zeros(len(true), bool)
    best: dict[int, int] = {}
    for pair in np.lexsort((pairs.true, -pairs.jaccard, pairs.found)).tolist():
        best.setdefault(int(pairs.found[pair]), pair)
    for pair in np.flatnonzero(pairs.shared >= 2).tolist():
        group, other = int(pairs.found[pair]), int(pairs.true[pair])
        own = int(pairs.true[best[group]])
        if other == own or pairs.shared[best[group]] < 0.5 * true.size[own]:
            continue
        rest = true.people(other) - true.people(own)
        if len(rest) >= 2 and len(rest & found.people(group)) >= 0.5 * len(rest):
            merged[group] = swallowed[other] = True
    inside = (pairs.shared >= 0.5 * found.size[pairs.found]) & (found.size[pairs.found] >= 2)
    pieces = np.bincount(pairs.true[inside], minlength=len(true))
    return {
        "merged_rate": float(merged.sum() / max(1, len(found))),
        "merged_true_rate": float(swallowed.sum() / max(1, len(true))),
        "split_rate": float(((pieces >= 2) & ~hit_true).sum() / max(1, len(true))),
    }


def _member_pairs(found: pd.DataFrame, asked: pd.DataFrame, truth: Truth) -> dict[str, float]:
    columns = ["contact_id", "program_id"]
    listed = set(truth.groups.group_id[truth.groups.listed.astype(int) == 1])
    given = set(map(tuple, found.loc[found.program_id != "", columns].to_numpy().tolist()))
    wanted = set(map(tuple, asked.loc[asked.group_id.isin(listed), columns].to_numpy().tolist()))
    hits = len(given & wanted)
    p, r, f1 = _f1(hits / len(given) if given else 0.0, hits / len(wanted) if wanted else 0.0)
    return {"member_p": p, "member_r": r, "member_f1": f1}
