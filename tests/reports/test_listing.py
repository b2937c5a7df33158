from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports.small_world import SCRIPT_NAME, at, small_findings, small_market

from committee.analysis.ranking import rank
from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.reports.explain import explain
from committee.reports.listing import Rows, contact_detail, early_rows, flag_rows, group_detail, group_rows, run_rows
from committee.settings import word_list


@pytest.fixture(scope="module")
def market() -> Market:
    return small_market()


@pytest.fixture(scope="module")
def findings() -> Findings:
    return small_findings()


def column(rows: Rows, name: str) -> list:
    return [row[rows.columns.index(name)] for row in rows.rows]


def says(rows: Rows, part: str) -> list[str]:
    return [row[1] for row in rows.rows if row[0] == part]


def test_groups_are_listed_with_names_the_latest_touched_first(market, findings):
    listed = group_rows(market, findings)
    assert column(listed, "group_id") == ["g2", "g1"]
    assert column(listed, "account") == ["Adler Bio", "Adler Bio"]
    assert column(listed, "program") == ["ADL-202", "ADL-101 in gastric cancer"]
    assert column(listed, "flag_ids") == [[], ["f1"]]


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({"status": "forming"}, ["g2"]),
        ({"status": ("forming", "evaluating")}, ["g2", "g1"]),
        ({"status": "closed"}, []),
        ({"account": "acc-b"}, []),
        ({"program": "p-101"}, ["g1"]),
        ({"status": ()}, ["g2", "g1"]),
    ],
)
def test_groups_are_narrowed_by_status_account_and_program(market, findings, narrowed, found):
    assert column(group_rows(market, findings, **narrowed), "group_id") == found


def test_single_people_are_no_groups_and_have_their_own_list(market, findings):
    listed = group_rows(market, findings, status="single")
    assert listed == early_rows(market, findings)
    assert column(listed, "status") == ["single"]
    assert column(listed, "people") == [["Bo Lin"]]
    assert early_rows(market, findings, account="acc-a").rows == []


def test_the_ranking_prints_parts_that_add_up_and_its_formula(market, findings):
    listed = group_rows(market, findings, rank=True)
    assert column(listed, "group_id") == ["g1", "g2"]
    parts = [name for name in listed.columns if name.startswith("points_for_")]
    for row in listed.rows:
        values = dict(zip(listed.columns, row, strict=True))
        assert values["points"] == pytest.approx(sum(values[name] for name in parts))
    assert column(listed, "points_for_people") == [8.0, 6.0]
    assert column(listed, "points_for_flag") == [25.0, 0.0]
    assert listed.notes[0].startswith("points = 2 a person")


def test_an_unrelated_account_changes_no_points(market, findings):
    alone = findings.with_tables(groups=findings.groups.slice(0, 1))
    whole = group_rows(market, findings, rank=True)
    assert group_rows(market, alone, rank=True).rows == [row for row in whole.rows if "g1" in row]


GROUP = {"status": "active", "people": 5, "personas": ["scientific", "finance", "unknown"], "last_active_at": at(13)}


def test_points_of_a_group_by_hand():
    points = rank(GROUP, [{"certainty": "certain"}], at(13), ["finance"], word_list("ranking"))
    assert (points.people, points.personas, points.recency, points.flag, points.late_persona) == (
        10.0,
        12.0,
        20.0,
        25.0,
        10.0,
    )
    assert points.total == 77.0


def test_recency_halves_after_the_half_life_and_a_closed_group_has_no_points():
    weights = word_list("ranking")
    later = rank(GROUP, [], at(6, month=3), [], weights)  # 21 days later
    assert later.recency == 10.0
    assert rank(GROUP | {"status": "closed"}, [{"certainty": "certain"}], at(13), [], weights).total == 0.0
    assert rank(GROUP, [{"certainty": "possible"}], at(13), [], weights).flag == 10.0


@given(people=st.integers(0, 50), more=st.integers(0, 50))
def test_more_people_never_cost_points(people, more):
    weights = word_list("ranking")
    few = rank(GROUP | {"people": people}, [], at(13), [], weights)
    many = rank(GROUP | {"people": people + more}, [], at(13), [], weights)
    assert many.total >= few.total


def test_flags_are_listed_with_who_where_and_chance(market, findings):
    listed = flag_rows(market, findings)
    assert column(listed, "flag_id") == ["f1"]
    assert column(listed, "people") == [4]
    assert column(listed, "engagements") == [7]
    assert column(listed, "expected_by_chance") == [0.19]
    assert flag_rows(market, findings, account="acc-b").rows == []


def test_the_detail_of_a_group_lists_members_and_says_breadth_and_history(market, findings):
    detail = group_detail(market, findings, "g1")
    assert column(detail, "name") == [SCRIPT_NAME, "Lena Fromm", "Petra Kauf", "Frank Zahl"]
    assert column(detail, "do_not_contact") == ["", "", "", "marked as not to be contacted"]
    assert "forming since 5 Feb 2026: three people, two personas" in detail.notes
    assert "Functions engaged: scientific, operational and commercial; not yet: governance" in detail.notes
    assert "executive: 0 of 1 engaged, 1 known; known, silent here: Eva Chef, CEO" in detail.notes


