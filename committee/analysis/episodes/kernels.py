"""The loops of the fit that arrays serve badly: over weeks of a row, people of an episode, sessions of a person.

Each is compiled when it is first called, and kept beside this file or in the user's cache folder; where neither can be
written it is compiled in each process. All stand in this one file, since what is kept is judged by the file's own date.
They keep to plain loops: sorting, searching and joining arrays by numpy's names takes seconds to compile.
Sums run in the order of the arrays, so that the same input gives the same bytes, and an account's numbers do not depend
on which others are worked out with it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, log1p
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from committee.analysis.codes import Flags, Ints
from committee.analysis.episodes.ground import Floats

__all__ = [
    "best_of_rows",
    "box_densities",
    "busy_rows",
    "carried_over",
    "coming_back",
    "day_densities",
    "evidence_alone",
    "factors_of",
    "merged",
    "people_around",
    "people_for_rows",
    "priors_of",
    "ratios_of",
    "readings_for_rows",
    "seats_of",
    "sessions_of_windows",
    "sharing_days",
    "swept",
    "told_by_reading",
    "ways_read",
    "weighed",
    "windows_of_shares",
    "within_another",
]

_FULL = 1e200  # a product that is taken into the logarithm before it grows further

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _compiled(function: _Function) -> _Function:
    try:
        found = njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # no folder can be written
        found = njit(error_model="numpy")(function)
    return cast(_Function, found)


@_compiled
def _unset(number: int) -> Ints:
    """As many -1."""
    found = np.empty(number, np.int64)
    for one in range(number):
        found[one] = -1
    return found


@_compiled
def _first_since(values: Any, low: int, high: int, since: float) -> int:
    """The first place from ``low`` to ``high`` whose value is not below ``since``; values ascend."""
    while low < high:
        middle = (low + high) // 2
        if values[middle] < since:
            low = middle + 1
        else:
            high = middle
    return low


@_compiled
def _window_ratio(inside: float, mean: float) -> float:
    """Log likelihood ratio of a window in which more is read than usual; 0 in others."""
    if inside > mean:
        return inside * log(inside / mean) - (inside - mean)
    return 0.0


@_compiled
def best_of_rows(
    counts: Floats, expected: Floats, lengths: Ints, costs: Floats, least: float, slack: float, most: int
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """Find the windows that stand out of each row, the best first; each found window is blanked before the next.

    Parameters
    ----------
    counts : float array, shape (rows, weeks)
        Found windows are blanked in it.
    expected : float array
        A week, of each row.
    lengths : int array
        Weeks of the windows, ascending.
    costs : float array
        Of each length.
    least : float
        Log likelihood ratio that a window has to exceed.
    slack : float
        Share of a sum that decides nothing.
    most : int
        Windows of one row.

    Returns
    -------
    row, turn, start, end : int arrays
        By row, then turn. Weeks ``start .. end - 1``.
    ratio : float array
    """
    rows, weeks = counts.shape
    room = rows * most
    of_row, turn = np.empty(room, np.int64), np.empty(room, np.int64)
    starts, ends, ratios = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
    sums = np.zeros(weeks + 1)
    number = 0
    for row in range(rows):
        for place in range(most):
            for week in range(weeks):
                sums[week + 1] = sums[week] + counts[row, week]
            whole = float(sums[weeks])
            best, start, end = least, -1, -1
            for which in range(len(lengths)):
                length = lengths[which]
                mean = expected[row] * length
                # Of windows of one length the ratio grows with what is inside: none can have a better one than all there
                # is inside, and only the fullest one counts.
                if _window_ratio(whole, mean) - costs[which] <= best:
                    continue
                fullest = 0.0
                for week in range(weeks - length + 1):
                    fullest = max(fullest, sums[week + length] - sums[week])
                if _window_ratio(fullest, mean) - costs[which] <= best:
                    continue
                # Of windows that hold the same, the first: what rounding leaves of a sum decides nothing.
                week = 0
                while sums[week + length] - sums[week] < fullest * (1 - slack):
                    week += 1
                value = _window_ratio(sums[week + length] - sums[week], mean) - costs[which]
                if value > best:
                    best, start, end = value, week, week + length
            if start < 0:
                break
            of_row[number], turn[number], starts[number], ends[number], ratios[number] = row, place, start, end, best
            number += 1
            for week in range(start, end):
                counts[row, week] = 0.0
    return of_row[:number], turn[:number], starts[:number], ends[:number], ratios[:number]


@_compiled
def sessions_of_windows(
    low: Floats, high: Floats, account: Ints, account_start: Ints, person_start: Ints, person: Ints, day: Floats
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Find the sessions of each episode between two days, those of one person one behind the other.

    Parameters
    ----------
    low, high : float arrays
        First and last day of each episode, both inside.
    account : int array
        Of each episode.
    account_start, person_start : int arrays
        Where the sessions, and the people, of each account begin.
    person, day
        Of each session; those of an account by time.

    Returns
    -------
    session, episode, member : int arrays
        Of each pair, by episode, person, time.
    member_episode, member_person, member_start : int arrays
        Each person with a session in an episode, and where the pairs of each begin.
    """
    episodes = len(account)
    first, last = np.empty(episodes, np.int64), np.empty(episodes, np.int64)
    pairs = most = 0
    for one in range(episodes):
        begin, end = account_start[account[one]], account_start[account[one] + 1]
        first[one] = _first_since(day, begin, end, low[one])
        last[one] = first[one]
        while last[one] < end and day[last[one]] <= high[one]:
            last[one] += 1
        pairs += last[one] - first[one]
        most = max(most, person_start[account[one] + 1] - person_start[account[one]])
    session, episode, member = np.empty(pairs, np.int64), np.empty(pairs, np.int64), np.empty(pairs, np.int64)
    of_episode, of_person, start = np.empty(pairs, np.int64), np.empty(pairs, np.int64), np.zeros(pairs + 1, np.int64)
    of_local, number_of = np.zeros(most + 1, np.int64), np.zeros(most, np.int64)
    pair = members = 0
    for one in range(episodes):
        base = person_start[account[one]]
        people = person_start[account[one] + 1] - base
        for local in range(people):
            of_local[local] = 0
        for place in range(first[one], last[one]):
            of_local[person[place] - base] += 1
        at = pair
        for local in range(people):
            size = of_local[local]
            of_local[local] = at
            if size:
                of_episode[members], of_person[members], number_of[local] = one, base + local, members
                at += size
                members += 1
                start[members] = at
        for place in range(first[one], last[one]):
            local = person[place] - base
            session[of_local[local]], episode[pair], member[of_local[local]] = place, one, number_of[local]
            of_local[local] += 1
            pair += 1
    return (
        session,
        episode,
        member,
        of_episode[:members].copy(),
        of_person[:members].copy(),
        start[: members + 1].copy(),
    )


