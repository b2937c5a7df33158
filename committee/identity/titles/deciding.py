"""One title, department and seniority to a persona, by what its parts say.

Function comes before rank; an assistant to somebody, a former and a wished-for position are nobody's seat; what nothing decides is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from committee.identity.titles.cleaning import clean, parts_of
from committee.identity.titles.combining import (
    SENIOR_LEVEL,
    first_block,
    former_over_two_parts,
    primary_and_second,
    rank_of,
)
from committee.identity.titles.lexicon import PROFESSION_STRENGTH, STRENGTHS, Lexicon, persona_of
from committee.identity.titles.parts import Candidate, Part, read_part

PERSONAS = ("scientific", "program_lead", "procurement", "finance", "legal_regulatory", "executive", "unknown")
_WEAK, _STRONG = STRENGTHS["weak"], STRENGTHS["strong"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a title says.

    Attributes
    ----------
    persona : str
        One of `PERSONAS`.
    confidence : float
        0 to 1, that this is the persona; for ``unknown``, that none of the six is right: 0 where nothing was recognised.
    rule : str
        ``stated``, ``profession``, ``function``, ``broad function``, ``rank``, ``abbreviation``, ``department``, ``seniority`` decide;
        ``no title``, ``nothing known``, ``ambiguous``, ``assistant``, ``trainee``, ``former``, ``seeking`` leave it unknown.
    matched : tuple of str
        Words that decided.
    runner_up : str
        Persona that came second, or empty.
    """

    persona: str
    confidence: float
    rule: str
    matched: tuple[str, ...] = ()
    runner_up: str = ""


