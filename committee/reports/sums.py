"""The sums behind memberships in words: who is in and why, who is not and what costs most, which program and what told.

Numbers are natural log-odds: 0.7 doubles the odds, 2.3 makes them ten times as high.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from committee.analysis.episodes.explaining import (
    EXPECTED,
    TOWARDS_HALF,
    Burst,
    Explaining,
    ProgramOption,
    Share,
    Standing,
    Touched,
)
from committee.analysis.episodes.terms import BACKGROUND, OTHER_GROUPS
from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.reports.answer import Rows
from committee.reports.handoff.group_view import GroupView, view_of
from committee.reports.lookup import one
from committee.reports.rendering import as_json, markdown_table, marked_down
from committee.reports.words import count, day, listed, percent, persona, plain, short, term
from committee.settings import word_list

__all__ = ["full_explanation", "not_in", "person_rows", "program_line", "share_lines", "short_explanation", "sum_of"]

_SMALL = 0.05
_SURE = 1 - 1e-9  # rounding makes nothing certain
_COLUMNS = ["term", "log_odds", "says", "proof"]


def _odds(value: float) -> str:
    return f"{value:+.1f}" if abs(value) >= _SMALL else "0"


def _parts(parts: Mapping[str, float], most: int) -> str:
    """The strongest parts: ``topic +1.7, timing +1.3``."""
    told = [f"{term(name)} {_odds(odds)}" for name, odds in parts.items() if abs(odds) >= _SMALL and name != BACKGROUND]
    return ", ".join(told[:most])


def _when(market: Market, touched: Touched) -> str:
    """``“Title” on 3 Feb 2026`` of the first engagement of a session, and how many more there were."""
    first = one(market.engagements, "engagement_id", touched.engagement_ids[0]) or {}
    piece = one(market.content, "content_id", first.get("content_id")) or {}
    title = plain(piece.get("title")) or plain(first.get("content_id"))
    what = f"“{title}”" if title else term(first.get("kind")) or "a touch"
    more = len(touched.engagement_ids) - 1
    return f"{what}{f' and {more:,} more' if more else ''} on {day(first.get('occurred_at'))}"


def sum_of(standing: Standing, market: Market) -> str:
    """Say a membership as a sum: before any touch, what touches add, what was expected, and what it comes to."""
    limits = word_list("reports")["limits"]
    touched = sorted(standing.touches, key=lambda touch: -round(touch.odds, 9))
    gained = sum(touch.odds for touch in touched)
    told = [f"{_odds(sum(standing.prior.values()))} before any touch"]
    if touched:
        best = touched[0]
        most = (
            f", most from {_when(market, best)} ({_parts(best.parts, limits['pieces'])})" if best.odds >= _SMALL else ""
        )
        told.append(f"{_odds(gained)} from touches{most}")
    told.append(f"{_odds(standing.expected)} for the touches expected of a member")
    told += [f"{_odds(standing.doubt)} {_why_nearer(standing)}"] if _drawn(standing) else []
    return f"log-odds {'; '.join(told)}: {_odds(standing.total)} in all"


def _drawn(standing: Standing) -> bool:
    return round(standing.doubt, 3) != 0


def _why_nearer(standing: Standing) -> str:
    return "as it may be no group" if standing.doubt < 0 else "as what seems ruled out is at times right"


def _burst(burst: Burst, market: Market) -> str:
    """Name a group, or a burst that is none, by need and program."""
    program = one(market.programs, "program_id", burst.program_id) or {}
    name = short(
        plain(program.get("name")) or burst.program_id or "no listed program",
        word_list("reports")["limits"]["characters"],
    )
    about = f"{term(burst.need) or 'no stated need'} for {name}"
    return f"the group {about}" if burst.group_id else f"a burst that is no group, {about} ({term(burst.why_not)})"


def _dear(standing: Standing) -> str:
    """What takes most away, in words."""
    name, odds = next(iter(standing.costs.items()), ("", 0.0))
    return f"what costs most: {name} {_odds(-odds)}" if name else ""


def not_in(standing: Standing, market: Market) -> str:
    """Say why somebody is not in a group."""
    others = _others(standing)
    taken = f" ({_burst(others[0][0], market)} takes {_odds(others[0][1])})" if others else ""
    name = next(iter(standing.costs), "")
    why = _dear(standing) + (taken if name == OTHER_GROUPS else "")
    touches = count(len(standing.touches), "touch", "touches") if standing.touches else "no touch in the group's time"
    return f"{percent(standing.probability)}: {touches}; {sum_of(standing, market)}; {why}"


def _others(standing: Standing) -> list[tuple[Burst, float]]:
    """Who explains the person's touches as well, with all it takes, the most first."""
    taken: dict[Burst, float] = {}
    for touched in standing.touches:
        for burst, odds in touched.others:
            taken[burst] = taken.get(burst, 0.0) + odds
    return sorted(taken.items(), key=lambda item: (round(item[1], 9), str(item[0])))


