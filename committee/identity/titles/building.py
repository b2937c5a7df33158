"""The parsed personas.toml, made into a Lexicon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from committee.errors import BadSettings
from committee.identity.titles.cleaning import fold, letters_or_words
from committee.identity.titles.lexicon import PROFESSION_STRENGTH, STRENGTHS, Entry, Lexicon, plain_key

# lists in which a misspelt word changes nothing
_MENDED_FOR_NOTHING = frozenset({"neutral", "conjunctions", "for_whom", "employer", "outsiders", "ambiguous"})


def lexicon_from(mapping: Mapping[str, Any]) -> Lexicon:
    """Build the lexicon of a parsed ``personas.toml``.

    Parameters
    ----------
    mapping : Mapping
        As ``tomllib`` reads the file.

    Returns
    -------
    Lexicon

    Raises
    ------
    BadSettings
        A group names a persona that is not defined, or a strength that is none of weak, normal, strong.
    """
    words = mapping["words"]
    small = frozenset(fold(word) for word in words["small"])
    entries = tuple(_entries(mapping, small))
    tree: dict[str, Any] = {}
    for entry in entries:
        node = tree
        for word in entry.words:
            node = node.setdefault(word, {})
        node.setdefault("", []).append(entry)
    listed = {word for entry in entries for word in entry.words}
    plain = {word for word in listed if "*" not in word}
    beginnings: dict[str, list[str]] = {}
    for word in sorted(listed):
        if word.endswith("*") and not word.startswith("*"):
            beginnings.setdefault(word[:2], []).append(word[:-1])
    strict_personas = set(mapping["reading"]["careful"])
    strict = frozenset(word for entry in entries if entry.persona in strict_personas for word in entry.words)
    by_first: dict[str, list[str]] = {}
    worth_mending = {
        word
        for entry in entries
        if entry.kind not in _MENDED_FOR_NOTHING and entry.persona != "unknown"
        for word in entry.words
    }
    for word in sorted(plain & worth_mending):
        if len(word) >= mapping["reading"]["fuzzy_from_length"] - 1 and word.isascii():
            by_first.setdefault(word[0], []).append(word)
    personas_of: dict[str, frozenset[str]] = {}
    for entry in entries:
        for word in entry.words:
            personas_of[word] = personas_of.get(word, frozenset()) | {entry.persona}
    whole = frozenset(entry.words[0] for entry in entries if len(entry.words) == 1 and "*" not in entry.words[0])
    synonyms = {fold(persona).replace("_", " "): persona for persona in mapping["personas"]}
    for persona, definition in mapping["personas"].items():
        for word in definition.get("synonyms", ()):
            synonyms[plain_key(word)] = persona
    return Lexicon(
        personas=mapping["personas"],
        synonyms=synonyms,
        confidence=mapping["confidence"],
        reading=mapping["reading"],
        translations={fold(k): letters_or_words(fold(v)) for k, v in words["translations"].items()},
        credentials=frozenset(fold(word) for word in mapping["credentials"]["words"]),
        small=small,
        nothing=frozenset(plain_key(word) for word in words["nothing"]),
        ambiguous={fold(item["word"]): item["reads_as"] for item in mapping.get("ambiguous", ())},
        seniority={k: frozenset(plain_key(word) for word in v) for k, v in mapping["seniority"].items()},
        supports=_supports(mapping["not_the_person"]),
        entries=entries,
        source=mapping,
        _tree=tree,
        _ordinary=frozenset(fold(word) for word in words["ordinary"]),
        _beginnings=beginnings,
        _endings=sorted({w[1:] for w in listed if w.startswith("*") and not w.endswith("*")}),
        _insides=sorted({w[1:-1] for w in listed if w.startswith("*") and w.endswith("*")}),
        _by_first_letter=by_first,
        _strict_words=strict,
        _worth_mending=frozenset(plain & worth_mending),
        _personas_of=personas_of,
        _vocabulary=frozenset(plain),
        _whole_words=whole,
    )


def _entries(mapping: Mapping[str, Any], small: frozenset[str]) -> Iterator[Entry]:
    personas = {*mapping["personas"], "unknown"}
    for kind, table in (("profession", "professions"), ("function", "functions"), ("rank", "ranks")):
        for group in mapping.get(table, ()):
            name = group["name"]
            for key in ("persona", "below", "alone"):
                if group.get(key, "unknown") not in personas:
                    raise BadSettings(
                        f"personas: the group '{name}' names the persona {group[key]!r}, which is not defined",
                        "Define it under [personas] or name one of those defined there.",
                    )
            strength = PROFESSION_STRENGTH
            if kind == "function":
                if group.get("strength") not in STRENGTHS:
                    raise BadSettings(
                        f"personas: the group '{name}' has no strength", "Set strength to weak, normal or strong."
                    )
                strength = STRENGTHS[group["strength"]]
            for language, listed in group.get("words", {}).items():
                for text in listed:
                    for looked_up in _spellings(text, small):
                        yield Entry(
                            kind=kind,
                            group=name,
                            persona=group.get("persona", ""),
                            strength=strength if kind != "rank" else 0.0,
                            level=group.get("level", -1),
                            language=language,
                            words=looked_up,
                            broad_from_level=group.get("broad_from_level", 9),
                            from_level=group.get("from_level", -1),
                            below=group.get("below", ""),
                            yields=group.get("yields", False),
                            diverts=group.get("diverts", False),
                            alone=group.get("alone", ""),
                            alone_with=group.get("alone_with", ""),
                        )
    lists = {
        **mapping["not_the_person"],
        **{k: mapping["words"][k] for k in ("conjunctions", "for_whom", "employer", "neutral")},
    }
    lists["ambiguous"] = [item["word"] for item in mapping.get("ambiguous", ())]
    for kind, listed in lists.items():
        if kind in {"supports", "behind"}:
            continue
        for text in listed:
            for looked_up in _spellings(text, small):
                yield Entry(kind=kind, group=kind, words=looked_up)


def _supports(lists: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[tuple[str, ...], bool]]]:
    by_first: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    for kind in ("supports", "behind"):
        for text in lists[kind]:
            words = letters_or_words(fold(text))
            by_first.setdefault(words[0], []).append((words, kind == "supports"))
    return by_first


def _spellings(text: str, small: frozenset[str]) -> Iterator[tuple[str, ...]]:
    words = tuple(w for w in letters_or_words(fold(text)) if w not in small) or letters_or_words(fold(text))
    if words:
        yield words
