"""Which accounts are worth comparing, so that 200,000 names need no 20 billion comparisons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from rapidfuzz.distance import DamerauLevenshtein

from committee.identity.companies.company import Company
from committee.identity.companies.words import CompanyWords

__all__ = ["MOST_PAIRED", "blocks", "by_domain", "by_key", "near"]

MOST_PAIRED = 60  # accounts of one block that are compared each with each; more are a trade, not a name


def blocks(companies: Sequence[Company], words: CompanyWords) -> set[tuple[str, str]]:
    """Return the pairs of ids worth comparing: one key, one stem, one domain, a rare word in common, one slip apart."""
    groups: list[Mapping[str, list[Company]]] = [by_key(companies), by_domain(companies)]
    by_stem: dict[str, list[Company]] = defaultdict(list)
    by_word: dict[str, list[Company]] = defaultdict(list)
    for company in companies:
        if company.name.telling:
            by_stem["".join(company.name.stem)].append(company)
            for word in company.name.telling:
                if len(word) >= words.rare_letters:
                    by_word[word].append(company)
    groups += [by_stem, {word: some for word, some in by_word.items() if len(some) <= words.rare_names}]
    pairs = {(one.id, other.id) for group in groups for some in group.values() for one, other in near(some)}
    for one_stem, other_stem in _one_slip_apart([stem for stem in by_stem if len(stem) >= words.edit_letters]):
        for one in by_stem[one_stem][:MOST_PAIRED]:
            for other in by_stem[other_stem][:MOST_PAIRED]:
                pairs.add((min(one.id, other.id), max(one.id, other.id)))
    return pairs


def near(some: Sequence[Company]) -> Iterator[tuple[Company, Company]]:
    """Return the pairs of a block, in the order of their ids."""
    return combinations(some[:MOST_PAIRED], 2)


def _one_slip_apart(stems: Iterable[str]) -> set[tuple[str, str]]:
    """Pairs of texts of which one becomes the other by one letter: found over what is left when a letter is dropped."""
    dropped: dict[str, list[str]] = defaultdict(list)
    for stem in sorted(stems):
        for form in {stem, *(stem[:at] + stem[at + 1 :] for at in range(len(stem)))}:
            dropped[form].append(stem)
    close = {pair for some in dropped.values() if len(some) > 1 for pair in combinations(some[:MOST_PAIRED], 2)}
    return {(one, other) for one, other in close if DamerauLevenshtein.distance(one, other, score_cutoff=1) == 1}


def by_key(companies: Sequence[Company]) -> dict[str, list[Company]]:
    """Return accounts by the key of their name; names without a telling word are in no block."""
    found: dict[str, list[Company]] = defaultdict(list)
    for company in companies:
        if company.name.distinct:
            found[company.name.key].append(company)
    return found


def by_domain(companies: Sequence[Company]) -> dict[str, list[Company]]:
    """Return accounts by the mail domains they state."""
    found: dict[str, list[Company]] = defaultdict(list)
    for company in companies:
        for domain in company.domains:
            found[domain].append(company)
    return found
