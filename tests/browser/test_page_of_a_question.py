"""The page that draws a question, in a real Chromium: silent, asking for nothing, names of strangers as text."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reports.test_paths import ROWS

from committee.reports.paths import paths_page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")


def test_the_page_is_silent_asks_for_nothing_and_is_walked_by_keyboard(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    path = tmp_path / "page.html"
    path.write_text(paths_page("Who <i>is</i> there?", ROWS, 3, 3, "who"), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1250, "height": 900})
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        assert (said, asked) == ([], [path.as_uri()])
        assert "Who <i>is</i> there?" in page.inner_text("h1")
        assert "Ada <b>Novak</b>" in page.inner_text("main")
        assert page.locator("main b:has-text('Novak')").count() == 0
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.getAttribute('aria-label')").startswith("group, biomarker")
        page.keyboard.press("Enter")
        assert page.evaluate("() => location.hash").startswith("#row-")
        boxes = page.eval_on_selector_all(
            "svg.map .thing rect", "all => all.map(one => one.getBoundingClientRect().toJSON())"
        )
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                apart = one["right"] <= other["left"] or other["right"] <= one["left"]
                assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]
        browser.close()
