"""What the store says of a group beside market and findings: who judged it, what became of it, what was loaded since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from committee.analysis.verdicts import News, Verdict
from committee.pipeline.briefing import Material
from committee.reports.handoff.document import Line, Told, line, list_of, row_of, tell
from committee.reports.handoff.facts import date_of, fact, how_many
from committee.reports.handoff.group_view import GroupView
from committee.reports.rendering import cell
from committee.reports.words import persona, plain

__all__ = ["Beside", "Later", "banner", "beside_of"]


@dataclass(frozen=True)
class Later:
    """What became of a group of an earlier run in the current one.

    Attributes
    ----------
    run_id, as_of : str
        Of the current run.
    group_id : str
        The group that continues it; empty where none does.
    """

    run_id: str
    as_of: str
    group_id: str


@dataclass(frozen=True)
class Beside:
    """What else is known of a group when its brief is made.

    Attributes
    ----------
    loaded_until, decided_until : str
        As in the header of the document.
    loads_since_run : int
        Loads until then that the run did not know.
    verdict : Verdict or None
        What was said of it last.
    news : News or None
        What is new since it was dismissed; None while it stays dismissed.
    later : Later or None
        For a group of an earlier run.
    in_memory : bool
        The findings were made for the brief, and are not kept.
    """

    loaded_until: str = ""
    decided_until: str = ""
    loads_since_run: int = 0
    verdict: Verdict | None = None
    news: News | None = None
    later: Later | None = None
    in_memory: bool = False


def banner(view: GroupView, beside: Beside) -> list[Line]:
    """Return the lines that stand above everything: what a reader has to know before acting."""
    return [*_older(view, beside.later), *_judged(view, beside), *_loads(view, beside)]


def _older(view: GroupView, later: Later | None) -> Iterator[Line]:
    run = view.findings.run
    if later is None or run is None:
        return
    told = tell(
        "This is run {run} as of {day}, not the current run {current} as of {today}; there the group {became}",
        run=fact(run.run_id, "name", run.run_id, "run", run.run_id, "run_id"),
        day=date_of("run", run.run_id, "as_of", run.as_of),
        current=fact(later.run_id, "name", later.run_id, "run", later.run_id, "run_id"),
        today=date_of("run", later.run_id, "as_of", later.as_of),
        became=_became(view, later),
    )
    yield line("older", told)


def _became(view: GroupView, later: Later) -> Told:
    if not later.group_id:
        return Told("is no group any more")
    if later.group_id == view.group_id:
        return Told("still is the same group")
    return Told("continues as ") + fact(later.group_id, "name", later.group_id, "group", later.group_id, "group_id")


def _judged(view: GroupView, beside: Beside) -> Iterator[Line]:
    verdict, news = beside.verdict, beside.news
    if verdict is None:
        return
    key = f"{verdict.subject}|{cell(verdict.decided_at)}"
    who = plain(verdict.decided_by)
    told = tell(
        "{kind} on {day}{who}{reason}",
        kind=Told("Was dismissed" if news else verdict.kind.capitalize()),
        day=date_of("decision", key, "decided_at", verdict.decided_at),
        who=Told(" by ") + fact(who, "name", verdict.decided_by, "decision", key, "decided_by") if who else Told(),
        reason=Told(": ") + fact(plain(verdict.reason), "name", verdict.reason, "decision", key, "reason")
        if plain(verdict.reason)
        else Told(),
    )
    if news:
        told += Told("; back because of ") + list_of(_new(view, news))
    role = "back" if news else verdict.kind
    yield line(role, told, proof=[f"group:{view.group_id}"], only=True)


def _new(view: GroupView, news: News) -> list[Told]:
    people = [key for key in news.contact_ids if key not in view.barred]
    parts = [
        how_many("contact", people, "new person", "new people") if people else Told(),
        row_of([fact(persona(word), "word", word, "group", view.group_id, "personas") for word in news.personas]),
        how_many("flag", news.flag_ids, "new flag") if news.flag_ids else Told(),
        Told("another program") if news.program else Told(),
    ]
    return [part for part in parts if part] or [Told("somebody new")]


def _loads(view: GroupView, beside: Beside) -> Iterator[Line]:
    number, run = beside.loads_since_run, view.findings.run
    if number:
        told = fact(f"{number:,}", "number", number, "run", run.run_id if run else "", "loads since")
        told += " file was" if number == 1 else " files were"
        yield line("loads", told + " loaded since this run: committee detect makes a new one", only=True)


def beside_of(given: Material, group_id: str) -> Beside:
    """Return what a store's material says of one group."""
    later = given.current
    return Beside(
        loaded_until=cell(given.loaded_until),
        decided_until=cell(given.decided_until),
        loads_since_run=given.loads_since_run,
        verdict=given.dismissed.groups.get(group_id) or given.said.get(group_id),
        news=given.dismissed.back.get(group_id),
        later=Later(later.run_id, later.as_of, given.continues.get(group_id, "")) if later else None,
        in_memory=given.in_memory,
    )