def program_line(options: list[ProgramOption], program_id: str | None, market: Market) -> str:
    """Say which program a group is for, how surely, the runner-up, and what told them apart."""
    mine = next((option for option in options if option.program_id == program_id), options[0])
    others = [option for option in options if option is not mine]
    says = f"{_program(mine, market)}, {percent(min(mine.probability, _SURE))}"
    if not others:
        return f"{says}; the account has no other"
    apart = {name: mine.told[name] - others[0].told[name] for name in mine.told}
    told = _parts(dict(sorted(apart.items(), key=lambda item: (-abs(round(item[1], 9)), item[0]))), len(apart))
    return f"{says}; next {_program(others[0], market)}, {percent(others[0].probability)}; told apart by {told or 'nothing'}"


def _program(option: ProgramOption, market: Market) -> str:
    program = one(market.programs, "program_id", option.program_id) or {}
    name = plain(program.get("name")) or option.program_id
    return short(name, word_list("reports")["limits"]["characters"]) if name else "a program that is not listed"


def share_lines(shares: Iterable[Share], market: Market) -> list[tuple[str, list[str]]]:
    """Say what an engagement is credited to, groups and bursts that are none, each with what speaks for it."""
    shares = list(shares)
    if not shares:
        return []
    told: list[tuple[str, list[str]]] = []
    left = 1.0
    for share in shares:
        left -= share.credit
        if share.credit >= 0.01:
            proof = [f"group:{share.burst.group_id}"] if share.burst.group_id else []
            told.append((f"{percent(share.credit)} to {_burst(share.burst, market)}: {_parts(share.parts, 5)}", proof))
    told.append((f"{percent(max(left, 0.0))} to what the person reads anyway", []))
    return told


def person_rows(market: Market, findings: Findings, why: Explaining, group_id: str, contact_id: str) -> Rows:
    """Tell where one person stands with a group: each term of the sum in a row, and what it comes to below.

    Raises
    ------
    NotFound
        The person is not of the group's account, or the group is not what the data tell any more.
    """
    view = view_of(group_id, market, findings)
    standing = standing_of(why, view, contact_id)
    me = [f"contact:{contact_id}"]
    lines: list[list[object]] = [
        [name, round(odds, 3), _PRIOR.get(name, name), me] for name, odds in standing.prior.items()
    ]
    for touched in standing.touches:
        proof = [f"engagement:{key}" for key in touched.engagement_ids]
        lines.append(["touch", round(touched.odds, 3), _when(market, touched), proof])
        lines += [
            [f"  {name}", round(odds, 3), "", proof] for name, odds in touched.parts.items() if abs(odds) >= _SMALL
        ]
        lines += [
            [
                "  explained by",
                round(odds, 3),
                _burst(burst, market),
                [f"group:{burst.group_id}"] if burst.group_id else [],
            ]
            for burst, odds in touched.others
            if abs(odds) >= _SMALL
        ]
    lines.append([EXPECTED, round(standing.expected, 3), "what a member of this persona does in the group's time", me])
    if _drawn(standing):
        lines.append([TOWARDS_HALF, round(standing.doubt, 3), _why_nearer(standing), me])
    lines.append(["sum", round(standing.total, 3), f"{percent(standing.probability)}", me])
    name = view.name(contact_id)
    least = view.settings.get("episodes", {}).get("groups", {}).get("membership", 0.5)
    notes = [
        f"{name} is {'in' if standing.member else 'not in'} the group, with {percent(standing.probability)}; "
        f"a member has {percent(least)} or more, and one touch credited to the group",
    ]
    notes += [] if standing.member else [f"What takes away most: {_costs(standing)}"]
    return Rows(list(_COLUMNS), lines, [*notes, "Indented terms are parts of the touch above them"])


def _costs(standing: Standing) -> str:
    return listed(f"{name} {_odds(-odds)}" for name, odds in list(standing.costs.items())[:3])


