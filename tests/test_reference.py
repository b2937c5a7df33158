"""The generated pages are what the code says today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from committee.cli import CONTENTS
from committee.cli.reference import reference
from committee.cypher.catalog import questions
from committee.records import TABLES, fields_of
from committee.settings import Settings
from committee.settings.lists import LISTS

DOCS = Path(__file__).parent.parent / "docs"


def test_the_reference_page_is_current() -> None:
    told = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")


def test_a_stale_page_is_told(tmp_path: Path) -> None:
    (tmp_path / "generate.py").write_text((DOCS / "generate.py").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "reference.md").write_text("something else")
    line = [sys.executable, str(tmp_path / "generate.py")]
    told = subprocess.run([*line, "--check"], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (
        1,
        "reference.md is stale: run make docs\nmodel.md is stale: run make docs\n",
    )
    subprocess.run(line, check=True, capture_output=True)
    assert subprocess.run([*line, "--check"], check=False).returncode == 0


def test_every_command_setting_question_and_field_stands_in_it() -> None:
    page = reference()
    for section in CONTENTS.values():
        assert all(f"#### committee {name}\n" in page for name in section)
    for name, section in Settings.read(environment={}):
        if name in LISTS:  # the page says where they lie, and how a file changes them
            continue
        assert f"[{name}]" in page
        assert all(f"\n{key} = " in page or f"\n[{name}.{key}]" in page for key in type(section).model_fields)
    assert all(f"#### {name}\n" in page for name in questions())
    for record in TABLES.values():
        assert f"#### {record.table}\n" in page
        assert all(f"| `{spec.name}`" in page for spec in fields_of(record))


def test_the_page_does_not_depend_on_the_terminal(monkeypatch) -> None:
    before = reference()
    monkeypatch.setenv("COLUMNS", "60")
    assert reference() == before
