"""Who engaged when, as a drawing beside the text."""

from __future__ import annotations

from datetime import timedelta

from committee.reports.handoff.group_view import GroupView
from committee.reports.handoff.order import in_order_of_contact
from committee.reports.timeline import Lane, Mark, Window, timeline
from committee.reports.words import count, listed, period, persona
from committee.settings import word_list

__all__ = ["legend", "picture"]


def legend(view: GroupView) -> tuple[tuple[str, str], ...]:
    """Return the personas in the picture with their letters."""
    present = {view.personas[row["contact_id"]] for row in view.members}
    return tuple((word, letter) for word, letter in word_list("reports")["letters"].items() if word in present)


def picture(view: GroupView) -> str:
    """Draw a lane for each person named; the others of a persona, and those not to be contacted, share a lane."""
    flagged = {key for flag in view.flags for key in flag["engagement_ids"] or []}
    reachable = [row["contact_id"] for row in in_order_of_contact(view)]
    named, rest = reachable[: view.limits["people"]], reachable[view.limits["people"] :]
    barred = [row["contact_id"] for row in view.members if row["contact_id"] in view.barred]
    letters, shapes = word_list("reports")["letters"], word_list("reports")["shapes"]

    def lane(name: str, word: str, ids: list[str]) -> Lane:
        marks = tuple(
            Mark(row["occurred_at"], row["engagement_id"] in flagged)
            for row in view.evidence
            if row["contact_id"] in ids
        )
        return Lane(name, letters.get(word, "?"), shapes.get(word, "dashed"), marks)

    lanes = [lane(view.name(key), view.personas[key], [key]) for key in named]
    for word in word_list("reports")["personas"]:
        ids = [key for key in rest if view.personas[key] == word]
        lanes += [lane(f"{len(ids)} more {persona(word)}", word, ids)] if ids else []
        ids = [key for key in barred if view.personas[key] == word]
        lanes += [lane(f"{len(ids)} not to be contacted", word, ids)] if ids else []
    windows = [Window(flag["window_start"], flag["window_end"], flag["raised_at"]) for flag in view.flags]
    moments = [row["occurred_at"] for row in view.evidence] + [window.start for window in windows]
    if not moments:
        return ""
    last = max([*moments, *(window.end for window in windows)])
    end = max(last, min(view.as_of, last + timedelta(days=view.limits["quiet_days"])))
    told = "; ".join(
        f"{one.name}: {count(len(one.marks), 'touch', 'touches')}, {period(one.marks[0].at, one.marks[-1].at)}"
        for one in lanes
        if one.marks
    )
    shaded = f" Flag windows: {listed(period(window.start, window.end) for window in windows)}." if windows else ""
    return timeline(
        lanes, windows, min(moments), end, f"Who engaged when, {period(min(moments), last)}", f"{told}.{shaded}"
    )
