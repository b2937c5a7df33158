"""Makes again, from a store, the document that a file says it is: same run, same moments of knowledge, same options.

Where the file's header was altered the run and the group are taken from what else the file names, so that the header is
one wrong line and not the end of the check. It is long because why a file cannot be checked is told here, case by case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from committee.findings import Findings
from committee.graph.looking_up import nodes
from committee.graph.runs import RunSummary
from committee.graph.store import Store
from committee.pipeline import detect
from committee.pipeline.briefing import Material, material, material_in_memory
from committee.pipeline.changing import lines_between
from committee.pipeline.deciding import dismissed_in
from committee.pipeline.identifying import market_seen
from committee.progress import SILENT, Progress
from committee.records import TABLES
from committee.reports.handoff import Brief, Briefs, Options
from committee.reports.handoff.document import FORM, Header
from committee.reports.handoff.for_owner import brief_for, briefs_for
from committee.reports.handoff.wording import words_in_force
from committee.reports.handoff_check.facts import Facts, GraphFacts, TableFacts
from committee.reports.handoff_check.opening import CannotCheck, Head, Opened
from committee.reports.handoff_check.resolving import Unproven, unproven
from committee.reports.words import count, day, plain
from committee.settings import Settings

__all__ = ["Remade", "remade"]

_END_OF_SECOND = timedelta(milliseconds=999)  # a header tells moments to the second
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # before any decision
_WORD = re.compile(r"[^\s\"'<>()\[\],;]+")
_FRAMES = ("bant", "meddic")


@dataclass(frozen=True)
class Remade:
    """A document made again, and where its claims are looked up.

    Attributes
    ----------
    document : Brief or Briefs
    facts : Facts
    doubts : tuple of str
        Why a difference may come from how it was made again, and not from the file.
    """

    document: Brief | Briefs
    facts: Facts
    doubts: tuple[str, ...] = ()

    @property
    def briefs(self) -> tuple[Brief, ...]:
        """The briefs of the document."""
        return self.document.briefs if isinstance(self.document, Briefs) else (self.document,)

    @cached_property
    def unproven(self) -> list[Unproven]:
        """What the graph does not bear out of the document itself."""
        return [one for brief in self.briefs for one in unproven(brief, self.facts)]

    @property
    def header(self) -> Header:
        """The header of the first."""
        return self.briefs[0].header


def remade(store: Store, opened: Opened, name: str, settings: Settings, progress: Progress = SILENT) -> Remade:
    """Make the document of a file again.

    Parameters
    ----------
    store : Store
    opened : Opened
    name : str
        Of the file, for sentences.
    settings : Settings
        Their lists decide the words, their routing the order of an owner's document.

    Raises
    ------
    CannotCheck
        The file is no brief, of another database, of an unknown run, or of one that is not kept.
    """
    head = opened.heads[0] if opened.heads else Head({}, 1)
    words = frozenset(_WORD.findall(opened.text)) | frozenset(re.findall(r"[\w-]+", opened.text))
    runs = store.runs()
    if not opened.heads and not any(run.run_id in words for run in runs):
        raise CannotCheck(
            f"{name} is not a brief: it has no header, and names no run of this store; committee handoff GROUP --out FILE writes one"
        )
    run = _of_file([run.run_id for run in runs], head.said("run_id"), words)
    if run is None:
        known = None if _foreign(store, opened) else _in_memory(store, head, settings, progress)
        if known is None:
            raise _no_run(store, opened, head, name, runs)
        given, facts = known
    else:
        given = _given(store, run, head, runs, words, progress)
        facts = GraphFacts(store, run, sorted(_accounts(given.findings)), _moment(head.said("loaded_until")))
    options = _options(head)
    if options.owner is not None:
        document: Brief | Briefs = _of_owner(store, given, options, settings, name, progress)
    else:
        group_id = _group(given.findings, head, words, name)
        document = brief_for(given, group_id, options, progress)
    return Remade(document, facts, tuple(_doubts(head)))


def _of_owner(
    store: Store, given: Material, options: Options, settings: Settings, name: str, progress: Progress
) -> Briefs:
    owner, accounts = _owned(store, options.owner or "")
    found = briefs_for(given, owner, accounts, options, settings.routing.statuses, progress)
    if not found.briefs:
        raise CannotCheck(f"{name} is a document of {owner}, who owns no account with an open group in its run")
    return found


# --- what was known -------------------------------------------------------------------------------------------------


def _given(
    store: Store,
    run_id: str,
    head: Head,
    runs: Sequence[RunSummary],
    words: frozenset[str],
    progress: Progress,
) -> Material:
    options = _options(head)
    if options.owner is not None:
        _, accounts = _owned(store, options.owner)
    else:
        accounts = _accounts_of_group(store, run_id, head, words)
    decided = _moment(head.said("decided_until")) or (_NEVER if "decided_until" in head.fields else None)
    given = material(store, accounts, run_id, _moment(head.said("loaded_until")), decided, progress)
    return _with_later(store, given, run_id, runs, accounts, head, words)


def _accounts_of_group(store: Store, run_id: str, head: Head, words: frozenset[str]) -> list[str]:
    """The account of the group that a header names, else those of all groups that the file names."""
    named = nodes(store, TABLES["groups"], [head.said("group_id")], run_id)
    if named:
        return [row["account_id"] for row in named.values()]
    groups = store.findings(run_id).groups.select(["group_id", "account_id"]).to_pylist()
    return sorted({row["account_id"] for row in groups if row["group_id"] in words})


def _with_later(
    store: Store,
    given: Material,
    run_id: str,
    runs: Sequence[RunSummary],
    accounts: Sequence[str],
    head: Head,
    words: frozenset[str],
) -> Material:
    """The material as it was when another run than today's was current: the header names that run, or none."""
    named = {run.run_id: run for run in runs if run.run_id != run_id}
    current = named.get(_of_file(named, head.said("later"), words) or "")
    if current is None:
        return replace(given, current=None, continues={})
    later = lines_between(given.findings, store.findings(current.run_id, accounts))
    return replace(given, current=current, continues={before: after for after, before in later.items()})