@_compiled
def _piece_worth(topic: float, home: float, none: float, once: float, twice: float, thrice: float, off: float) -> float:
    """What a piece is worth: topic and stage, over a polynomial of the home probability for the attributes."""
    return (1 - off) * (topic / (none + home * (once + home * (twice + home * thrice)))) + off


@_compiled
def factors_of(
    session: Ints,
    member: Ints,
    member_row: Ints,
    member_need: Ints,
    member_home: Floats,
    session_start: Ints,
    less: Floats,
    content: Ints,
    again: Flags,
    aim: Ints,
    on_topic: Floats,
    of_piece: Ints,
    of_row: Ints,
    listed: Flags,
    ways: npt.NDArray[np.int8],
    terms: Floats,
    campaign: Floats,
    off: float,
    untold: int,
    empty: int,
) -> Floats:
    """Multiply what the readings of each pair are worth.

    Parameters
    ----------
    session, member : int arrays
        Of each pair.
    member_row, member_need, member_home
        Of each member: row and need of the episode, probability that the person is of the row's program.
    session_start : int array
        Readings of session j: ``session_start[j] .. session_start[j + 1] - 1``.
    less : float array
        Of each reading: what is left of its worth because others read the piece as well.
    content, again, aim
        Of each reading.
    on_topic : float array, shape (pieces + 1, needs)
        What topic and stage of a piece are worth.
    of_piece, of_row : int arrays
        Where each piece and each row begins to look in ``ways``.
    listed : bool array
        Of each row.
    ways : int array
        How the three attributes agree.
    terms : float array, shape (ways + 1, 4)
        Of each way the polynomial of the home probability that its worth is 1 over, constant first; the last one is for
        rows that are not listed.
    campaign : float array, shape (rows, 3)
        Worth of no campaign, of one aimed at the row, of one aimed elsewhere.
    off : float
        Share of off-topic readings.
    untold, empty : int
        Of ``aim``: no campaign; a campaign that is aimed at nothing in particular.

    Returns
    -------
    float array
        Of each pair.
    """
    found = np.empty(len(session))
    for pair in range(len(session)):
        who = member[pair]
        row, need, home = member_row[who], member_need[who], member_home[who]
        whole = 1.0
        for reading in range(session_start[session[pair]], session_start[session[pair] + 1]):
            whole *= less[reading]
            if not again[reading]:
                piece = content[reading]
                way = ways[of_piece[piece] + of_row[row]] if listed[row] else len(terms) - 1
                topic = on_topic[piece, need]
                whole *= _piece_worth(topic, home, terms[way, 0], terms[way, 1], terms[way, 2], terms[way, 3], off)
            target = aim[reading]
            if target == untold:
                whole *= campaign[row, 0]
            elif target != empty:
                whole *= campaign[row, 1] if target == row else campaign[row, 2]
        found[pair] = whole
    return found


@_compiled
def _longer(values: Any, room: int) -> Any:
    """The values with room for more behind them."""
    found = np.empty(room, values.dtype)
    for one in range(len(values)):
        found[one] = values[one]
    return found


