"""A title as people type it, to parts of plain lower-case words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import ftfy

_BROKEN_ENCODING = re.compile("[ÃÂâÐð]|&[a-zA-Z]{2,6};|&#")
_ADDRESS = re.compile(r"\S+@\S+\.\S+|(?:https?://|www\.)\S+")
_PHONE = re.compile(r"\+?\(?\d[\d\s().\-/]{5,}\d")
_BESIDE = re.compile(r"\((?:[a-z*]{1,4}[/|,.]?\s?){1,4}\)(?=\s*$|\s*[,|–—-]|\s+\S)")
_GENDERS = {
    "m",
    "w",
    "d",
    "f",
    "x",
    "h",
    "v",
    "i",
    "gn",
    "all",
    "mwd",
    "wmd",
    "mfd",
    "fmd",
    "mf",
    "fm",
    "mw",
    "hf",
    "fh",
}
_GENDER_ENDING = re.compile(
    r"(?<=[a-z]{3})(?:[*:_·•]|/-?|\((?=[a-z]{1,4}\)))(?:in|innen|e|es|a|as|o|os|se|ses|rice|trice|euse|esse|ne)\)?(?![a-z])"
)
_LETTER_SPACED = re.compile(r"(?<!\w)(?:\w ){4,}\w(?!\w)")
_CAMEL = re.compile(r"(?<=[a-z]{4})(?=[A-Z][a-z]{3})")
_DOTTED = re.compile(r"(?<![A-Za-z.])(?:[A-Za-z]\.){1,}[A-Za-z](?![A-Za-z])\.?")
_GLUED_AMPERSAND = re.compile(r"(?<![a-z0-9])([a-z]{1,2})\s?[&+]\s?([a-z])(?![a-z0-9])")
_PART_BREAK = re.compile(r"[,;|()\[\]{}<>:•‣▪●~»«→\n\r\t、，；：（）【】「」『』｜]|\s[-–—−]+\s|[–—]|\s\.\s|·|・・")
_WORD = re.compile(r"[^\W_]+(?:&[^\W_]+)?|[&/+@・]")
_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_HAN_RUN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]|[^\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+"
)
_MARKS = re.compile("[\u0300-\u036f]")
# letters that look like Latin ones, as they come from copied or decorated text
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТХУаеѕіјорсхуԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοα", "ABESIJKMHOPCTXYaesijopcxydqwABEZHIKMNOPTYXoa"
)
_CYRILLIC_OR_GREEK = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z]")
_SPECIAL_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "å": "a", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})


def fold(text: str) -> str:
    """Lower case without accents: ``Einkäufer`` gives ``einkaufer``.

    Parameters
    ----------
    text : str
        Any text; Chinese, Japanese and Korean letters stay as they are.

    Returns
    -------
    str
    """
    if text.isascii():
        return text.lower()
    lowered = text.casefold().translate(_SPECIAL_LETTERS)
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", lowered)))


def clean(title: str | None, longest: int) -> str:
    r"""Make one line of plain lower-case text of a title.

    Broken encodings are mended; control characters, zero-width characters, emoji, mail addresses, phone numbers, quotes
    and gender endings go; full-width and look-alike letters become plain ones.

    Parameters
    ----------
    title : str or None
    longest : int
        Characters read; what is behind is left out.

    Returns
    -------
    str
        Empty when nothing is left.

    Examples
    --------
    >>> clean("  Ｐｒｏｃｕｒｅ\u200bment Manager 💼 +41 61 324 11 11", 400)
    'procurement manager'
    """
    if not title:
        return ""
    text = title[: longest * 4]
    if not text.isascii():
        if _BROKEN_ENCODING.search(text):
            text = ftfy.fix_text(text)
        text = unicodedata.normalize("NFKC", text)
        text = "".join(_plain_character(letter) for letter in text)
        if _CYRILLIC_OR_GREEK.search(text) and _LATIN.search(text):
            text = " ".join(_without_lookalikes(word) for word in text.split(" "))
    elif not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = text[:longest]
    if "@" in text or "://" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    if any(map(str.isdigit, text)):
        text = _PHONE.sub(" ", text)
    if "." in text:
        text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    text = fold(_CAMEL.sub(" ", text))
    if "(" in text or "*" in text or "/" in text or ":" in text or "·" in text:
        text = _BESIDE.sub(_without_genders, text)
        text = _GENDER_ENDING.sub("", text)
    text = _LETTER_SPACED.sub(lambda found: found.group().replace(" ", ""), text)
    return re.sub(r"[ ]{2,}", " ", text).strip(" \"'`“”‘’.-_*#!")


def parts_of(cleaned: str) -> list[tuple[str, ...]]:
    """Cut cleaned text at commas, dashes, bars and brackets into parts, and each part into words.

    Parameters
    ----------
    cleaned : str
        What `clean` gave.

    Returns
    -------
    list of tuple of str
        In the order of the text, no empty part. A Chinese or Japanese letter is a word of its own; ``/``, ``&`` and ``+``
        between words read ``and``; ``r & d`` is one word ``r&d``.

    Examples
    --------
    >>> parts_of("vp, r & d - biomarkers/assays")
    [('vp',), ('r&d',), ('biomarkers', 'and', 'assays')]
    """
    text = _GLUED_AMPERSAND.sub(r"\1&\2", cleaned)
    parts = []
    for piece in _PART_BREAK.split(text):
        words = tuple(_words_of(piece))
        if words:
            parts.append(words)
    return parts


def letters_or_words(text: str) -> tuple[str, ...]:
    """Words of a lexicon entry, cut as titles are."""
    return tuple(_words_of(text, wildcard=True))


def _words_of(piece: str, wildcard: bool = False) -> Iterable[str]:
    pattern = _WORD_OR_WILDCARD if wildcard else _WORD
    eastern = not piece.isascii() and _HAN_OR_KANA.search(piece) is not None
    for word in pattern.findall(piece):
        if word in "&/+・":
            yield "and"
        elif eastern and _HAN_OR_KANA.search(word):
            yield from _HAN_RUN.findall(word)
        else:
            yield word


_WORD_OR_WILDCARD = re.compile(r"\*?[^\W_]+(?:&[^\W_]+)?\*?|[&/+@]")


def _plain_character(letter: str) -> str:
    if letter.isascii() and letter.isprintable():
        return letter
    kind = unicodedata.category(letter)
    if kind in {"Cf", "Mn", "Me", "Cs", "Co"} and not unicodedata.combining(letter):
        return ""
    if kind in {"Cc", "Zl", "Zp", "Zs", "So", "Sk", "Cn"}:
        return " "
    return letter


def _without_lookalikes(word: str) -> str:
    plain = word.translate(_LOOKALIKES)
    return plain if _LATIN.search(word) and not _CYRILLIC_OR_GREEK.search(plain) else word


def _without_genders(found: re.Match[str]) -> str:
    inside = [piece for piece in re.split(r"[^a-z]+", found.group()) if piece]
    return " " if inside and all(piece in _GENDERS for piece in inside) else found.group()
