"""Write the generated pages of this folder; with ``--check`` only tell whether they are stale."""

from __future__ import annotations

import sys
from pathlib import Path

from committee.cli.reference import reference
from committee.reports.model import model_page

PAGES = {Path(__file__).with_name("reference.md"): reference, Path(__file__).with_name("model.md"): model_page}


def stale() -> list[Path]:
    """Return the pages that are not what the code says."""
    return [page for page, made in PAGES.items() if not page.exists() or page.read_text(encoding="utf-8") != made()]


def main() -> int:
    """Write, or check."""
    old = stale()
    if "--check" in sys.argv[1:]:
        for page in old:
            sys.stderr.write(f"{page.name} is stale: run make docs\n")
        return 1 if old else 0
    for page in old:
        page.write_text(PAGES[page](), encoding="utf-8", newline="\n")
        sys.stdout.write(f"wrote {page}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
