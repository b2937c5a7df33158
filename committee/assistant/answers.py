"""The answers an assistant gets: the same questions, listings and pages as on the command line, as plain values.

Every answer names its run and the ids that prove it, holds so many rows at most, and tells of nobody who must not be
contacted. It is long because each of them is a few lines, and what all of them go through has to stand beside them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Protocol

import pyarrow as pa

from committee.assistant.withheld import Withheld
from committee.cypher.catalog import Question, find_questions, question, questions
from committee.cypher.reading import statements_in, writing_words
from committee.errors import CommitteeError, NotFound
from committee.findings import Findings
from committee.graph.store import Store
from committee.market import Market
from committee.pipeline.identifying import as_one
from committee.pipeline.rescoring import Frozen
from committee.reports.account import account_report
from committee.reports.explain import explain
from committee.reports.handoff import Beside, handoff, render
from committee.reports.listing import flag_rows, group_detail, group_rows
from committee.reports.rendering import cell
from committee.reports.sums import person_rows
from committee.settings import Settings

__all__ = ["Answers", "Look", "View"]

_IDS = {
    "group_id": "group",
    "flag_id": "flag",
    "account_id": "account",
    "program_id": "program",
    "contact_id": "contact",
    "engagement_id": "engagement",
    "other_group_id": "group",
    "partner_id": "account",
}


_SUMMED = ("group", "contact", "engagement")
_MASKED = "withheld-"


class _Named(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def account_id(self) -> str: ...


class View(Protocol):
    """What is looked at: the current run in one store."""

    @property
    def store(self) -> Store:
        """The store, open to read."""
        ...

    def find(self, text: str, *kinds: str) -> _Named:
        """Return the one thing of these kinds that a text means."""
        ...

    def facts(
        self, accounts: Sequence[str] | None = None, tables: Sequence[str] | None = None
    ) -> tuple[Market, Findings]:
        """Return market and findings."""
        ...

    def frozen(self, account_id: str, settings: Settings) -> Frozen | None:
        """Return what tells of an account, with the numbers of the run; None where a rule found the groups."""
        ...

    def loads_since_run(self) -> int:
        """Return how many files were loaded after the run."""
        ...


Look = Callable[[], AbstractContextManager[View]]
Answer = dict[str, Any]


@dataclass(frozen=True)
class _Text:
    """A text of the assistant's own."""

    name: str
    text: str
    returns: tuple[str, ...] = ()


