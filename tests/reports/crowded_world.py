"""One account with as many groups and people as a test asks for; some of them in two groups, some not to be contacted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reports.small_world import SCRIPT_NAME, columns

from committee.findings import Findings, Run
from committee.market import Market

NEEDS = (
    "biomarker",
    "bioanalysis",
    "central_lab",
    "clinical_data",
    "manufacturing",
    "toxicology",
    "regulatory",
    "imaging",
)
PERSONAS = ("scientific", "program_lead", "procurement", "finance", "legal_regulatory", "executive", "unknown")
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
AS_OF = datetime(2026, 6, 30, tzinfo=UTC)


def crowded(
    groups: int = 3, people: int = 24, bridges: int = 2, barred: int = 2, pieces: int = 5
) -> tuple[Market, Findings]:
    """People are dealt to the groups in turn; the first ones of the first group are in the next group, too."""
    names = [f"c{number:03}" for number in range(people)]
    home = {key: number % groups for number, key in enumerate(names)}
    both = [key for key in names if home[key] == 0][:bridges] if groups > 1 else []
    stopped = [key for key in names if key not in both][:barred]
    members = [(home[key], key) for key in names] + [(1, key) for key in both]
    touches = []
    for number, (group, key) in enumerate(members):
        for turn in range(1 + number % 4):
            at = START + timedelta(days=(7 * group + 11 * turn + number) % 170, hours=number % 9)
            touches.append((f"e{number:03}-{turn}", at, key, f"k{group}-{(number + turn) % pieces}", f"g{group}"))
    persona = {key: PERSONAS[(number // groups) % len(PERSONAS)] for number, key in enumerate(names)}
    by_member = {
        (group, key): [row for row in touches if row[4] == f"g{group}" and row[2] == key] for group, key in members
    }
    market = Market(
        {
            "accounts": columns("account_id name", ("acc", "Crowded <b>Bio</b> & Co")),
            "programs": columns(
                "program_id account_id name therapeutic_area phase",
                *(
                    (
                        f"p{group}",
                        "acc",
                        f"Program {group} of a rather long name in solid tumours and what follows",
                        "oncology",
                        "phase 2",
                    )
                    for group in range(groups + 6)
                ),
            ),
            "contacts": columns(
                "contact_id account_id name title suppressed",
                *(
                    (
                        key,
                        "acc",
                        SCRIPT_NAME if number == 0 else f"Person Number {number:03}",
                        "Scientist",
                        key in stopped or None,
                    )
                    for number, key in enumerate([*names, "idle"])
                ),
            ),
            "content": columns(
                "content_id title kind",
                *(
                    (
                        f"k{group}-{piece}",
                        f"Piece {piece} on {NEEDS[group % 8]}: what <i>nobody</i> tells you",
                        "article",
                    )
                    for group in range(groups)
                    for piece in range(pieces)
                ),
            ),
            "engagements": columns(
                "engagement_id occurred_at occurred_until contact_id account_id content_id kind",
                *((key, at, at, who, "acc", piece, "click") for key, at, who, piece, _ in touches),
            ),
        }
    )
    found = {group: [row for row in touches if row[4] == f"g{group}"] for group in range(groups)}
    findings = Findings(
        {
            "personas": columns("contact_id persona confidence", *((key, word, 0.9) for key, word in persona.items())),
            "groups": columns(
                "group_id lineage_id account_id program_id need status formed_at last_active_at people engagements",
                *(
                    (
                        f"g{group}",
                        f"g{group}",
                        "acc",
                        f"p{group}",
                        NEEDS[group % 8],
                        "active",
                        min(row[1] for row in found[group]),
                        max(row[1] for row in found[group]),
                        sum(one == group for one, _ in members),
                        len(found[group]),
                    )
                    for group in range(groups)
                ),
            ),
            "memberships": columns(
                "group_id contact_id account_id persona probability first_at last_at engagements",
                *(
                    (
                        f"g{group}",
                        key,
                        "acc",
                        persona[key],
                        0.9,
                        min(row[1] for row in own),
                        max(row[1] for row in own),
                        len(own),
                    )
                    for (group, key), own in by_member.items()
                ),
            ),
            "evidence": columns(
                "group_id engagement_id contact_id responsibility",
                *((group, key, who, 1.0) for key, _, who, _, group in touches),
            ),
            "flags": columns(
                "flag_id kind scope certainty account_id program_id group_id window_start window_end raised_at contact_ids engagement_ids",
                (
                    "f0",
                    "window",
                    "program",
                    "certain",
                    "acc",
                    "p0",
                    "g0",
                    START,
                    START + timedelta(days=13),
                    START + timedelta(days=12),
                    names[:3],
                    [row[0] for row in touches[:4]],
                ),
            ),
        },
        Run("run0", AS_OF.isoformat(), "", "0.1.0", "none", "s", "m"),
    )
    return market, findings
