"""People who must not be contacted do not leave: not by record, by id, by mail address, by name in a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports.crowded_world import crowded
from reports.demo_world import demo
from reports.small_world import columns, small_findings, small_market

from committee.assistant.withheld import Withheld
from committee.findings import Findings
from committee.market import Market
from committee.reports.account import account_report
from committee.reports.explain import explain
from committee.reports.handoff import handoff, render
from committee.reports.listing import flag_rows, group_detail, group_rows

KEEP = Withheld(small_market().contacts)


def test_the_suppressed_and_the_deleted_are_withheld():
    contacts = small_market().contacts.to_pydict()
    contacts["deleted"] = [key == "c-exec" or None for key in contacts["contact_id"]]
    keep = Withheld(Market({"contacts": contacts}).contacts)
    assert [key for key in contacts["contact_id"] if keep.holds(key)] == ["c-exec", "c-fin", "c-gone"]


@pytest.mark.parametrize(
    "world", [lambda: (small_market(), small_findings()), demo, lambda: crowded(3, 40, 2, barred=9)]
)
def test_no_trace_of_them_is_left_in_tables_pages_and_listings(world):
    market, findings = world()
    barred = [row for row in market.contacts.to_pylist() if row["suppressed"] or row["deleted"]]
    assert barred
    keep = Withheld(market.contacts)
    market, findings = keep.market(market), keep.findings(findings)
    told = [
        repr({name: table.to_pydict() for name, table in one.items() if name != "early"}) for one in (market, findings)
    ]
    for group in findings.groups.column("group_id").to_pylist():
        told += [render(handoff(group, market, findings), "json"), repr(group_detail(market, findings, group))]
        told.append(repr(explain(market, findings, "group", group)))
    for flag in findings.flags.column("flag_id").to_pylist():
        told.append(repr(explain(market, findings, "flag", flag)))
    for account in market.accounts.column("account_id").to_pylist():
        told.append(repr(list(account_report(account, market, findings).facts())))
    told += [repr(group_rows(market, findings, rank=True)), repr(flag_rows(market, findings))]
    for row in barred:
        for trace in (f"'{row['contact_id']}'", f"contact:{row['contact_id']}'", row["name"], row["email"]):
            assert not trace or all(trace not in text for text in told), trace


def test_what_other_tables_say_of_them_stays_behind_too():
    market, findings = small_market(), small_findings()
    when = market.engagements.column("occurred_at")[0].as_py()
    engagements = market.engagements.to_pydict() | {"email": ["Frank@Adler.example"] * market.engagements.num_rows}
    earlier = columns(
        "earlier_id record_table record_id field_name value stamp superseded_at load_id loaded_at replaced_at replaced_by",
        ("v1", "contacts", "c-fin", "name", '"Franz Zahl"', when, when, "load-1", when, when, "load-1"),
    )
    aliases = columns("alias_id record_table old_id kept_id", ("contacts|old-9", "contacts", "old-9", "c-fin"))
    market = Market({**market, "engagements": engagements, "earlier_values": earlier, "aliases": aliases})
    set_aside = columns("record id reason", ("contacts", "c-gone", "deleted"), ("content", "c-gone", "deleted"))
    findings = Findings({**findings, "set_aside": set_aside}, findings.run)
    market, findings = KEEP.market(market), KEEP.findings(findings)
    told = repr([{name: table.to_pydict() for name, table in one.items()} for one in (market, findings)])
    assert not [trace for trace in ("Frank@", "Franz Zahl", "old-9", "finance director") if trace in told]
    assert [row["id"] for row in findings.set_aside.to_pylist()] == ["withheld-2", "c-gone"]


def test_numbers_stay_true():
    market, findings = small_market(), small_findings()
    rows = group_detail(KEEP.market(market), KEEP.findings(findings), "g1").rows
    assert len(rows) == 4
    assert sorted(row[0] for row in rows) == ["c-lead", "c-proc", "c-sci", "withheld-1"]


def test_rows_about_them_are_dropped_and_counted_and_lists_lose_them():
    rows = [
        ["c-fin", 1],
        ["x", "Frank Zahl"],
        ["x", "reached FRANK@adler.example yesterday"],
        ["x", "Frank Zahl (finance), Lena Fromm"],
        ["x", {"who": "contact:c-fin"}],
        ["x", ["c-fin", "c-sci", "Lena Fromm", "Frank Zahl"]],
        ["x", "Frank Sinatra"],
        [1, None],
    ]
    kept, withheld = KEEP.rows(rows)
    assert kept == [["x", ["c-sci", "Lena Fromm"]], ["x", "Frank Sinatra"], [1, None]]
    assert withheld == 5


def test_an_error_that_names_one_of_them_names_nobody():
    assert "Zahl" not in KEEP.sentence("'zahl' may be contact:c-fin (Frank Zahl), contact:c-gone (Gerd Weg)")
    assert KEEP.sentence("no group is called 'x'") == "no group is called 'x'"


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.integers(),
                st.text(max_size=12),
                st.sampled_from(["c-fin", "contact:c-fin", "Frank Zahl", "frank@adler.example"]),
            ),
            max_size=4,
        ),
        max_size=6,
    )
)
def test_whatever_the_rows_are_nobody_withheld_is_in_what_is_kept(rows):
    kept, withheld = KEEP.rows(rows)
    assert len(kept) + withheld == len(rows)
    assert not any(trace in json.dumps(kept) for trace in ("c-fin", "Frank Zahl", "frank@adler.example"))
