"""From touches to engagement rows: office hours, careers, sessions, the piece that was read, the campaign credited."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.benchmark.generator.accounts import Accounts, Programs
from committee.benchmark.generator.arrays import DAY, Bools, Floats, Ints, Streams, office_hours, ragged
from committee.benchmark.generator.content import Library, Purpose
from committee.benchmark.generator.people import People
from committee.benchmark.generator.spec import MarketSpec
from committee.benchmark.generator.touches import ORIGINS, Touches

__all__ = ["CHANNELS", "KINDS", "Rows", "write_rows"]

CHANNELS = ("web", "email", "webinar", "event", "search", "social", "sales", "form")
KINDS = ("view", "download", "click", "attend", "open", "meeting", "demo_request")
HUMAN = [ORIGINS.index(name) for name in ("group", "background", "forward", "conference")]
GROUP, OPEN, CONFERENCE = ORIGINS.index("group"), ORIGINS.index("open"), ORIGINS.index("conference")


@dataclass(frozen=True)
class Rows:
    """Engagements in the order of time, one entry a row; -1 = empty."""

    person: Ints
    account: Ints
    at: Ints
    content: Ints
    channel: Ints
    kind: Ints
    campaign: Ints  # listed programs first (by program), then mailings
    program: Ints  # stated on a form
    group: Ints
    origin: Ints
    by_email: Bools
    date_only: Bools

    def __len__(self) -> int:
        return len(self.person)


def write_rows(
    spec: MarketSpec,
    accounts: Accounts,
    programs: Programs,
    people: People,
    library: Library,
    touches: Touches,
    streams: Streams,
) -> Rows:
    """All rows of the history, sorted by time."""
    touches, account = _timed(spec, accounts, people, touches, streams)
    touches, account = _sessions(spec, touches, account, streams)
    inside = (touches.at >= 0) & (touches.at < spec.days * DAY)
    order = np.flatnonzero(inside)[np.argsort(touches.at[inside], kind="stable")]
    touches, account = touches.take(order), account[order]
    rng = streams("rows")
    count = len(touches)
    content = _content(spec, programs, people, library, touches, streams)
    meeting = (touches.origin == GROUP) & (rng.random(count) < spec.reading.no_content * 2 * touches.elapsed / 1000)
    content = np.where(meeting, -1, content)
    channel, kind = _channels(touches, meeting, rng)
    human = np.isin(touches.origin, HUMAN)
    event_rows = human & ~meeting & (rng.random(count) < spec.rows.date_only)
    stated = (touches.origin == GROUP) & (rng.random(count) < spec.rows.program_on_form)
    return Rows(
        person=touches.person,
        account=account,
        at=touches.at,
        content=content,
        channel=channel,
        kind=kind,
        campaign=_campaigns(spec, programs, touches, account, accounts, rng),
        program=np.where(stated & programs.listed[touches.program], touches.program, -1),
        group=np.where(touches.origin == GROUP, touches.group, -1),
        origin=touches.origin,
        by_email=~people.registered[touches.person] | (human & (rng.random(count) < spec.rows.by_email)),
        date_only=event_rows,
    )


def _timed(
    spec: MarketSpec, accounts: Accounts, people: People, touches: Touches, streams: Streams
) -> tuple[Touches, Ints]:
    """Human touches in office hours; those after a person left are gone, or belong to the new employer."""
    rng = streams("office hours")
    human = np.isin(touches.origin, HUMAN)
    first_weekday = (spec.now.weekday() - spec.days) % 7
    offset = accounts.offset[people.account[touches.person]]
    at = touches.at.copy()
    at[human] = office_hours(touches.at[human].astype(float), offset[human], first_weekday, spec.rows.weekend, rng)
    left = at >= people.leaves_at[touches.person]
    to = people.moves_to[touches.person]
    follows = np.isin(touches.origin, [ORIGINS.index("background"), ORIGINS.index("mailing"), OPEN, CONFERENCE])
    keep = ~left | (follows & (to >= 0))
    account = np.where(left, to, people.account[touches.person])
    known = {**touches.__dict__, "at": at}
    return Touches(**known).take(keep), account[keep]


def _sessions(spec: MarketSpec, touches: Touches, account: Ints, streams: Streams) -> tuple[Touches, Ints]:
    """Let some touches open more than one piece within the session."""
    rng = streams("sessions")
    several = touches.content < 0
    more = rng.geometric(1 - spec.rows.session_more, len(touches))
    owner, position = ragged(np.where(several, more, 1))
    within = position * rng.exponential(spec.rows.session_minutes * 60, len(owner))
    opened = touches.take(owner)
    later = np.minimum(opened.at + within.astype(np.int64), np.maximum(opened.at, spec.days * DAY - 1))
    return Touches(**{**opened.__dict__, "at": later}), account[owner]


def _content(
    spec: MarketSpec, programs: Programs, people: People, library: Library, touches: Touches, streams: Streams
) -> Ints:
    rng = streams("choices")
    content = touches.content.copy()
    reading, background = spec.reading, spec.background
    early, late, usual = (np.asarray(s) for s in (reading.stage_early, reading.stage_late, background.stage))
    for buying in (True, False):
        chosen = np.flatnonzero((content < 0) & ((touches.origin == GROUP) == buying))
        part = touches.take(chosen)
        program = part.program
        elapsed = part.elapsed[:, None] / 1000
        stage: Floats = early + (late - early) * elapsed if buying else np.tile(usual, (len(part), 1))

        def wish(of: Ints, program: Ints = program) -> Ints:
            return np.where(program >= 0, of[program], -1)

        odds = reading if buying else background
        purpose = Purpose(
            topic=part.topic,
            area=np.where(part.area >= 0, part.area, wish(programs.area)),
            modality=wish(programs.modality),
            phase=wish(programs.phase),
            persona=people.persona[part.person],
            stage=stage,
            at=part.at,
            area_share=odds.area,
            modality_odds=odds.modality,
            phase_odds=odds.phase,
            strange_odds=odds.strange,
            persona_odds=odds.persona,
        )
        content[chosen] = library.choose(purpose, rng)
    return content


def _channels(touches: Touches, meeting: Bools, rng: np.random.Generator) -> tuple[Ints, Ints]:
    count = len(touches)
    channel = rng.choice(6, count, p=(0.52, 0.2, 0.09, 0.05, 0.08, 0.06))
    mailed = np.isin(touches.origin, [ORIGINS.index("mailing"), OPEN, ORIGINS.index("gateway")])
    channel[mailed] = CHANNELS.index("email")
    channel[touches.origin == ORIGINS.index("crawler")] = CHANNELS.index("web")
    usual = np.array([KINDS.index(kind) for kind in ("view", "click", "attend", "attend", "view", "click")])
    kind = usual[channel]
    kind[(channel == 0) & (rng.random(count) < 0.4)] = KINDS.index("download")
    kind[touches.origin == OPEN] = KINDS.index("open")
    asked = rng.random(count) < 0.5
    channel[meeting] = np.where(asked[meeting], CHANNELS.index("form"), CHANNELS.index("sales"))
    kind[meeting] = np.where(asked[meeting], KINDS.index("demo_request"), KINDS.index("meeting"))
    return channel, kind


def _campaigns(
    spec: MarketSpec, programs: Programs, touches: Touches, account: Ints, accounts: Accounts, rng: np.random.Generator
) -> Ints:
    """Name the program whose campaign is credited, or ``len(programs) + mailing``; unlisted programs have no campaign."""
    count = len(touches)
    first = np.cumsum(accounts.programs) - accounts.programs
    any_program = first[account] + (rng.random(count) * accounts.programs[account]).astype(np.int64)
    rows, luck = spec.rows, rng.random(count)
    buying = touches.origin == GROUP
    right = buying & (luck < rows.campaign_right)
    wrong = buying & ~right & (luck < rows.campaign_right + rows.campaign_wrong)
    wrong |= (touches.origin == ORIGINS.index("background")) & (luck < rows.campaign_background)
    program = np.where(right, touches.program, np.where(wrong, any_program, -1))
    program = np.where((program >= 0) & programs.listed[program], program, -1)
    return np.where(touches.mailing >= 0, len(programs) + touches.mailing, program)
