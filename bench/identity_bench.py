"""A million contacts mapped to personas, and 200,000 company names matched, beside rapidfuzz's bare cdist on the same candidates.

Names and titles are made up from parts; some companies come twice, with another legal form, another trade or one wrong
letter. Each figure comes from a process of its own, so that its peak memory is its own. The bare side scores the pairs
that blocking leaves, in one call for each block; without blocking it would be all pairs, of which a sample is timed.

    python -m bench.identity_bench [--contacts N] [--titles N] [--names N]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections import defaultdict

import pyarrow as pa

SEED = 7
SYLLABLES = [
    "ab",
    "al",
    "an",
    "bel",
    "bo",
    "ca",
    "cor",
    "da",
    "del",
    "en",
    "fa",
    "gen",
    "ha",
    "im",
    "ka",
    "lo",
    "lu",
    "ma",
    "mi",
    "neo",
    "no",
    "ol",
    "per",
    "ra",
    "re",
    "ro",
    "sa",
    "si",
    "ta",
    "ti",
    "tri",
    "ul",
    "va",
    "ve",
    "vi",
    "xe",
    "za",
]
TRADES = ["Pharmaceuticals", "Therapeutics", "Biosciences", "Bio", "Pharma", "Biotech", "Medicines", "Oncology", "Labs"]
FORMS = ("Inc.", "Ltd", "GmbH", "S.A.", "AG", "LLC", "Co., Ltd.", "B.V.", "plc", "")
RANKS = ["Senior", "Principal", "Associate", "Global", "Regional", "Lead", "Junior", "Deputy", "Acting", "Interim"]
ROLES = ["Director", "Manager", "Head", "Scientist", "Specialist", "VP", "Coordinator", "Analyst", "Officer", "Partner"]
FIELDS = [
    "Clinical Operations",
    "Procurement",
    "Regulatory Affairs",
    "Finance",
    "Translational Medicine",
    "Bioanalysis",
    "CMC",
    "Legal",
    "Marketing",
    "Data Management",
]


def titles(number: int, rows: int) -> pa.Array:
    """Return rows of titles, so many of them distinct."""
    dice = random.Random(SEED)
    found: list[str] = []
    for at in range(number):
        words = (RANKS[at % 10], ROLES[at // 10 % 10], "of", FIELDS[at // 100 % 10], f"Unit {at // 1000}")
        found.append(" ".join(words))
    return pa.array(found).take(pa.array([dice.randrange(number) for _ in range(rows)]))


def companies(number: int) -> list[str]:
    """Return names of companies; about one in ten is another's in other words."""
    dice = random.Random(SEED)
    found: list[str] = []
    while len(found) < number:
        stem = "".join(dice.choice(SYLLABLES) for _ in range(dice.randint(4, 6))).capitalize()
        name = f"{stem} {dice.choice(TRADES)}"
        found.append(f"{name} {dice.choice(FORMS)}".strip())
        luck = dice.random()
        if luck < 0.05:
            found.append(f"{name}, {dice.choice(FORMS[:-1])}")
        elif luck < 0.08:
            found.append(f"{stem} {dice.choice(TRADES)}")
        elif luck < 0.1:
            at = dice.randrange(1, len(stem))
            found.append(f"{stem[:at]}{dice.choice('aeiou')}{stem[at + 1 :]} {dice.choice(TRADES)}")
    return found[:number]


def map_titles(asked: argparse.Namespace) -> dict[str, float]:
    """Map every contact's title, as a load does."""
    from committee.pipeline.words import personas_of
    from committee.records.loaded import Contact
    from committee.records.tables import typed_table

    column = titles(asked.titles, asked.contacts)
    contacts = typed_table(Contact, {"contact_id": [f"c{at}" for at in range(asked.contacts)], "title": column})
    began, worked = time.perf_counter(), time.process_time()
    found = personas_of(contacts)
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - worked}
    return {**took, "rows": found.num_rows, "pairs": len(set(column.to_pylist()))}


