"""What the people of the demo market touched: members of purchases, readers, a mail gateway, a forwarded paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from committee.benchmark.generator.arrays import Streams
from committee.demo.cast import Row, Touch, program_id

__all__ = ["touches_of"]

STAGES = ("top", "middle", "bottom")


def touches_of(story: Mapping[str, Any], pieces: Sequence[Row], people: Mapping[str, Row]) -> Iterator[Touch]:
    """Draw all touches of the story, in no order of time."""
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
            yield Touch(at, "", unknown["email"], "", content, "", "web", "view")


def _member(
    story: Mapping[str, Any], purchase: Mapping[str, Any], member: Mapping[str, Any], person: Row, pieces: Sequence[Row]
) -> Iterator[Touch]:
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
        yield Touch(
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


def _background(story: Mapping[str, Any], key: str, person: Row, pieces: Sequence[Row]) -> Iterator[Touch]:
    rng = Streams(story["seed"])(f"background {key}")
    since = story["reading"]["background_since"]
    for _ in range(int(person["reads"])):
        day = since + dt.timedelta(days=int(rng.integers(0, (story["as_of"] - since).days - 1)))
        likings = [2.0 if piece["persona"] == person["persona"] else 1.0 for piece in pieces]
        content = pieces[_choice(likings, rng)]
        yield _opened(_office_hours(day, rng), key, person, content, "", rng.random() < 0.2, "", rng)


def _gateway(story: Mapping[str, Any], gateway: Mapping[str, Any], people: Mapping[str, Row]) -> Iterator[Touch]:
    rng = Streams(story["seed"])(f"gateway {gateway['sponsor']}")
    for sent, content in zip(gateway["at"], gateway["content"], strict=True):
        for key in gateway["people"]:
            at = sent + dt.timedelta(seconds=int(rng.integers(0, gateway["minutes"] * 60)))
            person = people[key]
            yield Touch(at, key, person["email"], person["account_id"], content, gateway["campaign"], "email", "click")


def _forward(story: Mapping[str, Any], forward: Mapping[str, Any], people: Mapping[str, Row]) -> Iterator[Touch]:
    rng = Streams(story["seed"])(f"forward {forward['content']}")
    for key in forward["people"]:
        day = forward["at"] + dt.timedelta(hours=int(rng.integers(0, forward["hours"])))
        person = people[key]
        at = _office_hours(day.date(), rng)
        yield Touch(at, key, person["email"], person["account_id"], forward["content"], "", "web", "download")


def _opened(
    at: dt.datetime,
    key: str,
    person: Row,
    piece: Row,
    campaign: str,
    mailed: bool,
    group: str,
    rng: np.random.Generator,
) -> Touch:
    if piece["kind"] == "webinar":
        channel, kind = "webinar", "attend"
    elif mailed or piece["kind"] == "newsletter":
        channel, kind = "email", "click"
    else:
        channel, kind = ("ads" if campaign else "web"), ("download" if rng.random() < 0.4 else "view")
    return Touch(
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
