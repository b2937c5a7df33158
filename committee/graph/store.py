"""The store: the verbs by which the product keeps a market, findings and decisions in a graph.

It is long because the verbs stand in one place, each with its contract; what they do stands in the files beside it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import pyarrow as pa

from committee.decisions import Decisions
from committee.errors import BadSettings, CommitteeError, NotFound, OldSchema, WriteFailed
from committee.findings import Findings, Run
from committee.graph import embedded, rebuilding, schema
from committee.graph.bolt import Bolt
from committee.graph.dump import Dump, KeptRun, read_dump, write_dump
from committee.graph.erasing import Erasing
from committee.graph.learned import CalibrationShelf
from committee.graph.lock import WriterLock
from committee.graph.projection import Projection
from committee.graph.publish import Publisher
from committee.graph.runs import RunReader, RunSummary
from committee.graph.write import ChangeWriter
from committee.history import Change
from committee.history import known_at as market_known_at
from committee.market import Market
from committee.progress import SILENT, Progress
from committee.records import LOADED, SCHEMA_VERSION, TABLES, Decision, Load, Record, fields_of
from committee.settings import StoreSettings

__all__ = ["Answer", "Store", "open_store"]

DEFAULT_FOLDER = "committee-store"
_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


@dataclass(frozen=True)
class Answer:
    """What a question gave: column names, rows in their order, and whether there were more than the limit."""

    columns: list[str]
    rows: list[list[Any]]
    truncated: bool


class Question(Protocol):
    """What the store needs to know of a question."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def returns(self) -> Sequence[str]: ...


def open_store(
    address: str | None,
    settings: StoreSettings,
    environment: Mapping[str, str] = os.environ,
    read_only: bool = False,
) -> Store:
    """Open the store at an address.

    Parameters
    ----------
    address : str or None
        A folder for the embedded engine, which is made when it is not there, or a Bolt URI. None takes COMMITTEE_STORE,
        else the folder ``committee-store`` in the working directory.
    settings : StoreSettings
    environment : mapping
        Gives COMMITTEE_STORE and, for a server, COMMITTEE_NEO4J_USER and COMMITTEE_NEO4J_PASSWORD (else NEO4J_USERNAME
        and NEO4J_PASSWORD) and COMMITTEE_NEO4J_DATABASE.
    read_only : bool
        Refuse to make a store that is not there, and every write.

    Raises
    ------
    StoreUnreachable, StoreBusy, WriteFailed, BadSettings, NotFound
    """
    address = address or environment.get("COMMITTEE_STORE") or DEFAULT_FOLDER
    if "://" in address:
        _refuse_bad_uri(address)
        bolt = Bolt(
            address,
            _credentials(environment),
            environment.get("COMMITTEE_NEO4J_DATABASE") or None,
            retry_seconds=settings.retry_seconds,
            connect_seconds=settings.connect_seconds,
        )
        return Store(bolt, settings, read_only=read_only)
    return _open_folder(Path(address), settings, read_only)


def _open_folder(folder: Path, settings: StoreSettings, read_only: bool) -> Store:
    if read_only and not embedded.is_store(folder):
        raise NotFound(f"there is no store at {folder}", "Load something first, or name another store with --store")
    engine = embedded.start(folder)
    with ExitStack() as when_it_fails:
        when_it_fails.callback(engine.stop)
        bolt = Bolt(
            engine.uri,
            engine.credentials,
            embedded.DATABASE,
            retry_seconds=settings.retry_seconds,
            connect_seconds=settings.connect_seconds,
            folder=str(engine.folder),
        )
        when_it_fails.callback(bolt.close)
        store = Store(bolt, settings, engine, read_only=read_only)
        when_it_fails.pop_all()
    return store


