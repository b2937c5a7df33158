"""Write the demo market anew: ``python -m committee.demo.make`` rewrites ``data/`` byte for byte.

The story (story.toml) says who joins which purchase when; pieces.csv is the seller's library; the studies are the
registry's own records. What lies between, each touch and the piece it opened, is drawn from a seeded stream a person.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from committee.benchmark.generator.arrays import Streams
from committee.demo import DATA
from committee.demo.cast import Row, Touch, account_id, people_of, program_id
from committee.demo.touches import touches_of

__all__ = ["make"]

HERE = Path(__file__).parent


def make(folder: Path, *, truth: Path | None = None, registry: Path | None = None) -> None:
    """Write the demo market.

    Parameters
    ----------
    folder
        Where the files go; what else lies there stays.
    truth
        Folder for what was planted, for scoring only.
    registry
        A file of registry studies to cut the demo's studies from; default: those already shipped.
    """
    story = _story()
    pieces = read_rows(HERE / "pieces.csv")
    people = people_of(story)
    touches = sorted(touches_of(story, pieces, people), key=lambda touch: (touch.at, touch.email, touch.content))
    folder.mkdir(parents=True, exist_ok=True)
    write_rows(folder / "contacts.csv", _contacts(people, touches, story))
    write_rows(folder / "content.csv", _content(story, pieces))
    write_rows(folder / "campaigns.csv", _campaigns(story))
    write_rows(folder / "engagements.csv", _engagements(touches, people))
    write_rows(folder / "signals.csv", _signals(story))
    _studies(story, registry or DATA / "studies.json", folder / "studies.json")
    if truth is not None:
        _truth(story, people, touches, truth)


def _contacts(people: Mapping[str, Row], touches: Sequence[Touch], story: Mapping[str, Any]) -> list[Row]:
    """Known long before, or known since a minute before the first touch."""
    rng = Streams(story["seed"])("records")
    first = {touch.person: touch.at for touch in reversed(touches)}
    columns = ("contact_id", "account_id", "email", "name", "title", "department", "program_id")
    rows = []
    for key, person in people.items():
        long_ago = dt.datetime(2024, 1, 8, 9, tzinfo=dt.UTC) + dt.timedelta(minutes=int(rng.integers(0, 700_000)))
        by_touch = rng.random() < 0.4 and key in first
        created = first[key] - dt.timedelta(minutes=1) if by_touch else long_ago
        created = min(created, first.get(key, created))
        rows.append({c: person[c] for c in columns} | {"created_at": _z(created), "suppressed": person["suppressed"]})
    return rows


def _content(story: Mapping[str, Any], pieces: Sequence[Row]) -> list[Row]:
    """Write the library; pieces that nobody tagged have a title, a kind and an address only."""
    rows = []
    for piece in pieces:
        slug = re.sub(r"[^0-9a-z]+", "-", piece["title"].lower()).strip("-")
        tagged = piece["tagged"] == "yes"
        tags = ("topic", "therapeutic_area", "modality", "phase", "persona", "stage")
        rows.append(
            {name: piece[name] for name in ("content_id", "title", "kind")}
            | {name: piece[name] if tagged else "" for name in tags}
            | {"url": story["seller"] + slug}
        )
    return rows


def _campaigns(story: Mapping[str, Any]) -> list[Row]:
    return [
        {name: campaign[name] for name in ("campaign_id", "name", "channel")}
        | {"program_id": program_id(campaign["program"])}
        for campaign in story["campaign"]
    ]


def _engagements(touches: Sequence[Touch], people: Mapping[str, Row]) -> list[Row]:
    """Write the touches, numbered in time; an unknown address stands in place of a contact."""
    ids = {key: person["contact_id"] for key, person in people.items()}
    return [
        {
            "engagement_id": f"EN{number:04d}",
            "occurred_at": _z(touch.at),
            "contact_id": ids.get(touch.person, ""),
            "email": "" if touch.person else touch.email,
            "account_id": touch.account,
            "content_id": touch.content,
            "campaign_id": touch.campaign,
            "channel": touch.channel,
            "kind": touch.kind,
            "program_id": touch.program,
        }
        for number, touch in enumerate(touches, start=1)
    ]


def _signals(story: Mapping[str, Any]) -> list[Row]:
    return [
        {
            "signal_id": f"SG{number:02d}",
            "kind": signal["kind"],
            "occurred_on": signal["occurred_on"].isoformat(),
            "source": "made up for the demo",
            "account_id": account_id(signal["sponsor"]),
            "title": signal["title"],
        }
        for number, signal in enumerate(story["signal"], start=1)
    ]


def _studies(story: Mapping[str, Any], source: Path, target: Path) -> None:
    wanted = [study for account in story["account"] for study in account["studies"]]
    found = {
        study["protocolSection"]["identificationModule"]["nctId"]: study
        for study in json.loads(source.read_text("utf-8"))["studies"]
    }
    kept = {"totalCount": len(wanted), "studies": [found[study] for study in wanted]}
    target.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _truth(story: Mapping[str, Any], people: Mapping[str, Row], touches: Sequence[Touch], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    groups, members, ids = [], [], {}
    for number, group in enumerate(story["group"], start=1):
        own = [touch for touch in touches if touch.group == group["key"]]
        ids[group["key"]] = name = f"G{number}"
        facts = {
            "group_id": name,
            "account_id": account_id(group["sponsor"]),
            "program_id": program_id(group["program"]) or f"unlisted-{number}",
        }
        span = {"started_at": _naive(own[0].at), "ended_at": _naive(own[-1].at)}
        groups.append(facts | {"need": group["need"]} | span | {"listed": "1" if group["program"] else "0"})
        for member in group["members"]:
            mine = [touch for touch in own if touch.person == member["who"]]
            person = people[member["who"]]
            members.append(
                facts
                | {
                    "contact_id": person["contact_id"],
                    "role": person["persona"],
                    "joined_at": _naive(mine[0].at),
                    "n_engagements": str(len(mine)),
                }
            )
    write_rows(folder / "truth_groups.csv", groups)
    write_rows(folder / "truth_membership.csv", members)
    write_rows(folder / "truth_contacts.csv", [{k: p[k] for k in ("contact_id", "persona")} for p in people.values()])
    write_rows(
        folder / "truth_engagements.csv",
        [
            {"engagement_id": row["engagement_id"], "group_id": ids.get(touch.group, "")}
            for row, touch in zip(_engagements(touches, people), touches, strict=True)
        ],
    )
    write_rows(folder / "accounts.csv", [{"account_id": account_id(a["sponsor"])} for a in story["account"]])
    # a date means the end of that day
    meta = {"scenario": "demo", "now": f"{story['as_of'] + dt.timedelta(days=1)}", "accounts": len(story["account"])}
    (folder / "meta.json").write_text(json.dumps(meta) + "\n", "utf-8")


def _story() -> dict[str, Any]:
    return tomllib.loads((HERE / "story.toml").read_text("utf-8"))


def _z(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _naive(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> int:
    """Rewrite the shipped demo market, or write it elsewhere."""
    parser = argparse.ArgumentParser(prog="python -m committee.demo.make", description=__doc__)
    parser.add_argument("--out", type=Path, default=DATA, metavar="FOLDER")
    parser.add_argument("--truth", type=Path, metavar="FOLDER", help="also write what was planted, for scoring")
    parser.add_argument("--registry", type=Path, metavar="FILE", help="registry studies (JSON) to cut the demo's from")
    asked = parser.parse_args()
    make(asked.out, truth=asked.truth, registry=asked.registry)
    sys.stdout.write(f"the demo market is in {asked.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
