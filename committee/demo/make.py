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
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from committee.benchmark.generator.arrays import Streams
from committee.benchmark.generator.spec import words
from committee.demo import DATA

__all__ = ["account_id", "make", "program_id"]

Row = dict[str, str]
HERE = Path(__file__).parent
STAGES = ("top", "middle", "bottom")


def account_id(sponsor: str) -> str:
    """Name the account the registry's loader makes of a sponsor.

    Examples
    --------
    >>> account_id("Y-mAbs Therapeutics")
    'ctgov:y-mabs-therapeutics'
    """
    folded = unicodedata.normalize("NFKD", sponsor.casefold())
    plain = "".join(ch for ch in folded if not unicodedata.combining(ch))
    return "ctgov:" + re.sub(r"[^0-9a-z]+", "-", plain).strip("-")


def program_id(study: str) -> str:
    """Name the program the registry's loader makes of a trial; empty stays empty."""
    return f"ctgov:{study}" if study else ""


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
    pieces = _read(HERE / "pieces.csv")
    people = _people(story)
    touches = sorted(_all_touches(story, pieces, people), key=lambda touch: (touch.at, touch.email, touch.content))
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "contacts.csv", _contacts(people, touches, story))
    _write(folder / "content.csv", _content(story, pieces))
    _write(folder / "campaigns.csv", _campaigns(story))
    _write(folder / "engagements.csv", _engagements(touches, people))
    _write(folder / "signals.csv", _signals(story))
    _studies(story, registry or DATA / "studies.json", folder / "studies.json")
    if truth is not None:
        _truth(story, people, touches, truth)


@dataclass(frozen=True)
class _Touch:
    at: dt.datetime
    person: str  # key in the story, empty for an unknown address
    email: str
    account: str
    content: str
    campaign: str
    channel: str
    kind: str
    program: str = ""
    group: str = ""


