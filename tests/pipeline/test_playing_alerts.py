"""Alerts played again: what looking, and sending, every day would have given, worked out by really looking every day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from markets import AS_OF, on_day, write_small

from committee import pipeline
from committee.analysis.alerts import Told, occasions
from committee.analysis.replay import replay
from committee.analysis.touches import epoch_ms, touches
from committee.errors import BadSettings
from committee.market import Market
from committee.pipeline.consequences import resolved
from committee.pipeline.playing_alerts import play
from committee.pipeline.words import families, personas_of, tags_of
from committee.settings import Settings

QUICK = ["groups.detector='program_topic_gap'", "window.shifts=0"]
APRIL = datetime(2026, 4, 28, 23, 59, 59, 999000, tzinfo=UTC)
NO_LIMIT = [*QUICK, "alerts.quiet_days=0", "alerts.per_week=999", "alerts.weak=true"]


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Market:
    folder = write_small(tmp_path_factory.mktemp("owned"), accounts=2)
    market, _ = pipeline.read_files([folder], Settings.read(environment={}), on_day(0))
    place = market.accounts.schema.get_field_index("owner")
    owners = [["Kim", "Lee", None][row % 3] for row in range(market.accounts.num_rows)]
    return market.with_tables(accounts=market.accounts.set_column(place, "owner", pa.array(owners).dictionary_encode()))


def alerts(told: list[Told]) -> list[str]:
    return sorted(one.occasion.alert_id for one in told if one.alert)


@pytest.mark.parametrize(("personas", "days"), [(3, 14.0), (4, 45.0)])
def test_a_replay_of_flags_counts_what_the_rule_played_by_itself_counts(
    owned: Market, personas: int, days: float
) -> None:
    tried = [f"window.personas={personas}", f"window.days={days}", "alerts.kinds=['flag']", *NO_LIMIT]
    settings = Settings.read(None, tried, {})
    played = play(owned, AS_OF, 70, settings)
    seen = touches(
        owned,
        resolved(owned["engagements"], owned),
        personas_of(owned["contacts"]),
        tags_of(owned["content"]),
        window=settings.window,
        cleaning=settings.cleaning,
        as_of=AS_OF,
    )
    alone = replay(seen, owned, scope=settings.window.scope, personas=personas, days=days, span_days=70)
    assert Counter(one.occasion.owner for one in played.told if one.alert) == alone.per_owner
    assert alone.flags > 0 or personas == 4
    assert played.looks == 71


@pytest.mark.parametrize(("k", "n", "least"), [(3, 14.0, 1), (2, 21.0, 2)])
def test_a_replay_is_what_detecting_and_sending_each_day_gives(owned: Market, k: int, n: float, least: int) -> None:
    """The oracle detects all anew as of each day, sends what was not sent, and counts the week's budget by hand."""
    tried = [f"window.personas={k}", f"window.days={n}", f"alerts.families={least}", "alerts.kinds=['flag']"]
    tried += ["alerts.quiet_days=0", "alerts.per_week=1", "alerts.weak=true", *QUICK]
    settings, days = Settings.read(None, tried, {}), 9
    sent: set[str] = set()
    budget: Counter[tuple[str, str]] = Counter()
    expected, digest = [], []
    for back in range(days, -1, -1):
        moment = APRIL - timedelta(days=back)
        findings = pipeline.detect(owned, moment, settings)
        for one in occasions(findings, owned, kinds=["flag"], families=families(), least_families=least, weak=True):
            if one.alert_id in sent or (
                back < days and one.at <= epoch_ms(moment - timedelta(days=settings.alerts.days))
            ):
                continue
            sent.add(one.alert_id)
            if back == days:  # what was there before the first day: some of it in its week
                if one.at >= epoch_ms(moment - timedelta(days=moment.weekday() + 1)):
                    budget[one.owner, f"{moment:%G-%V}"] = 1
                continue
            week = (one.owner, f"{moment:%G-%V}")
            (expected if budget[week] < 1 else digest).append(one.alert_id)
            budget[week] += 1
    played = play(owned, APRIL, days, settings)
    assert alerts(played.told) == sorted(expected)
    assert sorted(one.occasion.alert_id for one in played.told if not one.alert) == sorted(digest)
    assert set(played.weeks.values()) <= {1}
    assert expected


def test_a_flag_that_becomes_broad_later_alerts_later_and_not_in_hindsight(owned: Market) -> None:
    """In hindsight a flag has all families that ever came into its window; on its day it had fewer."""
    tried = [
        "window.personas=2",
        "window.days=30",
        "alerts.families=3",
        "alerts.kinds=['flag']",
        "alerts.days=3",
        *NO_LIMIT,
    ]
    settings = Settings.read(None, tried, {})
    played = play(owned, AS_OF, 100, settings)
    findings = pipeline.detect(owned, AS_OF, settings)
    broad = occasions(findings, owned, kinds=["flag"], families=families(), least_families=3, weak=True)
    since = epoch_ms(AS_OF - timedelta(days=100))
    hindsight = {one.alert_id for one in broad if one.at > since}
    assert set(alerts(played.told)) < hindsight


def test_more_families_fewer_alerts(owned: Market) -> None:
    counts, broader = [], []
    for least in (1, 2, 3):
        tried = [f"alerts.families={least}", *NO_LIMIT, "alerts.days=400"]
        played = play(owned, AS_OF, 70, Settings.read(None, tried, {}))
        counts.append(len(alerts(played.told)))
        broader.append(played.broader)
    assert broader[:-1] == counts[1:]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_more_days_than_anybody_waits_for_are_refused(owned: Market) -> None:
    with pytest.raises(BadSettings, match="401 looks in these days"):
        play(owned, AS_OF, 400, Settings.read(environment={}))
