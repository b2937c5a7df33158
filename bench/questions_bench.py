"""How long each question takes on a real Neo4j, warm, with its defaults; marked where it is more than two seconds.

    python -m bench.questions_bench [--accounts N] [--folder FOLDER] [--address bolt://...]

3,560 accounts have 2 million engagements. With --address a store that holds a market and a run already is asked instead.
What has to be given (a group, a flag, an account, a person) is taken from the store: the flag that most people raised. It
ends with 1 when a question takes longer than it should and does not say why in its file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.compute as pc

from bench.store_bench import fresh, make_market, resolution
from committee.cypher.catalog import Question, questions
from committee.errors import CommitteeError
from committee.graph.store import Store, open_store
from committee.history import Change
from committee.market import Market
from committee.pipeline import detect_store
from committee.reports.tour import subject_of
from committee.settings import Settings

LIMIT = 2.0  # seconds
TIMES = 3  # asked once to warm up, then so often; the median counts
SETTINGS = Settings.read(overrides=["store.query_seconds=300", "store.row_limit=1000"], environment={})


def fill(store: Store, folder: Path) -> None:
    """Load the market that is measured, and publish a run about its last day."""
    market = Market.read(folder)
    tables = {name: table for name, table in market.items() if table.num_rows}
    store.write(Change(new=tables, resolved=resolution(market)))
    newest = pc.max(market.engagements.column("occurred_at")).as_py()
    as_of = datetime(newest.year, newest.month, newest.day, tzinfo=UTC) + timedelta(days=1, milliseconds=-1)
    detect_store(store, as_of, SETTINGS)


def measure(store: Store) -> list[tuple[Question, float, int, str]]:
    """Ask every question; return seconds, rows, and what went wrong."""
    known = questions()
    subject = subject_of(known, lambda asked, given: store.ask(asked, given).rows).parameters
    found = []
    for asked in known.values():
        given = asked.parameters({one.name: subject[one.name] for one in asked.params if one.required})
        seconds, rows, wrong = [], 0, ""
        try:
            rows = len(store.ask(asked, given).rows)
            for _ in range(TIMES):
                began = time.perf_counter()
                store.ask(asked, given)
                seconds.append(time.perf_counter() - began)
        except CommitteeError as error:
            wrong = error.what
        found.append((asked, sorted(seconds)[len(seconds) // 2] if seconds else float("inf"), rows, wrong))
        print(f"{asked.name}: {found[-1][1]:.2f}", file=sys.stderr, flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.questions_bench", description=__doc__)
    parser.add_argument("--accounts", type=int, help="accounts of the market; by default those of the world `scale`")
    parser.add_argument("--folder", type=Path, help="work folder; a temporary one by default")
    parser.add_argument("--address", help="a store to ask instead of a fresh one")
    asked = parser.parse_args()
    with ExitStack() as stack:
        address = asked.address
        if address is None:
            folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="committee-bench-")))
            rows = make_market(asked.accounts, folder / "market")
            print("market: " + ", ".join(f"{count:,} {name}" for name, count in rows.items()), file=sys.stderr)
            address = stack.enter_context(fresh("neo4j", folder))
            with open_store(address, SETTINGS.store) as store:
                fill(store, folder / "market")
        with open_store(address, SETTINGS.store, read_only=True) as store:
            engagements = store.ask(questions()["newest_engagement"], {}).rows[0][1]
            found = measure(store)
    silent = 0
    for one, seconds, rows, wrong in sorted(found, key=lambda row: -row[1]):
        mark = "" if seconds <= LIMIT else f"  OVER {LIMIT:g} s" + (f": {one.slow}" if one.slow else "")
        silent += seconds > LIMIT and not one.slow
        print(f"{one.name:28} {seconds:>7.2f} s  {rows:>6,} rows{mark}{'  ' + wrong if wrong else ''}")
    print(f"{len(found)} questions, {engagements:,} engagements, {silent} over {LIMIT:g} s without saying why")
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
