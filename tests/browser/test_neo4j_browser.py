"""The classic Neo4j Browser on a real server, in a real Chromium: it takes the style, the saved queries and the tour.

Screenshots go to build/neo4j-browser (or the folder COMMITTEE_SCREENSHOTS names), for a person to look at.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cli.calling import called
from cypher import tiny_world

from committee.cli.serving import serving
from committee.settings import word_list

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PICTURES = Path(os.environ.get("COMMITTEE_SCREENSHOTS") or Path(__file__).parents[2] / "build" / "neo4j-browser")
LONG = 30_000  # milliseconds that a busy machine may take for one step

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")


@dataclass
class Opened:
    """Browser in a page, connected, with what `committee browser` wrote."""

    page: Any
    folder: Path
    address: str
    shots: int = 0

    def shot(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.shots += 1
        self.page.screenshot(path=PICTURES / f"{self.shots:02}-{name}.png")

    def editor(self) -> str:
        return " ".join(self.page.locator("[data-testid=activeEditor] .view-lines").first.inner_text().split())

    def frames(self) -> int:
        return int(self.page.locator("[data-testid=frame]").count())

    def run(self) -> None:
        before = self.frames()
        self.page.locator("[data-testid=editor-Run]").first.click()
        self.page.wait_for_function(
            "before => document.querySelectorAll('[data-testid=frame]').length > before", arg=before, timeout=LONG
        )

    def command(self, text: str) -> None:
        self.page.locator("[data-testid=activeEditor] .monaco-editor").first.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)
        self.run()

    def drawn(self) -> dict[str, int]:
        """Colours of the circles in the newest frame, and how many there are of each."""
        newest = self.page.locator("[data-testid=frame]").first
        circles = newest.locator("svg circle[fill^='#']")
        circles.first.wait_for(timeout=LONG)
        fills = circles.evaluate_all("all => all.map(one => one.getAttribute('fill').toUpperCase())")
        return {fill: fills.count(fill) for fill in fills}

    def captions(self) -> str:
        newest = self.page.locator("[data-testid=frame]").first
        return " ".join(newest.locator("svg text").all_text_contents())

    def drop(self, paths: list[Path]) -> None:
        files = [(path.name, path.read_text(encoding="utf-8")) for path in paths]
        carried = self.page.evaluate_handle(
            """files => { const all = new DataTransfer();
            for (const [name, text] of files) all.items.add(new File([text], name, {type: 'text/plain'})); return all; }""",
            files,
        )
        for event in ("dragenter", "dragover", "drop"):
            self.page.dispatch_event("[data-testid=main]", event, {"dataTransfer": carried})


def _offers_browser(address: str) -> bool:
    parts = urlsplit(address)
    try:
        with urllib.request.urlopen(f"{parts.scheme}://{parts.netloc}/browser/", timeout=10) as answer:
            return b"neo4j" in answer.read().lower()
    except OSError:
        return False


@pytest.fixture
def opened(neo4j_database, tmp_path: Path) -> Iterator[Opened]:
    from playwright.sync_api import sync_playwright

    with tiny_world.filled(neo4j_database.uri):
        answer = called("browser", "--out", tmp_path / "browser", "--store", neo4j_database.uri)
    assert answer.code == 0, answer.err
    address = answer.out.strip().splitlines()[-1]
    if not _offers_browser(address):
        pytest.skip(f"no Neo4j Browser answers at {urlsplit(address).netloc}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1500, "height": 1000}).new_page()
        page.goto(address)
        page.locator("[data-testid=password]").wait_for(timeout=LONG)
        page.fill("[data-testid=username]", neo4j_database.user)
        page.fill("[data-testid=password]", neo4j_database.password)
        page.click("[data-testid=connect]")
        page.locator("[data-testid=frame]", has_text=":play start").wait_for(timeout=LONG)  # connected, and at rest
        yield Opened(page, tmp_path / "browser", address)
        browser.close()


def colour(label: str) -> str:
    return next(str(node["color"]).upper() for node in word_list("browser")["nodes"] if node["label"] == label)


def test_browser_takes_the_style_the_saved_queries_and_the_tour(opened: Opened) -> None:
    # the address prepares the first query; one click draws it: Adler runs three programs, one of which two groups buy for
    assert "RUN_BY" in opened.editor()
    opened.run()
    assert sum(opened.drawn().values()) == 6
    opened.shot("first-query-without-style")

    # the style sheet, from a folder or by its address
    opened.drop([opened.folder / "style.grass"])
    opened.page.wait_for_function(
        "() => (localStorage.getItem('neo4j.grass') || '').includes('BuyingGroup')", timeout=LONG
    )
    opened.page.evaluate("() => localStorage.removeItem('neo4j.grass')")
    texts = {name: (opened.folder / name).read_text(encoding="utf-8") for name in ("style.grass", "tour.html")}
    parts = urlsplit(opened.address)
    served = serving(texts, f"{parts.scheme}://{parts.netloc}")
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    opened.command(f":style {served.address}/style.grass")
    query = (opened.folder / "tour.cypher").read_text(encoding="utf-8").partition(";\n")[0]
    opened.command(query)
    assert opened.drawn() == {colour("Account"): 1, colour("BuyingGroup"): 2, colour("Program"): 3}
    assert all(word in opened.captions() for word in ("Adler", "ADL-101", "biomarker", "forming"))
    opened.shot("first-query")

    # each step of the tour runs by a click
    opened.command(f":play {served.address}/tour.html")
    guide = opened.page.locator("[data-testid=frame]", has_text="tour.html")
    guide.wait_for(timeout=LONG)
    opened.shot("tour")
    steps = texts["tour.html"].count("<pre")
    assert steps == len(word_list("browser")["tour"])
    for number in range(1, steps + 1):
        guide.locator("[data-testid=nextSlide]").click()
        code = guide.locator("pre:visible").first
        code.click()
        wanted = " ".join(code.inner_text().split())
        assert opened.editor()[:60] == wanted[:60]
        opened.run()
        assert opened.drawn(), number
        opened.shot(f"tour-step-{number}")
    served.stop()
    thread.join(10)

    # saved queries: a file a favourite, named by its first comment
    opened.page.locator("[data-testid=navigationFavorites]").click()
    for name in ("groups_forming.picture.cypher", "members_of_group.cypher", "what_is_here.cypher"):
        opened.drop([opened.folder / "favorites" / name])
        opened.page.get_by_text("Save to favorites").click()
    opened.page.wait_for_function(
        "() => (localStorage.getItem('neo4j.documents') || '').includes('what_is_here')", timeout=LONG
    )
    kept = json.loads(opened.page.evaluate("() => localStorage.getItem('neo4j.documents')"))
    first_lines = {document["content"].splitlines()[0] for document in kept}
    assert "// what_is_here: What is in the graph, and how much of it?" in first_lines
    assert any(line.startswith("// groups_forming:") and "picture of the first 15 rows" in line for line in first_lines)
    opened.shot("saved-queries")
