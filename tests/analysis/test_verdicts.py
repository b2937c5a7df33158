"""What was dismissed stays hidden until something new happens: a member, a persona, a flag, another program."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from reports.small_world import at, small_findings

from committee.analysis.verdicts import dismissals, seen_now, subject_of, verdicts
from committee.decisions import Decisions
from committee.findings import Findings

LATER = datetime(2026, 3, 1, tzinfo=UTC)


def said(findings: Findings, *what: tuple[str, str, str]) -> pa.Table:
    """Decisions about findings as they are: kind, group or flag, id; an hour after the other."""
    rows = []
    for place, (kind, about, finding) in enumerate(what):
        row = next(row for row in findings[f"{about}s"].to_pylist() if row[f"{about}_id"] == finding)
        rows.append(
            (f"d{place}", kind, subject_of(about, row), LATER + timedelta(hours=place), seen_now(findings, about, row))
        )
    names = ("decision_id", "kind", "subject", "decided_at", "seen")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return Decisions({"decisions": columns | {"reason": ["students"] * len(rows)}}).decisions


def changed(findings: Findings, table: str, key: str, **values) -> Findings:
    """The findings with cells of one row exchanged."""
    name = findings[table].column_names[0] if table != "memberships" else "contact_id"
    rows = [row | values if row[name] == key else row for row in findings[table].to_pylist()]
    return Findings({**findings, table: {column: [row[column] for row in rows] for column in rows[0]}}, findings.run)


def added(findings: Findings, table: str, **row) -> Findings:
    rows = [*findings[table].to_pylist(), row]
    return Findings(
        {**findings, table: {name: [one.get(name) for one in rows] for name in findings[table].column_names}},
        findings.run,
    )


FOUND = small_findings()
GONE = said(FOUND, ("dismissed", "group", "g1"))


def test_a_dismissed_group_is_hidden_with_its_flags_and_nothing_else() -> None:
    found = dismissals(FOUND, GONE)
    assert (set(found.groups), set(found.flags), dict(found.back)) == ({"g1"}, {"f1"}, {})
    left = found.without(FOUND)
    assert left.groups.column("group_id").to_pylist() == ["g2"]
    assert left.flags.num_rows == 0
    assert left.memberships == FOUND.memberships


def test_a_dismissed_flag_hides_no_group() -> None:
    found = dismissals(FOUND, said(FOUND, ("dismissed", "flag", "f1")))
    assert (set(found.groups), set(found.flags)) == (set(), {"f1"})


def test_a_new_member_brings_it_back_and_is_named() -> None:
    findings = added(FOUND, "memberships", group_id="g1", contact_id="c-exec", account_id="acc-a", persona="executive")
    found = dismissals(findings, GONE)
    assert found.groups == {}
    assert found.flags == {}
    assert found.back["g1"].contact_ids == ("c-exec",)
    assert found.back["g1"].verdict.reason == "students"


def test_a_new_persona_brings_it_back() -> None:
    more = changed(FOUND, "groups", "g1", personas=["executive", "scientific"])
    assert dismissals(more, GONE).back["g1"].personas == ("executive",)


def test_another_program_brings_it_back_and_says_which_it_was() -> None:
    moved = changed(FOUND, "groups", "g1", program_id="p-202")
    assert dismissals(moved, GONE).back["g1"].program == ("p-101", "p-202")
    assert dismissals(changed(FOUND, "groups", "g1", program_id=None), GONE).back["g1"].program == ("p-101", "")


def flag(name: str, raised: datetime) -> Findings:
    row = FOUND.flags.to_pylist()[0]
    return added(FOUND, "flags", **row | {"flag_id": name, "raised_at": raised})


def test_a_new_flag_brings_it_back_with_all_its_flags() -> None:
    found = dismissals(flag("f2", at(12)), GONE)
    assert found.back["g1"].flag_ids == ("f2",)
    assert found.flags == {}


def test_a_flag_that_only_another_rule_raises_is_nothing_new_unless_it_was_raised_since() -> None:
    def under_another_rule(findings: Findings) -> Findings:
        assert findings.run is not None
        settings = findings.run.settings | {"window": {"scope": "program", "personas": 2, "days": 14.0}}
        return Findings(dict(findings), replace(findings.run, settings=settings))

    assert set(dismissals(under_another_rule(flag("f2", at(12))), GONE).groups) == {"g1"}
    assert dismissals(under_another_rule(flag("f2", at(25))), GONE).back["g1"].flag_ids == ("f2",)


def test_fewer_people_or_flags_are_nothing_new() -> None:
    fewer = FOUND.with_tables(memberships=FOUND.memberships.slice(1), flags=FOUND.flags.slice(0, 0))
    assert set(dismissals(fewer, GONE).groups) == {"g1"}


def test_a_dismissed_flag_comes_back_with_a_new_person_or_persona() -> None:
    gone = said(FOUND, ("dismissed", "flag", "f1"))
    more = changed(FOUND, "flags", "f1", contact_ids=["c-exec", "c-fin", "c-lead", "c-proc", "c-sci"])
    assert dismissals(more, gone).back["f1"].contact_ids == ("c-exec",)
    assert dismissals(more, gone).flags == {}


def test_the_line_decides_whatever_the_group_is_called_and_without_a_line_its_id_does() -> None:
    continued = changed(changed(FOUND, "groups", "g1", lineage_id="g1"), "groups", "g1", group_id="g9")
    assert set(dismissals(continued, GONE).groups) == {"g9"}
    lost = changed(FOUND, "groups", "g1", lineage_id="another line")
    assert set(dismissals(lost, GONE).groups) == {"g1"}


def test_the_last_verdict_stands_and_what_is_undone_does_not() -> None:
    both = said(FOUND, ("dismissed", "group", "g1"), ("accepted", "group", "g1"))
    assert verdicts(both)["group:g1"].kind == "accepted"
    assert dismissals(FOUND, both).groups == {}


def taken_back(decisions: pa.Table, *ids: str) -> pa.Table:
    """The decisions, and those that take some of them back."""
    rows = decisions.to_pylist()
    rows += [
        {
            "decision_id": f"u{one}",
            "kind": "undone",
            "subject": f"decision:{one}",
            "decided_at": LATER + timedelta(days=1),
        }
        for one in ids
    ]
    return Decisions(
        {"decisions": {name: [row.get(name) for row in rows] for name in decisions.column_names}}
    ).decisions


def test_when_the_last_verdict_is_taken_back_the_one_before_it_stands_again() -> None:
    both = said(FOUND, ("dismissed", "group", "g1"), ("accepted", "group", "g1"))
    assert dismissals(FOUND, taken_back(both, "d1")).groups.keys() == {"g1"}
    assert dismissals(FOUND, taken_back(both, "d0", "d1")).groups == {}
    assert verdicts(taken_back(both, "d0"))["group:g1"].kind == "accepted"
    assert verdicts(taken_back(both, "d0", "d1")) == {}


def test_what_was_taken_back_about_who_is_who_touches_no_verdict() -> None:
    assert dismissals(FOUND, taken_back(GONE, "of a join")).groups.keys() == {"g1"}


def test_no_person_can_be_read_out_of_a_decision() -> None:
    (seen,) = GONE.column("seen").to_pylist()
    people = set(FOUND.memberships.column("contact_id").to_pylist())
    assert not any(one in seen for one in people)
    assert len(json.loads(seen)["people"]) == 4
