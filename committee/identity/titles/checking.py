"""The reasons for a persona in words, and the faults of a lexicon."""

from __future__ import annotations

from collections import defaultdict

from committee.identity.titles.deciding import Reader, Reading
from committee.identity.titles.lexicon import Entry, Lexicon

_BECAUSE = {
    "stated": "the persona is stated",
    "profession": "“{words}” is a profession of this kind",
    "function": "“{words}” is a function of this kind, and function comes before rank",
    "broad function": "“{words}” at this rank leads the company",
    "rank": "no function is named, so the rank decides",
    "abbreviation": "the other words tell what the abbreviation means (“{words}”)",
    "department": "the title leaves it open and the department decides (“{words}”)",
    "seniority": "there is no title that says more than the seniority (“{words}”)",
    "no title": "there is no title",
    "nothing known": "no word of the title is in the lists",
    "ambiguous": "“{words}” has several meanings and nothing beside it tells which",
    "assistant": "an assistant to somebody is not that person",
    "trainee": "a trainee has no seat there",
    "former": "the position is a former one",
    "seeking": "the person is between positions",
}


def explain_title(
    title: str | None, department: str | None, seniority: str | None, stated: str | None, lexicon: Lexicon
) -> str:
    """Say in one sentence which persona a title gives, and why.

    Parameters
    ----------
    title, department, seniority, stated : str or None
    lexicon : Lexicon

    Returns
    -------
    str
        ``procurement (0.92): “procurement” is a function of this kind, and function comes before rank; runner-up executive``
    """
    reading = Reader(lexicon).read(title, department, seniority, stated)
    return _sentence(reading)


def _sentence(reading: Reading) -> str:
    because = _BECAUSE[reading.rule].format(words=", ".join(reading.matched))
    if reading.persona == "unknown" and reading.rule in {"profession", "function"}:
        because = f"“{', '.join(reading.matched)}” is work that has no seat in a committee"
    if reading.persona == "unknown" and reading.rule == "rank":
        because = f"a rank alone (“{', '.join(reading.matched)}”) does not tell the function"
    if reading.persona == "unknown" and reading.rule == "abbreviation":
        because = (
            f"the other words make “{reading.matched[0]}” something without a seat (“{', '.join(reading.matched[1:])}”)"
        )
    behind = f"; runner-up {reading.runner_up}" if reading.runner_up else ""
    return f"{reading.persona} ({reading.confidence:.2f}): {because}{behind}"


def check_lexicon(lexicon: Lexicon) -> list[str]:
    """Faults of a lexicon: words listed twice with two meanings, word groups that can never be found, empty definitions.

    Parameters
    ----------
    lexicon : Lexicon

    Returns
    -------
    list of str
        A sentence a fault, sorted; empty when there is none.
    """
    return sorted({*_overlaps(lexicon), *_never_found(lexicon), *_empty(lexicon)})


def _overlaps(lexicon: Lexicon) -> list[str]:
    meanings: dict[tuple[str, ...], set[tuple[str, str, str]]] = defaultdict(set)
    for entry in lexicon.entries:
        if entry.kind in {"profession", "function"}:
            meanings[entry.words].add((entry.persona, entry.kind, entry.group))
    return [
        f"“{' '.join(words)}” is listed with several personas: "
        + ", ".join(sorted(f"{persona} ({group})" for persona, _, group in found))
        for words, found in meanings.items()
        if len({persona for persona, _, _ in found}) > 1
    ]


def _never_found(lexicon: Lexicon) -> list[str]:
    faults = []
    for entry in lexicon.entries:
        if any(word in lexicon.translations for word in entry.words):
            read_as = " ".join(new for word in entry.words for new in lexicon.translations.get(word, (word,)))
            faults.append(
                f"“{' '.join(entry.words)}” ({entry.group}) is never found: titles are read as “{read_as}” before"
            )
        elif len(entry.words) == 1 and entry.words[0] in lexicon.credentials and _speaks(entry):
            faults.append(f"“{entry.words[0]}” ({entry.group}) is also a credential, and those are taken away")
    return faults


def _speaks(entry: Entry) -> bool:
    return entry.kind in {"profession", "function", "rank"}


def _empty(lexicon: Lexicon) -> list[str]:
    faults: list[str] = []
    used = (
        {entry.persona for entry in lexicon.entries}
        | {entry.below for entry in lexicon.entries}
        | {entry.alone for entry in lexicon.entries}
    )
    for persona, definition in lexicon.personas.items():
        faults.extend(
            f"persona {persona} has no {key}"
            for key in ("family", "who", "cares_about", "enters", "seat")
            if not definition.get(key)
        )
        if persona not in used:
            faults.append(f"persona {persona} is defined, but no word leads to it")
    for table in ("professions", "functions", "ranks"):
        for group in lexicon.source.get(table, ()):
            faults.extend(
                f"the group “{group['name']}” lists no words for {language}"
                for language, words in group.get("words", {}).items()
                if not words
            )
            if not group.get("words"):
                faults.append(f"the group “{group['name']}” lists no words")
    return faults
