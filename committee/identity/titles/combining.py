"""The parts of one title together: which part decides, which is the second voice, and what makes the whole nobody's seat."""

from __future__ import annotations

from dataclasses import replace

from committee.identity.titles.lexicon import PROFESSION_STRENGTH, STRENGTHS
from committee.identity.titles.parts import Candidate, Part

_WEAK, _NORMAL, _STRONG = STRENGTHS["weak"], STRENGTHS["normal"], STRENGTHS["strong"]
# a vice president; from here executive is the runner-up
SENIOR_LEVEL = 4


def first_block(parts: list[Part]) -> tuple[str, str, tuple[str, ...]] | None:
    """Rule, runner-up and words where an assistant, a former or a wished-for position is all the title says."""
    for part in parts:
        if part.blocked and (
            part.whole or part.blocked == "assistant" or not any(p.candidates and not p.blocked for p in parts)
        ):
            if part.blocked == "assistant" and any(
                p.best is not None and p.has_head and not p.blocked for p in parts[: parts.index(part)]
            ):
                continue
            best = part.best or next((p.best for p in parts if p.best is not None), None)
            if (
                part.blocked == "former"
                and not part.whole
                and any(p.level >= SENIOR_LEVEL and not p.blocked for p in parts)
            ):
                continue
            runner_up = best.persona if best is not None and best.persona != "unknown" else ""
            return part.blocked, runner_up, (best.words,) if best is not None else ()
    return None


def former_over_two_parts(parts: list[Part]) -> list[Part]:
    """A former rank takes the function in the next part with it ("former director, regulatory affairs")."""
    kept = list(parts)
    for at in range(len(parts) - 1):
        part, following = parts[at], parts[at + 1]
        if part.blocked == "former" and part.level >= 0 and not part.candidates and not following.has_head:
            kept[at + 1] = replace(following, blocked="former")
    return kept


def primary_and_second(parts: list[Part]) -> tuple[Part | None, Candidate | None]:
    """Part that decides and the candidate that comes second.

    The first part that names a function decides, unless it only names a field and a later one a position, is weak beside a
    later one, or yields ("project manager, IT").
    """
    speaking = [part for part in parts if part.best is not None]
    if not speaking:
        return None, None
    primary = speaking[0]
    ranked_before = any(part.level >= 0 for part in parts[: parts.index(primary)])
    for later in speaking[1:]:
        mine, theirs = primary.best, later.best
        assert mine is not None
        assert theirs is not None
        takes_over = (
            (
                not primary.has_head
                and not ranked_before
                and later.has_head
                and mine.strength < PROFESSION_STRENGTH
                and mine.strength <= theirs.strength
            )
            or (
                mine.entry.yields
                and theirs.strength >= _STRONG
                and theirs.persona != mine.persona
                and not later.has_head
            )
            or (mine.strength <= _WEAK and theirs.strength >= _NORMAL)
        )
        if takes_over:
            primary = later
    best = primary.best
    others = list(primary.candidates[1:]) + [
        part.best for part in speaking if part is not primary and part.best is not None
    ]
    second = next((one for one in others if best is not None and one.persona not in {best.persona, "unknown"}), None)
    return primary, second


def rank_of(parts: list[Part]) -> tuple[int, str, tuple[str, ...]]:
    """Highest level, the persona it means where nothing else decides, and the words of all ranks."""
    level, alone = -1, ""
    words: list[str] = []
    for part in parts:
        words.extend(part.rank_words)
        if part.level > level:
            level, alone = part.level, part.alone
    return level, alone, tuple(words)
