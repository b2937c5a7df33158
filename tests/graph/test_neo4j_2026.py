from __future__ import annotations

from datetime import timedelta

from committee.graph.store import open_store
from tests.graph.made_up import START, everything, in_small_batches, random_findings, random_market, snapshot


def test_the_2026_line_holds_the_same_graph_as_the_embedded_engine(neo4j_2026_database, embedded):
    market = random_market(1)
    with open_store(neo4j_2026_database.uri, in_small_batches()) as store:
        for one in (store, embedded):
            one.write(everything(market))
            one.write(everything(random_market(2)))
            for seed in range(3):
                one.publish(random_findings(market, seed, as_of=START + timedelta(days=seed)))
            one.prune(1)
        assert store.market() == embedded.market()
        assert store.findings() == embedded.findings()
        assert snapshot(store) == snapshot(embedded)
        assert store.counts() == embedded.counts()
