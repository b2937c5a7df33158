"""Serves a few texts on loopback, for Neo4j Browser to read: style sheet and tour.

Nobody else can: the path is a secret, and only pages of that Browser's own address may read the answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Served", "serving"]

_KINDS = {"html": "text/html", "grass": "text/plain", "csv": "text/csv", "cypher": "text/plain"}


class Served:
    """A server that answers until it is stopped.

    Attributes
    ----------
    address : str
        Where the texts are, without their names. It says localhost, which Neo4j lets its Browser read by itself.
    """

    def __init__(self, texts: Mapping[str, str], origin: str, port: int) -> None:
        secret = secrets.token_urlsafe(12)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _answering(texts, f"/{secret}/", origin))
        self.address = f"http://localhost:{self._server.server_address[1]}/{secret}"

    def run(self) -> None:
        """Answer until `stop`, or Ctrl-C."""
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()

    def stop(self) -> None:
        """End; called from another thread."""
        self._server.shutdown()


def serving(texts: Mapping[str, str], origin: str, port: int = 0) -> Served:
    """Return a server of texts by name, for pages of one origin; port 0 takes a free one.

    Raises
    ------
    OSError
        The port is taken.
    """
    return Served(texts, origin, port)


def _answering(texts: Mapping[str, str], path: str, origin: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = texts.get(self.path.removeprefix(path)) if self.path.startswith(path) else None
            if text is None:
                self.send_error(404)
                return
            body = text.encode()
            kind = _KINDS.get(self.path.rpartition(".")[2], "text/plain")
            self.send_response(200)
            self._allow()
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def do_OPTIONS(self) -> None:
            self.send_response(204)
            self._allow()
            self.end_headers()

        def _allow(self) -> None:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Headers", "*")
            self.send_header("Access-Control-Allow-Methods", "GET, OPTIONS")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the names of an account would stand in it."""

    return Handler