_PRIOR = {
    "seats": "seats of this persona in a committee, by people who could take them",
    "home program": "how likely the program is the person's own",
    "stated program": "the source names the person for this program, or for another",
    "size of the group": "small groups are rarer",
    "bounds": "nobody is taken for certain beforehand",
}


def standing_of(why: Explaining, view: GroupView, contact_id: str) -> Standing:
    """Return where a person stands with a group."""
    if view.group_id not in why.groups:
        raise NotFound(
            f"the sums of group {view.group_id} cannot be told: files were loaded, or changed, since it was found",
            "committee detect makes a new run",
        )
    try:
        return why.standing(view.group_id, contact_id)
    except KeyError:
        raise NotFound(
            f"contact {contact_id} is not known in the account of this group", "Name a person of the account"
        ) from None


def short_explanation(market: Market, findings: Findings, group_id: str, lines: Rows, why: Explaining) -> str:
    """Return why a group is one as Markdown for people: plain sentences, and a small table of who is in and who is not."""
    view = view_of(group_id, market, findings)
    told = [(str(row[0]), str(row[1])) for row in lines.rows if row[0] not in ("member", "not in")]
    sentences = [f"- {marked_down(part)}: {marked_down(says)}" for part, says in told]
    stands = why.standings(group_id) if group_id in why.groups else []
    members = [one for one in stands if one.member]
    outside = [one for one in stands if not one.member][: word_list("reports")["limits"]["silent"]]
    table = markdown_table(
        ["who", "probability", "before any touch", "touches", "expected", "in all", "most from", "costs most"],
        [
            [
                f"{short(view.name(one.contact_id), view.limits['characters'])} ({persona(one.persona)}){'' if one.member else ', not in'}",
                percent(one.probability),
                _odds(sum(one.prior.values())),
                f"{_odds(sum(touch.odds for touch in one.touches))} from {len(one.touches)}",
                _odds(one.expected),
                _odds(one.total),
                _best(one, market),
                "" if one.member else next((f"{name} {_odds(-odds)}" for name, odds in one.costs.items()), ""),
            ]
            for one in (*members, *outside)
        ],
    )
    return "\n".join([*sentences, "", table, "Numbers are log-odds; each line adds up to its probability."])


def _best(standing: Standing, market: Market) -> str:
    best = max(standing.touches, key=lambda touch: round(touch.odds, 9), default=None)
    if best is None:
        return ""
    return f"{_when(market, best)} ({_parts(best.parts, word_list('reports')['limits']['pieces'])})"


def full_explanation(market: Market, findings: Findings, group_id: str, lines: Rows, why: Explaining | None) -> str:
    """Return everything behind one group as JSON: the lines, every standing with every term, the programs it may be for."""
    facts: dict[str, Any] = {
        "group_id": group_id,
        "lines": [dict(zip(lines.columns, row, strict=True)) for row in lines.rows],
    }
    if why is not None and group_id in why.groups:
        view = view_of(group_id, market, findings)
        facts["programs"] = [
            {"program_id": one.program_id, "probability": _exact(one.probability), "told": _rounded(one.told)}
            for one in why.programs(group_id)
        ]
        facts["people"] = [_facts(one, view) for one in why.standings(group_id)]
    return as_json(facts)


def _facts(standing: Standing, view: GroupView) -> dict[str, Any]:
    return {
        "contact_id": standing.contact_id,
        "name": view.name(standing.contact_id),
        "persona": standing.persona,
        "member": standing.member,
        "probability": _exact(standing.probability),
        "log_odds": _exact(standing.total),
        "prior": _rounded(standing.prior),
        "touches": [
            {
                "engagement_ids": list(touched.engagement_ids),
                "log_odds": _exact(touched.odds),
                "credit": _exact(touched.credit),
                "parts": _rounded(touched.parts),
                "explained_by": [
                    {
                        "group_id": burst.group_id,
                        "program_id": burst.program_id,
                        "need": burst.need,
                        "log_odds": _exact(odds),
                    }
                    for burst, odds in touched.others
                ],
            }
            for touched in standing.touches
        ],
        "touches_expected": _exact(standing.expected),
        "towards_one_half": _exact(standing.doubt),
        "costs": _rounded(standing.costs),
    }


def _exact(value: float) -> float:
    return round(value, 9)


def _rounded(terms: Mapping[str, float]) -> dict[str, float]:
    return {name: _exact(odds) for name, odds in terms.items()}