def match_names(asked: argparse.Namespace) -> dict[str, float]:
    """Read the names, find the certain pairs, and the pairs for a person."""
    from committee.identity.companies import certain_companies, companies_of, pairs_to_review
    from committee.pipeline.words import company_lists, mail_lists
    from committee.records.loaded import Account
    from committee.records.tables import typed_table

    names = companies(asked.names)
    accounts = typed_table(Account, {"account_id": [f"a{at:07}" for at in range(len(names))], "name": names})
    words, mail = company_lists(), mail_lists()
    began, worked = time.perf_counter(), time.process_time()
    read = companies_of(accounts, words, mail)
    certain = certain_companies(read, words)
    loaded = time.process_time() - worked
    pairs = pairs_to_review(read, words, certain)
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - worked, "certain_cpu": loaded}
    return {**took, "certain": len(certain), "pairs": len(pairs), "rows": len(names)}


def bare_cdist(asked: argparse.Namespace) -> dict[str, float]:
    """Score the candidates of the same blocks with rapidfuzz alone; making the blocks is not timed."""
    import numpy as np
    from rapidfuzz import fuzz
    from rapidfuzz.process import cdist

    from committee.identity.companies import blocks, companies_of
    from committee.pipeline.words import company_lists, mail_lists
    from committee.records.loaded import Account
    from committee.records.tables import typed_table

    names = companies(asked.names)
    accounts = typed_table(Account, {"account_id": [f"a{at:07}" for at in range(len(names))], "name": names})
    words = company_lists()
    others: dict[str, list[str]] = defaultdict(list)
    for one, other in sorted(blocks(companies_of(accounts, words, mail_lists()), words)):
        others[one].append(other)
    of = {f"a{at:07}": name for at, name in enumerate(names)}
    began, worked = time.perf_counter(), time.process_time()
    close = 0
    for one, some in others.items():
        scores = cdist([of[one]], [of[other] for other in some], scorer=fuzz.token_set_ratio, workers=1)
        close += int(np.count_nonzero(scores >= words.least))
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - worked}
    sample = names[:1000]
    worked = time.process_time()
    cdist(sample, names[:20_000], scorer=fuzz.token_set_ratio, workers=1, dtype=np.uint8)
    every = (time.process_time() - worked) / (1000 * 20_000) * len(names) * (len(names) - 1) / 2
    candidates = sum(map(len, others.values()))
    return {**took, "rows": len(names), "pairs": close, "candidates": candidates, "all_pairs_seconds": every}


SIDES = {"titles": map_titles, "names": match_names, "bare": bare_cdist}


def measured(side: str, arguments: list[str]) -> dict[str, float]:
    """Run one side in a process of its own."""
    command = [sys.executable, "-m", "bench.identity_bench", "--side", side, *arguments]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.identity_bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--titles", type=int, default=100_000)
    parser.add_argument("--names", type=int, default=200_000)
    parser.add_argument("--side", choices=sorted(SIDES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        found = SIDES[asked.side](asked)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else 1024**2)
        print(json.dumps(found | {"megabytes": peak}))
        return
    sizes = ["--contacts", str(asked.contacts), "--titles", str(asked.titles), "--names", str(asked.names)]
    told = measured("titles", sizes)
    print(
        f"titles to personas   {told['rows']:>10,} contacts, {told['pairs']:,} titles   {_time(told)}",
        flush=True,
    )
    ours, bare = measured("names", sizes), measured("bare", sizes)
    print(
        f"company names        {ours['rows']:>10,} names   {_time(ours)}: {ours['certain']:,} certain pairs after "
        f"{ours['certain_cpu']:.1f} s of it, {ours['pairs']:,} to review"
    )
    print(
        f"bare rapidfuzz cdist {bare['candidates']:>10,} candidates of the same blocks   {_time(bare)}; "
        f"all pairs would take {bare['all_pairs_seconds'] / 60:,.0f} min on one core"
    )


def _time(found: dict[str, float]) -> str:
    return f"{found['seconds']:.1f} s ({found['cpu']:.1f} s of one core)   {found['megabytes']:,} MB"


if __name__ == "__main__":
    main()
