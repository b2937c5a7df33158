"""A market into a graph and back, against a bare driver that uses the same recipe and the same columns.

Each figure comes from a process of its own, so that its peak memory is its own; each side gets a fresh database. The two
sides are compared by processor seconds, of the client and the server together, since a busy machine stretches the others.

    python -m bench.store_bench [--accounts N] [--engines neo4j embedded] [--folder FOLDER] [--markdown-out FILE]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.detect_bench import machine
from bench.memory import peak_megabytes
from bench.page import markdown_table, put
from bench.processor import processor_seconds
from committee.market import Market
from committee.settings import Settings

SERVER = Path(__file__).parents[1] / "deploy" / "neo4j" / "server.sh"
SERVER_PROCESS = "COMMITTEE_BENCH_SERVER"  # the process id of the server that is measured
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


Took = tuple[float, float]  # seconds, processor seconds


def took(work: Callable[[], object]) -> Took:
    """Do a piece of work, and say what it took."""
    server = int(os.environ[SERVER_PROCESS]) if SERVER_PROCESS in os.environ else None
    began, spent = time.perf_counter(), processor_seconds(server)
    work()
    return time.perf_counter() - began, processor_seconds(server) - spent


def ours(address: str, folder: Path) -> dict[str, Took]:
    from committee.graph.store import open_store
    from committee.history import Change

    market = Market.read(folder)
    settings = Settings.read(environment={}).store.model_copy(
        update={"read_layer_rows": 0}
    )  # the bare driver keeps none
    with open_store(address, settings) as store:
        store.prepare()
        change = Change(new={name: market[name] for name in TABLES}, resolved=resolution(market))
        back: list[Market] = []
        found = {
            "write": took(lambda: store.write(change)),
            "read": took(lambda: back.append(store.market())),
            "read again": took(store.market),
        }
        if back[0] != market:
            raise SystemExit("the market that came back is another one")
        return found


def bare(address: str, folder: Path) -> dict[str, Took]:
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
        return {
            "write": took(lambda: [_bare_write(write, records[name], name, tables[name]) for name in TABLES]),
            "read": took(lambda: _bare_read(read, tables)),
            "read again": took(lambda: _bare_read(read, tables)),
        }


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
def fresh(engine: str, folder: Path, line: str = "5.26") -> Iterator[tuple[str, int | None]]:
    """Give the address of an empty database, and the process id of its server where it has one."""
    if engine == "embedded":
        store = folder / f"store-{secrets.token_hex(4)}"
        yield str(store), None
        shutil.rmtree(store, ignore_errors=True)
        return
    home = folder / f"neo4j-{secrets.token_hex(4)}"
    os.environ.setdefault("COMMITTEE_NEO4J_PASSWORD", secrets.token_urlsafe(12))
    options = ["--line", line, "--bolt", "0", "--http", "0", "--heap", "2g", "--page-cache", "512m"]
    command = [SERVER, "start", home, *options, "--owner", str(os.getpid())]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    try:
        yield (home / "run" / "address").read_text().strip(), int((home / "run" / "pid").read_text())
    finally:
        subprocess.run([SERVER, "stop", home], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(home, ignore_errors=True)


def measured(side: str, engine: str, folder: Path) -> dict:
    """Measure one side on a fresh database, in a process of its own."""
    with fresh(engine, folder) as (address, server):
        command = [sys.executable, "-m", "bench.store_bench", "--side", side, "--address", address]
        environment = os.environ | ({SERVER_PROCESS: str(server)} if server else {})
        answer = subprocess.run(
            [*command, "--folder", str(folder)], check=True, stdout=subprocess.PIPE, text=True, env=environment
        )
    found: dict = json.loads(answer.stdout)
    print(engine, side, found, file=sys.stderr, flush=True)
    return found


def measure(engines: list[str], folder: Path, engagements: int) -> list[list[object]]:
    """Measure both sides on each engine; return one row for each engine and kind of work."""
    found = []
    for engine in engines:
        sides = {side: measured(side, engine, folder) for side in ("bare", "ours")}
        for work in ("write", "read"):
            bare_took, our_took = sides["bare"]["took"][work], sides["ours"]["took"][work]
            what = f"market {'to' if work == 'write' else 'from'} {engine}"
            speed = round(engagements / our_took[0])
            times = our_took[1] / bare_took[1]
            found.append([what, *bare_took, *our_took, times, speed, sides["ours"]["megabytes"]])
    return found


COLUMNS = [
    "work",
    "bare seconds",
    "bare processor seconds",
    "seconds",
    "processor seconds",
    "times",
    "engagements a second",
    "MB of the process",
]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.store_bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--accounts", type=int, help="accounts of the market; 3560 have 2 million engagements")
    parser.add_argument("--engines", nargs="+", choices=["neo4j", "embedded"], default=["neo4j", "embedded"])
    parser.add_argument("--folder", type=Path, help="work folder; a temporary one by default")
    parser.add_argument("--markdown-out", type=Path, metavar="FILE", help="put the table into this page as well")
    parser.add_argument("--side", choices=["bare", "ours"], help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        found = {"bare": bare, "ours": ours}[asked.side](asked.address, asked.folder / "market")
        print(json.dumps({"megabytes": peak_megabytes(), "took": found}))
        return
    with contextlib.ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="committee-bench-")))
        rows = make_market(asked.accounts, folder / "market")
        said = ", ".join(f"{count:,} {name}" for name, count in rows.items())
        print(f"market: {said}", file=sys.stderr, flush=True)
        figures = markdown_table(COLUMNS, measure(asked.engines, folder, rows["engagements"]))
    text = f"""A market of {said} into an empty store and back, beside a bare driver with the same columns and statements.
*times* compares the processor seconds of client and server together: other work on the machine stretches the seconds.
{machine()}.

{figures}
"""
    print(text, end="")
    if asked.markdown_out:
        few = f"--accounts {asked.accounts} " if asked.accounts else ""
        command = f"python -m bench.store_bench {few}--markdown-out docs/{asked.markdown_out.name}"
        put(asked.markdown_out, "store", "Into the store and back", command, text)


if __name__ == "__main__":
    main()
