"""The pages as a browser shows and prints them: Debian's or any other Chromium, driven by playwright."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from reports.demo_world import best_group, demo
from reports.small_world import LONG_NAME, SCRIPT_NAME, crowd, small_findings, small_market
from reports.twin_world import twins

from committee.pipeline.briefing import Asker
from committee.reports.account import account_page
from committee.reports.handoff import Beside, Options, handoff, render

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

ON_PAPER = 695  # pixels between the margins of A4, 184 mm of 96 dots an inch
FIRST_SHEET = 1065  # pixels of its height, 282 mm

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


class Opened:
    """A page in the browser, with everything it said and asked for."""

    def __init__(self, browser: Any, path: Path, width: int = 900) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page = browser.new_page(viewport={"width": width, "height": 1200})
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: self.said.append(f"dialog: {dialog.message}") or dialog.dismiss())
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        self.address = path.as_uri()

    def sheets(self) -> int:
        """How many sheets of A4 it prints to."""
        return len(re.findall(rb"/Type\s*/Page[^s]", self.page.pdf(format="A4", prefer_css_page_size=True)))

    def ends_on_paper(self, which: str) -> float:
        """Where the last of some elements ends when it is printed, in pixels from the top of what is printed."""
        self.page.emulate_media(media="print")
        self.page.set_viewport_size({"width": ON_PAPER, "height": 1200})
        end = self.page.evaluate(
            "which => Math.max(...[...document.querySelectorAll(which)].map(e => e.getBoundingClientRect().bottom)) + scrollY",
            which,
        )
        self.page.emulate_media(media="screen")
        self.page.set_viewport_size({"width": 900, "height": 1200})
        return float(end)

    def too_wide(self) -> list[str]:
        """Elements whose content is wider than they are."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(e => !(e instanceof SVGElement) && e.clientWidth > 0
            && e.scrollWidth > e.clientWidth + 1).map(e => e.tagName + ' ' + e.textContent.slice(0, 60))"""
        )


def page_of(kind: str) -> str:
    if kind == "demo":
        market, findings = demo()
        best = best_group(market, findings)
        return render(handoff(best, market, findings, asked=Asker(market, findings).ask(best, 3)), "html")
    if kind == "twins":
        market, findings, group = twins()
        asked = Asker(market, findings).ask(group, 3)
        return render(handoff(group, market, findings, Options("bant"), asked), "html")
    market, findings = small_market(), small_findings()
    if kind.startswith("crowd"):
        return render(handoff("g1", *crowd(int(kind.removeprefix("crowd-")))), "html")
    if kind.startswith("account"):
        return account_page(kind.removeprefix("account-"), market, findings)
    return render(
        handoff(
            kind, market, findings, Options("meddic" if kind == "g1" else "none"), beside=Beside(loads_since_run=2)
        ),
        "html",
    )


@pytest.fixture(scope="module")
def pages(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Opened]:
    folder = tmp_path_factory.mktemp("pages")

    @cache
    def page(kind: str) -> Opened:
        path = folder / f"{kind}.html"
        path.write_text(page_of(kind), encoding="utf-8")
        return Opened(browser, path)

    return page


@pytest.fixture
def opened(pages: Callable[[str], Opened], request: pytest.FixtureRequest) -> Opened:
    """A page that the tests of this file share: none of them changes it."""
    return pages(request.param)


ALL = ["demo", "twins", "g1", "g2", "crowd-8", "crowd-200", "account-acc-a", "account-acc-b"]


@pytest.mark.parametrize("opened", ALL, indirect=True)
def test_a_page_says_nothing_to_the_console_and_asks_for_nothing(opened):
    opened.page.wait_for_load_state("networkidle")
    assert opened.said == []
    assert opened.asked == [opened.address]


@pytest.mark.parametrize("opened", ALL, indirect=True)
def test_nothing_on_a_page_is_cut_off_sideways(opened):
    assert opened.too_wide() == []


@pytest.mark.parametrize("opened", ["g2", "account-acc-a", "account-acc-b"], indirect=True)
def test_a_small_page_prints_to_one_sheet(opened):
    assert opened.sheets() == 1


@pytest.mark.parametrize("opened", ["demo", "twins", "g1", "g2", "crowd-8"], indirect=True)
def test_all_that_asks_for_action_stands_on_the_first_sheet_and_what_proves_it_behind(opened):
    assert opened.sheets() <= 2
    assert opened.ends_on_paper("[data-line^='do_not_contact'], [data-line^='questions']") < FIRST_SHEET


@pytest.mark.parametrize("opened", ["crowd-200"], indirect=True)
def test_two_hundred_people_do_not_make_a_book(opened):
    assert opened.sheets() == 2


@pytest.mark.parametrize("opened", ["g1"], indirect=True)
def test_markup_in_names_is_shown_as_text(opened):
    shown = opened.page.inner_text("body")
    assert SCRIPT_NAME in shown
    assert "survive <b>validation</b>" in shown
    assert opened.page.locator("script").count() == 0
    assert opened.page.locator("main b:has-text('validation')").count() == 0


@pytest.mark.parametrize("opened", ["g2"], indirect=True)
def test_a_long_name_is_shown_whole(opened):
    assert LONG_NAME in opened.page.inner_text("body")


@pytest.mark.parametrize("opened", ["g1"], indirect=True)
def test_each_number_on_the_page_leads_to_its_receipt(opened):
    targets = opened.page.eval_on_selector_all(
        "a[href^='#g1r']", "links => links.map(a => a.getAttribute('href').slice(1))"
    )
    assert targets
    assert all(opened.page.locator(f"[id='{target}']").count() == 1 for target in targets)


def test_the_page_refuses_a_script_that_someone_smuggles_in(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(page_of("g1"), encoding="utf-8")
    opened = Opened(browser, path)
    ran = opened.page.evaluate(
        """() => { const s = document.createElement('script'); s.textContent = 'window.ran = true';
        document.body.append(s); return window.ran === true; }"""
    )
    assert ran is False
    assert any("Content Security Policy" in line for line in opened.said)
    opened.page.close()


def test_a_narrow_screen_shows_the_page_without_sideways_scrolling(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(page_of("g1"), encoding="utf-8")
    shown = Opened(browser, path, width=390)
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390
    shown.page.close()
