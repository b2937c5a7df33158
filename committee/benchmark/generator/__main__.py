"""Write a made-up market: ``python -m committee.benchmark.generator --world realistic --seed 1 --out FOLDER``."""

from __future__ import annotations

import argparse
import sys

from committee.benchmark.generator import generate, world, world_names
from committee.errors import CommitteeError


def main() -> int:
    """Parse, generate, write, say what was written."""
    parser = argparse.ArgumentParser(prog="python -m committee.benchmark.generator", description=__doc__)
    parser.add_argument("--world", default="realistic", help=f"one of: {', '.join(world_names())}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True, metavar="FOLDER")
    parser.add_argument("--accounts", type=int, metavar="N", help="another number of accounts")
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    asked = parser.parse_args()
    try:
        spec = world(asked.world)
    except CommitteeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if asked.accounts is not None:
        spec = spec.with_accounts(asked.accounts)
    market = generate(spec, asked.seed)
    market.write(asked.out, asked.format)
    for name, table in market.tables.items():
        sys.stdout.write(f"{name} {table.num_rows}\n")
    sys.stdout.write(f"planted groups {market.truth['truth_groups'].num_rows}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
