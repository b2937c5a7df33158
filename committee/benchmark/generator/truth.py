"""What was planted, as tables for scoring."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from committee.benchmark.generator.accounts import Programs
from committee.benchmark.generator.arrays import DAY
from committee.benchmark.generator.columns import Ids, as_naive_text, word
from committee.benchmark.generator.drawn import Drawn
from committee.benchmark.generator.spec import PERSONAS, words
from committee.benchmark.generator.touches import ORIGINS

__all__ = ["truth_of"]


def truth_of(drawn: Drawn) -> dict[str, pa.Table]:
    """Tell what was planted; groups and members as far as they touched anything within the history."""
    rows, people, programs = drawn.rows, drawn.people, drawn.programs
    library, vocabulary = drawn.library, words()
    ids = drawn.ids
    return {
        "accounts": pa.table(
            {
                "account_id": ids.account(np.arange(len(drawn.accounts))),
                "programs": pa.array(drawn.accounts.programs),
                "size_class": word(drawn.spec.accounts.classes, drawn.accounts.size_class),
            }
        ),
        "truth_contacts": pa.table(
            {
                "contact_id": ids.person(np.arange(len(people))),
                "persona": word(PERSONAS, people.persona),
                "home_program_id": ids.program(people.home),
            }
        ).filter(pa.array(people.registered)),
        "truth_content": pa.table(
            {
                "asset_id": ids.content(np.arange(len(library))),
                "topic": word(tuple(vocabulary.topics), library.topic),
                "therapeutic_area": word(vocabulary.areas, library.area),
                "modality": word(vocabulary.modalities, library.modality),
                "phase": word(vocabulary.phases, library.phase),
                "persona": word(PERSONAS, library.persona),
                "stage": word(vocabulary.stages, library.stage),
            }
        ),
        "truth_engagements": pa.table(
            {
                "engagement_id": ids.engagement(np.arange(len(rows))),
                "group_id": ids.group(rows.group),
                "origin": word(ORIGINS, rows.origin),
            }
        ),
        **_true_groups(drawn, ids, programs),
    }


def _true_groups(drawn: Drawn, ids: Ids, programs: Programs) -> dict[str, pa.Table]:
    rows, groups, people = drawn.rows, drawn.groups, drawn.people
    inside = np.flatnonzero(rows.group >= 0)
    pair = rows.group[inside] * (len(people) + 1) + rows.person[inside]
    key, member, count = np.unique(pair, return_inverse=True, return_counts=True)
    group, person = key // (len(people) + 1), key % (len(people) + 1)
    # a row that gives a day only is known from the beginning of that day
    known = np.where(rows.date_only[inside], rows.at[inside] // DAY * DAY, rows.at[inside])
    joined = np.full(len(key), np.iinfo(np.int64).max)
    np.minimum.at(joined, member, known)
    found = np.unique(group)
    started = np.full(len(groups), np.iinfo(np.int64).max)
    np.minimum.at(started, rows.group[inside], known)
    ended = np.full(len(groups), -1, np.int64)
    np.maximum.at(ended, rows.group[inside], known)
    end = drawn.spec.days * DAY
    program = groups.program[found]
    plan_end = groups.start[found] + groups.length[found]
    return {
        "truth_groups": pa.table(
            {
                "group_id": ids.group(found),
                "account_id": ids.account(programs.account[program]),
                "program_id": ids.program(program),
                "need": word(tuple(words().topics), groups.need[found]),
                "started_at": as_naive_text(drawn.start + started[found]),
                "ended_at": as_naive_text(drawn.start + ended[found]),
                "listed": pa.array(programs.listed[program].astype(np.int64)),
                "truncated": pa.array((plan_end > end).astype(np.int64)),
                "plan_start": pa.array(np.round(groups.start[found] / DAY, 4)),
                "plan_days": pa.array(np.round(groups.length[found] / DAY, 4)),
            }
        ),
        "truth_membership": pa.table(
            {
                "account_id": ids.account(programs.account[groups.program[group]]),
                "group_id": ids.group(group),
                "program_id": ids.program(groups.program[group]),
                "contact_id": ids.person(person),
                "role": word(PERSONAS, people.persona[person]),
                "joined_at": as_naive_text(drawn.start + joined),
                "n_engagements": pa.array(count),
            }
        ),
    }