class Answers:
    """All that may be asked.

    Parameters
    ----------
    look : callable
        Opens the store to read, for one answer; between two answers other programs may use it.
    most : int
        Rows of one answer.
    known : mapping of str to Question, optional
        The prepared questions; those shipped by default.
    settings : Settings, optional
        In force; those of the working directory and the environment by default.
    """

    def __init__(
        self, look: Look, most: int, known: Mapping[str, Question] | None = None, settings: Settings | None = None
    ) -> None:
        self._look = look
        self._settings = settings or Settings.read()
        self._most = most
        self._questions = questions() if known is None else known
        self._one_at_a_time = Lock()
        self._known: tuple[tuple[str, ...], Withheld] | None = None

    def questions(self, words: str = "") -> Answer:
        """List the prepared questions, or those that hold all the words."""
        found = find_questions(words.split(), self._questions)
        rows = [
            {
                "name": one.name,
                "asks": one.asks,
                "one_row_is": one.grain,
                "takes": {
                    part.name: f"{part.kind}, {'required' if part.required else 'by itself ' + repr(part.default)}: {part.meaning}"
                    for part in one.params
                },
                "returns": list(one.returns),
                "for": one.audience,
            }
            for one in found
            if one.audience != "commands"
        ]
        return self._answered(lambda view, keep: {"rows": rows, "ids": [], "truncated": False})

    def ask(self, name: str, parameters: Mapping[str, Any] | None = None, rows: int = 0) -> Answer:
        """Ask a prepared question."""
        asked = question(name, self._questions)
        given = {key: value if isinstance(value, list) else _spoken(value) for key, value in (parameters or {}).items()}
        values = asked.parameters(given)
        return self._asked(asked.returns, lambda store: store.ask(asked, values), rows)

    def cypher(self, text: str, rows: int = 0) -> Answer:
        """Ask a text of one's own that only reads."""
        if statements_in(text) != 1:
            raise CommitteeError("the text is not one statement", "Ask one statement at a time")
        if writing := writing_words(text):
            raise CommitteeError(
                f"the text uses {writing[0].upper()}, and nothing may be written", "Use MATCH, WITH, RETURN"
            )
        return self._asked((), lambda store: store.ask(_Text("the assistant's own", text), {}), rows)

    def groups(self, account: str = "", statuses: Sequence[str] = (), rows: int = 0) -> Answer:
        """List buying groups, the most sales-ready first."""

        def listed(view: View, keep: Withheld) -> Answer:
            account_id = view.find(account, "account").id if account else None
            market, findings = _facts(view, keep, account_id)
            return self._told(group_rows(market, findings, tuple(statuses), account_id, rank=True), rows)

        return self._answered(listed)

    def flags(self, account: str = "", rows: int = 0) -> Answer:
        """List flags, the newest first."""

        def listed(view: View, keep: Withheld) -> Answer:
            account_id = view.find(account, "account").id if account else None
            market, findings = _facts(view, keep, account_id)
            return self._told(flag_rows(market, findings, account_id), rows)

        return self._answered(listed)

    def group(self, name: str) -> Answer:
        """Tell who is in one group, its history, what is missing."""
        return self._about(name, ("group",), lambda market, findings, one: group_detail(market, findings, one.id))

    def explain(self, name: str, person: str = "") -> Answer:
        """Give the receipt of a flag, a group, a person, an engagement or an account, with the sums of memberships.

        With a person it tells where that person stands with a group, term by term.
        """
        if person:
            return self._answered(lambda view, keep: self._stands(view, keep, name, person))
        kinds = ("flag", "group", "contact", "engagement", "account")
        return self._answered(lambda view, keep: self._explained(view, keep, view.find(name, *kinds)))

    def _explained(self, view: View, keep: Withheld, one: _Named) -> Answer:
        _refuse_withheld(keep, one)
        account_id = one.id if one.kind == "account" else one.account_id
        rows = explain(*_facts(view, keep, account_id or None), one.kind, one.id)
        frozen = view.frozen(account_id, self._settings) if one.kind in _SUMMED and account_id else None
        if frozen is not None:  # the sums know everybody; what they say of somebody withheld stays as it was
            said = explain(*view.facts([account_id]), one.kind, one.id, frozen.explaining(account_id))
            masked = [row for row in rows.rows if any(_MASKED in str(cell) for cell in row)]
            rows = replace(rows, rows=[*keep.proven(said.rows), *masked])
        return self._told(rows, 0) | {"ids": [f"{one.kind}:{one.id}"]}

    def _stands(self, view: View, keep: Withheld, group: str, person: str) -> Answer:
        one, whom = view.find(group, "group"), view.find(person, "contact")
        _refuse_withheld(keep, whom)
        frozen = view.frozen(one.account_id, self._settings)
        if frozen is None:
            raise NotFound(
                "there are no sums here: the groups of this run were found by a rule", "Ask without a person"
            )
        market, findings = view.facts([one.account_id])
        rows = person_rows(market, findings, frozen.explaining(one.account_id), one.id, whom.id)
        rows = replace(rows, rows=keep.proven(rows.rows), notes=[keep.sentence(note) for note in rows.notes])
        return self._told(rows, 0) | {"ids": [f"group:{one.id}", f"contact:{whom.id}"]}

    def handoff(self, name: str) -> Answer:
        """Return the hand-off page of a group as facts."""

        def made(view: View, keep: Withheld) -> Answer:
            one = view.find(name, "group")
            since = Beside(loads_since_run=view.loads_since_run())
            page = handoff(one.id, *_facts(view, keep, one.account_id), beside=since)
            return {"page": json.loads(render(page, "json")), "ids": [f"group:{one.id}"], "truncated": False}

        return self._answered(made)

    def account(self, name: str) -> Answer:
        """Return the page of an account as facts."""

        def made(view: View, keep: Withheld) -> Answer:
            one = view.find(name, "account")
            facts = account_report(one.id, *_facts(view, keep, one.id)).facts()
            rows = [
                {"section": section, "subject": subject, "says": text, "ids": list(proof)}
                for section, subject, text, proof in facts
            ]
            return {"rows": rows[: self._most], "ids": [f"account:{one.id}"], "truncated": len(rows) > self._most}

        return self._answered(made)

    # --- what every answer goes through -----------------------------------------------------------------------------

    def _about(self, name: str, kinds: tuple[str, ...], told: Callable[[Market, Findings, _Named], Any]) -> Answer:
        def made(view: View, keep: Withheld) -> Answer:
            one = view.find(name, *kinds)
            _refuse_withheld(keep, one)
            rows = told(*_facts(view, keep, one.account_id or (one.id if one.kind == "account" else None)), one)
            return self._told(rows, 0) | {"ids": [f"{one.kind}:{one.id}"]}

        return self._answered(made)

    def _asked(self, columns: Sequence[str], ask: Callable[[Store], Any], rows: int) -> Answer:
        def made(view: View, keep: Withheld) -> Answer:
            found = ask(view.store)
            names = list(columns or found.columns)
            kept, withheld = keep.rows(found.rows)
            most = self._limit(rows)
            listed = [
                {name: _moment(name, value) for name, value in zip(names, row, strict=True)} for row in kept[:most]
            ]
            answer = {"rows": listed, "ids": _ids(listed), "truncated": found.truncated or len(kept) > most}
            return answer | ({"withheld_rows": withheld} if withheld else {})

        return self._answered(made)

    def _told(self, rows: Any, most: int) -> Answer:
        limit = self._limit(most)
        listed = [{name: _plain(value) for name, value in zip(rows.columns, row, strict=True)} for row in rows.rows]
        return {
            "rows": listed[:limit],
            "notes": list(rows.notes),
            "ids": _ids(listed[:limit]),
            "truncated": len(listed) > limit,
        }

    def _limit(self, rows: int) -> int:
        return min(rows, self._most) if rows > 0 else self._most

    def _answered(self, made: Callable[[View, Withheld], Answer]) -> Answer:
        """Open the store, answer, name the run; what goes wrong is told without anybody withheld."""
        with self._one_at_a_time, self._look() as view:
            keep = self._withheld(view)
            while True:
                run = _current_run(view)
                try:
                    answer = made(view, keep)
                except CommitteeError as error:
                    raise CommitteeError(keep.sentence(str(error))) from None
                if run == _current_run(view):  # else another run was published meanwhile: answer from that one
                    return {"run": run, **answer}

    def _withheld(self, view: View) -> Withheld:
        """Who is kept back; read anew when something was loaded, or somebody turned out to be one with another."""
        same = tuple(sorted(view.store.same()["contacts"].items()))
        told = (*sorted(view.store.loads().column("load_id").to_pylist()), *map(str, same))
        if self._known is None or self._known[0] != told:
            stated = view.store.market(tables=["contacts"])
            one = as_one(stated)  # who must not be contacted under one id must not under any
            self._known = told, Withheld(pa.concat_tables([stated.contacts, one.contacts]))
        return self._known[1]


