"""A brief that a real browser has read and written again is the same brief."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reports.small_world import small_findings, small_market
from reports.test_pages_in_a_browser import QUIET

from committee.reports.handoff import Options, handoff, render
from committee.reports.handoff_check.comparing import compared_units
from committee.reports.handoff_check.html_text import read_html

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")
def test_what_a_browser_saves_differs_in_its_bytes_and_in_nothing_that_is_said(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    text = render(handoff("g1", small_market(), small_findings(), Options("meddic", 0)), "html")
    (tmp_path / "brief.html").write_text(text, "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page()
        page.goto((tmp_path / "brief.html").as_uri())
        saved = page.content()
        page.evaluate("document.querySelector('[data-line]').style.display = 'none'")
        hidden = page.content()
        browser.close()
    assert saved != text
    meant = read_html(text).units
    assert compared_units(read_html(saved).units, meant, set()) == []
    assert [one.what for one in compared_units(read_html(hidden).units, meant, set())] == ["markup"]
