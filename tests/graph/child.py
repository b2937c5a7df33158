"""A process of its own that writes into a store, to be killed: ``child.py ADDRESS write|publish SEED``."""

from __future__ import annotations

import sys

from committee.errors import CommitteeError
from committee.graph.store import open_store
from tests.graph.made_up import everything, in_small_batches, random_findings, random_market


def main(address: str, work: str, seed: int) -> int:
    market = random_market(seed, engagements=3000, contacts=300)
    findings = random_findings(market, seed, groups=60)
    try:
        with open_store(address, in_small_batches()) as store:
            store.prepare()
            print("begun", flush=True)
            if work == "write":
                store.write(everything(market))
            else:
                store.publish(findings)
            print("done", flush=True)
    except CommitteeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
