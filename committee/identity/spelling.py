"""Names as they are compared: without case, accents, dots and punctuation; letters of other alphabets stay."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["plain_words"]

# Letters that decompose into nothing simpler, as people write them on an English keyboard.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h", "’": "'"}
)
_DOTTED = re.compile(r"\b(?:\w\.)+\w\b\.?")  # S.A. is sa
_WORD = re.compile(r"[^\W_]+")


def plain_words(text: str) -> list[str]:
    """Return the words of a name for comparison.

    >>> plain_words("Société des Produits Nestlé S.A."), plain_words("ALK-Abelló A/S")
    (['societe', 'des', 'produits', 'nestle', 'sa'], ['alk', 'abello', 'a', 's'])
    """
    if text.isascii():
        low = text.lower()
    else:
        low = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
        low = "".join(c for c in unicodedata.normalize("NFKD", low) if not unicodedata.combining(c))
        low = unicodedata.normalize("NFC", low)  # decomposed syllables of Korean become whole again
    low = _DOTTED.sub(lambda dotted: dotted[0].replace(".", ""), low.replace("&", " and "))
    return _WORD.findall(low.replace("'", ""))
