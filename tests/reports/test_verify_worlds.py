"""Every sentence of every brief verifies, over two hundred random groups of five worlds."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from reports.verified_world import SETTINGS, a_world, brief_of

from committee.reports.handoff import Options, render
from committee.reports.handoff_check import verified
from committee.reports.handoff_check.facts import GraphFacts
from committee.reports.handoff_check.resolving import unproven

SOAK = bool(os.environ.get("COMMITTEE_SOAK"))
FORMS = ("md", "html", "json", "csv")
FRAMES = ("none", "bant", "meddic")
WORLDS = (
    ("realistic", 14, 5),
    ("large_pharma", 5, 7),
    ("date_only", 14, 11),
    ("job_changes", 12, 13),
    ("twins", 7, 17),
)
GROUPS = 40  # of each world


@pytest.mark.parametrize(("name", "accounts", "seed"), WORLDS)
def test_every_sentence_of_every_brief_verifies(name: str, accounts: int, seed: int, tmp_path: Path) -> None:
    """Forty random groups of each of five worlds; every tenth (with COMMITTEE_SOAK all) as a file as well."""
    with a_world(str(tmp_path / "store"), tmp_path, name, accounts, seed) as world:
        chosen = random.Random(seed).sample(world.groups, GROUPS)
        looked_up = 0
        for account_id in sorted({row["account_id"] for row in chosen}):
            given = world.given(account_id)
            facts = GraphFacts(world.store, world.run_id, [account_id])
            for row in chosen:
                if row["account_id"] != account_id:
                    continue
                place = chosen.index(row)
                asks = 2 if place == 0 else 0
                brief = brief_of(given, row["group_id"], Options(FRAMES[place % 3], asks))
                assert [(one.line.text, one.said, one.meant, one.source) for one in unproven(brief, facts)] == []
                looked_up += sum(len(line.claims) for line in brief.lines())
                if SOAK or place % 10 == 0:
                    for form in FORMS if SOAK else [FORMS[place // 10 % 4]]:
                        verdict = verified(render(brief, form).encode(), "brief", world.store, SETTINGS)
                        assert verdict.findings == ()
                        assert verdict.run_id == world.run_id
        assert looked_up > 100 * len(chosen)
