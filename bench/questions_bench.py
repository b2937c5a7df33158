"""How long each question takes on a real Neo4j, warm, with its defaults; marked where it is more than two seconds.

    python -m bench.questions_bench [--accounts N] [--line 2026] [--folder FOLDER] [--address bolt://...] [--markdown-out FILE]

3,560 accounts have 2 million engagements. With --address a store that holds a market and a run already is asked instead.
What has to be given (a group, a flag, an account, a person) is taken from the store: the flag that most people raised. It
ends with 1 when a question takes longer than it should and does not say why in its file. A machine that does other things
stretches seconds, so that processor seconds of the server count where they are fewer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from bench.detect_bench import machine
from bench.page import markdown_table, put
from bench.processor import processor_seconds
from bench.store_bench import fresh, make_market
from committee.cypher.catalog import Question, questions
from committee.errors import CommitteeError
from committee.graph.store import Store, open_store
from committee.history import Change
from committee.market import Market
from committee.pipeline import detect_store
from committee.pipeline.consequences import with_consequences
from committee.reports.tour import subject_of
from committee.settings import Settings

LIMIT = 2.0  # seconds
TIMES = 3  # asked once to warm up, then so often; the quickest counts
LONG = 10.0  # seconds; what takes longer to warm up is asked once more
FORWARDS = 50  # every so many-th engagement passes something on
SETTINGS = Settings.read(overrides=["store.query_seconds=300", "store.row_limit=1000"], environment={})


@dataclass(frozen=True)
class Measured:
    """What one question took: seconds, processor seconds of the server, rows, and what went wrong."""

    asked: Question
    seconds: float
    processor: float
    rows: int
    wrong: str

    @property
    def over(self) -> bool:
        return min(self.seconds, self.processor or self.seconds) > LIMIT

    @property
    def remark(self) -> str:
        return (f"over {LIMIT:g} s: {self.asked.slow or 'it does not say why'}" if self.over else "") + self.wrong


def market_asked(folder: Path) -> Market:
    """Return the market that is measured, with what the generator does not make: signals, deals, forwarded pieces."""
    market = Market.read(folder)
    accounts = market.accounts.column("account_id").to_pylist()
    programs = dict(
        zip(*(market.programs.column(name).to_pylist() for name in ("account_id", "program_id")), strict=True)
    )
    people = dict(
        zip(*(market.contacts.column(name).to_pylist() for name in ("account_id", "contact_id")), strict=True)
    )
    every = range(3 * len(accounts))
    signals = {
        "signal_id": [f"S{number}" for number in every],
        "kind": [("phase_advance", "funding_round", "trial_registered")[number % 3] for number in every],
        "occurred_on": [f"2026-{1 + number % 6:02}-{1 + number % 28:02}" for number in every],
        "source": ["bench"] * len(every),
        "account_id": [accounts[number // 3] for number in every],
        "title": [f"Event {number}" for number in every],
    }
    deals = {
        "opportunity_id": [f"O{number}" for number in range(len(accounts))],
        "account_id": accounts,
        "program_id": [programs.get(account) for account in accounts],
        "name": [f"Deal {number}" for number in range(len(accounts))],
        "stage": ["open"] * len(accounts),
        "is_won": [(True, False, None)[number % 3] for number in range(len(accounts))],
        "opened_on": [f"2026-{1 + number % 6:02}-{1 + number % 28:02}" for number in range(len(accounts))],
    }
    roles = [(f"O{number}", people[account]) for number, account in enumerate(accounts) if account in people]
    engagements = market.engagements
    place = engagements.schema.get_field_index("kind")
    passed = pa.array([number % FORWARDS == 0 for number in range(engagements.num_rows)])
    kinds = pc.if_else(passed, pa.scalar("forward"), engagements.column("kind").cast(pa.string()))
    engagements = engagements.set_column(place, "kind", kinds.cast(engagements.schema.field(place).type))
    added = Market(
        {
            "signals": signals,
            "opportunities": deals,
            "opportunity_roles": {
                "opportunity_id": [deal for deal, _ in roles],
                "contact_id": [person for _, person in roles],
                "role": ["buyer"] * len(roles),
            },
        }
    )
    names = ("signals", "opportunities", "opportunity_roles")
    return market.with_tables(engagements=engagements, **{name: added[name] for name in names})


def fill(store: Store, market: Market) -> None:
    """Load the market that is measured, and publish a run about its last day."""
    tables = {name: table for name, table in market.items() if table.num_rows}
    with SETTINGS.in_force():
        store.write(with_consequences(Change(new=tables), Market({}), market))
    newest = pc.max(market.engagements.column("occurred_at")).as_py()
    as_of = datetime(newest.year, newest.month, newest.day, tzinfo=UTC) + timedelta(days=1, milliseconds=-1)
    detect_store(store, as_of, SETTINGS)


def measure(store: Store, server: int | None) -> list[Measured]:
    """Ask every question."""
    known = questions()
    subject = subject_of(known, lambda asked, given: store.ask(asked, given).rows).parameters
    found = []
    for asked in known.values():
        given = asked.parameters({one.name: subject[one.name] for one in asked.params if one.required})
        took, rows, wrong = [], 0, ""
        try:
            warming = time.perf_counter()
            rows = len(store.ask(asked, given).rows)
            for _ in range(TIMES if time.perf_counter() - warming < LONG else 1):
                began, spent = time.perf_counter(), processor_seconds(server)
                store.ask(asked, given)
                took.append((time.perf_counter() - began, processor_seconds(server) - spent))
        except CommitteeError as error:
            wrong = f"; {error.what}"
        seconds = min((one for one, _ in took), default=float("inf"))
        processor = min((one for _, one in took), default=float("inf")) if server else 0.0
        found.append(Measured(asked, seconds, processor, rows, wrong))
        print(f"{asked.name}: {seconds:.2f}, {processor:.2f}", file=sys.stderr, flush=True)
    return sorted(found, key=lambda one: -min(one.seconds, one.processor or one.seconds))


def main() -> int:
    """Measure, print, write; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.questions_bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--accounts", type=int, help="accounts of the market; by default those of the world `scale`")
    parser.add_argument("--line", choices=["5.26", "2026"], default="5.26", help="of the server")
    parser.add_argument("--folder", type=Path, help="work folder; a temporary one by default")
    parser.add_argument("--address", help="a store to ask instead of a fresh one")
    parser.add_argument("--server", type=int, help="process id of the server behind --address, for processor seconds")
    parser.add_argument("--markdown-out", type=Path, metavar="FILE", help="put the table into this page as well")
    asked = parser.parse_args()
    with ExitStack() as stack:
        address, server = asked.address, asked.server
        if address is None:
            folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="committee-bench-")))
            rows = make_market(asked.accounts, folder / "market")
            print("market: " + ", ".join(f"{count:,} {name}" for name, count in rows.items()), file=sys.stderr)
            address, server = stack.enter_context(fresh("neo4j", folder, asked.line))
            with open_store(address, SETTINGS.store) as store:
                fill(store, market_asked(folder / "market"))
        with open_store(address, SETTINGS.store, read_only=True) as store:
            said = dict(store.ask(questions()["what_is_here"], {}).rows)
            found = measure(store, server)
    silent = [one.asked.name for one in found if (one.over and not one.asked.slow) or one.wrong]
    text = _text(found, said, asked.line, silent)
    print(text, end="")
    if asked.markdown_out:
        few = f"--accounts {asked.accounts} " if asked.accounts else "--address ADDRESS " if asked.address else ""
        command = f"python -m bench.questions_bench {few}--markdown-out docs/{asked.markdown_out.name}"
        put(asked.markdown_out, "questions", "How long a question takes", command, text)
    return 1 if silent else 0


def _text(found: list[Measured], said: dict[str, int], line: str, silent: list[str]) -> str:
    rows = [[one.asked.name, one.rows, one.seconds, one.processor, one.remark] for one in found]
    verdict = f"{len(silent)} over {LIMIT:g} seconds without saying why" + (f": {', '.join(silent)}" if silent else "")
    there = ", ".join(f"{count:,} {thing}" for thing, count in said.items())
    return f"""Each question in its row form, with its defaults, on a warm Neo4j {line} with a heap of 2 GB, as its client waits for it:
{there}. The quickest of {TIMES}; a thousand rows are read at most. Processor seconds are the server's: other work on the
machine stretches the seconds, never these. {machine()}.

{len(found)} questions, {verdict}.

{markdown_table(["question", "rows", "seconds", "processor seconds", "remark"], rows)}
"""


if __name__ == "__main__":
    sys.exit(main())