class Reader:
    """Reads titles by one lexicon and remembers parts it has seen.

    Parameters
    ----------
    lexicon : Lexicon
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._parts: dict[tuple[str, ...], Part] = {}
        self._typed: dict[tuple[str, ...], Part | None] = {}

    def read(self, title: str | None, department: str | None, seniority: str | None, stated: str | None) -> Reading:
        """Decide one combination.

        Parameters
        ----------
        title, department, seniority, stated : str or None

        Returns
        -------
        Reading
        """
        if stated:
            persona = persona_of(stated, self.lexicon)
            if persona is not None and persona != "unknown":
                return Reading(persona, self.lexicon.confidence["stated"], "stated", (stated.strip(),))
        reading = self._read_title(title, department)
        return self._with_seniority(reading, seniority)

    def _with_seniority(self, reading: Reading, seniority: str | None) -> Reading:
        if not seniority:
            return reading
        word = " ".join(w for part in parts_of(clean(seniority, 80)) for w in part)
        table = self.lexicon.seniority
        if reading.persona == "unknown":
            if (
                word in table["executive"]
                and reading.rule in {"no title", "nothing known", "rank"}
                and reading.confidence == 0
            ):
                return Reading(
                    "executive",
                    self.lexicon.confidence["seniority"],
                    "seniority",
                    (seniority.strip(),),
                    reading.runner_up,
                )
            return reading
        senior = word in table["executive"] or word in table["senior"]
        return (
            replace(reading, runner_up="executive")
            if senior and not reading.runner_up and reading.persona != "executive"
            else reading
        )

    def _read_title(self, title: str | None, department: str | None) -> Reading:
        parts = former_over_two_parts(self._parts_of(title))
        blocked = first_block(parts)
        if blocked is not None:
            rule, runner_up, words = blocked
            return Reading("unknown", self.lexicon.confidence["strong"], rule, words, runner_up)
        parts = [part for part in parts if not part.blocked]
        primary, second = primary_and_second(parts)
        context = self._department(department)
        if primary is None or primary.best is None:
            return self._without_function(parts, context, empty=not parts)
        return self._with_function(parts, primary, second, context)

    def _parts_of(self, text: str | None) -> list[Part]:
        if not text:
            return []
        cleaned = clean(text, self.lexicon.reading["longest_title"])
        if cleaned in self.lexicon.nothing or not any(map(str.isalpha, cleaned)):
            return []
        pieces = parts_of(cleaned)
        if " ".join(" ".join(words) for words in pieces) in self.lexicon.nothing:
            return []
        parts = [part for part in map(self._part_of, pieces) if part is not None]
        return parts or [self._read(self._translated(words)) for words in pieces]

    def _part_of(self, words: tuple[str, ...]) -> Part | None:
        """Part of some words as typed; None where they are credentials only."""
        if words not in self._typed:
            bare = self._without_credentials(self._translated(words))
            self._typed[words] = self._read(bare) if bare else None
        return self._typed[words]

    def _read(self, words: tuple[str, ...]) -> Part:
        part = self._parts.get(words)
        if part is None:
            part = self._parts[words] = read_part(words, self.lexicon)
        return part

    def _translated(self, words: tuple[str, ...]) -> tuple[str, ...]:
        table = self.lexicon.translations
        for at in range(len(words) - 1):
            if (
                words[at].isascii()
                and words[at + 1].isascii()
                and (pair := self.lexicon.space_put_back(*words[at : at + 2]))
            ):
                words = (*words[:at], *pair, *words[at + 2 :])
        if not any(word in table for word in words):
            return words
        return tuple(new for word in words for new in table.get(word, (word,)))

    def _without_credentials(self, words: tuple[str, ...]) -> tuple[str, ...]:
        known = self.lexicon.credentials
        if all(word in known or len(word) == 1 for word in words):
            return ()
        start, end = 0, len(words)
        while start < end - 1 and words[start] in known:
            start += 1
        while end > start + 1 and words[end - 1] in known:
            end -= 1
        return words[start:end]

    def _department(self, department: str | None) -> Candidate | None:
        parts = [part for part in self._parts_of(department) if not part.blocked]
        primary, _ = primary_and_second(parts)
        return primary.best if primary is not None else None

    def _without_function(self, parts: list[Part], context: Candidate | None, empty: bool) -> Reading:
        confidence = self.lexicon.confidence
        abbreviation = next((part.ambiguous for part in parts if part.ambiguous), "")
        if abbreviation:
            meant = self.lexicon.ambiguous[abbreviation].get(context.persona, "") if context is not None else ""
            if meant and context is not None:
                return Reading(meant, confidence["ambiguous_resolved"], "abbreviation", (abbreviation, context.words))
            if context is not None:
                return Reading(
                    "unknown", confidence["ambiguous_resolved"], "abbreviation", (abbreviation, context.words)
                )
            return Reading("unknown", 0.0, "ambiguous", (abbreviation,))
        level, alone, words = rank_of(parts)
        held_back = any(part.trainee or part.helper for part in parts)
        if context is not None and not (held_back and context.persona not in self.lexicon.reading["helpers_keep"]):
            persona, runner_up = _by_level(context, level)
            if persona == "":
                return Reading("unknown", 0.0, "nothing known", words)
            if not runner_up and level >= SENIOR_LEVEL and persona != "executive":
                runner_up = "executive"
            sure = confidence["department"] * (confidence["misspelt"] if context.misspelt else 1)
            return Reading(persona, round(sure, 3), "department", (*words, context.words), runner_up)
        if held_back:
            rule = "trainee" if any(part.trainee for part in parts) else "assistant"
            return Reading("unknown", confidence["normal"], rule, words, context.persona if context else "")
        if alone and alone != "unknown":
            unread = any(part.unread for part in parts)
            return Reading(
                alone, round(confidence["rank"] * (confidence["second_function"] if unread else 1), 3), "rank", words
            )
        if empty:
            return Reading("unknown", 0.0, "no title")
        return Reading("unknown", 0.0, "rank" if words else "nothing known", words)

    def _with_function(
        self, parts: list[Part], primary: Part, second: Candidate | None, context: Candidate | None
    ) -> Reading:
        confidence, best = self.lexicon.confidence, primary.best
        assert best is not None
        turned = self._by_abbreviation(parts, best)
        if turned is not None:
            return turned
        rule = "profession" if best.entry.kind == "profession" else "function"
        matched: tuple[str, ...] = (best.words,)
        if context is not None and context.persona != best.persona:
            yields = best.entry.yields and context.persona == "unknown" and context.strength >= _STRONG
            if yields or (best.strength <= _WEAK and context.strength > _WEAK and best.persona != "unknown"):
                second, best, rule, matched = best, context, "department", (best.words, context.words)
        level = max(part.level for part in parts)
        persona, runner_up = _by_level(best, level)
        if persona == "":
            return self._without_function([replace(part, candidates=()) for part in parts], context, empty=False)
        if persona == "executive" and best.persona != "executive":
            rule = "broad function"
        if not runner_up and second is not None and second.persona not in {persona, "unknown"}:
            runner_up = second.persona
        if not runner_up and level >= SENIOR_LEVEL and persona != "executive":
            runner_up = "executive"
        sure = _confidence_of(best, rule, confidence)
        if second is not None and second.persona not in {persona, "unknown"}:
            sure *= confidence["second_function"]
        if persona != "unknown":
            if any(part.outsider for part in parts):
                sure *= confidence["outsider"]
            if any(part.trainee or part.helper for part in parts):
                training = any(part.trainee for part in parts)
                if best.persona not in self.lexicon.reading["trainees_keep" if training else "helpers_keep"]:
                    rule = "trainee" if training else "assistant"
                    return Reading("unknown", confidence["normal"], rule, matched, best.persona)
                sure *= confidence["trainee"]
        return Reading(persona, round(sure, 3), rule, matched, runner_up)

    def _by_abbreviation(self, parts: list[Part], best: Candidate) -> Reading | None:
        """An abbreviation that stands alone in the first part, with words behind it that tell which one is meant."""
        first = parts[0]
        if not first.ambiguous or first.level >= 0 or any(c.strength >= PROFESSION_STRENGTH for c in first.candidates):
            return None
        if (
            not first.candidates
            and len(parts) > 1
            and any(part.has_head for part in parts[1:])
            and best.persona != "scientific"
        ):
            return None
        meant = self.lexicon.ambiguous[first.ambiguous].get(best.persona)
        if meant is None:
            return (
                None
                if best.persona == "unknown" or best.strength > _WEAK
                else Reading("unknown", 0.0, "ambiguous", (first.ambiguous,))
            )
        runner_up = best.persona if best.persona not in {meant, "unknown"} else ""
        return Reading(
            meant,
            self.lexicon.confidence["ambiguous_resolved"],
            "abbreviation",
            (first.ambiguous, best.words),
            runner_up,
        )


def _by_level(best: Candidate, level: int) -> tuple[str, str]:
    """Persona and runner-up of a function at a level: some are so broad that their chief runs the company, some mean less below one."""
    entry = best.entry
    if level >= entry.broad_from_level and best.persona != "unknown":
        return "executive", best.persona
    if level < entry.from_level:
        return entry.below, best.persona if entry.below else ""
    return best.persona, entry.below


def _confidence_of(best: Candidate, rule: str, confidence: Mapping[str, float]) -> float:
    if rule == "department":
        name = "department"
    elif best.strength >= PROFESSION_STRENGTH:
        name = "profession"
    elif best.strength >= _STRONG:
        name = "strong"
    else:
        name = "normal" if best.strength > _WEAK else "weak"
    return confidence[name] * (confidence["misspelt"] if best.misspelt else 1.0)