def _people(story: Mapping[str, Any]) -> dict[str, Row]:
    """Read everybody in the story, by key, with an invented name and an address under .example."""
    given, family = words().people["given"], words().people["family"]
    order = Streams(story["seed"])("names").permutation(len(given) * len(family))
    people: dict[str, Row] = {}
    for account in story["account"]:
        for person in account["people"]:
            number = len(people)
            first, last = given[int(order[number]) // len(family)], family[int(order[number]) % len(family)]
            people[person["key"]] = {
                "contact_id": f"CT{number + 1:03d}",
                "account_id": account_id(account["sponsor"]),
                "email": f"{first}.{last}@{account['domain']}".lower(),
                "name": f"{first} {last}",
                "title": person["title"],
                "department": person["department"],
                "persona": person["persona"],
                "program_id": program_id(person["program"]),
                "suppressed": "true" if person.get("suppressed") else "",
                "reads": str(person["reads"]),
            }
    return people


def _all_touches(story: Mapping[str, Any], pieces: Sequence[Row], people: Mapping[str, Row]) -> Iterator[_Touch]:
    for purchase in [*story["group"], *story["early"]]:
        for member in purchase["members"]:
            yield from _member(story, purchase, member, people[member["who"]], pieces)
    for key, person in people.items():
        yield from _background(story, key, person, pieces)
    for gateway in story["gateway"]:
        yield from _gateway(story, gateway, people)
    for forward in story["forward"]:
        yield from _forward(story, forward, people)
    for unknown in story["unknown"]:
        for at, content in zip(unknown["at"], unknown["content"], strict=True):
            yield _Touch(at, "", unknown["email"], "", content, "", "web", "view")


def _member(
    story: Mapping[str, Any], purchase: Mapping[str, Any], member: Mapping[str, Any], person: Row, pieces: Sequence[Row]
) -> Iterator[_Touch]:
    """Touches of one member: the first on the day of joining, the last ones nearer to a decision."""
    rng = Streams(story["seed"])(f"{purchase['sponsor']} {purchase['program']} {member['who']}")
    begin, end, until = purchase["from"], purchase["until"], member.get("until", purchase["until"])
    span = (until - member["joins"]).days
    days = sorted([0, *(int(d) for d in rng.integers(0, span + 1, member["touches"] - 1))])
    campaigns = {campaign["campaign_id"]: campaign for campaign in story["campaign"]}
    opened: set[str] = set()
    for number, day in enumerate(days):
        at = _office_hours(member["joins"] + dt.timedelta(days=day), rng)
        elapsed = (at.date() - begin).days / max((end - begin).days, 1)
        for _ in range(1 + int(rng.random() < 0.25)):
            first = number == 0 and member.get("credited", False)
            through = purchase["campaign"] if first or rng.random() < story["reading"]["campaign"] else ""
            on_need = bool(through) or rng.random() < story["reading"]["on_need"]
            likings = _liking(story, purchase, person["persona"], elapsed, pieces, on_need)
            fresh = [
                liking * (0.1 if piece["content_id"] in opened else 1)
                for liking, piece in zip(likings, pieces, strict=True)
            ]
            content = pieces[_choice(fresh, rng)]
            opened.add(content["content_id"])
            mailed = bool(through) and campaigns[through]["channel"] == "email"
            yield _opened(at, member["who"], person, content, through, mailed, purchase.get("key", ""), rng)
            at += dt.timedelta(seconds=int(rng.integers(90, 900)))
    if "asks" in member:
        at = _office_hours(member["asks"], rng)
        program = program_id(purchase["program"])
        yield _Touch(
            at,
            member["who"],
            person["email"],
            person["account_id"],
            "",
            "",
            "form",
            "demo_request",
            program,
            purchase["key"],
        )


def _liking(
    story: Mapping[str, Any],
    purchase: Mapping[str, Any],
    persona: str,
    elapsed: float,
    pieces: Sequence[Row],
    on_need: bool,
) -> list[float]:
    reading = story["reading"]
    early, late = reading["stage_early"], reading["stage_late"]
    likings = []
    for piece in pieces:
        stage = STAGES.index(piece["stage"])
        liking = early[stage] + (late[stage] - early[stage]) * min(max(elapsed, 0.0), 1.0)
        liking *= float((piece["topic"] == purchase["need"]) == on_need)
        for name in ("area", "modality"):
            said = piece["therapeutic_area" if name == "area" else name]
            liking *= reading["field"][0 if said == purchase[name] else 1 if not said else 2]
        liking *= reading["phase"][0 if piece["phase"] == purchase["phase"] else 1 if not piece["phase"] else 2]
        likings.append(liking * (reading["persona"] if piece["persona"] == persona else 1.0))
    return likings


def _background(story: Mapping[str, Any], key: str, person: Row, pieces: Sequence[Row]) -> Iterator[_Touch]:
    rng = Streams(story["seed"])(f"background {key}")
    since = story["reading"]["background_since"]
    for _ in range(int(person["reads"])):
        day = since + dt.timedelta(days=int(rng.integers(0, (story["as_of"] - since).days - 1)))
        likings = [2.0 if piece["persona"] == person["persona"] else 1.0 for piece in pieces]
        content = pieces[_choice(likings, rng)]
        yield _opened(_office_hours(day, rng), key, person, content, "", rng.random() < 0.2, "", rng)


def _gateway(story: Mapping[str, Any], gateway: Mapping[str, Any], people: Mapping[str, Row]) -> Iterator[_Touch]:
    rng = Streams(story["seed"])(f"gateway {gateway['sponsor']}")
    for sent, content in zip(gateway["at"], gateway["content"], strict=True):
        for key in gateway["people"]:
            at = sent + dt.timedelta(seconds=int(rng.integers(0, gateway["minutes"] * 60)))
            person = people[key]
            yield _Touch(at, key, person["email"], person["account_id"], content, gateway["campaign"], "email", "click")


def _forward(story: Mapping[str, Any], forward: Mapping[str, Any], people: Mapping[str, Row]) -> Iterator[_Touch]:
    rng = Streams(story["seed"])(f"forward {forward['content']}")
    for key in forward["people"]:
        day = forward["at"] + dt.timedelta(hours=int(rng.integers(0, forward["hours"])))
        person = people[key]
        at = _office_hours(day.date(), rng)
        yield _Touch(at, key, person["email"], person["account_id"], forward["content"], "", "web", "download")


def _opened(
    at: dt.datetime,
    key: str,
    person: Row,
    piece: Row,
    campaign: str,
    mailed: bool,
    group: str,
    rng: np.random.Generator,
) -> _Touch:
    if piece["kind"] == "webinar":
        channel, kind = "webinar", "attend"
    elif mailed or piece["kind"] == "newsletter":
        channel, kind = "email", "click"
    else:
        channel, kind = ("ads" if campaign else "web"), ("download" if rng.random() < 0.4 else "view")
    return _Touch(
        at, key, person["email"], person["account_id"], piece["content_id"], campaign, channel, kind, group=group
    )


def _office_hours(day: dt.date, rng: np.random.Generator) -> dt.datetime:
    """Pick a moment of a working day; a weekend is moved to the Friday before."""
    day -= dt.timedelta(days=max(0, day.weekday() - 4))
    seconds = int(rng.triangular(7.5, 12.5, 19.5) * 3600)
    return dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(seconds=seconds)


def _choice(weights: Sequence[float], rng: np.random.Generator) -> int:
    total = np.cumsum(weights)
    return int(np.searchsorted(total, rng.random() * total[-1], side="right"))


def _contacts(people: Mapping[str, Row], touches: Sequence[_Touch], story: Mapping[str, Any]) -> list[Row]:
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


def _engagements(touches: Sequence[_Touch], people: Mapping[str, Row]) -> list[Row]:
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


def _truth(story: Mapping[str, Any], people: Mapping[str, Row], touches: Sequence[_Touch], folder: Path) -> None:
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
    _write(folder / "truth_groups.csv", groups)
    _write(folder / "truth_membership.csv", members)
    _write(folder / "truth_contacts.csv", [{k: p[k] for k in ("contact_id", "persona")} for p in people.values()])
    _write(
        folder / "truth_engagements.csv",
        [
            {"engagement_id": row["engagement_id"], "group_id": ids.get(touch.group, "")}
            for row, touch in zip(_engagements(touches, people), touches, strict=True)
        ],
    )
    _write(folder / "accounts.csv", [{"account_id": account_id(a["sponsor"])} for a in story["account"]])
    # a date means the end of that day
    meta = {"scenario": "demo", "now": f"{story['as_of'] + dt.timedelta(days=1)}", "accounts": len(story["account"])}
    (folder / "meta.json").write_text(json.dumps(meta) + "\n", "utf-8")


def _story() -> dict[str, Any]:
    return tomllib.loads((HERE / "story.toml").read_text("utf-8"))


def _z(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _naive(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Iterable[Row]) -> None:
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