@_compiled
def busy_rows(
    person_start: Ints,
    first_row: Ints,
    last_row: Ints,
    reading_of: Ints,
    reading_start: Ints,
    week: Ints,
    weeks: int,
    tag_start: Ints,
    tag_need: Ints,
    prior: Floats,
    popular: Floats,
    years: float,
    floor: float,
    least: float,
    by_home: Floats,
    home_start: Ints,
    home_row: Ints,
    home: Floats,
    less: Floats,
    content: Ints,
    again: Flags,
    aim: Ints,
    on_topic: Floats,
    of_piece: Ints,
    of_row: Ints,
    listed: Flags,
    ways: npt.NDArray[np.int8],
    terms: Floats,
    campaign: Floats,
    off: float,
    untold: int,
    empty: int,
) -> tuple[Ints, Ints, Floats, Floats]:
    """Count by week who read what about the rows and needs of each account, for those of which enough was read.

    Each person counts once a week, with the largest weight among what was read: the share of the row among the rows of the
    account that are looked at.

    Parameters
    ----------
    person_start : int array
        People of account a: ``person_start[a] .. person_start[a + 1] - 1``.
    first_row, last_row : int arrays
        Rows of account a that are looked at: ``first_row[a] .. last_row[a] - 1``.
    reading_of, reading_start : int arrays
        Readings by person, and where each person's begin.
    week : int array
        Of each reading.
    weeks : int
    tag_start, tag_need : int arrays
        Needs that piece x is about: ``tag_need[tag_start[x]:tag_start[x + 1]]``.
    prior : float array, shape (rows, needs)
    popular : float array
        Share of each need, times their number.
    years : float
        Of the history that says what is usual.
    floor : float
        Added to the quiet level.
    least : float
        Weight of a row and need, all weeks together, that is enough.
    by_home : float array
        Of each person: what is added to the home probability before it counts; negative where it does not.
    home_start, home_row, home
        Of each person where the home probabilities begin and for which row the first of them is; all of these.
    less, content, again, aim, on_topic, of_piece, of_row, listed, ways, terms, campaign, off, untold, empty
        As for `factors_of`.

    Returns
    -------
    row, need : int arrays
    quiet : float array
        Usual weight a week.
    counts : float array, shape (found, weeks)
    """
    needs = len(popular)
    most = 1
    for account in range(len(first_row)):
        most = max(most, last_row[account] - first_row[account])
    counts, best = np.zeros((most * needs, weeks)), np.zeros((most * needs, weeks))
    seen_line, seen_week = np.empty(most * needs * weeks, np.int64), np.empty(most * needs * weeks, np.int64)
    share, total, a_year = np.empty(most), np.zeros(most * needs), np.empty(needs)
    room = 64
    of_row_out, of_need_out, quiet_out = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
    counts_out = np.empty((room, weeks))
    found = 0
    for account in range(len(first_row)):
        low, rows = first_row[account], last_row[account] - first_row[account]
        if rows == 0:
            continue
        for line in range(rows * needs):
            for place in range(weeks):
                counts[line, place] = 0.0
        for person in range(person_start[account], person_start[account + 1]):
            seen = 0
            for place in range(reading_start[person], reading_start[person + 1]):
                reading = reading_of[place]
                piece, target = content[reading], aim[reading]
                for tag in range(tag_start[piece], tag_start[piece + 1]):
                    need = tag_need[tag]
                    whole = 0.0
                    for number in range(rows):
                        row = low + number
                        at_home = home[home_start[person] + row - home_row[person]]
                        share[number] = prior[row, need]
                        if not again[reading]:
                            way = ways[of_piece[piece] + of_row[row]] if listed[row] else len(terms) - 1
                            share[number] *= _piece_worth(
                                on_topic[piece, need], at_home, terms[way, 0], terms[way, 1], terms[way, 2],
                                terms[way, 3], off,
                            )  # fmt: skip
                        if target == untold:
                            share[number] *= campaign[row, 0]
                        elif target != empty:
                            share[number] *= campaign[row, 1] if target == row else campaign[row, 2]
                        if by_home[person] >= 0:
                            share[number] *= at_home + by_home[person]
                        whole += share[number]
                    for number in range(rows):
                        line, weight = number * needs + need, share[number] / whole * less[reading]
                        if best[line, week[reading]] == 0.0:
                            seen_line[seen], seen_week[seen] = line, week[reading]
                            seen += 1
                        best[line, week[reading]] = max(best[line, week[reading]], weight)
            for one in range(seen):
                counts[seen_line[one], seen_week[one]] += best[seen_line[one], seen_week[one]]
                best[seen_line[one], seen_week[one]] = 0.0
        for number in range(rows):
            busy = False
            for need in range(needs):
                line = number * needs + need
                total[line] = 0.0
                for place in range(weeks):
                    total[line] += counts[line, place]
                busy = busy or total[line] >= least
                value = total[line] / popular[need] / years
                place = need
                while place > 0 and a_year[place - 1] > value:  # in order, for the median
                    a_year[place] = a_year[place - 1]
                    place -= 1
                a_year[place] = value
            if not busy:
                continue
            middle = (a_year[(needs - 1) // 2] + a_year[needs // 2]) / 2
            for need in range(needs):
                line = number * needs + need
                if total[line] < least:
                    continue
                if found == room:
                    room *= 2
                    of_row_out, of_need_out = _longer(of_row_out, room), _longer(of_need_out, room)
                    quiet_out, wider = _longer(quiet_out, room), np.empty((room, weeks))
                    for one in range(found):
                        for place in range(weeks):
                            wider[one, place] = counts_out[one, place]
                    counts_out = wider
                of_row_out[found], of_need_out[found] = low + number, need
                quiet_out[found] = (middle + floor) * popular[need] / 52
                for place in range(weeks):
                    counts_out[found, place] = counts[line, place]
                found += 1
    return of_row_out[:found].copy(), of_need_out[:found].copy(), quiet_out[:found].copy(), counts_out[:found].copy()


@_compiled
def day_densities(
    member_start: Ints,
    member_episode: Ints,
    session: Ints,
    share: Floats,
    day: Floats,
    start: Floats,
    end: Floats,
    pad: Floats,
    smoother: Floats,
    prior: float,
) -> Floats:
    """Density of each pair's day, from when the others of the episode touched; a person's own touches are left out.

    Parameters
    ----------
    member_start, member_episode, session : int arrays
        The pairs.
    share : float array
        What of each pair's session is credited to the episode.
    day : float array
        Of each session.
    start, end, pad : float arrays
        Of each episode.
    smoother : float array, shape (cells, cells)
        Share of each cell that goes to each other.
    prior : float
        What an even density over the window weighs.
    """
    cells = len(smoother)
    found = np.empty(len(session))
    cell = np.empty(len(session), np.int64)
    whole, others = np.zeros(cells), np.zeros(cells)
    members = len(member_episode)
    first = 0
    while first < members:
        one = member_episode[first]
        last = first
        while last < members and member_episode[last] == one:
            last += 1
        low, width = start[one] - pad[one], (end[one] - start[one] + 2 * pad[one]) / cells
        tail = pad[one] / 2
        even = 1 / ((end[one] - start[one]) + 2 * tail * (1 - exp(-pad[one] / tail)))
        for place in range(cells):
            whole[place] = 0.0
        for pair in range(member_start[first], member_start[last]):
            cell[pair] = min(max(int((day[session[pair]] - low) / width), 0), cells - 1)
            whole[cell[pair]] += share[pair]
        for member in range(first, last):
            for place in range(cells):
                others[place] = whole[place]
            for pair in range(member_start[member], member_start[member + 1]):
                others[cell[pair]] -= share[pair]
            total = 0.0
            for place in range(cells):
                others[place] = max(others[place], 0.0)
                total += others[place]
            for pair in range(member_start[member], member_start[member + 1]):
                near = 0.0
                for place in range(cells):
                    near += others[place] * smoother[place, cell[pair]]
                when = day[session[pair]]
                outside = max(max(start[one] - when, when - end[one]), 0.0)
                flat = 0.0
                if outside <= pad[one] + 1e-9:
                    flat = even * exp(-outside / tail) if outside > 0 else even
                found[pair] = (prior * flat + near / width) / (prior + total)
        first = last
    return found


@_compiled
def evidence_alone(
    member_start: Ints,
    session: Ints,
    force: Floats,
    rate: Floats,
    expected: Floats,
    explained: Floats,
    share: float,
    most: float,
) -> Floats:
    """Log likelihood ratio of each member, given what is explained of each session.

    Parameters
    ----------
    member_start, session : int arrays
        The pairs.
    force : float array
        Of each pair.
    rate, explained : float arrays
        Of each session.
    expected : float array
        Of each member.
    share : float
        Part of what is explained that counts.
    most : float
        Of an intensity ratio.
    """
    found = np.empty(len(expected))
    for member in range(len(expected)):
        product, total = 1.0, 0.0
        for pair in range(member_start[member], member_start[member + 1]):
            one = session[pair]
            product *= 1 + min(force[pair] / rate[one] * expected[member], most) / (1 + share * explained[one])
            if product > _FULL:
                total += log(product)
                product = 1.0
        found[member] = total + log(product) - expected[member]
    return found


@_compiled
def weighed(
    member_episode: Ints, logit: Floats, none: Floats, evidence: Floats, episodes: int
) -> tuple[Floats, Floats]:
    """Return the expected members of each episode, and its log evidence: ``sum ln(1 - prior + prior e^evidence)``.

    Parameters
    ----------
    member_episode : int array
    logit, none : float arrays
        Of each member: log-odds of the prior, and the logarithm of one less the prior.
    evidence : float array
        Of each member.
    episodes : int
    """
    size, strength = np.zeros(episodes), np.zeros(episodes)
    for member in range(len(member_episode)):
        one = member_episode[member]
        # ln(1 - p + p e^x) = ln(1 - p) + ln(1 + e^(logit p + x))
        whole = logit[member] + evidence[member]
        small = exp(-abs(whole))
        size[one] += (1.0 if whole >= 0 else small) / (1 + small)
        strength[one] += none[member] + max(whole, 0.0) + log1p(small)
    return size, strength


@_compiled
def ratios_of(
    chosen: Flags,
    member_start: Ints,
    member_episode: Ints,
    session: Ints,
    force: Floats,
    rate: Floats,
    expected: Floats,
    held: Floats,
    most: float,
) -> tuple[Floats, Floats]:
    """Return the intensity ratio of each pair of the chosen episodes, and what these explain of each session.

    Parameters
    ----------
    chosen : bool array
        Of each episode.
    member_start, member_episode, session : int arrays
        The pairs.
    force : float array
        Of each pair.
    rate : float array
        Of each session.
    expected, held : float arrays
        Of each member.
    most : float
        Of a ratio.
    """
    ratio, explained = np.zeros(len(session)), np.zeros(len(rate))
    for member in range(len(held)):
        if chosen[member_episode[member]]:
            for pair in range(member_start[member], member_start[member + 1]):
                ratio[pair] = min(force[pair] / rate[session[pair]] * expected[member], most)
                explained[session[pair]] += held[member] * ratio[pair]
    return ratio, explained


@_compiled
def swept(
    chosen: Flags,
    member_start: Ints,
    member_episode: Ints,
    session: Ints,
    ratio: Floats,
    expected: Floats,
    logit: Floats,
    held: Floats,
    explained: Floats,
    times: int,
    share: float,
) -> Floats:
    """Work through the chosen episodes, so that each sees what the others explain; ``held`` and ``explained`` are changed.

    Parameters
    ----------
    chosen : bool array
        Of each episode.
    member_start, member_episode, session : int arrays
        The pairs.
    ratio : float array
        Intensity ratio of each pair.
    expected, logit, held : float arrays
        Of each member: expected touches, log-odds of the prior, membership.
    explained : float array
        Of each session: the sum over chosen episodes of member times ratio.
    times : int
    share : float
        Part of what others explain that counts.

    Returns
    -------
    float array
        Log likelihood ratio of each member.
    """
    evidence = np.zeros(len(held))
    for _ in range(times):
        for member in range(len(held)):
            if not chosen[member_episode[member]]:
                continue
            product, total = 1.0, 0.0
            for pair in range(member_start[member], member_start[member + 1]):
                one = session[pair]
                # What the others explain stands there until the member's new share is added.
                explained[one] = max(explained[one] - held[member] * ratio[pair], 0.0)
                product *= 1 + ratio[pair] / (1 + share * explained[one])
                if product > _FULL:
                    total += log(product)
                    product = 1.0
            found = total + log(product) - expected[member]
            whole = logit[member] + found
            small = exp(-min(abs(whole), 500.0))
            held[member] = (1.0 if whole >= 0 else small) / (1 + small)
            evidence[member] = found
            for pair in range(member_start[member], member_start[member + 1]):
                explained[session[pair]] += held[member] * ratio[pair]
    return evidence


@_compiled
def windows_of_shares(
    episode_start: Ints,
    session: Ints,
    share: Floats,
    day: Floats,
    bound: float,
    margin: float,
    start: Floats,
    end: Floats,
) -> None:
    """Put the windows where the middle part of what is credited lies; ``start`` and ``end`` are changed.

    Parameters
    ----------
    episode_start : int array
        Pairs of episode g: ``episode_start[g] .. episode_start[g + 1] - 1``; they hold all sessions of a stretch of time.
    session : int array
        Of each pair.
    share : float array
        Of each pair.
    day : float array
        Of each session; later sessions of an account come later.
    bound : float
        Share of the credit that lies before the window, and after it.
    margin : float
        Days that are added on either side.
    """
    for one in range(len(start)):
        pairs = episode_start[one + 1] - episode_start[one]
        if pairs == 0:
            continue
        low = session[episode_start[one]]
        for pair in range(episode_start[one], episode_start[one + 1]):
            low = min(low, session[pair])
        by_time, total = np.zeros(pairs), 0.0
        for pair in range(episode_start[one], episode_start[one + 1]):
            by_time[session[pair] - low] = share[pair]
            total += share[pair]
        if not total > 1e-9:
            continue
        before, opened = 0.0, False
        for place in range(len(by_time)):
            before += by_time[place]
            if not opened and before / total >= bound - 1e-9:
                start[one], opened = day[low + place] - margin, True
            if before / total >= 1 - bound - 1e-9:
                end[one] = day[low + place] + margin
                break
        end[one] = max(end[one], start[one] + 1e-3)


@_compiled
def carried_over(episode: Ints, who: Ints, value: Floats, wanted_episode: Ints, wanted_who: Ints, width: int) -> Floats:
    """Look up the value of each pair of an episode and a person (or session), 0 where there is none; by episode both.

    Parameters
    ----------
    episode, who : int arrays
    value : float array
    wanted_episode, wanted_who : int arrays
    width : int
        More than any ``who``.
    """
    found = np.zeros(len(wanted_episode))
    owner, at = _unset(width), np.zeros(width)
    known = 0
    for one in range(len(wanted_episode)):
        while known < len(episode) and episode[known] <= wanted_episode[one]:
            owner[who[known]], at[who[known]] = episode[known], value[known]
            known += 1
        if owner[wanted_who[one]] == wanted_episode[one]:
            found[one] = at[wanted_who[one]]
    return found


@_compiled
def merged(
    into: Ints, episode_start: Ints, who: Ints, value: Floats, width: int, add: bool
) -> tuple[Ints, Ints, Floats]:
    """Put what belongs to episodes that become one together: sums, or the largest, of each person (or session).

    Parameters
    ----------
    into : int array
        The episode that each one becomes a part of: itself, or another that stays itself.
    episode_start : int array
        Entries of episode g: ``episode_start[g] .. episode_start[g + 1] - 1``.
    who, value : arrays
        Of each entry.
    width : int
        More than any ``who``.
    add : bool
        Sums, or the largest.

    Returns
    -------
    start, who : int arrays
    value : float array
        As given, for the episodes that stay; of the others nothing is left.
    """
    episodes = len(into)
    following, last = _unset(episodes), np.empty(episodes, np.int64)
    for one in range(episodes):
        last[one] = one
    for one in range(episodes):
        if into[one] != one:  # a chain of parts behind each that stays, in their order
            following[last[into[one]]] = one
            last[into[one]] = one
    start = np.zeros(episodes + 1, np.int64)
    kept_who, kept = np.empty(len(who), np.int64), np.empty(len(who))
    owner, at = _unset(width), np.zeros(width, np.int64)
    number = 0
    for one in range(episodes):
        part = one if into[one] == one else -1
        while part >= 0:
            for entry in range(episode_start[part], episode_start[part + 1]):
                if owner[who[entry]] != one:
                    owner[who[entry]], at[who[entry]] = one, number
                    kept_who[number], kept[number] = who[entry], value[entry]
                    number += 1
                elif add:
                    kept[at[who[entry]]] += value[entry]
                else:
                    kept[at[who[entry]]] = max(kept[at[who[entry]]], value[entry])
            part = following[part]
        start[one + 1] = number
    return start, kept_who[:number].copy(), kept[:number].copy()


@_compiled
def _seats(
    home: float, seats: float, stray: float, in_program: float, in_account: float, most: float
) -> tuple[float, float]:
    own = home * min(most, (1 - stray) * seats / in_program)
    return own, (1 - home) * min(most, stray * seats / max(in_account - in_program, 1.0))


@_compiled
def seats_of(
    home: Floats, seats: Floats, stray: float, in_program: Floats, in_account: Floats, most: float
) -> tuple[Floats, Floats]:
    """Chance of each person to have a seat as the program's own, and as one who strayed in from another.

    Parameters
    ----------
    home : float array
        Probability that the person is of the program.
    seats : float array
        Of the person's persona.
    stray : float
        Share of the seats that people of other programs have.
    in_program, in_account : float arrays
        People of the persona who could take the seat.
    most : float
        Of a chance.
    """
    own, other = np.empty(len(home)), np.empty(len(home))
    for one in range(len(home)):
        own[one], other[one] = _seats(home[one], seats[one], stray, in_program[one], in_account[one], most)
    return own, other


@_compiled
def _prior(
    person: int,
    row: int,
    weight: float,
    home: float,
    account: Ints,
    persona: Ints,
    stated: Ints,
    seats: Floats,
    of_program: Ints,
    stray: float,
    in_program: Floats,
    in_account: Floats,
    here: float,
    elsewhere: float,
    most_own: float,
    least: float,
    most: float,
) -> float:
    kind = persona[person]
    around = in_account[account[person], kind]
    if of_program[kind] == 1:
        own, other = _seats(home, seats[kind], stray, in_program[row, kind], around, most_own)
        chance = own + other
    else:
        chance = seats[kind] / max(around, 1.0)
        if stated[person] == row:
            chance *= here
        elif stated[person] >= 0:
            chance *= elsewhere
    return min(max(chance * weight, least), most)


@_compiled
def priors_of(
    person: Ints,
    row: Ints,
    weight: Floats,
    home_start: Ints,
    home_row: Ints,
    home: Floats,
    account: Ints,
    persona: Ints,
    stated: Ints,
    seats: Floats,
    of_program: Ints,
    stray: float,
    in_program: Floats,
    in_account: Floats,
    here: float,
    elsewhere: float,
    most_own: float,
    least: float,
    most: float,
) -> Floats:
    """Prior probability that a person is in an episode of a row, for each of them.

    Parameters
    ----------
    person, row : int arrays
    weight : float array
        Of the episode.
    home_start, home_row, home
        Of each person where the home probabilities begin and for which row the first of them is; all of these.
    account, persona, stated : int arrays
        Of each person.
    seats, of_program
        Of each persona.
    stray : float
        Share of the seats that people of other programs have.
    in_program, in_account : float arrays
        People by row, and by account, and persona.
    here, elsewhere : float
        What it is worth to be stated on the row, and on another.
    most_own : float
        Of the chance of a seat.
    least, most : float
        Of a prior.
    """
    found = np.empty(len(person))
    for one in range(len(person)):
        who = person[one]
        own = home[home_start[who] + row[one] - home_row[who]]
        found[one] = _prior(
            who, row[one], weight[one], own, account, persona, stated, seats, of_program, stray, in_program, in_account,
            here, elsewhere, most_own, least, most,
        )  # fmt: skip
    return found


@_compiled
def people_for_rows(
    start: Ints,
    first_row: Ints,
    episode_member: Ints,
    member_person: Ints,
    held: Floats,
    credit: Floats,
    weight: Floats,
    home_start: Ints,
    home_row: Ints,
    home: Floats,
    account: Ints,
    persona: Ints,
    stated: Ints,
    seats: Floats,
    of_program: Ints,
    stray: float,
    in_program: Floats,
    in_account: Floats,
    here: float,
    elsewhere: float,
    most_own: float,
    least: float,
    most: float,
) -> tuple[Floats, Floats]:
    """What its people say for each row an episode may be of, and how much of its credit is with the row's own people.

    Parameters
    ----------
    start, first_row : int arrays
        Rows tried for episode g: ``start[g] .. start[g + 1] - 1``, and the row that the first of them is.
    episode_member : int array
        Members of episode g: ``episode_member[g] .. episode_member[g + 1] - 1``.
    member_person, held, credit
        Of each member: who, membership, what is credited.
    weight : float array
        Of each episode.
    home_start, home_row, home, account, persona, stated, seats, of_program, stray, in_program, in_account, here, elsewhere
        As for `priors_of`.
    most_own, least, most : float
        As for `priors_of`.

    Returns
    -------
    float arrays
        Of each row tried: sum of membership times log prior; share of the credit.
    """
    told, own = np.zeros(start[-1]), np.zeros(start[-1])
    for one in range(len(weight)):
        total = 0.0
        for member in range(episode_member[one], episode_member[one + 1]):
            who = member_person[member]
            total += credit[member]
            for cell in range(start[one], start[one + 1]):
                row = first_row[one] + cell - start[one]
                at_home = home[home_start[who] + row - home_row[who]]
                own[cell] += credit[member] * at_home
                told[cell] += held[member] * log(
                    _prior(
                        who, row, weight[one], at_home, account, persona, stated, seats, of_program, stray, in_program,
                        in_account, here, elsewhere, most_own, least, most,
                    )
                )  # fmt: skip
        for cell in range(start[one], start[one + 1]):
            own[cell] /= max(total, 1e-12)
    return told, own


@_compiled
def readings_for_rows(
    start: Ints,
    first_row: Ints,
    episode: Ints,
    session: Ints,
    share: Floats,
    session_start: Ints,
    content: Ints,
    aim: Ints,
    piece_words: Ints,
    word_start: Ints,
    campaign: Floats,
    untold: int,
    empty: int,
    least: float,
) -> tuple[Floats, Floats]:
    """What was read, credited: by word of each attribute, and what its campaigns say for each row an episode may be of.

    Parameters
    ----------
    start, first_row : int arrays
        As for `people_for_rows`.
    episode, session, share
        Of each pair.
    session_start, content, aim, campaign, untold, empty
        As for `summed_odds`.
    piece_words : int array, shape (pieces + 1, attributes)
        -1 = none.
    word_start : int array
        Where the words of each attribute begin in a row of counts; the last one of each counts pieces without a word.
    least : float
        Less credit than this is left out.

    Returns
    -------
    counts : float array, shape (episodes, words of all attributes)
    told : float array
        Of each row tried.
    """
    episodes, attributes = len(start) - 1, piece_words.shape[1]
    counts = np.zeros((episodes, word_start[-1]))
    told, credited = np.zeros(start[-1]), np.zeros(episodes)
    for pair in range(len(session)):
        if not share[pair] > least:
            continue
        one = episode[pair]
        for reading in range(session_start[session[pair]], session_start[session[pair] + 1]):
            credited[one] += share[pair]
            for attribute in range(attributes):
                word = piece_words[content[reading], attribute]
                place = word_start[attribute] + word if word >= 0 else word_start[attribute + 1] - 1
                counts[one, place] += share[pair]
            target = aim[reading]
            if target == untold:
                continue
            # Most readings have no campaign: what that says is added below, for all of the credit at once.
            for cell in range(start[one], start[one + 1]):
                row = first_row[one] + cell - start[one]
                odds = 0.0
                if target != empty:
                    odds = campaign[row, 1] if target == row else campaign[row, 2]
                told[cell] += share[pair] * (odds - campaign[row, 0])
    for one in range(episodes):
        for cell in range(start[one], start[one + 1]):
            told[cell] += credited[one] * campaign[first_row[one] + cell - start[one], 0]
    return counts, told


@_compiled
def people_around(start: Ints, bins: Ints, people: Floats, wanted: Ints, when: Ints) -> Floats:
    """People of a bin of each key that is asked for, plus half of those of each neighbouring bin.

    Parameters
    ----------
    start : int array
        Bins of key k: ``bins[start[k]:start[k + 1]]``, ascending.
    bins : int array
    people : float array
        Of each key and bin.
    wanted, when : int arrays
        Keys and bins.
    """
    found = np.empty(len(wanted))
    for one in range(len(wanted)):
        end = start[wanted[one] + 1]
        low = _first_since(bins, start[wanted[one]], end, when[one] - 1)
        total = 0.0
        while low < end and bins[low] <= when[one] + 1:
            total += people[low] if bins[low] == when[one] else 0.5 * people[low]
            low += 1
        found[one] = total
    return found


@_compiled
def within_another(
    start: Ints,
    who: Ints,
    value: Floats,
    size: Floats,
    stays: Flags,
    row: Ints,
    begin: Floats,
    end: Floats,
    people: int,
    least: float,
    share: float,
) -> Flags:
    """Say which episodes have most of their people in a bigger one of the same row at the same time.

    Parameters
    ----------
    start, who, value
        Memberships by episode: those of episode g are ``start[g] .. start[g + 1] - 1``.
    size : float array
        Sum of the memberships of each episode.
    stays : bool array
        Episodes that are looked at.
    row, begin, end : arrays
        Of each episode.
    people : int
    least : float
        Of a membership that counts.
    share : float
        Of the size of an episode that is most of it.
    """
    episodes = len(size)
    drop = np.zeros(episodes, np.bool_)
    # Episodes of each person, as a chain from the last one back.
    latest, before = _unset(people), _unset(len(who))
    of = np.empty(len(who), np.int64)
    for one in range(episodes):
        for entry in range(start[one], start[one + 1]):
            of[entry] = one
            if stays[one] and value[entry] > least:
                before[entry], latest[who[entry]] = latest[who[entry]], entry
    shared = np.zeros(episodes)
    touched = np.empty(episodes, np.int64)
    for one in range(episodes):
        if not stays[one]:
            continue
        met = 0
        for entry in range(start[one], start[one + 1]):
            if not value[entry] > least:
                continue
            place = latest[who[entry]]
            while place >= 0:
                other = of[place]
                bigger = size[other] > size[one] or (size[other] == size[one] and other < one)
                at_once = begin[one] <= end[other] and begin[other] <= end[one]
                if other != one and bigger and at_once and row[other] == row[one]:
                    if shared[other] == 0.0:
                        touched[met] = other
                        met += 1
                    shared[other] += value[entry] * value[place]
                place = before[place]
        for number in range(met):
            drop[one] = drop[one] or shared[touched[number]] >= share * size[one]
            shared[touched[number]] = 0.0
    return drop


@_compiled
def told_by_reading(
    start: Ints,
    cells: int,
    first_row: Ints,
    rows: Ints,
    reading_of: Ints,
    reading_start: Ints,
    content: Ints,
    tagged: Flags,
    of_piece: Ints,
    of_row: Ints,
    ways: npt.NDArray[np.int8],
    odds: Floats,
) -> Floats:
    """Sum for each row of each person what the pieces read say for it.

    Parameters
    ----------
    start : int array
        Where the values of each person begin.
    cells : int
        Values of all people.
    first_row, rows : int arrays
        Rows of each person that are looked at: ``first_row[c] .. first_row[c] + rows[c] - 1``.
    reading_of, reading_start : int arrays
        Readings by person, and where each person's begin.
    content : int array
        Of each reading.
    tagged : bool array
        Of each piece: others say nothing.
    of_piece, of_row, ways
        As for `factors_of`.
    odds : float array
        What each way to agree says.
    """
    told = np.zeros(cells)
    for person in range(len(start)):
        if rows[person] == 0:
            continue
        for place in range(reading_start[person], reading_start[person + 1]):
            piece = content[reading_of[place]]
            if tagged[piece]:
                for number in range(rows[person]):
                    told[start[person] + number] += odds[ways[of_piece[piece] + of_row[first_row[person] + number]]]
    return told


@_compiled
def box_densities(day: Floats, session: Ints, episode: Ints, start: Floats, end: Floats, pad: Floats) -> Floats:
    """Density of each pair's day: even inside the window, exponential tails over the pad, nothing beyond.

    Parameters
    ----------
    day : float array
        Of each session.
    session, episode : int arrays
        Of each pair.
    start, end, pad : float arrays
        Of each episode.
    """
    found = np.zeros(len(session))
    one, even, tail = -1, 0.0, 1.0
    for pair in range(len(session)):
        if episode[pair] != one:
            one = episode[pair]
            tail = pad[one] / 2
            even = 1 / ((end[one] - start[one]) + 2 * tail * (1 - exp(-pad[one] / tail)))
        when = day[session[pair]]
        outside = max(max(start[one] - when, when - end[one]), 0.0)
        if outside <= pad[one] + 1e-9:
            found[pair] = even * exp(-outside / tail) if outside > 0 else even
    return found


@_compiled
def sharing_days(place: Ints, places: int, chosen: Flags, start: Floats, end: Floats) -> Flags:
    """Say which episodes share days with a chosen one of the same account and need.

    Parameters
    ----------
    place : int array
        Number of the account and need of each episode, below ``places``.
    places : int
    chosen : bool array
    start, end : float arrays
    """
    latest, before = _unset(places), _unset(len(place))
    for one in range(len(place)):
        if chosen[one]:
            before[one], latest[place[one]] = latest[place[one]], one
    found = np.zeros(len(place), np.bool_)
    for one in range(len(place)):
        other = latest[place[one]]
        while other >= 0 and not found[one]:
            found[one] = start[one] <= end[other] and start[other] <= end[one]
            other = before[other]
    return found


@_compiled
def ways_read(
    first_row: Ints,
    rows: Ints,
    reading_of: Ints,
    reading_start: Ints,
    content: Ints,
    weight: Floats,
    of_piece: Ints,
    of_row: Ints,
    ways: npt.NDArray[np.int8],
    home_start: Ints,
    home: Floats,
    different: int,
) -> tuple[Floats, Floats]:
    """Count in which ways what people read agrees with the programs of their account.

    Parameters
    ----------
    first_row, rows, reading_of, reading_start, content, of_piece, of_row, ways
        As for `told_by_reading`.
    weight : float array
        Of each reading.
    home_start, home : arrays
        Where the home probabilities of each person begin; all of these.
    different : int
        Number of ways.

    Returns
    -------
    float arrays
        By way: weight of all pairs of a reading and a row; that times the probability that the reader is of the row's
        program.
    """
    every, own = np.zeros(different), np.zeros(different)
    for person in range(len(first_row)):
        for place in range(reading_start[person], reading_start[person + 1]):
            reading = reading_of[place]
            kind = of_piece[content[reading]]
            for number in range(rows[person]):
                way = ways[kind + of_row[first_row[person] + number]]
                every[way] += weight[reading]
                own[way] += weight[reading] * home[home_start[person] + number]
    return every, own


@_compiled
def coming_back(
    session_of: Ints,
    person_start: Ints,
    day: Floats,
    session_start: Ints,
    content: Ints,
    again: Flags,
    topic_share: Floats,
    off_subject: Floats,
    one_subject: Floats,
    need_share: Floats,
    back: int,
    horizon: float,
    most: float,
) -> tuple[Floats, Ints, Floats, Floats]:
    """How well each session fits one subject, and the subjects of the same person's sessions just before.

    Parameters
    ----------
    session_of, person_start : int arrays
        Sessions by person, then time, and where each person's begin.
    day : float array
        Of each session.
    session_start : int array
        Where the readings of each session begin.
    content, again
        Of each reading.
    topic_share : float array, shape (pieces + 1, needs + 1)
        What each piece is about; the last column is untagged.
    off_subject, one_subject : float arrays, shape (pieces + 1, needs)
        How much likelier a piece is when the need is the subject: of a session that follows, and of one session.
    need_share : float array
    back : int
        Earlier sessions that are looked at.
    horizon : float
        Days between two sessions, at most.
    most : float
        Of how much likelier the pieces of a session are.

    Returns
    -------
    subject : float array
        Of each session: how much likelier its new pieces are for having one subject, at least 1; 1 for a single one.
    later : int array
        A session with an earlier one, by person, time, and how far back.
    gap, alike : float arrays
        Days since the earlier one, and how much likelier the new pieces of the later one are when its subject stays.
    """
    sessions, needs = len(day), len(need_share)
    subject = np.ones(sessions)
    later, gap, alike = np.empty(back * sessions, np.int64), np.empty(back * sessions), np.empty(back * sessions)
    share, likely, joint = np.zeros((back + 1, needs + 1)), np.empty(needs), np.empty(needs)
    found = 0
    for person in range(len(person_start) - 1):
        for place in range(person_start[person], person_start[person + 1]):
            one, now = session_of[place], place % (back + 1)
            for need in range(needs):
                likely[need], joint[need], share[now, need] = 1.0, 1.0, 0.0
            share[now, needs] = 0.0
            whole, fresh = 0.0, 0
            for reading in range(session_start[one], session_start[one + 1]):
                piece = content[reading]
                for need in range(needs + 1):
                    share[now, need] += topic_share[piece, need]
                    whole += topic_share[piece, need]
                if not again[reading]:
                    fresh += 1
                    for need in range(needs):
                        likely[need] *= off_subject[piece, need]
                        joint[need] *= one_subject[piece, need]
            for need in range(needs + 1):
                share[now, need] /= max(whole, 1e-12)
            if fresh > 1:  # a first piece says nothing about a common subject
                together = 0.0
                for need in range(needs):
                    together += min(joint[need], most) * need_share[need]
                subject[one] = max(together, 1.0)
            for step in range(1, min(back, place - person_start[person]) + 1):
                days = day[one] - day[session_of[place - step]]
                if days > horizon:
                    break
                before = (place - step) % (back + 1)
                total = share[before, needs]
                for need in range(needs):
                    total += share[before, need] * min(likely[need], most)
                later[found], gap[found], alike[found] = one, days, total
                found += 1
    return subject, later[:found].copy(), gap[:found].copy(), alike[:found].copy()
