"""How the loaders' tests read: small files written on the spot, one moment for all loads, no vocabulary."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from committee import loaders
from committee.settings import Settings

MOMENT = datetime(2026, 7, 1, tzinfo=UTC)


class NoWords:
    """A vocabulary that knows nothing, so that what is read is what stands in the file."""

    def area(self, conditions):
        return None

    def modality(self, interventions):
        return None

    def normalise(self, field, value):
        return None


@pytest.fixture(scope="session")
def load_settings():
    def settings(**changes):
        return Settings.read(environment={}).load.model_copy(update=changes)

    return settings


@pytest.fixture(scope="session")
def read_files(load_settings):
    def read(*paths, words=None, **changes):
        return loaders.read(
            [Path(p) for p in paths], load_settings(**changes), words or NoWords(), lambda load_id: MOMENT
        )

    return read


@pytest.fixture
def write(tmp_path):
    def write_file(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write_file


@pytest.fixture(scope="session")
def adds_up():
    """Check of each file that every line became a record, joined another line's record, or was refused."""

    def check(incoming):
        for report in incoming.files:
            lines = set()
            for table in incoming.tables.values():
                ours = [load_id == report.load_id for load_id in table["load_id"].to_pylist()]
                lines |= {line for line, mine in zip(table["line"].to_pylist(), ours, strict=True) if mine}
            assert report.read == len(lines) + report.merged + report.rejected, report
        return incoming

    return check


@pytest.fixture(scope="session")
def said():
    """Rows of a table as dicts, without where they come from and in an order that says nothing."""

    def rows(incoming, name, *fields):
        table = incoming.tables[name]
        kept = fields or [
            column
            for column in table.column_names
            if column not in ("load_id", "loaded_at", "line", "source_system", "origins")
        ]
        return sorted(table.select(list(kept)).to_pylist(), key=repr)

    return rows
