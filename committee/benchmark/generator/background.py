"""Reading without a purchase: everybody's own field, in spurts."""

from __future__ import annotations

import numpy as np

from committee.benchmark.generator.accounts import Programs
from committee.benchmark.generator.arrays import DAY, Streams, ragged
from committee.benchmark.generator.people import People
from committee.benchmark.generator.spec import MarketSpec
from committee.benchmark.generator.touches import Touches

__all__ = ["draw_background"]


def draw_background(spec: MarketSpec, programs: Programs, people: People, streams: Streams) -> Touches:
    """Touches at each person's own rate (gamma over people); a spurt stays on its subject for some days."""
    rng = streams("background")
    background = spec.background
    mean = np.asarray(background.per_year)[people.persona] * spec.years * (1 - background.spurt)
    person, _ = ragged(rng.poisson(rng.gamma(background.shape, mean / background.shape)))
    started = rng.uniform(0, spec.days * DAY, len(person))
    own = people.topic[person]
    any_need = (rng.random((len(person), programs.needs.shape[1])) * programs.needs[people.home[person]]).argmax(axis=1)
    own = np.where(rng.random(len(person)) < 0.5, own, any_need)
    on_own = (people.home[person] >= 0) & (rng.random(len(person)) < background.own_topic)
    topic = np.where(on_own, own, rng.integers(0, programs.needs.shape[1], len(person)))
    spurt, position = ragged(rng.geometric(1 - background.spurt, len(person)))
    at = started[spurt] + position * rng.exponential(background.spurt_days * DAY, len(spurt))
    return Touches.of(
        "background",
        person[spurt],
        at.astype(np.int64),
        program=people.home[person][spurt],
        topic=topic[spurt],
    )
