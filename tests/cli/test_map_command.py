"""committee map: what a person means, the form a file gets, and what is refused."""

from __future__ import annotations

import csv
import io
import json

import pytest


def test_an_account_called_so_goes_before_its_groups(demo):
    answer = demo.asked("map", "Arcus")
    assert answer.code == 0
    assert "<h1><bdi>Arcus Biosciences, Inc.</bdi></h1>" in answer.out


def test_a_group_has_a_map_of_its_own(demo):
    group = json.loads(demo.asked("groups", "--format", "json").out)[0]
    answer = demo.asked("map", f"group:{group['group_id']}")
    assert f"group:{group['group_id']}" in answer.out
    assert answer.code == 0


@pytest.mark.parametrize("form", ["html", "graphml", "gexf", "json", "csv"])
def test_the_ending_of_the_file_decides_the_form(demo, tmp_path, form):
    path = tmp_path / f"map.{form}"
    assert demo.asked("map", "AstraZeneca", "--out", path).code == 0
    assert path.read_text("utf-8").strip() == demo.asked("map", "AstraZeneca", "--format", form).out.strip()


def test_edges_as_csv_name_both_ends(demo):
    rows = list(csv.DictReader(io.StringIO(demo.asked("map", "AstraZeneca", "--format", "csv").out)))
    assert {"member", "read", "buys_for"} <= {row["kind"] for row in rows}
    assert all(row["source_name"] and row["target_name"] for row in rows)


def test_an_unknown_name_is_answered_with_the_nearest(demo):
    answer = demo.asked("map", "Astrazenca")
    assert answer.code == 1
    assert "Nearest: account:ctgov:astrazeneca (AstraZeneca)" in answer.one_line


def test_a_flag_has_no_map_and_a_pdf_is_no_form(demo, tmp_path):
    assert demo.asked("map", "flag:1234").code == 1
    answer = demo.asked("map", "AstraZeneca", "--out", tmp_path / "map.pdf")
    assert answer.code == 2
    assert "ends in none of html" in answer.err


def test_a_day_in_the_past_shows_the_groups_of_that_day(demo):
    answer = demo.asked("map", "AstraZeneca", "--as-of", "2026-05-01")
    assert answer.code == 0
    assert "as of 1 May 2026" in answer.out
