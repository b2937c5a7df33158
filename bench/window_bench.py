"""The window rule on two million engagements: this package's kernel beside the same rule as SQL in DuckDB.

    python -m bench.window_bench [--world scale] [--repeats 3]

Both get the same relevant touches with exact times, by account and by account and program, and must find the same flags.
DuckDB reads its own table, already loaded, with all threads; the kernel runs in one.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.touches import Touches, touches
from committee.analysis.windows import DAY_MS, flagged_windows, scoped
from committee.benchmark.generator import generate, world
from committee.identity.actors import resolve_actors
from committee.market import Market
from committee.records.computed import ContentTag, PersonaFinding
from committee.records.tables import typed_table
from committee.settings import Settings

RULE = """
WITH walked AS (
    SELECT scope, first_ms, min(first_ms) OVER look AS opens, bit_count(bit_or(mask) OVER look) AS personas
    FROM touches
    WINDOW look AS (PARTITION BY scope ORDER BY first_ms RANGE BETWEEN $span PRECEDING AND CURRENT ROW)
),
qualifying AS (
    SELECT scope, first_ms, opens, lag(first_ms) OVER (PARTITION BY scope ORDER BY first_ms) AS before
    FROM walked WHERE personas >= $personas
),
numbered AS (
    SELECT *, sum(CASE WHEN before IS NULL OR opens > before THEN 1 ELSE 0 END)
        OVER (PARTITION BY scope ORDER BY first_ms ROWS UNBOUNDED PRECEDING) AS flag
    FROM qualifying
)
SELECT scope, min(opens) AS window_start, max(first_ms) AS window_end, min(first_ms) AS raised_at
FROM numbered GROUP BY scope, flag ORDER BY scope, window_start
"""


def market_of(name: str) -> tuple[Market, pa.Table, pa.Table, datetime]:
    """A generated market, its stated personas (drawn by contact), its tags, and its day of today."""
    made = generate(world(name), seed=1)
    tables: dict[str, Any] = {}
    for table_name in ("accounts", "contacts", "content", "programs", "campaigns", "engagements"):
        table = made.tables[table_name]
        columns = {column: _typed(column, table.column(column)) for column in table.column_names if column in _USED}
        tables[table_name] = pa.table(columns)
    market = Market(tables)
    contacts = market.contacts.column("contact_id")
    names = pa.array(
        [
            "scientific",
            "scientific",
            "scientific",
            "program_lead",
            "program_lead",
            "procurement",
            "finance",
            "legal_regulatory",
            "executive",
            "unknown",
        ]
    )
    drawn = np.random.default_rng(1).integers(0, len(names), len(contacts))
    personas = typed_table(PersonaFinding, {"contact_id": contacts, "persona": names.take(pa.array(drawn))})
    tag_names = ("content_id", "topic", "therapeutic_area", "modality", "phase", "stage")
    tags = typed_table(ContentTag, {column: market.content.column(column) for column in tag_names})
    return (
        market,
        personas,
        tags,
        datetime.fromisoformat(str(made.meta["now"])).replace(hour=23, minute=59, second=59, tzinfo=UTC),
    )


_USED = {
    "account_id", "contact_id", "content_id", "program_id", "campaign_id", "engagement_id", "name", "email", "topic",
    "therapeutic_area", "modality", "phase", "stage", "occurred_at", "channel", "kind",
}  # fmt: skip


def _typed(name: str, column: pa.ChunkedArray) -> Any:
    if not pa.types.is_string(column.type):
        return column
    said = pc.if_else(pc.equal(column, ""), None, column)
    if name == "topic":
        return pa.array([None if cell is None else cell.split(";") for cell in said.to_pylist()], pa.list_(pa.string()))
    if name == "occurred_at":  # a day alone is read as its first moment
        moment = pc.replace_substring(
            pc.if_else(pc.equal(pc.utf8_length(said), 10), pc.binary_join_element_wise(said, "T00:00:00", ""), said),
            "Z",
            "",
        )
        return pc.assume_timezone(moment.cast(pa.timestamp("ms")), "UTC")
    return said


def best_of(repeats: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the fastest run, and its answer."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), answer


def compare(seen: Touches, scope: str, personas: int, days: float, repeats: int) -> None:
    """Print one line: both times, their ratio, and whether the flags agree."""
    rows = scoped(seen, scope)
    mask = np.where(rows.persona >= 0, 1 << np.maximum(rows.persona, 0), 0)
    table = pa.table({"scope": rows.scope, "first_ms": rows.first, "mask": mask.astype(np.int32)})
    database = duckdb.connect()
    database.register("given", table)
    database.execute("CREATE TABLE touches AS SELECT * FROM given")
    span = round(days * DAY_MS)
    sql, peers = best_of(
        repeats,
        lambda: database.execute(RULE.replace("$span", str(span)).replace("$personas", str(personas))).fetchnumpy(),
    )
    own, found = best_of(repeats, lambda: flagged_windows(scoped(seen, scope), personas=personas, days=days))
    mine = np.column_stack(
        [rows.scope[found.start], rows.first[found.start], rows.first[found.end], rows.first[found.raised]]
    )
    theirs = np.column_stack(
        [np.asarray(peers[name], np.int64) for name in ("scope", "window_start", "window_end", "raised_at")]
    )
    agree = mine.shape == theirs.shape and bool((mine == theirs).all())
    print(
        f"{scope:8} {len(rows):>9,} touches {len(found):>7,} flags   kernel {own:6.3f} s   DuckDB {sql:6.3f} s   ratio {own / sql:5.2f}   same flags: {agree}"
    )
    if not agree:
        raise SystemExit("the flags differ")


def main() -> None:
    """Run the comparison."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--world", default="scale")
    arguments.add_argument("--repeats", type=int, default=3)
    given = arguments.parse_args()
    settings = Settings.read()
    market, personas, tags, as_of = market_of(given.world)
    actors = resolve_actors(
        market.engagements, market.contacts, market.aliases, market.employments, market.earlier_values
    )
    for label, relevance in (("relevant after cleaning", "topic"), ("everything a person did", "any")):
        window = settings.window.model_copy(update={"relevance": relevance})
        kept = (
            settings.cleaning
            if relevance == "topic"
            else settings.cleaning.model_copy(
                update={"mail_channels": (), "crawler_day_pieces": 10**6, "crawler_pieces": 10**6}
            )
        )
        start = time.perf_counter()
        seen = touches(market, actors, personas, tags, window=window, cleaning=kept, as_of=as_of)
        print(f"{label}: {market.engagements.num_rows:,} engagements laid out in {time.perf_counter() - start:.1f} s")
        for scope in ("account", "program"):
            compare(seen, scope, window.personas, window.days, given.repeats)


if __name__ == "__main__":
    main()
