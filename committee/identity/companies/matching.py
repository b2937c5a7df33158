"""Which accounts are one company: certain pairs, pairs to be looked at by a person, and owners.

Certain is what needs no judgement: one name but for the legal form, names that public knowledge calls one company, one
mail domain under one name. Everything short of that is printed with a score and its reasons, and never joined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from committee.identity.companies.blocking import MOST_PAIRED, blocks, by_domain, by_key, near
from committee.identity.companies.company import Company
from committee.identity.companies.words import CompanyWords
from committee.identity.mail import name_of_domain

__all__ = ["Pair", "certain_companies", "owners", "pairs_to_review"]

_CERTAIN = 100.0


@dataclass(frozen=True, order=True)
class Pair:
    """Two ids that may be one, the smaller first.

    Attributes
    ----------
    one, other : str
    score : float
        0 to 100; 100 = certain.
    reasons : tuple of str
    """

    one: str
    other: str
    score: float
    reasons: tuple[str, ...]


def certain_companies(companies: Sequence[Company], words: CompanyWords) -> list[Pair]:
    """Return pairs that are one company beyond doubt; within a name any doubt leaves all of it to a person."""
    found: dict[tuple[str, str], str] = {}
    for key, some in by_key(companies).items():
        if len(some) > 1 and not _doubts(some):
            first = some[0]
            for other in some[1:]:
                found[first.id, other.id] = _same_name(first, other, words, key)
    for domain, some in by_domain(companies).items():
        for one, other in near(some):
            told = (one.id, other.id) in found or frozenset((one.name.key, other.name.key)) in words.different
            if not told and _one_stem(one, other) and not _kin(one, other) and not _other_place(one, other):
                found[one.id, other.id] = f"one mail domain ({domain}) under one name"
    return [Pair(one, other, _CERTAIN, (why,)) for (one, other), why in sorted(found.items())]


def owners(companies: Sequence[Company], words: CompanyWords) -> dict[str, str]:
    """Return the parent account of accounts for which no file states one and public knowledge, or the name, does.

    Owners that have no account here are climbed over; what would lead back to the account itself is left out.
    """
    accounts: dict[str, list[str]] = defaultdict(list)
    for company in companies:
        if company.name.distinct:
            accounts[company.name.key].append(company.id)
    found = {}
    for company in companies:
        key = company.name.owner or (words.owned[company.name.key].to if company.name.key in words.owned else "")
        seen = {company.name.key}
        while key and key not in seen:
            seen.add(key)
            if key in accounts and not company.parent:
                found[company.id] = min(accounts[key])
                break
            key = words.owned[key].to if key in words.owned else ""
    return found


def pairs_to_review(companies: Sequence[Company], words: CompanyWords, decided: Iterable[Pair] = ()) -> list[Pair]:
    """Return pairs that may be one company, the most alike first.

    Parameters
    ----------
    companies : sequence of Company
    words : CompanyWords
    decided : iterable of Pair
        Pairs that are joined already.
    """
    done = {(pair.one, pair.other) for pair in decided}
    by_id = {company.id: company for company in companies}
    found = []
    for one_id, other_id in sorted(blocks(companies, words)):
        one, other = by_id[one_id], by_id[other_id]
        if (one_id, other_id) in done or _kin(one, other):
            continue
        if frozenset((one.name.key, other.name.key)) in words.different:
            continue
        score, reasons = _judged(one, other, words)
        if score >= words.least:
            found.append(Pair(one_id, other_id, round(score, 1), reasons))
    return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))


def _doubts(some: Sequence[Company]) -> bool:
    """Whether accounts of one name tell different countries or web domains, or are told to be parent and child."""
    countries = {company.country for company in some} - {""}
    names = [frozenset(map(name_of_domain, company.domains)) for company in some if company.domains]
    apart = any(not one & other for one, other in combinations(names[:MOST_PAIRED], 2))
    ids = {company.id for company in some}
    return len(countries) > 1 or apart or any(company.parent in ids for company in some)


def _kin(one: Company, other: Company) -> bool:
    """Whether one is told to be the parent of the other, or both have the same parent."""
    return one.parent == other.id or other.parent == one.id or (bool(one.parent) and one.parent == other.parent)


def _one_stem(one: Company, other: Company) -> bool:
    return bool(one.name.telling) and one.name.stem == other.name.stem


def _other_place(one: Company, other: Company) -> bool:
    return one.name.places != other.name.places or bool(one.country and other.country and one.country != other.country)


def _same_name(one: Company, other: Company, words: CompanyWords, key: str) -> str:
    known = words.same.get(other.name.bare) or words.same.get(one.name.bare)
    if one.name.bare == other.name.bare or known is None:
        return "one name but for the legal form"
    return known.why


def _judged(one: Company, other: Company, words: CompanyWords) -> tuple[float, tuple[str, ...]]:
    """How alike two accounts are, and what speaks for and against it."""
    left, right = " ".join(one.name.stem), " ".join(other.name.stem)
    reasons = []
    if one.name.distinct and one.name.key == other.name.key:
        score = 98.0
        reasons.append("one name but for the legal form")
    elif _one_stem(one, other):
        score = 92.0
        reasons.append("one name but for trade and place")
    elif not (one.name.telling and other.name.telling):
        score = 0.0
    else:
        score = 0.9 * fuzz.token_set_ratio(left, right)
        inside = set(one.name.stem) < set(other.name.stem) or set(other.name.stem) < set(one.name.stem)
        reasons.append("one name is a part of the other" if inside else "names alike")
        if DamerauLevenshtein.distance(left.replace(" ", ""), right.replace(" ", ""), score_cutoff=1) == 1:
            score = max(score, 86.0)
            reasons[-1] = "one letter differs"
    for owned, parent in ((one, other), (other, one)):
        told = owned.name.owner or (words.owned[owned.name.key].to if owned.name.key in words.owned else "")
        if told and told == parent.name.key:
            return 0.0, ()  # an owner is a parent, not the same company
    if shared := one.domains & other.domains:
        score = max(score, 88.0) + 4
        reasons.append(f"one mail domain ({min(shared)})")
    elif one.domains and other.domains:
        score -= 6
        reasons.append("other mail domains")
    if one.name.places != other.name.places:
        score -= 2
        reasons.append("another place in the name")
    if one.country and other.country and one.country != other.country:
        score -= 4
        reasons.append("another country")
    return min(score, 99.0), tuple(reasons)
