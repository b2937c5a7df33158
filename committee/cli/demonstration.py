"""The demo: the shipped market loaded, detected and written into a folder, and what to look at first."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from committee import pipeline
from committee.cli.opening import opened
from committee.cli.output import show, show_page, sized
from committee.demo import DATA
from committee.findings import Findings
from committee.market import Market
from committee.pipeline.briefing import Asker, material
from committee.pipeline.identifying import market_seen
from committee.privacy import noted
from committee.progress import Progress
from committee.records.tables import write_atomically
from committee.reports.handoff import Options, beside_of, handoff, render
from committee.reports.listing import Rows, flag_rows, group_rows
from committee.settings import Settings

__all__ = ["Demonstration", "day_of_the_demo", "demonstrate"]


_GROUP_COLUMNS = ("account", "program", "need", "status", "people", "personas", "group_id")
_FLAG_COLUMNS = ("account", "program", "certainty", "raised_at", "people", "personas", "expected_by_chance", "flag_id")


@dataclass(frozen=True)
class Demonstration:
    """What a demo wrote: its folder, its findings, and the pages by group, the one to read first at the head."""

    folder: Path
    market: Market
    findings: Findings
    pages: dict[str, Path]

    def show(self) -> None:
        """Print groups, flags, the page to read, and what to try next."""
        show_page("Buying groups that are open, most sales-ready first")
        show(_open(group_rows(self.market, self.findings, rank=True)), columns=_GROUP_COLUMNS)
        show_page("\nFlags, newest first")
        flags = flag_rows(self.market, self.findings)
        show(Rows(flags.columns, flags.rows), columns=_FLAG_COLUMNS)
        first, page = next(iter(self.pages.items()))
        flag = next(
            (
                row[flags.columns.index("flag_id")]
                for row in flags.rows
                if row[flags.columns.index("group_id")] == first
            ),
            None,
        )
        show_page(f"\nRead first: {page}  ({sized(len(self.pages), 'page')} in {self.folder})\n\nTry next:")
        for line in _next_lines(self.folder / "store", first, flag, page):
            show_page(f"  {line}")


def _open(found: Rows) -> Rows:
    place = found.columns.index("status")
    return Rows(found.columns, [row for row in found.rows if row[place] not in ("closed", "dormant")])


def _next_lines(store: Path, group: str, flag: str | None, page: Path) -> list[str]:
    called, kept = _called(), shlex.quote(str(store))
    return [
        f"{called} explain {f'flag:{flag}' if flag else f'group:{group}'} --store {kept}",
        f"{called} handoff verify {shlex.quote(str(page))} --store {kept}",
        f"{called} groups --status single --store {kept}",
        f"{called} ask people_in_two_groups --store {kept}",
    ]


def _called() -> str:
    """How this program is called from where the user stands."""
    if Path(sys.argv[0]).name != "committee":
        return f"{shlex.quote(sys.executable)} -m committee"
    found = shutil.which("committee")
    return "committee" if found and Path(found).resolve() == Path(sys.argv[0]).resolve() else shlex.quote(sys.argv[0])


def day_of_the_demo() -> datetime:
    """Return the moment the demo is looked at: the end of the day its story names."""
    story = tomllib.loads((DATA.parent / "story.toml").read_text(encoding="utf-8"))
    return datetime.combine(story["as_of"], time(), ZoneInfo("UTC")) + timedelta(days=1, milliseconds=-1)


def demonstrate(folder: Path, progress: Progress) -> Demonstration:
    """Load the shipped market into FOLDER/store, detect, and write a page for each group."""
    settings = Settings.read(environment={})
    with opened(str(folder / "store"), settings) as store:
        pipeline.load(store, [DATA], settings, progress=progress)
        findings = pipeline.detect_store(store, day_of_the_demo(), settings, progress=progress)
        market = market_seen(store, progress=progress)
        pages = {}
        ranked = group_rows(market, findings, rank=True)
        for row in ranked.rows:
            told = dict(zip(ranked.columns, row, strict=True))
            name = f"{told['account']} {told['need']} {told['group_id'][:6]}".lower()
            pages[told["group_id"]] = folder / f"{re.sub(r'[^a-z0-9]+', '-', name).strip('-')}.html"
        noted(store, pages.values())
        (run,) = (one.run_id for one in store.runs() if one.current)
        given = material(store, market.accounts["account_id"].to_pylist(), run, progress=progress)
    asker = Asker(given.market, given.findings)
    for group_id, page in pages.items():
        asked = asker.ask(group_id, Options().questions, progress)
        brief = handoff(group_id, given.market, given.findings, Options(), asked, beside_of(given, group_id))
        write_atomically(page, render(brief, "html").encode())
    return Demonstration(folder, market, findings, pages)
