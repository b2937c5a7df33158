"""One title, department and seniority to a persona, by the words found in them.

Function comes before rank; an assistant to somebody, a former and a wished-for position are nobody's seat; what nothing decides is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from committee.identity.titles.cleaning import clean, parts_of
from committee.identity.titles.lexicon import LAST_WORD_DECIDES, PROFESSION_STRENGTH, STRENGTHS, Entry, Lexicon, persona_of

PERSONAS = ("scientific", "program_lead", "procurement", "finance", "legal_regulatory", "executive", "unknown")
_WEAK, _NORMAL, _STRONG = STRENGTHS["weak"], STRENGTHS["normal"], STRENGTHS["strong"]
_KEEPS_HELPERS = ("scientific", "program_lead")
_SENIOR_LEVEL = 4


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


class Reader:
    """Reads titles by one lexicon and remembers parts it has seen.

    Parameters
    ----------
    lexicon : Lexicon
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._parts: dict[tuple[str, ...], Part] = {}

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
            if word in table["executive"] and reading.rule in {"no title", "nothing known", "rank"} and reading.confidence == 0:
                return Reading("executive", self.lexicon.confidence["seniority"], "seniority", (seniority.strip(),), reading.runner_up)
            return reading
        senior = word in table["executive"] or word in table["senior"]
        return replace(reading, runner_up="executive") if senior and not reading.runner_up and reading.persona != "executive" else reading

    def _read_title(self, title: str | None, department: str | None) -> Reading:
        parts = self._parts_of(title)
        blocked = _first_block(parts)
        if blocked is not None:
            rule, runner_up, words = blocked
            return Reading("unknown", self.lexicon.confidence["strong"], rule, words, runner_up)
        parts = [part for part in parts if not part.blocked]
        primary, second = _primary_and_second(parts)
        context = self._department(department)
        if primary is None or primary.best is None:
            return self._without_function(parts, context, empty=not parts)
        return self._with_function(parts, primary, second, context)

    def _parts_of(self, text: str | None) -> list[Part]:
        cleaned = clean(text, self.lexicon.reading["longest_title"])
        if cleaned in self.lexicon.nothing or not any(letter.isalpha() for letter in cleaned):
            return []
        pieces = [self._translated(words) for words in parts_of(cleaned)]
        if " ".join(w for words in pieces for w in words) in self.lexicon.nothing:
            return []
        bare = [words for words in (self._without_credentials(words) for words in pieces) if words]
        parts = []
        for words in bare or pieces:
            part = self._parts.get(words)
            if part is None:
                part = self._parts[words] = read_part(words, self.lexicon)
            parts.append(part)
        return parts

    def _translated(self, words: tuple[str, ...]) -> tuple[str, ...]:
        table = self.lexicon.translations
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
        primary, _ = _primary_and_second(parts)
        return primary.best if primary is not None else None

    def _without_function(self, parts: list[Part], context: Candidate | None, empty: bool) -> Reading:
        confidence = self.lexicon.confidence
        abbreviation = next((part.ambiguous for part in parts if part.ambiguous), "")
        if abbreviation:
            meant = self.lexicon.ambiguous[abbreviation].get(context.persona, "") if context is not None else ""
            if meant and context is not None:
                return Reading(meant, confidence["ambiguous_resolved"], "abbreviation", (abbreviation, context.words))
            if context is not None:
                return Reading("unknown", confidence["ambiguous_resolved"], "abbreviation", (abbreviation, context.words))
            return Reading("unknown", 0.0, "ambiguous", (abbreviation,))
        level, alone, words = _rank_of(parts)
        held_back = any(part.trainee or part.helper for part in parts)
        if context is not None and not (held_back and context.persona not in _KEEPS_HELPERS):
            persona, runner_up = _by_level(context, level)
            if persona == "":
                return Reading("unknown", 0.0, "nothing known", words)
            if not runner_up and level >= _SENIOR_LEVEL and persona != "executive":
                runner_up = "executive"
            sure = confidence["department"] * (confidence["misspelt"] if context.misspelt else 1)
            return Reading(persona, round(sure, 3), "department", (*words, context.words), runner_up)
        if held_back:
            rule = "trainee" if any(part.trainee for part in parts) else "assistant"
            return Reading("unknown", confidence["normal"], rule, words, context.persona if context else "")
        if alone and alone != "unknown":
            unread = any(part.unread for part in parts)
            return Reading(alone, round(confidence["rank"] * (confidence["second_function"] if unread else 1), 3), "rank", words)
        if empty:
            return Reading("unknown", 0.0, "no title")
        return Reading("unknown", 0.0, "rank" if words else "nothing known", words)

    def _with_function(self, parts: list[Part], primary: Part, second: Candidate | None, context: Candidate | None) -> Reading:
        confidence, best = self.lexicon.confidence, primary.best
        assert best is not None
        turned = self._by_abbreviation(parts, best)
        if turned is not None:
            return turned
        rule = "profession" if best.entry.kind == "profession" else "function"
        matched = (best.words,)
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
        if not runner_up and level >= _SENIOR_LEVEL and persona != "executive":
            runner_up = "executive"
        sure = _confidence_of(best, rule, confidence)
        if second is not None and second.persona not in {persona, "unknown"}:
            sure *= confidence["second_function"]
        if persona != "unknown":
            if any(part.outsider for part in parts):
                sure *= confidence["outsider"]
            if any(part.trainee or part.helper for part in parts):
                if best.persona not in (_KEEPS_HELPERS if not any(part.trainee for part in parts) else _KEEPS_HELPERS[:1]):
                    rule = "trainee" if any(part.trainee for part in parts) else "assistant"
                    return Reading("unknown", confidence["normal"], rule, matched, best.persona)
                sure *= confidence["trainee"]
        return Reading(persona, round(sure, 3), rule, matched, runner_up)

    def _by_abbreviation(self, parts: list[Part], best: Candidate) -> Reading | None:
        """An abbreviation that stands alone in the first part, with words behind it that tell which one is meant."""
        first = parts[0]
        if not first.ambiguous or first.level >= 0 or any(c.strength >= PROFESSION_STRENGTH for c in first.candidates):
            return None
        if not first.candidates and len(parts) > 1 and any(part.has_head for part in parts[1:]) and best.persona != "scientific":
            return None
        meant = self.lexicon.ambiguous[first.ambiguous].get(best.persona)
        if meant is None:
            return None if best.persona == "unknown" or best.strength > _WEAK else Reading("unknown", 0.0, "ambiguous", (first.ambiguous,))
        runner_up = best.persona if best.persona not in {meant, "unknown"} else ""
        return Reading(meant, self.lexicon.confidence["ambiguous_resolved"], "abbreviation", (first.ambiguous, best.words), runner_up)


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
    supported = _support_at(words, lexicon)
    if supported is not None:
        before = read_part(words[:supported], lexicon) if supported else Part()
        starts_with_helper = words[supported] not in {"reporting", "reports", "on", "advisor", "adviser", "support"}
        if not before.candidates or starts_with_helper:
            rest = read_part(words[supported + 1 :], lexicon) if supported + 1 < len(words) else Part()
            return Part(blocked="assistant", candidates=rest.candidates)
        return before
    words = tuple(word for word in words if word not in lexicon.small)
    found = _find(words, lexicon)
    return _judge(words, found)


