"""One part of a title, between commas, dashes or brackets: which word groups are in it and which persona they speak for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from committee.identity.titles.lexicon import LAST_WORD_DECIDES, PROFESSION_STRENGTH, STRENGTHS, Entry, Lexicon

_WEAK, _NORMAL, _STRONG = STRENGTHS["weak"], STRENGTHS["normal"], STRENGTHS["strong"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A persona some words of a part speak for."""

    persona: str
    strength: float
    words: str
    entry: Entry
    at: int
    unit: int
    misspelt: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of a title (between commas, dashes, brackets) says.

    ``blocked`` names the rule that makes it nobody's seat; ``whole`` says that it undoes the parts before it too.
    """

    candidates: tuple[Candidate, ...] = ()
    level: int = -1
    alone: str = ""
    rank_words: tuple[str, ...] = ()
    ambiguous: str = ""
    blocked: str = ""
    whole: bool = False
    helper: bool = False
    trainee: bool = False
    outsider: bool = False
    recognised: bool = False
    foreign: bool = False
    unread: bool = False

    @property
    def best(self) -> Candidate | None:
        """The candidate that decides the part."""
        return self.candidates[0] if self.candidates else None

    @property
    def has_head(self) -> bool:
        """Whether it names a position, not only a field."""
        best = self.best
        return self.level >= 0 or (best is not None and best.strength >= PROFESSION_STRENGTH)


def read_part(words: tuple[str, ...], lexicon: Lexicon) -> Part:
    """Read one part of a title.

    Parameters
    ----------
    words : tuple of str
        Plain words, as `parts_of` gives them, translated, without credentials.
    lexicon : Lexicon

    Returns
    -------
    Part
        Its candidates, the one that decides first.
    """
    supported, assisting = _support_at(words, lexicon)
    if supported >= 0:
        before = read_part(words[:supported], lexicon) if supported else Part()
        if assisting or not before.candidates:
            rest = read_part(words[supported + 1 :], lexicon) if supported + 1 < len(words) else Part()
            return Part(blocked="assistant", candidates=rest.candidates)
        return before
    words = tuple(word for word in words if word not in lexicon.small)
    found = _find(words, lexicon)
    return _judge(words, found, lexicon)


def _support_at(words: tuple[str, ...], lexicon: Lexicon) -> tuple[int, bool]:
    """Where somebody else is named behind "assistant to", "reporting to" (-1: nowhere), and whether it is an assistant's title."""
    for at, word in enumerate(words):
        for phrase, assisting in lexicon.supports.get(word, ()):
            if words[at : at + len(phrase)] == phrase:
                return at, assisting
    return -1, False


def _find(words: tuple[str, ...], lexicon: Lexicon) -> list[tuple[int, int, list[Entry], bool]]:
    found, at = [], 0
    while at < len(words):
        span, entries, misspelt = lexicon.longest_from(words, at)
        if span:
            found.append((at, span, entries, misspelt))
        at += span or 1
    return found


def _is_eastern(word: str) -> bool:
    return len(word) == 1 and word >= "\u3040"


def _judge(words: tuple[str, ...], found: list[tuple[int, int, list[Entry], bool]], lexicon: Lexicon) -> Part:
    candidates: list[Candidate] = []
    former: list[Candidate] = []
    level, alone, ambiguous, blocked, first_rank_at = -1, "", "", "", len(words)
    rank_words: list[str] = []
    helper = trainee = outsider = recognised = gone = tail = foreign = False
    gone_ever, unit, last_helper, rank_at, former_level = False, 0, -9, -9, -1
    read = 0
    for at, span, entries, misspelt in found:
        kinds = {entry.kind for entry in entries}
        text = ("" if _is_eastern(words[at]) else " ").join(words[at : at + span])
        read += span
        if "former" in kinds and (not _is_eastern(words[at]) or span > 1 or at == 0):
            if at + span == len(words) and (candidates or rank_words):
                return Part(blocked="former", candidates=tuple(candidates))
            gone = gone_ever = True
            if at + span == len(words):
                return Part(blocked="former", whole=True, candidates=tuple(former))
            continue
        if "current" in kinds:
            gone = False
        elif "seeking" in kinds:
            blocked = "seeking"
        elif "clerks" in kinds or (
            "offices" in kinds
            and candidates
            and candidates[-1].entry.kind == "profession"
            and candidates[-1].at + 1 >= at
        ):
            return Part(blocked="assistant", candidates=tuple(candidates), recognised=True)
        elif "conjunctions" in kinds:
            unit += 1
        elif "for_whom" in kinds and (candidates or rank_words):
            tail = True
        elif "employer" in kinds and at > 0:
            break
        if "helpers" in kinds:
            helper = True
            last_helper = at + span if "helping_ranks" in kinds else -9
        if "trainees" in kinds:
            trainee = True
        if "outsiders" in kinds:
            outsider = True
        if "ambiguous" in kinds and not gone:
            ambiguous = ambiguous or text
        ranks = [entry for entry in entries if entry.kind == "rank"]
        speaking = [entry for entry in entries if entry.kind in {"profession", "function"}]
        recognised = recognised or bool(
            ranks or speaking or kinds - {"neutral", "conjunctions", "for_whom", "employer"}
        )
        if ranks and gone:
            former_level = max(former_level, *(entry.level for entry in ranks))
        if ranks and not gone:
            top = max(ranks, key=lambda entry: entry.level)
            rank_at, first_rank_at = at, min(at, first_rank_at)
            if top.level > level:
                level, alone = top.level, top.alone
                if top.alone_with and top.alone_with not in words:
                    alone = "unknown"
            rank_words.append(text)
            if at == last_helper:
                helper = False
        if not speaking:
            continue
        entry = max(speaking, key=lambda one: one.strength)
        if (
            at == last_helper
            and entry.kind == "profession"
            and entry.persona != "executive"
            and (len(text) > 4 or _is_eastern(text[0]))
        ):
            helper = False
        foreign = foreign or (not any(one.language in LAST_WORD_DECIDES for one in speaking))
        candidate = Candidate(entry.persona, entry.strength, text, entry, at, unit + (100 if tail else 0), misspelt)
        (former if gone else candidates).append(candidate)
    if gone_ever and not candidates and not rank_words:
        return Part(blocked="former", candidates=tuple(former), recognised=True, level=former_level)
    if blocked:
        return Part(blocked=blocked, candidates=tuple(candidates), whole=True, recognised=True)
    ordered = _ordered(candidates, rank_at, first_rank_at, foreign, lexicon.reading)
    return Part(
        candidates=tuple(ordered), level=level, alone=alone, rank_words=tuple(rank_words), ambiguous=ambiguous, helper=helper, trainee=trainee,
        outsider=outsider, recognised=recognised, foreign=foreign, unread=read < len(words),
    )  # fmt: skip


