"""A market into a graph and back, against a bare driver that uses the same recipe and the same columns.

Each figure comes from a process of its own, so that its peak memory is its own; each side gets a fresh database.

    python -m bench.store_bench [--accounts N] [--engines neo4j embedded] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.memory import peak_megabytes
from committee.market import Market
from committee.settings import Settings

SERVER = Path(__file__).parents[1] / "deploy" / "neo4j" / "server.sh"
BATCH, CHUNK = 10_000, 40_000
TABLES = ("accounts", "programs", "contacts", "content", "campaigns", "engagements")


def make_market(accounts: int | None, folder: Path) -> dict[str, int]:
    """Write the market that is measured, with provenance, as Parquet; return its rows by table."""
    from committee.benchmark.generator import generate, world
    from committee.pipeline import read_files

    spec = world("scale") if accounts is None else world("scale").with_accounts(accounts)
    generate(spec, 1).write(folder / "files")
    market, _ = read_files([folder / "files"], Settings.read(environment={}), lambda: datetime(2026, 11, 1, tzinfo=UTC))
    market.write(folder, "parquet", provenance=True)
    return {name: table.num_rows for name, table in market.items() if table.num_rows}


def resolution(market: Market) -> pa.Table:
    """Who made each engagement: here as stated."""
    engagements = market.engagements
    names = ("engagement_id", "contact_id", "account_id")
    return pa.table({name: engagements.column(name).cast(pa.string()) for name in names})


# --- one side, in a process of its own ------------------------------------------------------------------------------


def ours(address: str, folder: Path) -> dict[str, float]:
    from committee.graph.store import open_store
    from committee.history import Change

    market = Market.read(folder)
    settings = Settings.read(environment={}).store.model_copy(
        update={"read_layer_rows": 0}
    )  # the bare driver keeps none
    with open_store(address, settings) as store:
        store.prepare()
        began = time.perf_counter()
        store.write(Change(new={name: market[name] for name in TABLES}, resolved=resolution(market)))
        written = time.perf_counter()
        back = store.market()
        read = time.perf_counter()
        if back != market:
            raise SystemExit("the market that came back is another one")
        again = time.perf_counter()
        store.market()
        return {"write": written - began, "read": read - written, "read again": time.perf_counter() - again}


def bare(address: str, folder: Path) -> dict[str, float]:
    import neo4j

    from committee.graph import schema
    from committee.records import LOADED

    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in TABLES}
    records = {record.table: record for record in LOADED}
    with _server(address) as (uri, credentials, database), neo4j.GraphDatabase.driver(uri, auth=credentials) as driver:

        def write(text: str, **parameters: object) -> None:
            with driver.session(database=database) as session:
                session.execute_write(lambda transaction: transaction.run(text, parameters).consume())

        def read(text: str, **parameters: object) -> list[list]:
            with driver.session(database=database) as session:
                return session.execute_read(lambda transaction: transaction.run(text, parameters).single().values())

        for definition in schema.definitions():
            write(definition)
        began = time.perf_counter()
        for name in TABLES:
            _bare_write(write, records[name], name, tables[name])
        written = time.perf_counter()
        _bare_read(read, tables)
        back = time.perf_counter()
        _bare_read(read, tables)
        return {"write": written - began, "read": back - written, "read again": time.perf_counter() - back}


# The relationships of each table: field, label of the target, whether the arrow comes from it, name.
LINKS = {
    "programs": [("account_id", "Account", False, "RUN_BY")],
    "contacts": [("account_id", "Account", False, "WORKS_AT")],
    "campaigns": [("program_id", "Program", False, "AIMED_AT")],
    "engagements": [
        ("contact_id", "Contact", True, "MADE"),
        ("content_id", "Content", False, "WITH"),
        ("campaign_id", "Campaign", False, "PART_OF"),
    ],
}
LISTS = {"programs": ("needs", "NEEDS"), "content": ("topic", "COVERS")}


def _bare_write(write, record, name: str, table: pa.Table) -> None:
    used = [column for column in table.column_names if table.column(column).null_count < table.num_rows]
    key = next(column for column in table.column_names if column.endswith("_id"))
    for start in range(0, table.num_rows, BATCH):
        batch = table.slice(start, BATCH)
        links = [link for link in LINKS.get(name, []) if link[0] in used]
        patterns: dict[tuple[bool, ...], list[int]] = {}
        columns = {column: _list(batch.column(column)) for column in used}
        for row in range(batch.num_rows):
            patterns.setdefault(tuple(columns[link[0]][row] is not None for link in links), []).append(row)
        for pattern, rows in patterns.items():
            some = (
                columns
                if len(rows) == batch.num_rows
                else {column: [values[row] for row in rows] for column, values in columns.items()}
            )
            lines = ["UNWIND range(0, size($key) - 1) AS i"]
            ends = [link for link, there in zip(links, pattern, strict=True) if there]
            lines += [f"MATCH (t{n}:{label} {{key: ${field}[i]}})" for n, (field, label, _, _) in enumerate(ends)]
            lines.append(
                f"CREATE (n:{record.label} {{key: $key[i], "
                + ", ".join(f"{column}: ${column}[i]" for column in used)
                + "})"
            )
            lines += [
                f"CREATE (t{n})-[:{kind}]->(n)" if reverse else f"CREATE (n)-[:{kind}]->(t{n})"
                for n, (_, _, reverse, kind) in enumerate(ends)
            ]
            write("\n".join(lines), key=some[key], **some)
        if name in LISTS and LISTS[name][0] in used:
            field, kind = LISTS[name]
            pairs = [
                (one, need) for one, needs in zip(columns[key], columns[field], strict=True) for need in needs or ()
            ]
            write(
                "UNWIND $needs AS need MERGE (n:Need {key: need}) SET n.need_id = need",
                needs=sorted({need for _, need in pairs}),
            )
            write(
                f"UNWIND range(0, size($one) - 1) AS i MATCH (n:{record.label} {{key: $one[i]}}) MATCH (t:Need {{key: $need[i]}}) CREATE (n)-[:{kind}]->(t)",
                one=[one for one, _ in pairs],
                need=[need for _, need in pairs],
            )


def _list(column: pa.ChunkedArray) -> list:
    return column.cast(pa.int64()).to_pylist() if pa.types.is_timestamp(column.type) else column.to_pylist()


def _arrays(columns: list[list]) -> list[pa.Array]:
    return [pa.array(some) for some in columns]


def _stand_in(kind: pa.DataType) -> object:
    if pa.types.is_list(kind):
        return [""]
    if pa.types.is_boolean(kind):
        return False
    if pa.types.is_floating(kind):
        return -1.0
    return "" if pa.types.is_string(kind) or pa.types.is_dictionary(kind) else -1


def _bare_read(read, tables: dict[str, pa.Table]) -> None:
    for name, table in tables.items():
        label = name.title().rstrip("s") if name != "content" else "Content"
        used = [column for column in table.column_names if table.column(column).null_count < table.num_rows]
        values = [_stand_in(table.schema.field(column).type) for column in used]
        columns = ", ".join(
            f"collect(coalesce(n.{column}, $v{place})) AS {column}" for place, column in enumerate(used)
        )
        nothing = {f"v{place}": value for place, value in enumerate(values)}
        if name != "engagements":
            _arrays(read(f"MATCH (n:{label}) RETURN {columns}", **nothing))
            continue
        times = pc.sort_indices(table.column("occurred_at"))
        cuts = [table.column("occurred_at")[times[place].as_py()].value for place in range(0, table.num_rows, CHUNK)]
        text = f"MATCH (n:{label}) WHERE n.occurred_at >= $lo AND n.occurred_at < $hi RETURN {columns}"
        with ThreadPoolExecutor(2) as readers:
            parts = readers.map(
                lambda cut, text=text, nothing=nothing: _arrays(read(text, lo=cut[0], hi=cut[1], **nothing)),
                pairwise([*cuts, 2**62]),
            )
            if sum(len(part[0]) for part in parts) != table.num_rows:
                raise SystemExit("the bare driver read another number of engagements")


@contextlib.contextmanager
def _server(address: str) -> Iterator[tuple[str, tuple[str, str], str]]:
    if "://" in address:
        yield address, ("neo4j", os.environ["COMMITTEE_NEO4J_PASSWORD"]), "neo4j"
        return
    from committee.graph import embedded

    engine = embedded.start(Path(address))
    try:
        yield engine.uri, engine.credentials, embedded.DATABASE
    finally:
        engine.stop()


# --- both sides -----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def fresh(engine: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database."""
    if engine == "embedded":
        store = folder / f"store-{secrets.token_hex(4)}"
        yield str(store)
        shutil.rmtree(store, ignore_errors=True)
        return
    home = folder / f"neo4j-{secrets.token_hex(4)}"
    os.environ.setdefault("COMMITTEE_NEO4J_PASSWORD", secrets.token_urlsafe(12))
    options = ["--bolt", "0", "--http", "0", "--heap", "2g", "--page-cache", "512m", "--owner", str(os.getpid())]
    subprocess.run([SERVER, "start", home, *options], check=True, stdout=subprocess.DEVNULL)
    try:
        yield (home / "run" / "address").read_text().strip()
    finally:
        subprocess.run([SERVER, "stop", home], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(home, ignore_errors=True)


def measure(engines: list[str], accounts: int | None, folder: Path) -> list[dict]:
    """Measure both sides on each engine; return one row for each engine and kind of work."""
    rows = make_market(accounts, folder / "market")
    print("market: " + ", ".join(f"{count:,} {name}" for name, count in rows.items()), file=sys.stderr)
    found = []
    for engine in engines:
        sides = {}
        for side in ("bare", "ours"):
            with fresh(engine, folder) as address:
                answer = subprocess.run(
                    [
                        sys.executable,
                        "-m",
                        "bench.store_bench",
                        "--side",
                        side,
                        "--address",
                        address,
                        "--folder",
                        str(folder),
                    ],
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            sides[side] = json.loads(answer.stdout)
            print(engine, side, sides[side], file=sys.stderr)
        for work in ("write", "read"):
            seconds = {side: sides[side]["seconds"][work] for side in sides}
            found.append(
                {
                    "work": f"Market {'to' if work == 'write' else 'from'} {engine}",
                    "engagements": rows["engagements"],
                    "bare_seconds": round(seconds["bare"], 1),
                    "seconds": round(seconds["ours"], 1),
                    "times": round(seconds["ours"] / seconds["bare"], 2),
                    "megabytes": sides["ours"]["megabytes"],
                }
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.store_bench", description=__doc__)
    parser.add_argument("--accounts", type=int, help="accounts of the market; 3560 have 2 million engagements")
    parser.add_argument("--engines", nargs="+", choices=["neo4j", "embedded"], default=["neo4j", "embedded"])
    parser.add_argument("--folder", type=Path, help="work folder; a temporary one by default")
    parser.add_argument("--side", choices=["bare", "ours"], help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        seconds = {"bare": bare, "ours": ours}[asked.side](asked.address, asked.folder / "market")
        peak = peak_megabytes()
        spent = resource.getrusage(resource.RUSAGE_SELF)
        processor = round(spent.ru_utime + spent.ru_stime, 1)
        print(
            json.dumps(
                {
                    "megabytes": peak,
                    "processor": processor,
                    "seconds": {work: round(value, 2) for work, value in seconds.items()},
                }
            )
        )
        return
    with contextlib.ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="committee-bench-")))
        for row in measure(asked.engines, asked.accounts, folder):
            print(
                f"{row['work']:24} {row['engagements']:>10,} engagements  bare {row['bare_seconds']:>7} s  "
                f"ours {row['seconds']:>7} s  {row['times']:.2f} x  {row['megabytes']:,} MB"
            )


if __name__ == "__main__":
    main()
