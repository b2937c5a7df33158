"""Long texts in the graph, in pieces of bounded length: what runs were concluded with, and calibrations under a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from committee.findings import LEARNED
from committee.graph.bolt import Bolt, Statement
from committee.graph.write import Run
from committee.records import run_key

__all__ = ["CalibrationShelf", "learned_of", "text_nodes"]


def text_nodes(run_id: str, name: str, text: str, length: int) -> Iterator[list[Statement]]:
    """Give the statements that keep a text of a run, piece by piece."""
    for part, piece in enumerate(_pieces(text, length)):
        made = "CREATE (n:FindingsColumns {key: $key, run_id: $run_id, table_name: $name, part: $part, rows: 0, text: $text})"
        key = run_key(run_id, name, str(part))
        yield [(made, {"key": key, "run_id": run_id, "name": name, "part": part, "text": piece})]


def learned_of(bolt: Bolt, run_id: str) -> dict[str, str]:
    """Return the texts of a run by name; empty where it has none."""
    found = {}
    for name in LEARNED:
        rows = bolt.rows(
            "MATCH (n:FindingsColumns) WHERE n.run_id = $run AND n.table_name = $name "
            "RETURN n.text AS text ORDER BY n.part",
            {"run": run_id, "name": name},
        )
        if rows:
            found[name] = "".join(text for (text,) in rows)
    return found


class CalibrationShelf:
    """Calibrations of a store, by the names people gave them.

    Parameters
    ----------
    bolt : Bolt
    length : int
        Characters of a piece.
    guard : callable
        Called inside each write transaction; raises when the right to write is lost.
    """

    def __init__(self, bolt: Bolt, length: int, guard: Callable[[Run], None]) -> None:
        self._bolt, self._length, self._guard = bolt, length, guard

    def all(self) -> dict[str, str]:
        """Return the texts of all calibrations by name, in the order of the names."""
        rows = self._bolt.rows("MATCH (c:Calibration) RETURN c.name AS name, c.text AS text ORDER BY name, c.part")
        found: dict[str, str] = {}
        for name, text in rows:
            found[name] = found.get(name, "") + text
        return found

    def keep(self, name: str, text: str) -> None:
        """Keep a calibration; one of the same name gives way to it."""
        pieces = list(_pieces(text, self._length))

        def work(run: Run) -> None:
            self._guard(run)
            run("MATCH (c:Calibration) WHERE c.name = $name DELETE c", {"name": name})
            for part, piece in enumerate(pieces):
                about = {"key": run_key(name, str(part)), "name": name, "part": part, "text": piece}
                run("CREATE (:Calibration {key: $key, name: $name, part: $part, text: $text})", about)

        self._bolt.transact(work)


def _pieces(text: str, length: int) -> Iterator[str]:
    for start in range(0, max(1, len(text)), length):
        yield text[start : start + length]