def _owned(store: Store, text: str) -> tuple[str, list[str]]:
    """The owner that a text means, and the accounts of that owner."""
    rows = store.market(["accounts"]).accounts.select(["account_id", "owner", "is_now"]).to_pylist()
    owners = {plain(row["owner"]) for row in rows}
    wanted = plain(text)
    alike = sorted(one for one in owners if one.casefold() == wanted.casefold())
    owner = wanted if wanted in owners or not alike else alike[0]
    return owner, sorted({row["is_now"] or row["account_id"] for row in rows if plain(row["owner"]) == owner})


def _in_memory(store: Store, head: Head, settings: Settings, progress: Progress) -> tuple[Material, Facts] | None:
    """Detect again as of the header's date, for a brief that was made so; None where that gives another run."""
    as_of, known_at = _moment(head.said("as_of"), exact=True), _moment(head.said("known_at"), exact=True)
    if as_of is None or head.said("in_memory").lower() != "true":
        return None
    loaded = _moment(head.said("loaded_until"))
    later = loaded is not None and any(at > loaded for at in store.loads()["loaded_at"].to_pylist())
    known = known_at or (loaded if later else None)
    market = market_seen(store, known=known, progress=progress)
    findings = detect(market, as_of, settings, known_at, store.decisions(), progress=progress)
    if findings.run is None or findings.run.run_id != head.said("run_id"):
        return None
    given = material_in_memory(store, market, findings, dismissed_in(store, findings, kept=False))
    given = replace(given, loaded_until=loaded and _newest(store.loads()["loaded_at"].to_pylist(), loaded))
    decided, decisions = _moment(head.said("decided_until")), store.decisions().decisions
    given = replace(given, decided_until=decided and _newest(decisions["decided_at"].to_pylist(), decided))
    return given, TableFacts(given.market, findings, store.decisions().decisions)


def _newest(moments: Iterable[datetime], until: datetime) -> datetime | None:
    return max((moment for moment in moments if moment <= until), default=None)


# --- which run, which group -----------------------------------------------------------------------------------------


def _of_file(known: Iterable[str], said: str, words: frozenset[str]) -> str | None:
    """The one of some ids that a header names, else the first that the file names anywhere."""
    ids = list(known)
    return said if said in ids else next((one for one in ids if one in words), None)


def _group(findings: Findings, head: Head, words: frozenset[str], name: str) -> str:
    ids: list[str] = findings.groups["group_id"].to_pylist()
    if head.said("group_id") in ids:
        return head.said("group_id")
    named = [one for one in ids if one in words]
    own = [one for one in named if one == head.said("lineage_id")] or named
    if not own:
        raise CannotCheck(
            f"{name} is about group {head.said('group_id')}, which its run does not have: of another database?"
        )
    return own[0]


def _foreign(store: Store, opened: Opened) -> bool:
    """Whether no load that a file names is of this store."""
    named = set(re.findall(r"load:([0-9a-f]{6,})", opened.text))
    return bool(named) and not nodes(store, TABLES["loads"], named)


def _no_run(store: Store, opened: Opened, head: Head, name: str, runs: Sequence[RunSummary]) -> CannotCheck:
    run_id, as_of = head.said("run_id"), _moment(head.said("as_of"))
    if _foreign(store, opened):
        return CannotCheck(
            f"{name} is from another database: this one has none of the files it rests on; name the right one with --store"
        )
    if not runs:
        return CannotCheck(
            f"{name} is of run {run_id}, and this store holds no run yet: name the right one with --store"
        )
    oldest = min(runs, key=lambda run: run.as_of)
    if as_of is not None and as_of < datetime.fromisoformat(max(run.as_of for run in runs)):
        return CannotCheck(
            f"{name} is of run {run_id} as of {day(as_of)}, which this store does not keep any more "
            f"({count(len(runs), 'run is', 'runs are')} kept, the oldest as of {day(datetime.fromisoformat(oldest.as_of))}); make the brief again"
        )
    return CannotCheck(
        f"{name} is of run {run_id}, which this store does not know: name the right one with --store, or make the brief again"
    )


# --- headers --------------------------------------------------------------------------------------------------------


def _moment(text: str, exact: bool = False) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return moment if exact or moment.microsecond else moment + _END_OF_SECOND


def _options(head: Head) -> Options:
    said = head.options
    frame, questions = str(said.get("frame") or "none"), str(said.get("questions", 3))
    owner = str(said["owner"]) if said.get("owner") else None
    return Options(
        frame if frame in _FRAMES else "none",
        int(questions) if questions.isdecimal() and int(questions) < 100 else 3,
        owner,
    )


def _doubts(head: Head) -> Iterable[str]:
    if head.said("form") not in ("", str(FORM)):
        yield f"it was written in form {head.said('form')} of another version, this one writes form {FORM}"
    if head.said("words") not in ("", words_in_force()):
        yield "it was made with other words than those in force: give the settings it was made with (--settings, --set)"


def _accounts(findings: Findings) -> set[str]:
    return {row["account_id"] for row in findings.groups.select(["account_id"]).to_pylist()}