def _refuse_bad_uri(address: str) -> None:
    parts = urlsplit(address)
    if parts.username is not None or parts.password is not None:
        raise BadSettings(
            "the address of the store holds credentials, which would end up in logs",
            "Put them into COMMITTEE_NEO4J_USER and COMMITTEE_NEO4J_PASSWORD",
        )
    try:
        port_is_one = parts.port != 0
    except ValueError:
        port_is_one = False
    if parts.scheme not in _SCHEMES or not parts.hostname or not port_is_one:
        raise BadSettings(
            f"{address} is no address of a store", "Write a folder, or bolt://HOST:PORT or neo4j+s://HOST"
        )
    if parts.path.strip("/"):
        raise BadSettings(
            f"the address {address} ends in a name, which no server reads",
            f"Name the database {parts.path.strip('/')} in COMMITTEE_NEO4J_DATABASE",
        )
    if parts.query and not parts.scheme.startswith("neo4j"):
        raise BadSettings(f"{address} holds a query, which only neo4j:// addresses may", "Leave out what follows the ?")


def _credentials(environment: Mapping[str, str]) -> tuple[str, str] | None:
    password = environment.get("COMMITTEE_NEO4J_PASSWORD") or environment.get("NEO4J_PASSWORD")
    user = environment.get("COMMITTEE_NEO4J_USER") or environment.get("NEO4J_USERNAME") or "neo4j"
    return (user, password) if password else None


