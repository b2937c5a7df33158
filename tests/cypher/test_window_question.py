"""The window rule asked in Cypher and the window rule in Python say the same of any market."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from committee.analysis.windows import DAY_MS, Scoped, flagged_windows
from committee.cypher.catalog import question
from committee.findings import Findings, Run
from committee.graph.store import Store, open_store
from committee.history import Change
from committee.market import Market
from committee.settings import Settings, word_list

START = datetime(2026, 1, 1, tzinfo=UTC)
SEATS = [name for name in word_list("reports")["personas"] if name != "unknown"]
MARKETS = count()
# who (a persona, or nobody known), on which half day, and by how many milliseconds off it
TOUCHES = st.lists(
    st.tuples(st.integers(-1, len(SEATS) - 1), st.integers(0, 60), st.sampled_from([-1, 0, 0, 0, 1])), max_size=25
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(tmp_path_factory.mktemp("window") / "store"), Settings.read(environment={}).store) as opened:
        opened.prepare()
        opened.publish(Findings({}, Run("run", "2026-12-31T23:59:59.999Z", "", "0.1.0", "none", "s", "m")))
        yield opened


def put(store: Store, name: str, accounts: list[list[tuple[int, int, int]]]) -> None:
    """Write accounts of which each has a person a persona, and one nobody knows; all read the same piece."""
    rows = [
        (f"{name}{place}", f"{name}{place}-{who}", START + timedelta(days=half / 2, milliseconds=off))
        for place, touches in enumerate(accounts)
        for who, half, off in touches
    ]
    people = sorted({person for _, person, _ in rows})
    personas = [None if person.endswith("--1") else SEATS[int(person.rpartition("-")[2])] for person in people]
    keys = [f"{name}-e{number}" for number in range(len(rows))]
    market = Market(
        {
            "accounts": {
                "account_id": [f"{name}{place}" for place in range(len(accounts))],
                "name": ["x"] * len(accounts),
            },
            "contacts": {
                "contact_id": people,
                "account_id": [person.partition("-")[0] for person in people],
                "persona": personas,
            },
            "content": {"content_id": [f"{name}-c"], "topic": [["biomarker"]]},
            "engagements": {
                "engagement_id": keys,
                "occurred_at": [when for _, _, when in rows],
                "occurred_until": [when for _, _, when in rows],
                "contact_id": [person for _, person, _ in rows],
                "account_id": [account for account, _, _ in rows],
                "content_id": [f"{name}-c"] * len(rows),
                "kind": ["click"] * len(rows),
            },
        }
    )
    resolved = pa.table(
        {
            "engagement_id": pa.array(keys, pa.string()),
            "contact_id": pa.array([person for _, person, _ in rows], pa.string()),
            "account_id": pa.array([account for account, _, _ in rows], pa.string()),
        }
    )
    store.write(Change(new={table: rows for table, rows in market.items() if rows.num_rows}, resolved=resolved))


def by_rule(accounts: list[list[tuple[int, int, int]]], personas: int, days: float) -> dict[int, int]:
    """First moment at which each account qualifies, in milliseconds, by the kernel that detection uses."""
    rows = sorted(
        (place, half * DAY_MS // 2 + off, who) for place, touches in enumerate(accounts) for who, half, off in touches
    )
    known = [row for row in rows if row[2] >= 0]
    if not known:
        return {}
    scope, at, who = (np.array(column, np.int64) for column in zip(*known, strict=True))
    number = np.unique(scope, return_inverse=True)[1].astype(np.int64)
    places = np.arange(len(at))
    found = flagged_windows(
        Scoped(places, number, np.unique(scope), np.full(len(np.unique(scope)), -1), who, at, at),
        personas=personas,
        days=days,
    )
    first: dict[int, int] = {}
    for row in found.raised.tolist():
        first.setdefault(int(scope[row]), int(at[row]))
    return first


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TOUCHES, min_size=1, max_size=4), st.integers(1, 5), st.sampled_from([0.5, 3.0, 7.0, 14.0]))
def test_the_question_and_the_rule_agree_on_any_market(
    store: Store, accounts: list[list[tuple[int, int, int]]], personas: int, days: float
) -> None:
    name = f"m{next(MARKETS)}x"
    put(store, name, accounts)
    asked = question("personas_in_window")
    given = {
        "personas": str(personas),
        "days": str(days),
        "accounts": ";".join(f"{name}{place}" for place in range(len(accounts))),
    }
    rows = store.ask(asked, asked.parameters(given)).rows
    began = round(START.timestamp() * 1000)
    assert {int(row[0].removeprefix(name)): row[2] - began for row in rows} == by_rule(accounts, personas, days)
