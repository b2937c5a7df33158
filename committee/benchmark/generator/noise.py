"""What looks like interest and is none: mailings, mail gateways, crawlers, forwarded papers, conferences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.benchmark.generator.accounts import Accounts, Programs
from committee.benchmark.generator.arrays import DAY, Bools, Ints, Streams, ragged
from committee.benchmark.generator.content import Library
from committee.benchmark.generator.people import People
from committee.benchmark.generator.spec import MarketSpec, words
from committee.benchmark.generator.touches import Touches

__all__ = ["Machines", "Mailings", "crawl", "forward", "gateways", "mail", "meet", "send_mailings"]


@dataclass(frozen=True)
class Mailings:
    """The seller's mailings to everybody, one entry a mailing."""

    at: Ints
    content: Ints

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Machines:
    """Who is read by a machine: accounts behind a clicking gateway, people whose browser is a crawler."""

    gateways: Bools
    crawlers: Ints


def send_mailings(spec: MarketSpec, library: Library, streams: Streams) -> Mailings:
    """Moments and pieces of all mailings."""
    rng = streams("mailings")
    at = np.sort(rng.integers(0, spec.days * DAY, int(rng.poisson(spec.noise.mailings * spec.years))))
    return Mailings(at, library.draw(np.full(len(at), -1, np.int64), at, rng))


def mail(spec: MarketSpec, people: People, mailings: Mailings, streams: Streams) -> list[Touches]:
    """Clicks (and machine opens) of the people a mailing reached."""
    rng = streams("mail clicks")
    noise = spec.noise
    audience = np.flatnonzero(people.registered)
    clicks = rng.poisson(rng.gamma(2.0, noise.mailing_reach / 2, len(mailings)) * len(audience))
    parts = []
    for origin, share in (("mailing", 1.0), ("open", noise.opens)):
        mailing, _ = ragged(rng.poisson(clicks * share))
        person = audience[rng.integers(0, max(len(audience), 1), len(mailing))]
        at = mailings.at[mailing] + np.minimum(rng.exponential(noise.mailing_days, len(mailing)), 7) * DAY
        parts.append(
            Touches.of(origin, person, at.astype(np.int64), content=mailings.content[mailing], mailing=mailing)
        )
    return parts


def gateways(
    spec: MarketSpec, people: People, library: Library, accounts: int, streams: Streams
) -> tuple[Touches, Bools]:
    """Let gateways open every link of a mail in the name of most people of its account, inside minutes."""
    rng = streams("gateways")
    noise = spec.noise
    behind = rng.random(accounts) < noise.gateways
    account, _ = ragged(np.where(behind, rng.poisson(noise.gateway_mails * spec.years, accounts), 0))
    sent = rng.integers(0, spec.days * DAY, len(account))
    first = np.searchsorted(people.account, np.arange(accounts + 1))
    hit, position = ragged(first[account + 1] - first[account])
    person = first[account[hit]] + position
    reached = people.registered[person] & (rng.random(len(hit)) < noise.gateway_reach)
    hit, person = hit[reached], person[reached]
    parts = []
    for _ in range(noise.gateway_links):
        content = library.draw(np.full(len(account), -1, np.int64), sent, rng)
        at = sent[hit] + rng.random(len(hit)) * noise.gateway_minutes * 60
        parts.append((person, at.astype(np.int64), content[hit]))
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Touches.of("gateway", joined[0], joined[1], content=joined[2]), behind


def crawl(spec: MarketSpec, people: People, library: Library, streams: Streams) -> tuple[Touches, Ints]:
    """Let some people's devices read a large part of the library, in a day or over two weeks."""
    rng = streams("crawlers")
    noise = spec.noise
    crawlers = np.flatnonzero(people.registered & (rng.random(len(people)) < noise.crawlers))
    low, high = noise.crawler_pieces
    which, _ = ragged(rng.integers(low, high + 1, len(crawlers)))
    fast = rng.random(len(crawlers)) < noise.crawler_fast
    span = np.where(fast, 0.5, noise.crawler_days)
    start = rng.uniform(0, spec.days - noise.crawler_days, len(crawlers))
    at = ((start[which] + rng.random(len(which)) * span[which]) * DAY).astype(np.int64)
    content = library.draw(np.full(len(which), -1, np.int64), at, rng)
    return Touches.of("crawler", crawlers[which], at, content=content), crawlers


def forward(spec: MarketSpec, accounts: Accounts, people: People, library: Library, streams: Streams) -> Touches:
    """One paper passed round in an account: several people download it within days, nobody buys."""
    rng = streams("forwards")
    noise = spec.noise
    account, _ = ragged(rng.poisson(noise.forwards * spec.years, len(accounts)))
    at = rng.uniform(0, spec.days * DAY, len(account))
    content = library.draw(np.full(len(account), -1, np.int64), at.astype(np.int64), rng)
    paper, _ = ragged(rng.integers(noise.forward_people[0], noise.forward_people[1] + 1, len(account)))
    first = np.searchsorted(people.account, np.arange(len(accounts) + 1))
    size = first[account[paper] + 1] - first[account[paper]]
    person = first[account[paper]] + (rng.random(len(paper)) * size).astype(np.int64)
    _, once = np.unique(paper * (len(people) + 1) + person, return_index=True)
    paper, person = paper[once], person[once]
    when = at[paper] + rng.random(len(paper)) * noise.forward_days * DAY
    return Touches.of("forward", person, when.astype(np.int64), content=content[paper])


def meet(spec: MarketSpec, programs: Programs, people: People, streams: Streams) -> Touches:
    """Let conferences move the people of one therapeutic area, in all accounts, for some days."""
    rng = streams("conferences")
    noise = spec.noise
    count = int(rng.poisson(noise.conferences * spec.years))
    area = rng.integers(0, len(words().areas), count)
    at = rng.uniform(0, spec.days * DAY, count)
    field = np.where(people.home >= 0, programs.area[people.home], -1)
    empty = np.zeros(0, np.int64)
    persons, whens, areas = [empty], [empty], [empty]
    for one, start in zip(area.tolist(), at.tolist(), strict=True):
        there = np.flatnonzero((field == one) & (rng.random(len(people)) < noise.conference_reach))
        there = np.repeat(there, rng.integers(1, 4, len(there)))
        persons.append(there)
        whens.append((start + rng.random(len(there)) * noise.conference_days * DAY).astype(np.int64))
        areas.append(np.full(len(there), one))
    return Touches.of("conference", np.concatenate(persons), np.concatenate(whens), area=np.concatenate(areas))
