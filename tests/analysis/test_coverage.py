"""Known in the account, member of the group, needed by the usual committee: three numbers."""

from __future__ import annotations

from analysis.small_markets import FAMILIES, SETTINGS, World, day, touch

from committee.analysis.detect import conclude

PEOPLE = {
    "ann": {"persona": "scientific"},
    "bob": {"persona": "program_lead"},
    "cat": {"persona": "scientific"},
    "dan": {"persona": "procurement"},
    "gone": {"persona": "finance", "deleted": True},
    "nameless": {"persona": "unknown"},
    "moved": {"persona": "executive", "account_id": "beta"},
    "beth": {"persona": "finance", "account_id": "beta"},
}
ROWS = [
    touch("ann", 0, program_id="P"),
    touch("bob", 1, program_id="P"),
    touch("moved", 2, account_id="acme", program_id="P"),
]


def test_known_and_engaged_are_two_numbers_and_a_member_who_left_still_counts() -> None:
    tables, _ = conclude(*World(PEOPLE, ROWS, programs={"P": {}}).inputs, SETTINGS, day(10), FAMILIES)
    seats = {row["persona"]: (row["known"], row["engaged"], row["needed"]) for row in tables["coverage"].to_pylist()}
    assert seats == {
        "executive": (1, 1, 1),
        "finance": (0, 0, 1),
        "legal_regulatory": (0, 0, 1),
        "procurement": (1, 0, 1),
        "program_lead": (1, 1, 1),
        "scientific": (2, 1, 3),
    }
