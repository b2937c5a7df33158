"""What briefs are made of: the market as a run knew it, what was decided and loaded since, and facts tried as questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.episodes import DETECTOR
from committee.analysis.verdicts import Dismissals, Verdict, dismissals, subject_of, verdicts
from committee.findings import Findings
from committee.graph.runs import RunSummary
from committee.graph.store import Store
from committee.market import Market
from committee.pipeline.asking import Question, questions
from committee.pipeline.changing import lines_between
from committee.pipeline.identifying import market_seen
from committee.pipeline.rescoring import Frozen, frozen_of, numbers_in
from committee.progress import SILENT, Progress
from committee.records.columns import whole

__all__ = ["NOT_TRIED", "Asked", "Asker", "Material", "material", "material_in_memory"]

_SPARE = 3  # questions more than are wanted, as some may be about somebody who must not be contacted


@dataclass(frozen=True)
class Asked:
    """The questions about a group, or why there are none to tell.

    Attributes
    ----------
    questions : tuple of Question
        The one whose answer would change most first.
    why_not : str
        Why no answer was tried; empty where some were.
    """

    questions: tuple[Question, ...] = ()
    why_not: str = ""


NOT_TRIED = Asked(why_not="no answer was tried for this page")


@dataclass
class Asker:
    """Tries answers for one group after the other, with the numbers that their run kept.

    Attributes
    ----------
    market : Market
        All that tells of the accounts that are asked about.
    findings : Findings
        With what they were concluded with.
    tries : int, optional
        Answers tried in all; without one there is no limit.
    """

    market: Market
    findings: Findings
    tries: int | None = None
    _frozen: Frozen | None = field(default=None, init=False)
    _why_not: str = field(default="", init=False)
    _spent: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        by_rule = set(self.findings.groups.column("detector").to_pylist()) - {DETECTOR}
        if by_rule:
            self._why_not = "the groups of this run were found by a rule, and no answer can be tried"
        elif numbers_in(self.findings.learned) is None:
            self._why_not = "the run did not keep the numbers it was concluded with, and no answer can be tried"
        else:
            self._frozen = frozen_of(self.market, self.findings)

    def ask(self, group_id: str, n: int, progress: Progress = SILENT) -> Asked:
        """Return the questions about a group; none is about somebody who must not be contacted."""
        if n < 1:
            return NOT_TRIED
        if self._frozen is None:
            return Asked(why_not=self._why_not)
        if self.tries is not None and self._spent >= self.tries:
            return Asked(
                why_not="the answers that one document tries were tried for the groups before (handoff.owner_tries)"
            )
        group = self.findings.groups.filter(pc.equal(whole(self.findings.groups["group_id"]), group_id))
        if group_id not in self._frozen.explaining(group["account_id"][0].as_py()).groups:
            return Asked(why_not="what was loaded since the run changed the sums behind this group")
        found = questions(self.market, self.findings, group_id, n + _SPARE, self._frozen, progress)
        self._spent += self._frozen.settings.questions.tries
        people = _barred(self.market, [one.fact.id for one in found if one.fact.table == "contacts"])
        return Asked(tuple(one for one in found if not people.get(one.fact.id, False))[:n])


def _barred(market: Market, contact_ids: list[str]) -> dict[str, bool]:
    """Say of each of some contacts whether they must not be contacted."""
    rows = market.contacts.filter(pc.is_in(whole(market.contacts["contact_id"]), pa.array(contact_ids, pa.string())))
    found = rows.select(["contact_id", "suppressed", "deleted"]).to_pylist()
    return {row["contact_id"]: bool(row["suppressed"] or row["deleted"]) for row in found}


@dataclass(frozen=True)
class Material:
    """What a store has for the briefs of some accounts.

    Attributes
    ----------
    market : Market
        As the run knew it, but with everybody who must not be contacted by what is known until `loaded_until`.
    findings : Findings
        Of the run, with what they were concluded with.
    loaded_until, decided_until : datetime or None
        Of the newest load and decision that are known here; None = none.
    loads_since_run : int
        Loads until then that the run did not know.
    dismissed : Dismissals
        By the decisions until then.
    said : mapping of str to Verdict
        The last verdict by group.
    current : RunSummary or None
        The current run, where these findings are of another one.
    continues : mapping of str to str
        Then: by group of these findings the one that continues it in the current run.
    in_memory : bool
        The findings were made in memory, and are not kept.
    """

    market: Market
    findings: Findings
    loaded_until: datetime | None
    decided_until: datetime | None
    loads_since_run: int
    dismissed: Dismissals
    said: Mapping[str, Verdict]
    current: RunSummary | None
    continues: Mapping[str, str]
    in_memory: bool = False


def material(
    store: Store,
    accounts: Sequence[str],
    run_id: str,
    loaded_until: datetime | None = None,
    decided_until: datetime | None = None,
    progress: Progress = SILENT,
) -> Material:
    """Read what briefs are made of, so that it is the same whenever it is read.

    Parameters
    ----------
    store : Store
    accounts : sequence of str
    run_id : str
        A kept run.
    loaded_until, decided_until : datetime, optional
        What was loaded or decided later is not known; by default all there is.
    """
    findings = store.findings(run_id, accounts).with_learned(store.learned(run_id))
    loads = {row["load_id"]: row["loaded_at"] for row in store.loads().select(["load_id", "loaded_at"]).to_pylist()}
    knew = set(store.loads_of_run(run_id))
    seen = {key: at for key, at in loads.items() if loaded_until is None or at <= loaded_until}
    newest = max(seen.values(), default=None)
    since = len(seen.keys() - knew)
    market = market_seen(store, None, accounts, _known(findings, loads, knew), progress)
    if loads.keys() - knew:
        market = _barred_by(market, market_seen(store, ["contacts", "accounts"], accounts, newest))
    decisions = store.decisions().decisions
    if decided_until is not None:
        decisions = decisions.filter(pc.less_equal(decisions["decided_at"], pa.scalar(decided_until)))
    current = next((run for run in store.runs() if run.current and run.run_id != run_id), None)
    said = verdicts(decisions)
    groups = findings.groups.to_pylist()
    return Material(
        market=market,
        findings=findings,
        loaded_until=newest,
        decided_until=max(decisions["decided_at"].to_pylist(), default=None),
        loads_since_run=since,
        dismissed=dismissals(findings, decisions),
        said={row["group_id"]: said[subject] for row in groups if (subject := subject_of("group", row)) in said},
        current=current,
        continues=_continued(store, findings, current, accounts),
    )


def material_in_memory(store: Store, market: Market, findings: Findings, dismissed: Dismissals) -> Material:
    """Return the same for findings that were made in memory, as of a date; who must not be contacted is known as of now."""
    known = datetime.fromisoformat(findings.run.known_at) if findings.run and findings.run.known_at else None
    loaded, decided = store.loads()["loaded_at"].to_pylist(), store.decisions().decisions["decided_at"].to_pylist()
    return Material(
        market=_barred_by(market, market_seen(store, ["contacts", "accounts"])),
        findings=findings,
        loaded_until=max((at for at in loaded if known is None or at <= known), default=None),
        decided_until=max((at for at in decided if known is None or at <= known), default=None),
        loads_since_run=0,
        dismissed=dismissed,
        said={},
        current=None,
        continues={},
        in_memory=True,
    )


def _known(findings: Findings, loads: Mapping[str, datetime], knew: set[str]) -> datetime | None:
    """The moment whose knowledge was the run's; None where nothing else is known."""
    run = findings.run
    if run is not None and run.known_at:
        return datetime.fromisoformat(run.known_at)
    if not loads.keys() - knew:
        return None
    return max((at for key, at in loads.items() if key in knew), default=None)


def _barred_by(market: Market, now: Market) -> Market:
    """The market in which whoever must not be contacted now must not be."""
    said = {row["contact_id"]: row for row in now.contacts.select(["contact_id", "suppressed", "deleted"]).to_pylist()}
    contacts = market.contacts
    for name in ("suppressed", "deleted"):
        ids, old = whole(contacts["contact_id"]).to_pylist(), contacts[name].to_pylist()
        values = [said.get(key, {}).get(name) or was for key, was in zip(ids, old, strict=True)]
        place = contacts.schema.get_field_index(name)
        contacts = contacts.set_column(place, contacts.schema.field(place), pa.array(values, pa.bool_()))
    return market.with_tables(contacts=contacts)


def _continued(store: Store, findings: Findings, current: RunSummary | None, accounts: Sequence[str]) -> dict[str, str]:
    if current is None:
        return {}
    later = lines_between(findings, store.findings(current.run_id, accounts))
    return {before: after for after, before in later.items()}
