"""How well found buying groups agree with planted ones.

Methods: extended BCubed (Amigo, Gonzalo, Artiles & Verdejo 2009), Omega index (Collins & Dent 1988), one-to-one
matching of groups by Jaccard. Truth is cut at a moment: members who joined later are not demanded. A true group that
by then shows fewer people or personas than asked is *neutral*: not demanded, and not held against an answer that
found it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from committee.benchmark.scorer.agreement import agreement
from committee.benchmark.scorer.matching import (
    excused_by,
    f1_of,
    false_groups,
    match,
    mean,
    merged_and_split,
    precision_recall,
)
from committee.benchmark.scorer.overlaps import Everybody, Floats, Groups, Overlaps
from committee.benchmark.scorer.planted import Truth, read_answers

__all__ = ["Truth", "read_answers", "score"]

DAY = 86_400.0
TIE = 1e-3  # what the right program, and a near start, weigh when two matches are equally good


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

    who = Everybody.of(truth, members, found, cut)
    f, t, n = (Groups.of(part, who) for part in (found, asked, neutral))
    facts = truth.groups.set_index("group_id").loc[t.names]
    pairs = Overlaps.of(f, t)
    result: dict[str, float] = {"accounts": len(who.accounts), "true_groups": len(t), "pred_groups": len(f)}

    program_found = _first(found, "program_id", f)
    program_true = np.where(facts.listed.to_numpy(int) == 1, facts.program_id.to_numpy(object), "")
    right = np.asarray(program_found[pairs.found] == program_true[pairs.true], np.bool_)
    started = facts.started_at.to_numpy("datetime64[s]")
    gap = _gaps(found, f, pairs, started)
    nearness = np.zeros(len(pairs)) if gap is None else np.nan_to_num(1 / (1 + np.abs(gap) / 30))
    worth = pairs.jaccard + TIE * right + TIE * nearness

    matched = match(pairs, worth, pairs.jaccard >= match_at)
    tight = match(pairs, worth, pairs.jaccard >= tight_at)
    with_program = match(pairs, worth, (pairs.jaccard >= match_at) & right)
    excused = excused_by(f, n)
    hit_found, hit_true = np.zeros(len(f), bool), np.zeros(len(t), bool)
    hit_found[pairs.found[matched]] = True
    hit_true[pairs.true[matched]] = True
    counted = hit_found | ~excused

    result["group_p"], result["group_r"], result["group_f1"] = precision_recall(pairs, matched, excused, len(t))
    result["group_f1_tight"] = precision_recall(pairs, tight, excused, len(t))[2]
    result["group_program_f1"] = precision_recall(pairs, with_program, excused, len(t))[2]
    result["mean_jaccard"] = mean(pairs.jaccard[matched])
    result["program_acc"] = mean(right[matched])
    result["program_acc_listed"] = mean(right[matched][program_true[pairs.true[matched]] != ""])
    result |= false_groups(pairs, hit_found, hit_true, counted, f, len(who.accounts))
    result |= agreement(f.matrix[:, np.flatnonzero(counted)], t.matrix, who)
    result |= merged_and_split(pairs, f, t, hit_true)
    result |= _member_pairs(found[counted[f.of_row]], asked, truth)
    if gap is not None and len(matched):
        result["start_err_days"] = float(np.nanmedian(np.abs(gap[matched])))
        result["start_within_14d"] = float(np.nanmean(np.abs(gap[matched]) <= 14))
    age = (np.datetime64(cut, "s") - started).astype(float) / DAY
    fresh = age <= fresh_days
    if fresh.any():
        result["forming_true"] = int(fresh.sum())
        result["forming_recall"] = mean(hit_true[fresh])
    return result


def _found(groups: pd.DataFrame, memberships: pd.DataFrame) -> pd.DataFrame:
    keep = [column for column in ("group_id", "account_id", "program_id", "formed_at") if column in groups]
    facts, people = groups[keep], memberships[["group_id", "contact_id"]]
    rows = people.astype({"group_id": object}).merge(facts.astype({"group_id": object}), on="group_id")
    for column in ("group_id", "contact_id", "account_id", "program_id"):
        rows[column] = rows[column].astype(object).fillna("").astype(str)
    return rows.drop_duplicates(["group_id", "contact_id"]).reset_index(drop=True)


def _first(rows: pd.DataFrame, column: str, side: Groups) -> NDArray[np.object_]:
    values = np.full(len(side), "", object)
    values[side.of_row[::-1]] = rows[column].to_numpy(object)[::-1]
    return values


def _gaps(found: pd.DataFrame, side: Groups, pairs: Overlaps, started: NDArray[np.datetime64]) -> Floats | None:
    """Days from the true start to the found one, for each pair; None where the answer gives no dates."""
    if "formed_at" not in found or not len(found):
        return None
    formed = pd.to_datetime(found.formed_at, utc=True, format="ISO8601").dt.tz_localize(None)
    by_group = formed.groupby(side.of_row).min().to_numpy("datetime64[s]")
    difference = (by_group[pairs.found] - started[pairs.true]).astype("timedelta64[s]")
    return np.where(np.isnat(difference), np.nan, difference.astype(float) / DAY)


def _member_pairs(found: pd.DataFrame, asked: pd.DataFrame, truth: Truth) -> dict[str, float]:
    columns = ["contact_id", "program_id"]
    listed = set(truth.groups.group_id[truth.groups.listed.astype(int) == 1])
    given = set(map(tuple, found.loc[found.program_id != "", columns].to_numpy().tolist()))
    wanted = set(map(tuple, asked.loc[asked.group_id.isin(listed), columns].to_numpy().tolist()))
    hits = len(given & wanted)
    p, r, f1 = f1_of(hits / len(given) if given else 0.0, hits / len(wanted) if wanted else 0.0)
    return {"member_p": p, "member_r": r, "member_f1": f1}