def _ordered(
    candidates: list[Candidate], rank_at: int, first_rank_at: int, foreign: bool, reading: Mapping[str, Any]
) -> list[Candidate]:
    """Winner of each unit ("A and B" has two), known personas before what has no seat."""
    winners = []
    for unit in sorted({candidate.unit for candidate in candidates}):
        inside = [
            _weighed(candidate, rank_at, foreign, reading["phrase_heads"])
            for candidate in candidates
            if candidate.unit == unit
        ]
        sign = -1 if foreign else 1
        winner = max(inside, key=lambda one: (one.strength, sign * one.at))
        if not foreign and winner.at > first_rank_at and winner.strength < PROFESSION_STRENGTH:
            # "sales manager compliance solutions": what stands before the rank is the work, what stands behind it the field
            before = [
                one for one in inside if one.at < first_rank_at and one.strength >= _NORMAL and not one.entry.yields
            ]
            winner = max(before, key=lambda one: (one.strength, one.at), default=winner)
        diverted = not foreign and winner.entry.kind == "function" and winner.persona in reading["careful"]
        if diverted and any(one.entry.diverts and one.at > winner.at for one in inside):
            winner = replace(winner, persona="unknown")
        winners.append(winner)
        winners.extend(one for one in inside if one is not winner and one.persona != winner.persona and one.unit < 100)
    heads = [
        one for one in winners if one.strength > _WEAK and one.persona != "unknown" and _wins_its_unit(one, winners)
    ]
    firm = [
        one
        for one in winners
        if one.persona == "unknown" and one.strength >= PROFESSION_STRENGTH and _wins_its_unit(one, winners)
    ]
    if heads and heads[0].entry.yields:
        before = winners[: winners.index(heads[0])]
        firm = firm or [
            one
            for one in before
            if one.persona == "unknown" and one.strength >= _STRONG and _wins_its_unit(one, winners)
        ]
    if firm and (not heads or winners.index(firm[0]) < winners.index(heads[0])):
        chosen = firm[0]
    elif heads:
        chosen = heads[0]
    elif winners:
        chosen = next((one for one in winners if one.persona == "unknown" and one.strength > _WEAK), winners[0])
    else:
        return []
    return [chosen, *(one for one in winners if one is not chosen)]


def _wins_its_unit(one: Candidate, winners: list[Candidate]) -> bool:
    return next(other for other in winners if other.unit == one.unit) is one


def _weighed(candidate: Candidate, rank_at: int, foreign: bool, phrase_heads: Sequence[str]) -> Candidate:
    """A profession before a rank is what the rank is over ("nurse recruiting manager"); a function that names its rank is the head."""
    if candidate.entry.kind == "profession":
        if (
            rank_at > candidate.at
            and not foreign
            and candidate.persona not in {"executive", "unknown"}
            and len(candidate.entry.words) == 1
        ):
            return replace(candidate, strength=_STRONG - 0.5)
        return candidate
    named = len(candidate.entry.words) > 1 and candidate.entry.words[-1] in phrase_heads
    return replace(candidate, strength=candidate.strength + 0.5) if named else candidate
