"""What a trial registry's conditions and interventions say about area and modality. They abstain where the text does not support an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from committee.identity.content_tags.terms import area_hits, leading, modality_hits
from committee.identity.content_tags.vocabulary import Vocabulary, plain_words

# between the products of one intervention
_JOINED = re.compile(r"\s*\+\s*|\s+(?:and|plus|with|in combination with)\s+|/\s*|,\s+")
# a product's code: a few letters, then digits
_CODE_LETTERS, _CODE_DIGITS = 4, 2


def area_of_conditions(conditions: Sequence[str], vocabulary: Vocabulary) -> str | None:
    """Therapeutic area of a trial by its conditions.

    Parameters
    ----------
    conditions : sequence of str
        As the registry lists them; ``Healthy Volunteers`` and the like say nothing.
    vocabulary : Vocabulary

    Returns
    -------
    str or None
        The area most conditions belong to, between equals the first one's; an area that dominates (a tumour) wins over any
        number of others; None where no condition names an area.
    """
    votes: Counter[str] = Counter()
    for condition in conditions:
        words = plain_words(condition)
        if vocabulary.not_a_disease.whole(words):
            continue
        area = leading(area_hits(words, vocabulary), vocabulary)
        if area is not None:
            votes[area] += 1
    if not votes:
        return None
    return min(votes, key=lambda area: (area in vocabulary.last, area not in vocabulary.dominating, -votes[area]))


def modality_of_interventions(interventions: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> str | None:
    """Modality of a trial's product by its interventions.

    Placebos and procedures are left out; medicines usually given beside the product (chemotherapy, a marketed checkpoint
    inhibitor) decide only where nothing else is named. A code name tells no modality and may be the product: what stands
    behind it is not asked.

    Parameters
    ----------
    interventions : sequence of (str, str)
        Type and name, as the registry lists them: ``("DRUG", "Tiragolumab")``.
    vocabulary : Vocabulary

    Returns
    -------
    str or None
        The modality of the first product that has one, unless a code name stands before it.
    """
    products: list[tuple[str, list[str]]] = []
    beside: list[tuple[str, list[str]]] = []
    for kind, names in interventions:
        for name in _JOINED.split(names):
            words = plain_words(name)
            if not words or vocabulary.not_a_product.find(words):
                continue
            (beside if _is_background(words, vocabulary) else products).append((" ".join(plain_words(kind)), words))
    named = products or beside
    for at, (kind, words) in enumerate(named):
        modality = vocabulary.modality_of_type.get(kind) or leading(modality_hits(words, vocabulary), vocabulary)
        if modality is not None:
            return modality
        if _has_code(words) and at + 1 < len(named):
            return None
    return None


def _is_background(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether a name holds nothing but medicines given beside a product."""
    hits = vocabulary.background.find(words)
    if not hits:
        return False
    covered = {at for hit in hits for at in range(hit.at, hit.at + hit.span)}
    rest = [word for at, word in enumerate(words) if at not in covered]
    return not _has_code(rest) and not any(modality_hits([word], vocabulary) for word in rest)


def _has_code(words: Sequence[str]) -> bool:
    """Whether a name is a company's code for a product ("hs 20093", "azd2936")."""
    mixed = any(any(c.isdigit() for c in word) and word[:1].isalpha() for word in words)
    return mixed or any(
        first.isalpha() and len(first) <= _CODE_LETTERS and second.isdigit() and len(second) >= _CODE_DIGITS
        for first, second in pairwise(words)
    )