def _refuse_withheld(keep: Withheld, one: _Named) -> None:
    if one.kind == "contact" and keep.holds(one.id):
        raise CommitteeError("this person must not be contacted, and nothing is told of them", "Ask for another")


def _current_run(view: View) -> dict[str, str]:
    runs = [run for run in view.store.runs() if run.current]
    return {"run_id": runs[0].run_id, "as_of": cell(runs[0].as_of)} if runs else {"run_id": "", "as_of": ""}


def _facts(view: View, keep: Withheld, account_id: str | None) -> tuple[Market, Findings]:
    market, findings = view.facts([account_id] if account_id else None)
    return keep.market(market), keep.findings(findings)


def _ids(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ids in rows, each once, in their order: what an answer can be checked by."""
    found = [
        f"{kind}:{row[name]}"
        for row in rows
        for name, kind in _IDS.items()
        if isinstance(row.get(name), str) and row[name]
    ]
    found += [one for row in rows for one in row.get("proof") or [] if isinstance(one, str)]
    found += [f"engagement:{one}" for row in rows for one in row.get("engagement_ids") or []]
    return list(dict.fromkeys(found))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return cell(value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _moment(name: str, value: Any) -> Any:
    """Epoch milliseconds of a column that says when, as ISO text."""
    is_moment = name.endswith("_at") and isinstance(value, int) and not isinstance(value, bool)
    return cell(datetime.fromtimestamp(value / 1000, UTC)) if is_moment else value


def _spoken(value: Any) -> str:
    """A parameter as a person would write it, so that one place judges it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
