"""The map of an account: what it names, what it counts, what it says it left out, and how a browser shows it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from html import unescape

import pytest
from reports.crowded_world import crowded
from reports.demo_world import demo
from reports.small_world import LONG_NAME, SCRIPT_NAME, small_findings, small_market
from reports.test_pages_in_a_browser import CHROMIUM, QUIET, Opened

from committee.errors import NotFound
from committee.market import Market
from committee.reports.picture import map_page
from committee.reports.picture.months import months_of
from committee.reports.picture.places import places_of
from committee.reports.picture.scene import scene_of

WORLDS = [(1, 3, 0), (3, 24, 2), (1, 200, 0), (4, 200, 9), (8, 90, 3)]


def scene(groups=3, people=24, bridges=2, **more):
    return scene_of("acc", *crowded(groups, people, bridges, **more))


# --- what it shows --------------------------------------------------------------------------------------------------


def test_a_person_of_two_groups_is_a_bridge_and_stands_between_them():
    drawn = scene_of("acc-a", small_market(), small_findings())
    (bridge,) = [cast for cast in drawn.casts if cast.bridge]
    assert bridge.contact_ids == ("c-proc",)
    places = places_of(drawn).boxes
    heights = sorted(places[mark].middle for mark in bridge.groups)
    assert heights[0] < places[bridge.mark].middle < heights[1]


def test_a_person_who_must_not_be_contacted_is_marked_wherever_the_person_stands():
    page = map_page("acc-a", small_market(), small_findings())
    told = unescape(" ".join(re.findall(r'aria-label="([^"]*)"', page)))
    assert "Frank Zahl, Finance Director, finance, 1 touch, 66 %, DO NOT CONTACT" in told
    assert "✕ Frank Zahl" in page
    assert re.search(r"Frank Zahl</bdi></a>, <bdi>Finance Director</bdi> <b class=\"barred\">do not contact</b>", page)


@pytest.mark.parametrize(("groups", "people", "bridges"), WORLDS)
def test_everybody_is_in_the_picture_once_by_name_or_by_number(groups, people, bridges):
    drawn = scene(groups, people, bridges, barred=5 if people > 5 else 0)
    ids = [key for cast in drawn.casts for key in cast.contact_ids]
    _, findings = crowded(groups, people, bridges)
    circles = {circle.group_id for circle in drawn.circles}
    members = {row["contact_id"] for row in findings.memberships.to_pylist() if row["group_id"] in circles}
    assert sorted(ids) == sorted(members)
    shown = min(groups, 5)
    assert len(drawn.casts) <= shown * (10 + 8) + 6


def test_two_hundred_people_are_counted_together_and_the_page_says_so():
    drawn = scene(1, 200, 0, barred=7)
    together = [cast for cast in drawn.casts if len(cast.contact_ids) > 1]
    named = [cast for cast in drawn.casts if len(cast.contact_ids) == 1]
    assert len(named) == 10
    assert sum(len(cast.contact_ids) for cast in together) == 190
    assert any(note.startswith("190 people not named one by one") for note in drawn.left_out)


def test_those_not_to_be_contacted_are_never_counted_among_others():
    for cast in scene(1, 200, 0, barred=30).casts:
        numbers = {int(key[1:]) < 30 for key in cast.contact_ids}
        assert numbers == {bool(cast.barred)}


def test_groups_beyond_the_bound_are_counted():
    drawn = scene(8, 90, 3)
    assert len(drawn.circles) == 5
    assert any(note.startswith("3 groups more") for note in drawn.left_out)


def test_content_beyond_the_bound_and_content_of_one_reader_are_counted():
    drawn = scene(4, 120, 0, pieces=7)
    assert len(drawn.pieces) == 12
    assert "16 pieces more of shared content, with fewer readers" in drawn.left_out
    alone = scene(1, 1, 0, barred=0)
    assert alone.pieces == ()
    assert any("with one reader" in note for note in alone.left_out)


@pytest.mark.parametrize(("groups", "people", "bridges"), WORLDS)
def test_no_two_things_overlap_and_nothing_stands_outside(groups, people, bridges):
    places = places_of(scene(groups, people, bridges))
    boxes = list(places.boxes.values())
    for number, one in enumerate(boxes):
        assert one.y >= 19
        assert one.y + one.height <= places.height
        for other in boxes[number + 1 :]:
            apart_sideways = one.right <= other.x or other.right <= one.x
            assert apart_sideways or one.y + one.height <= other.y + 1e-6 or other.y + other.height <= one.y + 1e-6


def test_the_map_of_a_group_shows_its_people_and_the_groups_they_share():
    drawn = scene_of("acc-a", small_market(), small_findings(), "g2")
    assert {key for cast in drawn.casts for key in cast.contact_ids} == {"c-proc", "c-long", "c-odd"}
    assert [circle.group_id for circle in drawn.circles] == ["g2", "g1"]
    assert "people of biomarker who are not in bioanalysis" in drawn.left_out


def test_each_touch_is_in_one_month_and_months_without_touches_are_there():
    drawn = scene()
    months, left_out = months_of(drawn)
    assert [month.name for month in months] == [f"{name} 2026" for name in ("Jan", "Feb", "Mar", "Apr", "May", "Jun")]
    assert left_out == ""
    told = sum(int(number) for month in months for number in re.findall(r"(\d+) touch", month.told))
    assert told == sum(len(cast.touches) for cast in drawn.casts)


def test_an_account_without_groups_shows_its_programs():
    page = map_page("acc-b", small_market(), small_findings())
    assert "No group has formed here." in page
    assert "BOR-7" in page
    assert "Boreal &lt;b&gt;Therapeutics&lt;/b&gt;" in page


def test_an_unknown_account_or_group_is_told():
    with pytest.raises(NotFound, match="account nobody is not known"):
        map_page("nobody", small_market(), small_findings())
    with pytest.raises(NotFound, match="group g9 is not among"):
        map_page("acc-a", small_market(), small_findings(), "g9")


def test_the_same_findings_give_the_same_bytes():
    assert map_page("acc", *crowded()) == map_page("acc", *crowded())


def test_every_picture_is_well_formed_and_has_a_text_for_who_cannot_see_it():
    page = map_page("acc", *crowded(3, 24, 2))
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(pictures) == 1 + 6 + 3
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        assert root.get("aria-label") or root.get("aria-labelledby")
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(names)


def test_every_account_of_the_demo_has_a_map():
    market, findings = demo()
    for account_id in market.accounts.column("account_id").to_pylist():
        assert "<h1>" in map_page(account_id, market, findings)


# --- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def opened(browser, tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "map.html"
    path.write_text(map_page("acc", *crowded(4, 200, 5)), encoding="utf-8")
    return Opened(browser, path, width=1280)


def test_the_map_says_nothing_to_the_console_asks_for_nothing_and_runs_nothing(opened):
    opened.page.wait_for_load_state("networkidle")
    assert opened.said == []
    assert opened.asked == [opened.address]
    assert opened.page.locator("script").count() == 0
    assert SCRIPT_NAME in opened.page.inner_text("body")


def test_the_map_fits_the_screen_and_its_letters_stay_readable(opened):
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 1280
    heights = opened.page.eval_on_selector_all(
        "svg.map .cast text", "texts => texts.map(text => text.getBoundingClientRect().height)"
    )
    assert min(heights) >= 9


def test_no_name_in_the_map_runs_into_the_lines_beside_it(browser, tmp_path):
    market, findings = crowded(3, 24, 2, barred=5)
    contacts = market.contacts.to_pydict()
    odd = ["WOLFGANG AMADEUS MOMMSEN-WAWRINKA", "株式会社山田太郎様御一行代表取締役社長", "i" * 90, "Ŵ" * 40, LONG_NAME]
    contacts["name"] = [odd[number % 5] if number % 2 else name for number, name in enumerate(contacts["name"])]
    path = tmp_path / "map.html"
    path.write_text(map_page("acc", Market({**market, "contacts": contacts}), findings), encoding="utf-8")
    opened = Opened(browser, path, width=1280)
    outside = opened.page.evaluate(
        """() => [...document.querySelectorAll('svg.map .cast')].filter(cast => {
          const plate = cast.querySelector('.plate').getBoundingClientRect();
          return [...cast.querySelectorAll('text')].some(text => text.getBoundingClientRect().right > plate.right + 1);
        }).map(cast => cast.textContent)"""
    )
    assert outside == []


def test_the_keyboard_reaches_people_and_their_line_in_the_table(opened):
    page = opened.page
    for _ in range(3):
        page.keyboard.press("Tab")
    reached = page.evaluate("document.activeElement.getAttribute('href')")
    assert re.fullmatch(r"#row-[a-z]+\d+", reached)
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == reached
    assert page.locator(f"tr{reached}").count() == 1