def test_a_contact_shows_what_it_took_in_how_often_and_what_that_counts_for(market, findings):
    detail = contact_detail(market, findings, "c-sci")
    assert list(zip(column(detail, "title"), column(detail, "times"), column(detail, "counts_for"), strict=True)) == [
        ("PK methods", 1, "no group: too few people"),
        ("Validation guide", 2, "group g1"),
        ("Biomarker assays that survive <b>validation</b>", 1, "group g1"),
    ]
    assert "Persona: scientific (lexicon: biomarker scientist)" in detail.notes
    assert "Member of g1 (biomarker, evaluating), 97 %, 3 touches" in detail.notes


def test_a_contact_engaged_by_mail_address_alone_is_found_too(market, findings):
    rows = market.engagements.to_pylist()
    for row in rows:
        if row["engagement_id"] == "e12":
            row |= {"contact_id": None, "email": "ada@adler.example"}
    import pyarrow as pa

    by_mail = market.with_tables(engagements=pa.Table.from_pylist(rows, schema=market.engagements.schema))
    assert contact_detail(by_mail, findings, "c-sci").rows == contact_detail(market, findings, "c-sci").rows


def test_a_suppressed_contact_says_so(market, findings):
    assert "Do not contact: marked as not to be contacted (HubSpot)" in contact_detail(market, findings, "c-fin").notes


def test_the_run_counts_what_it_found_and_what_it_set_aside(findings):
    assert run_rows(findings).rows == [
        ["groups", "evaluating", 1],
        ["groups", "forming", 1],
        ["flags", "certain", 1],
        ["early", "single people and pairs", 1],
        ["unassigned", "too_few_people", 1],
        ["set_aside", "not_relevant", 1],
    ]


def test_a_flag_is_explained_with_witness_removal_set_and_chance(market, findings):
    rows = explain(market, findings, "flag", "f1")
    by_part = {row[0]: row for row in rows.rows}
    assert by_part["witness"][2] == ["engagement:e01", "engagement:e02", "engagement:e05"]
    assert by_part["gone without"][2] == ["engagement:e05", "engagement:e06"]
    assert says(rows, "rule") == ["window-1: 3 personas by different people within 14 days"]
    assert says(rows, "by luck") == ["such a window would be there in 19 % of cases by luck alone"]
    assert len(says(rows, "touch")) == 7


def test_a_group_is_explained_by_right_people_enough_of_them_and_at_the_same_time(market, findings):
    flagged, forming = explain(market, findings, "group", "g1"), explain(market, findings, "group", "g2")
    for rows, verdicts in ((flagged, ["yes", "yes", "yes"]), (forming, ["no", "yes", "no"])):
        said = [says(rows, part)[0] for part in ("right people", "enough of them", "at the same time")]
        assert [text.partition(":")[0] for text in said] == verdicts


def test_an_engagement_is_explained_by_group_or_by_why_it_does_not_count(market, findings):
    assert says(explain(market, findings, "engagement", "e06"), "counts for") == [
        "100 % for the group biomarker because of topic and program"
    ]
    assert says(explain(market, findings, "engagement", "e12"), "unassigned") == ["no group claims it: too few people"]
    assert says(explain(market, findings, "engagement", "e11"), "set aside") == ["not counted: not relevant"]
    assert says(explain(market, findings, "engagement", "e06"), "comes from") == [
        "engagements.csv, line 7, loaded 19 Feb 2026"
    ]


@pytest.mark.parametrize("kind", ["group", "flag", "contact", "engagement", "account", "weather"])
def test_what_is_not_known_is_refused_with_what_to_do(market, findings, kind):
    with pytest.raises(NotFound) as refused:
        explain(market, findings, kind, "nothing")
    assert refused.value.remedy


def test_who_must_not_be_contacted_is_marked_wherever_an_explanation_names_them(market, findings):
    (member,) = [text for text in says(explain(market, findings, "group", "g1"), "member") if "Frank Zahl" in text]
    assert member.endswith("do not contact: marked as not to be contacted")
    (touch,) = [text for text in says(explain(market, findings, "flag", "f1"), "touch") if "Frank Zahl" in text]
    assert touch.startswith("Frank Zahl (do not contact), finance")
    assert not [text for text in says(explain(market, findings, "flag", "f1"), "touch") if "Lena Fromm (do" in text]


def test_who_must_not_be_contacted_is_marked_in_the_list_of_single_people(market, findings):
    assert column(early_rows(market, findings), "do_not_contact") == [[]]
    alone = [dict(row, contact_id="c-gone") for row in findings.early.to_pylist()]
    gone = findings.with_tables(early={name: [row[name] for row in alone] for name in alone[0]})
    assert column(early_rows(market, gone), "do_not_contact") == [["Gerd Weg"]]


def test_no_listing_a_person_reads_writes_a_moment_as_a_machine_does(market, findings):
    rows = [
        dict(row, cause=f"joined with e05 at {row['since']:%Y-%m-%dT%H:%M:%SZ}")
        for row in findings.statuses.to_pylist()
    ]
    told = findings.with_tables(statuses={name: [row[name] for row in rows] for name in rows[0]})
    assert "forming since 5 Feb 2026: joined with e05" in group_detail(market, told, "g1").notes