def _support_at(words: tuple[str, ...], lexicon: Lexicon) -> int | None:
    for at in range(len(words) - 1):
        for phrase in lexicon.supports:
            if words[at] == phrase[0] and words[at : at + len(phrase)] == phrase:
                return at
    if words[0] in {"sekretariat"}:
        return 0
    return None


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


def _judge(words: tuple[str, ...], found: list[tuple[int, int, list[Entry], bool]]) -> Part:
    candidates: list[Candidate] = []
    former: list[Candidate] = []
    level, alone, rank_words, ambiguous, blocked = -1, "", [], "", ""
    helper = trainee = outsider = recognised = gone = tail = foreign = False
    gone_ever, unit, last_helper, rank_at = False, 0, -9, -9
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
        elif "clerks" in kinds:
            return Part(blocked="assistant", candidates=tuple(candidates), recognised=True)
        elif "offices" in kinds and candidates and candidates[-1].entry.kind == "profession" and candidates[-1].at + 1 >= at:
            return Part(blocked="assistant", candidates=tuple(candidates), recognised=True)
        elif "conjunctions" in kinds:
            unit += 1
        elif "for_whom" in kinds and (candidates or rank_words):
            tail = True
        elif "employer" in kinds and at > 0:
            break
        if "helpers" in kinds:
            helper, last_helper = True, at + span
        if "trainees" in kinds:
            trainee = True
        if "outsiders" in kinds:
            outsider = True
        if "ambiguous" in kinds and not gone:
            ambiguous = ambiguous or text
        ranks = [entry for entry in entries if entry.kind == "rank"]
        speaking = [entry for entry in entries if entry.kind in {"profession", "function"}]
        recognised = recognised or bool(ranks or speaking or kinds - {"neutral", "conjunctions", "for_whom", "employer"})
        if ranks and not gone:
            top = max(ranks, key=lambda entry: entry.level)
            rank_at = at
            if top.level > level:
                level, alone = top.level, top.alone
            rank_words.append(text)
            if at == last_helper:
                helper = False
        if not speaking:
            continue
        if at == last_helper and any(entry.kind == "profession" for entry in speaking):
            helper = False
        entry = max(speaking, key=lambda one: one.strength)
        foreign = foreign or (not any(one.language in LAST_WORD_DECIDES for one in speaking))
        candidate = Candidate(entry.persona, entry.strength, text, entry, at, unit + (100 if tail else 0), misspelt)
        (former if gone else candidates).append(candidate)
    if gone_ever and not candidates and not rank_words:
        return Part(blocked="former", candidates=tuple(former), recognised=True)
    if blocked:
        return Part(blocked=blocked, candidates=tuple(candidates), whole=True, recognised=True)
    ordered = _ordered(candidates, rank_at, foreign)
    return Part(
        candidates=tuple(ordered), level=level, alone=alone, rank_words=tuple(rank_words), ambiguous=ambiguous, helper=helper, trainee=trainee,
        outsider=outsider, recognised=recognised, foreign=foreign, unread=read < len(words),
    )  # fmt: skip


