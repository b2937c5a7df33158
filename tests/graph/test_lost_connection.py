"""A server that goes away in the middle of the rows is told in one line, and nothing of a half answer is shown."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import urlsplit

import pytest

from committee.errors import StoreUnreachable
from committee.graph.store import open_store
from tests.graph.made_up import in_small_batches


@dataclass
class Asked:
    text: str
    returns: tuple[str, ...] = ()
    name: str = "made up"


@dataclass
class Line:
    """Stands between a client and a server; `most` bytes more from the server, and the line is cut."""

    target: tuple[str, int]
    most: float = float("inf")
    door: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self.door.getsockname()[1]}"

    def open(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.door.accept()
                server = socket.create_connection(self.target)
                Thread(target=self._carry, args=(client, server, False), daemon=True).start()
                Thread(target=self._carry, args=(server, client, True), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                if counted:
                    self.most -= len(data)
                    if self.most < 0:
                        break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def line(neo4j_database) -> Iterator[Line]:
    parts = urlsplit(neo4j_database.uri)
    made = Line((parts.hostname or "", parts.port or 7687))
    Thread(target=made.open, daemon=True).start()
    yield made
    made.door.close()


def test_a_connection_lost_in_the_middle_of_the_rows_is_told_in_one_line(line: Line) -> None:
    many = Asked(
        "UNWIND range(1, 900) AS number RETURN number AS number, 'x' + toString(number * 1000000) AS text ORDER BY number"
    )
    with open_store(line.uri, in_small_batches(row_limit=1000)) as store:
        store.prepare()
        assert len(store.ask(many, {}).rows) == 900
        line.most = 9000
        with pytest.raises(StoreUnreachable, match="does not answer") as told:
            store.ask(many, {})
        assert "\n" not in str(told.value)
        line.most = float("inf")
        assert len(store.ask(many, {}).rows) == 900
