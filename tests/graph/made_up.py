"""Small random markets, findings and changes for the tests of the store; the same seed gives the same ones."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from committee.findings import Findings, Run
from committee.history import Change
from committee.market import Market
from committee.records import LOADED
from committee.settings import Settings, StoreSettings

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ["O'Brien & Sons", '"Quoted" Inc', "Bio`tick`", "}) DETACH DELETE n //", "Ünïcødé 🧬 Labs", "$key", "a\\b\nc"]


def random_market(seed: int, engagements: int = 300, contacts: int = 40, load: str = "load-1") -> Market:
    """A market in which some references have no target."""
    draw = random.Random(seed)
    accounts = [f"a{n}" for n in range(8)]
    programs = [f"p{n}" for n in range(6)]
    people = [f"c{n} 'é" if n % 7 == 0 else f"c{n}" for n in range(contacts)]
    pieces = [f"k{n}" for n in range(12)]
    campaigns = ["m0", "m1"]
    needs = ["method development", "gmp testing"]
    tables = {
        "accounts": {
            "account_id": accounts,
            "name": [draw.choice(NAMES) for _ in accounts],
            "domain": [None if draw.random() < 0.3 else [f"{a}.com", f"{a}.eu"] for a in accounts],
            "parent_account_id": [draw.choice([*accounts, None, "not there"]) for _ in accounts],
            "employees": [draw.choice([None, 12, 5000]) for _ in accounts],
            "revenue_usd": [draw.choice([None, 0.1, 2.5e9]) for _ in accounts],
            "deleted": [draw.choice([None, True, False]) for _ in accounts],
            "Größe (FTE)": [draw.choice([None, "x", "y"]) for _ in accounts],
        },
        "programs": {
            "program_id": programs,
            "account_id": [draw.choice(accounts) for _ in programs],
            "name": [f"Program {p}" for p in programs],
            "needs": [draw.choice([None, needs[:1], needs]) for _ in programs],
            "partner_account_ids": [draw.choice([None, [draw.choice(accounts), "nobody"]]) for _ in programs],
            "started_on": [draw.choice([None, "2025", "2025-03"]) for _ in programs],
        },
        "contacts": {
            "contact_id": people,
            "account_id": [draw.choice([*accounts, None, "a99"]) for _ in people],
            "name": [f"{draw.choice(NAMES)} {p}" for p in people],
            "title": [draw.choice([None, "Director", "Scientist"]) for _ in people],
            "created_at": [draw.choice([None, START]) for _ in people],
        },
        "employments": {
            "employment_id": ["x1", "x2", "x3"],
            "contact_id": [people[1], people[2], "c999"],
            "account_id": [accounts[0], accounts[1], accounts[0]],
            "title": ["Analyst", None, "Head"],
            "to_on": ["2024-05", None, None],
        },
        "content": {
            "content_id": pieces,
            "title": [draw.choice(NAMES) for _ in pieces],
            "topic": [draw.choice([None, needs[:1]]) for _ in pieces],
            "substance": [draw.choice([None, 0.5, 1.0]) for _ in pieces],
        },
        "campaigns": {"campaign_id": campaigns, "name": ["Spring", None], "program_id": [programs[0], "p99"]},
        "engagements": _engagements(draw, engagements, accounts, people, pieces, campaigns),
        "signals": {
            "signal_id": ["s1", "s2"],
            "kind": ["funding_round", "trial_registered"],
            "occurred_on": ["2026-01", "2026-01-04"],
            "source": ["wire", "registry"],
            "account_id": [accounts[0], None],
            "program_id": [None, programs[1]],
        },
        "opportunities": {
            "opportunity_id": ["o1", "o2"],
            "account_id": [accounts[0], "a98"],
            "program_id": [programs[0], None],
            "is_won": [True, None],
            "amount_usd": [10.5, None],
        },
        "opportunity_roles": {
            "opportunity_id": ["o1", "o1", "o9"],
            "contact_id": [people[0], "c998", people[1]],
            "role": ["Champion", "Signer", None],
        },
        "aliases": {
            "alias_id": ["contacts|old"],
            "record_table": ["contacts"],
            "old_id": ["old"],
            "kept_id": [people[0]],
        },
    }
    for name, columns in tables.items():
        if name in {record.table for record in LOADED}:
            rows = len(next(iter(columns.values())))
            columns |= {
                "source_system": ["canonical"] * rows,
                "load_id": [load] * rows,
                "loaded_at": [START] * rows,
                "line": list(range(2, rows + 2)),
                "updated_at": [draw.choice([None, START + timedelta(days=1)]) for _ in range(rows)],
            }
    tables["loads"] = {
        "load_id": [load],
        "source": ["canonical"],
        "file": ["all"],
        "sha256": ["0" * 64],
        "loaded_at": [START],
        "rows": [engagements],
        "finished": [True],
    }
    return Market(tables)


def _engagements(draw, rows, accounts, people, pieces, campaigns) -> dict:
    moments = [START + timedelta(minutes=draw.randrange(200_000)) for _ in range(rows)]
    return {
        "engagement_id": [f"e{n:06}" for n in range(rows)],
        "occurred_at": moments,
        "occurred_until": moments,
        "contact_id": [draw.choice([*people, None, "c777"]) for _ in moments],
        "email": [draw.choice([None, "x@y.z"]) for _ in moments],
        "account_id": [draw.choice([None, None, *accounts]) for _ in moments],
        "content_id": [draw.choice([*pieces, None, "k99"]) for _ in moments],
        "campaign_id": [draw.choice([*campaigns, None]) for _ in moments],
        "channel": [draw.choice(["web", "email"]) for _ in moments],
        "kind": [draw.choice(["click", "form"]) for _ in moments],
        "deleted": [True if draw.random() < 0.05 else None for _ in moments],
    }


def everything(market: Market) -> Change:
    """The change that brings a whole market into an empty store; who did what is as stated, accounts by contact."""
    return Change(new={name: market[name] for name in market if market[name].num_rows}, resolved=resolution(market))


def resolution(market: Market) -> pa.Table:
    people = {row["contact_id"]: row["account_id"] for row in market.contacts.to_pylist()}
    rows = market.engagements.to_pylist()
    return pa.table(
        {
            "engagement_id": pa.array([row["engagement_id"] for row in rows], pa.string()),
            "contact_id": pa.array(
                [row["contact_id"] if row["contact_id"] in people else None for row in rows], pa.string()
            ),
            "account_id": pa.array([row["account_id"] or people.get(row["contact_id"]) for row in rows], pa.string()),
        }
    )


def random_findings(
    market: Market, seed: int, as_of: datetime = START, known_at: str = "", groups: int = 6
) -> Findings:
    """Findings that have nothing to do with the market but its ids."""
    draw = random.Random(seed)
    accounts = market.accounts.column("account_id").to_pylist()
    people = market.contacts.column("contact_id").to_pylist()
    engagements = market.engagements.column("engagement_id").to_pylist()
    ids = [f"g{seed}-{n}" for n in range(groups)]
    moment = START + timedelta(days=3)
    members = [(g, p) for g in ids for p in draw.sample(people, 3)]
    proofs = [(g, e) for n, g in enumerate(ids) for e in engagements[n * 10 : n * 10 + 8]] + [
        (ids[0], "no such engagement")
    ]
    tables = {
        "personas": {
            "contact_id": people,
            "persona": ["unknown"] * len(people),
            "confidence": [draw.choice([None, 0.25]) for _ in people],
            "matched": [draw.choice([None, "", "head of"]) for _ in people],
        },
        "content_tags": {
            "content_id": ["k1", "k2", "k3"],
            "topic": [None, [], ["a", "b"]],
            "confidence": [1.0, None, 0.5],
        },
        "groups": {
            "group_id": ids,
            "account_id": [accounts[n % len(accounts)] for n in range(groups)],
            "program_id": [draw.choice([None, "p1", "p77"]) for _ in ids],
            "status": ["forming"] * groups,
            "formed_at": [moment] * groups,
            "last_active_at": [moment] * groups,
            "people": [3] * groups,
            "personas": [draw.choice([None, [], ["rd"]]) for _ in ids],
            "engagements": [8] * groups,
            "strength": [0.1 + n for n in range(groups)],
        },
        "memberships": {
            "group_id": [g for g, _ in members],
            "contact_id": [p for _, p in members],
            "account_id": [accounts[0] for _ in members],
            "probability": [draw.choice([None, 0.7]) for _ in members],
            "first_at": [moment for _ in members],
            "engagements": [2 for _ in members],
        },
        "evidence": {
            "group_id": [g for g, _ in proofs],
            "engagement_id": [e for _, e in proofs],
            "contact_id": [people[0] for _ in proofs],
            "reasons": [draw.choice([None, ["same week:1.2"]]) for _ in proofs],
        },
        "statuses": {
            "group_id": ids,
            "status": ["forming"] * groups,
            "since": [moment] * groups,
            "cause": ["first"] * groups,
        },
        "coverage": {"group_id": ids, "persona": ["rd"] * groups, "known": [1] * groups, "needed": [None] * groups},
        "unassigned": {"engagement_id": engagements[-5:], "reason": ["alone"] * 5},
        "flags": {
            "flag_id": ["f1", "f2"],
            "kind": ["window"] * 2,
            "scope": ["account", "program"],
            "certainty": ["certain", "possible"],
            "account_id": accounts[:2],
            "group_id": [None, ids[0]],
            "window_start": [moment] * 2,
            "window_end": [moment] * 2,
            "raised_at": [moment] * 2,
            "engagement_ids": [engagements[:4], [*engagements[3:5], "gone"]],
            "contact_ids": [people[:2], None],
        },
        "set_aside": {"record": ["contacts"], "id": [people[0]], "reason": ["deleted"]},
    }
    when = as_of.isoformat().replace("+00:00", "Z")
    run = Run.of(
        market=f"m{seed}", settings={"seed": seed}, as_of=when, known_at=known_at, version="0", calibration="none"
    )
    return Findings(tables, run)


def in_small_batches(**changed) -> StoreSettings:
    """The shipped settings, but for batches so small that a small market takes many transactions."""
    return Settings.read(environment={}).store.model_copy(
        update={"batch_rows": 100, "columns_chunk": 1000, "retry_seconds": 3.0} | changed
    )


def snapshot(store) -> tuple[list, list]:
    """Everything in the graph but the lock, as comparable lists: nodes, relationships."""
    hidden = ("WriterLock", "CommitteeTable")
    nodes = store._bolt.rows("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties")
    arrows = store._bolt.rows(
        "MATCH (a)-[r]->(b) RETURN labels(a) AS la, a.key AS ka, type(r) AS type, labels(b) AS lb, b.key AS kb, properties(r) AS properties"
    )
    things = [(labels, sorted(properties.items())) for labels, properties in nodes if labels[0] not in hidden]
    links = [(*row[:5], sorted(row[5].items())) for row in arrows]
    return sorted(things, key=repr), sorted(links, key=repr)