def _ordered(candidates: list[Candidate], rank_at: int, foreign: bool) -> list[Candidate]:
    """Winner of each unit ("A and B" has two), known personas before what has no seat."""
    winners = []
    for unit in sorted({candidate.unit for candidate in candidates}):
        inside = [_weighed(candidate, rank_at, foreign) for candidate in candidates if candidate.unit == unit]
        sign = -1 if foreign else 1
        winner = max(inside, key=lambda one: (one.strength, sign * one.at))
        diverted = not foreign and winner.entry.kind == "function" and winner.persona in {"procurement", "finance"}
        if diverted and any(one.entry.diverts and one.at > winner.at for one in inside):
            winner = replace(winner, persona="unknown")
        winners.append(winner)
        winners.extend(one for one in inside if one is not winner and one.persona != winner.persona and one.unit < 100)
    heads = [one for one in winners if one.strength > _WEAK and one.persona != "unknown" and _wins_its_unit(one, winners)]
    firm = [one for one in winners if one.persona == "unknown" and one.strength >= PROFESSION_STRENGTH and _wins_its_unit(one, winners)]
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


def _weighed(candidate: Candidate, rank_at: int, foreign: bool) -> Candidate:
    """A profession before a rank is what the rank is over ("nurse recruiting manager"); a function that names its rank is the head."""
    if candidate.entry.kind == "profession":
        if rank_at > candidate.at and not foreign and candidate.persona not in {"executive", "unknown"} and len(candidate.entry.words) == 1:
            return replace(candidate, strength=_STRONG - 0.5)
        return candidate
    named = len(candidate.entry.words) > 1 and candidate.entry.words[-1] in _RANKS_IN_PHRASES
    return replace(candidate, strength=candidate.strength + 0.5) if named else candidate


_RANKS_IN_PHRASES = frozenset({"manager", "director", "lead", "leader", "head", "coordinator", "specialist"})


def _first_block(parts: list[Part]) -> tuple[str, str, tuple[str, ...]] | None:
    """Rule, runner-up and words where an assistant, a former or a wished-for position is all the title says."""
    for part in parts:
        if part.blocked and (part.whole or part.blocked == "assistant" or not any(p.candidates and not p.blocked for p in parts)):
            if part.blocked == "assistant" and any(p.best is not None and p.has_head and not p.blocked for p in parts[: parts.index(part)]):
                continue
            best = part.best or next((p.best for p in parts if p.best is not None), None)
            if part.blocked == "former" and not part.whole and any(p.level >= _SENIOR_LEVEL and not p.blocked for p in parts):
                continue
            runner_up = best.persona if best is not None and best.persona != "unknown" else ""
            return part.blocked, runner_up, (best.words,) if best is not None else ()
    return None


def _primary_and_second(parts: list[Part]) -> tuple[Part | None, Candidate | None]:
    speaking = [part for part in parts if part.best is not None]
    if not speaking:
        return None, None
    primary = speaking[0]
    ranked_before = any(part.level >= 0 for part in parts[: parts.index(primary)])
    for later in speaking[1:]:
        mine, theirs = primary.best, later.best
        assert mine is not None and theirs is not None
        takes_over = (
            (not primary.has_head and not ranked_before and later.has_head and mine.strength < PROFESSION_STRENGTH and mine.strength <= theirs.strength)
            or (mine.entry.yields and theirs.strength >= _STRONG and theirs.persona != mine.persona and not later.has_head)
            or (mine.strength <= _WEAK and theirs.strength >= _NORMAL)
        )
        if takes_over:
            primary = later
    best = primary.best
    others = [one for one in primary.candidates[1:]] + [part.best for part in speaking if part is not primary and part.best is not None]
    second = next((one for one in others if best is not None and one.persona not in {best.persona, "unknown"}), None)
    return primary, second


def _rank_of(parts: list[Part]) -> tuple[int, str, tuple[str, ...]]:
    level, alone, words = -1, "", []
    for part in parts:
        words.extend(part.rank_words)
        if part.level > level:
            level, alone = part.level, part.alone
    return level, alone, tuple(words)


def _by_level(best: Candidate, level: int) -> tuple[str, str]:
    """Persona and runner-up of a function at a level: some are so broad that their chief runs the company, some mean less below one."""
    entry = best.entry
    if level >= entry.broad_from_level and best.persona != "unknown":
        return "executive", best.persona
    if level < entry.from_level:
        return entry.below, best.persona if entry.below else ""
    return best.persona, entry.below


def _confidence_of(best: Candidate, rule: str, confidence: object) -> float:
    table = dict(confidence)  # type: ignore[call-overload]
    if rule == "department":
        name = "department"
    elif best.strength >= PROFESSION_STRENGTH:
        name = "profession"
    elif best.strength >= _STRONG:
        name = "strong"
    else:
        name = "normal" if best.strength > _WEAK else "weak"
    return float(table[name]) * (float(table["misspelt"]) if best.misspelt else 1.0)
