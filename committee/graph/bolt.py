"""The one door to the ``neo4j`` driver: the same class speaks to Neo4j 5.26, to the 2026 line and to the embedded engine.

Nothing of the driver leaves this module: rows come out as lists of plain values, failures as the product's errors. It
is somewhat long because the driver's many failures become sentences here, and nowhere else.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    ConstraintError,
    DatabaseError,
    DriverError,
    Forbidden,
    ForbiddenOnReadOnlyDatabase,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from committee.errors import BadSettings, CommitteeError, StoreUnreachable, WriteFailed

__all__ = ["Bolt", "DoubleKey", "Statement"]

Statement = tuple[str, Mapping[str, Any]]
T = TypeVar("T")

# The driver logs what this class already says in a sentence.
logging.getLogger("neo4j").setLevel(logging.CRITICAL)


class DoubleKey(Exception):
    """A key that was to be new is there already."""


class Bolt:
    """A database that speaks Bolt.

    Parameters
    ----------
    uri : str
        Address with a Bolt scheme and without credentials.
    credentials : (user, password) or None
    database : str or None
        None takes the server's default.
    retry_seconds : float
        How long a transaction that fails for a passing reason is tried again.
    connect_seconds : float
        How long to wait for a connection.
    folder : str, optional
        Of an embedded engine: what its user calls the store.

    Raises
    ------
    StoreUnreachable
        Nothing answers at the address, or the credentials are refused.
    """

    def __init__(
        self,
        uri: str,
        credentials: tuple[str, str] | None,
        database: str | None,
        *,
        retry_seconds: float,
        connect_seconds: float,
        folder: str = "",
    ) -> None:
        self.place = folder or _shown(uri)
        self._encrypted = urlsplit(uri).scheme.endswith(("+s", "+ssc"))
        self._is_folder = bool(folder)
        self._database = database
        try:
            self._driver = neo4j.GraphDatabase.driver(
                uri,
                auth=credentials,
                max_transaction_retry_time=retry_seconds,
                connection_timeout=connect_seconds,
                connection_acquisition_timeout=connect_seconds + 5,
                telemetry_disabled=True,
                notifications_min_severity="OFF",
                user_agent="buying-committee",
            )
        except (ConfigurationError, ValueError) as error:
            raise BadSettings(
                f"{_shown(uri)} is no address of a store: {_line(error)}", "Write a folder, or bolt://HOST:PORT"
            ) from None
        try:
            self._driver.verify_connectivity()
            self.agent = self._driver.get_server_info().agent
        except Exception as error:
            self._driver.close()
            raise self._told(error, writing=False) from None

    def rows(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[list[Any]]:
        """Read: run one statement in a read transaction and return its rows."""

        def work(transaction: neo4j.ManagedTransaction) -> list[list[Any]]:
            return transaction.run(text, dict(parameters or {})).values()

        return self._managed(work, writing=False)

    def row(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[Any]:
        """Read the single row of a statement that returns exactly one."""
        (row,) = self.rows(text, parameters)
        return row

    def write(self, statements: Sequence[Statement]) -> list[list[list[Any]]]:
        """Run statements in one write transaction, which may run twice; return the rows of each."""

        def work(transaction: neo4j.ManagedTransaction) -> list[list[list[Any]]]:
            return [transaction.run(text, dict(parameters)).values() for text, parameters in statements]

        return self._managed(work, writing=True)

    def transact(self, work: Callable[[Callable[..., list[list[Any]]]], T]) -> T:
        """Run a function in one write transaction, which may run twice; it gets ``run(text, parameters) -> rows``."""

        def inside(transaction: neo4j.ManagedTransaction) -> T:
            return work(lambda text, parameters=None: transaction.run(text, dict(parameters or {})).values())

        return self._managed(inside, writing=True)

    def define(self, text: str) -> None:
        """Run a schema statement, in a transaction of its own."""
        self.write([(text, {})])

    def answer(
        self, text: str, parameters: Mapping[str, Any], *, rows: int, seconds: float
    ) -> tuple[list[str], list[list[Any]], bool]:
        """Read at most so many rows within so many seconds.

        Returns
        -------
        columns : list of str
            Empty when the engine names none, as the embedded one does for an empty answer.
        rows : list of list
        truncated : bool
            Whether there were more rows.
        """
        outcome: list[Any] = []

        def ask() -> None:
            try:
                with (
                    self._session(neo4j.READ_ACCESS) as session,
                    session.begin_transaction(timeout=seconds) as transaction,
                ):
                    result = transaction.run(text, dict(parameters))
                    found = result.fetch(rows + 1)
                    plain = [_plain_row(record) for record in found[:rows]]
                    columns = list(result.keys())
                    kind = result.consume().query_type
                    transaction.rollback()  # the embedded engine lets a reader write: nothing of it stays
                if kind not in (None, "r"):
                    raise CommitteeError("the question would change the store", "Ask with a text that only reads")
                outcome.append((columns, plain, len(found) > rows))
            except Exception as error:
                outcome.append(error)

        # The embedded engine knows no time limit, so the wait is limited here.
        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(seconds + 1)
        given = outcome[0] if outcome else None
        if given is None or _timed_out(given):
            raise CommitteeError(
                f"the question took longer than {seconds:g} seconds", "Narrow it, or raise store.query_seconds"
            )
        if isinstance(given, ClientError) and not isinstance(given, AuthError):
            raise CommitteeError(
                f"the store refused the question: {_line(given)}", "Correct its text or its parameters"
            )
        if isinstance(given, Exception):
            raise self._told(given, writing=False)
        return cast(tuple[list[str], list[list[Any]], bool], given)

    def plan(self, text: str, parameters: Mapping[str, Any], *, seconds: float) -> list[list[Any]]:
        """Return the steps by which a server would answer a statement: name by depth, details, estimated rows."""
        try:
            with (
                self._session(neo4j.READ_ACCESS) as session,
                session.begin_transaction(timeout=seconds) as transaction,
            ):
                found = transaction.run(f"EXPLAIN {text}", dict(parameters)).consume().plan
        except ClientError as error:
            raise CommitteeError(
                f"the store refused the question: {_line(error)}", "Correct its text or its parameters"
            ) from None
        except (Neo4jError, DriverError, OSError) as error:
            raise self._told(error, writing=False) from None
        return list(_steps(found, 0)) if found else []

    def close(self) -> None:
        """Give the connections back."""
        self._driver.close()

    def _session(self, access: str) -> neo4j.Session:
        return self._driver.session(database=self._database, default_access_mode=access)

    def _managed(self, work: Callable[[neo4j.ManagedTransaction], T], *, writing: bool) -> T:
        try:
            with self._session(neo4j.WRITE_ACCESS if writing else neo4j.READ_ACCESS) as session:
                return session.execute_write(work) if writing else session.execute_read(work)
        except CommitteeError:
            raise
        except (Neo4jError, DriverError, OSError) as error:
            raise self._told(error, writing=writing) from None

    def _told(self, error: Exception, *, writing: bool) -> Exception:
        """The error as the user should see it; one that is a bug of ours stays as it is."""
        place = self.place
        if isinstance(error, ConstraintError):
            return DoubleKey(_line(error))
        if isinstance(error, AuthError):
            return StoreUnreachable(
                f"the store at {place} refuses the user name or password",
                "Set COMMITTEE_NEO4J_USER and COMMITTEE_NEO4J_PASSWORD",
            )
        if isinstance(error, ServiceUnavailable | SessionExpired | OSError):
            return StoreUnreachable(f"the store at {place} does not answer", f"{self._advice()}: what is written stays")
        if isinstance(error, ClientError) and "DatabaseNotFound" in str(error.code):
            return StoreUnreachable(
                f"the store at {place} has no database {self._database}", "Correct COMMITTEE_NEO4J_DATABASE"
            )
        if isinstance(error, Forbidden | ForbiddenOnReadOnlyDatabase):
            return WriteFailed(
                f"the store at {place} may not be written by this user",
                "Use a user who may, or a database that is not read-only",
            )
        # A disk that gives out on commit: the server has forgotten the transaction.
        lost = isinstance(error, ClientError) and "TransactionNotFound" in str(error.code)
        if lost or isinstance(error, TransientError | DatabaseError):
            if writing:
                return WriteFailed(
                    f"the store at {place} could not write: {self._why(error)}",
                    "Check its disk space and its log, then run the command again",
                )
            return StoreUnreachable(
                f"the store at {place} failed: {self._why(error)}", "Check its log, then run the command again"
            )
        return error

    def _why(self, error: Exception) -> str:
        """What the engine gives as a reason; the embedded one often names only the statement."""
        if not self._is_folder or not _line(error).startswith("Error executing"):
            return _line(error)
        return f"a statement failed, with {shutil.disk_usage(self.place).free >> 20:,} MB free on its disk"

    def _advice(self) -> str:
        """What may be wrong where nothing answers."""
        if self._is_folder:
            return "Check its disk space and its folder log, then run the command again"
        if self._encrypted:
            return (
                "Check the address, that the server runs, and that it speaks TLS with a certificate this machine trusts "
                "(+ssc takes any certificate, without +s nothing is encrypted), then run the command again"
            )
        return "Check the address and that the server runs, then run the command again"


def _steps(plan: Mapping[str, Any], depth: int) -> Iterator[list[Any]]:
    arguments = plan.get("args", {})
    name = str(plan["operatorType"]).partition("@")[0]
    yield ["  " * depth + name, arguments.get("Details", ""), round(float(arguments.get("EstimatedRows", 0)), 1)]
    for child in plan.get("children", ()):
        yield from _steps(child, depth + 1)


def _timed_out(given: object) -> bool:
    return isinstance(given, Neo4jError) and any(word in str(given.code) for word in ("TimedOut", "Terminated"))


def _plain_row(record: neo4j.Record) -> list[Any]:
    return [_plain(value) for value in record.values()]


def _plain(value: Any) -> Any:
    """A value without driver types: a node or relationship as the map of its properties, a path as the list of its parts."""
    if isinstance(value, neo4j.graph.Path):
        # In the order of the walk: an arrow may point against it.
        parts: list[Any] = [_plain(value.nodes[0])]
        for relationship, node in zip(value.relationships, value.nodes[1:], strict=True):
            parts += [_plain(relationship), _plain(node)]
        return parts
    if isinstance(value, neo4j.graph.Node):
        return {"labels": sorted(value.labels), "properties": dict(value.items())}
    if isinstance(value, neo4j.graph.Relationship):
        ends = [node.get("key") if node is not None else None for node in value.nodes]
        return {"type": value.type, "start": ends[0], "end": ends[-1], "properties": dict(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value


def _line(error: Exception) -> str:
    text = (error.message if isinstance(error, Neo4jError) else None) or str(error)
    return text.strip().splitlines()[0][:300].removesuffix(".") if text.strip() else type(error).__name__


def _shown(uri: str) -> str:
    """The address without anything that may be a secret."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
