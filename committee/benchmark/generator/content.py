"""The seller's library: what each piece is about, what its tags say, and how a reader with a purpose picks from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.benchmark.generator.arrays import DAY, Floats, Ints, Streams, pick_weighted
from committee.benchmark.generator.spec import PERSONAS, ContentSpec, MarketSpec, words

__all__ = ["Library", "Purpose", "draw_library"]

CANDIDATES = 6
CHUNK = 1 << 18


@dataclass(frozen=True)
class Purpose:
    """What readings are for: one entry a reading; -1 = no preference."""

    topic: Ints
    area: Ints
    modality: Ints
    phase: Ints
    persona: Ints
    stage: Floats  # reading x 3: liking for top, middle, bottom
    at: Ints  # seconds
    area_share: float
    modality_odds: float
    phase_odds: float
    strange_odds: float
    persona_odds: float


@dataclass(frozen=True)
class Library:
    """One entry a piece. ``said_*`` is the tag in the table: -1 = none."""

    topic: Ints
    area: Ints
    modality: Ints
    phase: Ints
    persona: Ints
    stage: Ints
    said_topic: Ints
    said_second_topic: Ints
    said_area: Ints
    said_modality: Ints
    said_phase: Ints
    published: Ints  # seconds; negative = before the history
    half_life: float
    by_topic: _Shelf
    by_topic_and_area: _Shelf
    evergreens: _Shelf

    def __len__(self) -> int:
        return len(self.topic)

    def draw(self, topic: Ints, at: Ints, rng: np.random.Generator) -> Ints:
        """Draw a popular piece on a topic (-1 = any) for each reading, published by then."""
        wanted = np.where(topic >= 0, topic, rng.integers(0, len(self.by_topic.first), len(topic)))
        found = self.by_topic.draw(wanted, rng)
        return np.where(self.published[found] <= at, found, self.evergreens.draw(wanted, rng))

    def choose(self, purpose: Purpose, rng: np.random.Generator) -> Ints:
        """Find the piece each reading ends at: a handful of popular ones is looked over, the fitting one is opened."""
        parts = [
            self._choose(purpose, slice(start, start + CHUNK), rng) for start in range(0, len(purpose.topic), CHUNK)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def _choose(self, purpose: Purpose, part: slice, rng: np.random.Generator) -> Ints:
        topic, at = purpose.topic[part], purpose.at[part]
        count = len(topic)
        topics = len(self.by_topic.first)
        topic = np.where(topic >= 0, topic, rng.integers(0, topics, count))
        area = purpose.area[part]
        cell = topic * len(words().areas) + np.maximum(area, 0)
        aimed = (area >= 0) & (rng.random(count) < purpose.area_share) & (self.by_topic_and_area.weight[cell] > 0)
        wide = np.repeat(topic, CANDIDATES)
        narrow = np.repeat(cell, CANDIDATES)
        by_aim = np.repeat(aimed, CANDIDATES)
        found = self.by_topic.draw(wide, rng)
        found[by_aim] = self.by_topic_and_area.draw(narrow[by_aim], rng)
        found = found.reshape(count, CANDIDATES)
        age = at[:, None] - self.published[found]
        liking = np.where(age >= 0, 0.15 + np.exp2(-np.maximum(age, 0) / (self.half_life * DAY)), 0.0)
        liking *= np.take_along_axis(purpose.stage[part], self.stage[found], axis=1)
        for field, want, odds in (
            (self.modality, purpose.modality[part], purpose.modality_odds),
            (self.phase, purpose.phase[part], purpose.phase_odds),
        ):
            about, wish = field[found], want[:, None]
            factor = np.where(about == wish, odds, purpose.strange_odds)
            liking *= np.where((about < 0) | (wish < 0), 1.0, factor)
        liking *= np.where(self.persona[found] == purpose.persona[part][:, None], purpose.persona_odds, 1.0)
        column = pick_weighted(liking, rng)
        nothing = liking.sum(axis=1) <= 0
        chosen = np.take_along_axis(found, np.minimum(column, CANDIDATES - 1)[:, None], axis=1)[:, 0]
        if nothing.any():
            chosen[nothing] = self.evergreens.draw(topic[nothing], rng)
        return chosen


@dataclass(frozen=True)
class _Shelf:
    """Pieces by key, drawn by popularity."""

    items: Ints
    upto: Floats  # running popularity over ``items``
    first: Floats  # running popularity before the first item of a key
    weight: Floats

    @classmethod
    def of(cls, keys: Ints, popularity: Floats, count: int) -> _Shelf:
        items = np.argsort(keys, kind="stable")
        weight: Floats = np.bincount(keys, popularity, minlength=count).astype(float)
        before: Floats = np.cumsum(weight) - weight
        return cls(items, np.cumsum(popularity[items]), before, weight)

    def draw(self, keys: Ints, rng: np.random.Generator) -> Ints:
        at = self.first[keys] + rng.random(len(keys)) * self.weight[keys]
        return self.items[np.minimum(np.searchsorted(self.upto, at, side="right"), len(self.items) - 1)]


def draw_library(spec: MarketSpec, streams: Streams) -> Library:
    """Draw a library with every topic on it from the first day; popularity by a rank law."""
    rng = streams("content")
    content, vocabulary = spec.content, words()
    count, topics = content.pieces, len(vocabulary.topics)
    topic = np.arange(count) % topics
    evergreen = rng.random(count) < content.evergreen
    evergreen[:topics] = True
    published = np.where(evergreen, -1, rng.integers(0, spec.days * DAY, count))

    def about(share: float, kinds: int) -> Ints:
        return np.where(rng.random(count) < share, rng.integers(0, kinds, count), -1)

    area = about(content.area_share, len(vocabulary.areas))
    modality = about(content.modality_share, len(vocabulary.modalities))
    phase = about(content.phase_share, len(vocabulary.phases))
    popularity: Floats = (1.0 + rng.permutation(count)) ** np.float64(-content.popularity)
    said_topic, second = _said_topics(content, topic, topics, published > content.drift_from * spec.days * DAY, rng)
    ever = np.where(evergreen, popularity, 0.0)
    return Library(
        topic=topic,
        area=area,
        modality=modality,
        phase=phase,
        persona=rng.choice(len(PERSONAS) - 1, count, p=(0.34, 0.22, 0.12, 0.08, 0.12, 0.12)),
        stage=rng.choice(3, count, p=(0.5, 0.32, 0.18)),
        said_topic=said_topic,
        said_second_topic=second,
        said_area=_said(content, area, len(vocabulary.areas), rng),
        said_modality=_said(content, modality, len(vocabulary.modalities), rng),
        said_phase=_said(content, phase, len(vocabulary.phases), rng),
        published=published,
        half_life=content.half_life,
        by_topic=_Shelf.of(topic, popularity, topics),
        by_topic_and_area=_Shelf.of(
            np.where(area >= 0, topic * len(vocabulary.areas) + area, topics * len(vocabulary.areas)),
            popularity,
            topics * len(vocabulary.areas) + 1,
        ),
        evergreens=_Shelf.of(topic, ever, topics),
    )


def _said_topics(
    content: ContentSpec, topic: Ints, topics: int, later: np.ndarray, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    count = len(topic)
    said = np.where(later & (rng.random(count) < content.drift), (topic + 1) % topics, topic)
    said = np.where(rng.random(count) < content.topic_wrong, rng.integers(0, topics, count), said)
    second = np.where(rng.random(count) < content.second_topic, (said + rng.integers(1, topics, count)) % topics, -1)
    missing = rng.random(count) < content.topic_missing
    return np.where(missing, -1, said), np.where(missing, -1, second)


def _said(content: ContentSpec, truth: Ints, kinds: int, rng: np.random.Generator) -> Ints:
    wrong = (truth >= 0) & (rng.random(len(truth)) < content.field_wrong)
    said = np.where(wrong, rng.integers(0, kinds, len(truth)), truth)
    return np.where(rng.random(len(truth)) < content.field_missing, -1, said)