class Store:
    """A graph with a market, findings and decisions in it; a context manager.

    Attributes
    ----------
    notices : list of str
        What was seen and done that its user should know, such as a repaired index.
    """

    def __init__(
        self, bolt: Bolt, settings: StoreSettings, engine: embedded.Engine | None = None, *, read_only: bool = False
    ) -> None:
        self._bolt = bolt
        self._settings = settings
        self._engine = engine
        self._read_only = read_only
        self._lock = WriterLock(bolt, settings.lock_seconds)
        self.notices: list[str] = []
        if engine is not None and not engine.ended_cleanly:
            self._repair()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give everything back; an embedded engine ends."""
        if self._lock.held:
            self._lock.give()
        self._bolt.close()
        if self._engine is not None:
            self._engine.stop()

    # --- schema -----------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make constraints and indexes where they are not there; doing it twice changes nothing.

        Raises
        ------
        OldSchema
            The database holds another schema version, or somebody else's data.
        """
        version = self._version()
        if version is None:
            for definition in schema.definitions():
                self._bolt.define(definition)
            statement = "MERGE (s:CommitteeStore {key: 'store'}) SET s.schema_version = $version"
            self._bolt.write([(statement, {"version": SCHEMA_VERSION})])

    def _version(self) -> int | None:
        """The schema version; None for an empty database."""
        rows = self._bolt.rows("MATCH (s:CommitteeStore {key: 'store'}) RETURN s.schema_version AS version")
        if not rows:
            (nodes,) = self._bolt.row("MATCH (n) WITH n LIMIT 1 RETURN count(n) AS nodes")
            if nodes:
                raise OldSchema(
                    f"the database at {self._bolt.place} holds data that are not this product's",
                    "Name an empty database, or a folder",
                )
            return None
        version = int(rows[0][0])
        if version != SCHEMA_VERSION:
            raise OldSchema(
                f"the store has schema version {version}, this program writes version {SCHEMA_VERSION}",
                "Dump it with the version that wrote it, and restore the dump into a fresh store",
            )
        return version

    def _repair(self) -> None:
        """Build the unique indexes anew after a write that did not end: one of them may miss entries."""
        if self._version() is None:
            return
        for definition in schema.definitions():
            if definition.startswith("CREATE CONSTRAINT"):
                self._bolt.define(f"DROP CONSTRAINT {definition.split()[2]} IF EXISTS")
                self._bolt.define(definition)
        counts = self.counts()
        self.notices.append(
            f"the last write to this store did not end; its unique indexes were built anew over {sum(counts.values()):,} nodes and relationships"
        )

    # --- one writer -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Hold the right to write; inside it, writing verbs use it, outside each takes it for itself.

        Raises
        ------
        StoreBusy
            Another process writes.
        """
        if self._read_only:
            raise BadSettings("the store was opened for reading only", "Open it for writing")
        if self._lock.held:
            yield
            return
        if self._version() is None:
            self.prepare()
        self._lock.take(purpose)
        try:
            if self._engine is not None:
                self._engine.writes()
            yield
        finally:
            self._lock.give()

    # --- the market -------------------------------------------------------------------------------------------------

    def write(self, change: Change, progress: Progress | None = None) -> None:
        """Write a change of the market; writing it twice, or half and then whole, leaves the same graph."""
        with self.writing("load"):
            settings = self._settings
            writer = ChangeWriter(self._bolt, settings.batch_rows, self._lock.guard, settings.read_layer_rows)
            writer.write(change, progress or SILENT)

    def market(
        self,
        tables: Sequence[str] | None = None,
        accounts: Sequence[str] | None = None,
        until: datetime | None = None,
        known_at: datetime | None = None,
        progress: Progress | None = None,
    ) -> Market:
        """Read the market as it was stated, with provenance; what was worked out of it stands in derived columns.

        New faces and employments worked out from replaced employers are in it, marked as such.

        Parameters
        ----------
        tables : sequence of str, optional
            Only these tables; the others are empty.
        accounts : sequence of str, optional
            Only these accounts and what belongs to them; content and campaigns are always whole.
        until : datetime, optional
            Only engagements before this moment.
        known_at : datetime, optional
            What was known at this moment.
        """
        self._version()
        projection = Projection(self._bolt, self._settings.columns_chunk)
        read: dict[str, pa.Table] = {}
        for record in Market.records:
            if tables is None or record.table in tables:
                where, parameters = _of_accounts(record, accounts)
                read[record.table] = projection.table(
                    record, progress or SILENT, where=where, parameters=parameters, until=until
                )
        market = Market(read)
        return market if known_at is None else market_known_at(market, known_at)

    def waiting(self) -> Mapping[str, pa.Table]:
        """Return the whole rows of records that wait for the target of a reference, by table."""
        projection = Projection(self._bolt, self._settings.columns_chunk)
        found = {}
        for record in LOADED:
            if any(map(schema.can_wait, schema.references_of(record))):
                table = projection.table(record, SILENT, where=["n.waits = true"])
                if table.num_rows:
                    found[record.table] = Market({record.table: table})[record.table]
        return found

    def same(self) -> dict[str, dict[str, str]]:
        """Return which accounts and contacts stand for which, by table."""
        found = {}
        for table in ("accounts", "contacts"):
            rows = self._bolt.rows(
                f"MATCH (n:{TABLES[table].label}) WHERE n.is_now IS NOT NULL RETURN n.key AS old, n.is_now AS now ORDER BY old"
            )
            found[table] = dict(rows)
        return found

    def loads(self) -> pa.Table:
        """Return the loads, finished or not."""
        return self.market(tables=[Load.table]).loads

    # --- findings and decisions -------------------------------------------------------------------------------------

    def publish(self, findings: Findings, progress: Progress | None = None) -> None:
        """Write the findings of a run beside the others, then let readers see it; publishing twice changes nothing."""
        with self.writing("publish"):
            self._publisher().publish(findings, progress or SILENT)

    def findings(self, run_id: str | None = None, accounts: Sequence[str] | None = None) -> Findings:
        """Read the findings of a run, the current one when none is named.

        Raises
        ------
        NotFound
            There is no such run.
        """
        return self._runs().findings(run_id, accounts)

    def run(self, run_id: str) -> Run:
        """Return how a run came about.

        Raises
        ------
        NotFound
            There is no such run.
        """
        return self._runs().run(run_id)

    def learned(self, run_id: str) -> dict[str, str]:
        """Return what a run was concluded with: texts by the names of `committee.findings.LEARNED`, where it has any."""
        return self._runs().learned(run_id)

    def calibrations(self) -> dict[str, str]:
        """Return the calibrations that are kept under a name, as texts."""
        return self._shelf().all()

    def keep_calibration(self, name: str, text: str) -> None:
        """Keep a calibration under a name; an earlier one of that name gives way."""
        with self.writing("calibrate"):
            self._shelf().keep(name, text)

    def _shelf(self) -> CalibrationShelf:
        return CalibrationShelf(self._bolt, self._settings.text_chunk, self._lock.guard)

    def runs(self) -> list[RunSummary]:
        """Return the published runs, the latest first."""
        return self._runs().runs()

    def loads_since_run(self, run_id: str | None = None) -> int:
        """Return how many loads were made after a run, the current one when none is named, was published."""
        match = "MATCH (:Head)-[:CURRENT]->(r:Run)" if run_id is None else "MATCH (r:Run {key: $run})"
        rows = self._bolt.rows(f"{match} RETURN r.load_ids AS load_ids", {"run": run_id or ""})
        ((loads,),) = self._bolt.rows("MATCH (l:Load) RETURN collect(l.load_id) AS loads")
        return len(set(loads) - set(rows[0][0] or ())) if rows else len(loads)

    def loads_of_run(self, run_id: str) -> list[str]:
        """Return the ids of the loads that a run knew."""
        return dict(self._runs().in_order()).get(run_id, [])

    def prune(self, keep: int) -> list[str]:
        """Delete all runs but the current one and the latest so many; return their ids."""
        with self.writing("prune"):
            return self._publisher().prune(keep)

    def _publisher(self) -> Publisher:
        return Publisher(self._bolt, self._settings, self._lock.guard)

    def _runs(self) -> RunReader:
        return RunReader(self._bolt, self._settings.columns_chunk)

    def record(self, decisions: Decisions) -> None:
        """Keep decisions; one that is kept already stays as it is."""
        with self.writing("record decisions"):
            writer = ChangeWriter(self._bolt, self._settings.batch_rows, self._lock.guard)
            writer.add(Decision, decisions[Decision.table], SILENT)

    def decisions(self) -> Decisions:
        """Return all decisions."""
        table = Projection(self._bolt, self._settings.columns_chunk).table(Decision, SILENT)
        return Decisions({Decision.table: table})

    # --- moving house -----------------------------------------------------------------------------------------------

    def dump(self, folder: str | Path, progress: Progress | None = None) -> None:
        """Write all that was loaded, decided and concluded into a new folder.

        Raises
        ------
        WriteFailed
            The folder is not empty, or cannot be written.
        """
        write_dump(self.held(progress), Path(folder))

    def held(self, progress: Progress | None = None) -> Dump:
        """Return all that was loaded, decided and concluded."""
        reader = self._runs()
        runs = [
            KeptRun(
                reader.findings(run_id, None).with_learned(reader.learned(run_id)), reader.lineage(run_id), load_ids
            )
            for run_id, load_ids in reader.in_order()
        ]
        resolved = Projection(self._bolt, self._settings.columns_chunk).resolved()
        current = [run.run_id for run in reader.runs() if run.current]
        market = self.market(progress=progress)
        erasing = self.erasing
        beside = (erasing.key(), self.calibrations(), erasing.written())
        return Dump(market, resolved, self.decisions(), runs, "".join(current), *beside)

    def restore(self, folder: str | Path, progress: Progress | None = None) -> None:
        """Read what `dump` wrote into this store, which has to be empty; restoring again completes what was interrupted.

        Raises
        ------
        BadFile
            The folder is no dump, or a file in it is not as it was written.
        WriteFailed
            The store holds something else.
        """
        self.take(read_dump(Path(folder)), progress)

    def take(self, dump: Dump, progress: Progress | None = None) -> None:
        """Write what another store held into this one, which has to be empty."""
        with self.writing("restore"):
            kept = set(self.loads().column("load_id").to_pylist())
            if not kept <= set(dump.market.loads.column("load_id").to_pylist()) or self._holds_more(dump):
                raise WriteFailed(f"the store at {self._bolt.place} is not empty", "Restore into a new store")
            new = {name: table for name, table in dump.market.items() if table.num_rows}
            self.write(Change(new=new, resolved=dump.resolved, same=dump.market.same()), progress)
            if dump.erasure_key:
                self.erasing.keep_key(dump.erasure_key)
            self.erasing.note_written(dump.written)
            self.record(dump.decisions)
            for name, text in dump.calibrations.items():
                self.keep_calibration(name, text)
            publisher = self._publisher()
            for run in dump.runs:
                publisher.publish(run.findings, progress or SILENT, run.lineage, run.load_ids)
            if dump.current:
                publisher.point_to(dump.current)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Exchange the files of an embedded store for a fresh copy, in which no deleted byte is left; a server does so itself.

        The copy takes the place of the files when the store is closed; until then nothing may be written.

        Raises
        ------
        WriteFailed
            There is no room for a copy; the store is as it was.
        """
        if self._engine is None:
            return
        folder = self._engine.folder
        try:
            with self.writing("rebuild"), _open_folder(rebuilding.begin(folder), self._settings, False) as fresh:
                fresh.take(self.held(progress), progress)
                if _comparable(fresh.counts()) != _comparable(self.counts()):
                    raise WriteFailed(f"the copy of {folder} is not whole", "Run the command again")
            rebuilding.commit(folder)
        except BaseException:
            rebuilding.give_up(folder)
            raise

    def _holds_more(self, dump: Dump) -> bool:
        """Whether the store holds rows or runs that the dump does not, as far as their number tells."""
        counts, market = self.counts(), dump.market
        too_many = any(counts.get(TABLES[name].label, 0) > market[name].num_rows for name in market)
        return too_many or not {run.run_id for run in self.runs()} <= {run.run_id for run in dump.runs}

    @property
    def erasing(self) -> Erasing:
        """What erasing a person needs of the store."""
        return Erasing(self._bolt, self._settings, self._engine, self._lock.guard)

    # --- questions --------------------------------------------------------------------------------------------------

    def ask(self, question: Question, parameters: Mapping[str, Any]) -> Answer:
        """Ask a question, within the limits of rows and time in the settings; it cannot write.

        Raises
        ------
        OldSchema
            The database holds another schema version, or somebody else's data.
        CommitteeError
            The question takes too long, or the engine does not understand it.
        """
        self._version()
        columns, rows, truncated = self._bolt.answer(
            question.text, parameters, rows=self._settings.row_limit, seconds=self._settings.query_seconds
        )
        return Answer(columns or list(question.returns), rows, truncated)

    def explain(self, question: Question, parameters: Mapping[str, Any]) -> Answer:
        """Return how the server would answer a question, a row a step, the last step first; nothing is read.

        Raises
        ------
        CommitteeError
            The engine shows no plan, as the embedded one does not.
        """
        if self._engine is not None:
            raise CommitteeError("the embedded engine shows no plan", "Explain it on a Neo4j server")
        steps = self._bolt.plan(question.text, parameters, seconds=self._settings.query_seconds)
        return Answer(["step", "details", "estimated_rows"], steps, False)

    @property
    def address(self) -> str | None:
        """Bolt address of the server; None for the embedded engine."""
        return self._bolt.place if self._engine is None else None

    def web_address(self) -> str:
        """Return host and port at which the server offers Neo4j Browser; empty when it does not say."""
        text = "SHOW SETTINGS YIELD name, value WHERE name = 'server.http.advertised_address' RETURN value AS value"
        try:
            rows, *_ = self._bolt.answer(text, {}, rows=1, seconds=self._settings.query_seconds)[1:]
        except CommitteeError:
            return ""
        return str(rows[0][0]) if rows and rows[0][0] else ""

    def counts(self) -> dict[str, int]:
        """Return how many nodes of each label and relationships of each type there are, the product's own book-keeping aside."""
        labels = self._bolt.rows("MATCH (n) UNWIND labels(n) AS name RETURN name, count(*) AS rows ORDER BY name")
        types = self._bolt.rows("MATCH ()-[r]->() RETURN type(r) AS name, count(*) AS rows ORDER BY name")
        return {
            name: rows
            for name, rows in (*labels, *types)
            if name not in ("CommitteeStore", "CommitteeTable", "WriterLock")
        }


def _comparable(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts without what is derived from the rest, and made anew by and by."""
    return {name: count for name, count in counts.items() if name not in ("Need", "READ", "Publication")}


def _of_accounts(record: type[Record], accounts: Sequence[str] | None) -> tuple[list[str], dict[str, Any]]:
    """The condition that a row belongs to one of the accounts, where the table says so."""
    names = {spec.name for spec in fields_of(record)}
    if accounts is None or "account_id" not in names:
        return [], {}
    joined = " OR n.is_now IN $accounts" if "is_now" in names and record.table == "accounts" else ""
    return [f"(n.account_id IN $accounts{joined})"], {"accounts": list(accounts)}
