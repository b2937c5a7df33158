"""What a command looks at: the findings of one run, the market they are about, and what things are called there.

The current run comes from the store, account by account. With --as-of or --known-at the market is detected anew in
memory, and nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from committee import pipeline
from committee.analysis.fit_gate import fit_gate
from committee.analysis.verdicts import Dismissals
from committee.cli.naming import SHORTEST_PREFIX, Named, kinds_in, meant
from committee.cli.opening import opened
from committee.cli.output import say, sized, spoken
from committee.cli.terminal import progress
from committee.cypher.catalog import question
from committee.errors import BadSettings, NotFound
from committee.findings import Findings
from committee.graph.store import Store
from committee.market import Market
from committee.pipeline.deciding import dismissed_in
from committee.pipeline.identifying import market_seen
from committee.pipeline.rescoring import Frozen, frozen_of, numbers_in
from committee.settings import Settings

__all__ = ["Sight", "kept_run", "looking"]

_OF_A_RUN = ("group", "flag")


@dataclass(frozen=True)
class Sight:
    """One run in one store; `market` and `findings` are there when they were made in memory."""

    store: Store
    run_id: str | None = None
    market: Market | None = None
    findings: Findings | None = None

    def facts(
        self, accounts: Sequence[str] | None = None, tables: Sequence[str] | None = None
    ) -> tuple[Market, Findings]:
        """Return market and findings, of some accounts only where the store can tell them apart."""
        if self.market is not None and self.findings is not None:
            return self.market, self.findings
        found = self.store.findings(self.run_id, accounts)
        return market_seen(self.store, tables, accounts), found

    def found(self) -> Findings:
        """Return the whole run."""
        return self.findings if self.findings is not None else self.store.findings(self.run_id)

    def frozen(self, account_id: str, settings: Settings) -> Frozen | None:
        """Return what tells of an account, with the numbers of the run; None where another detector found the groups.

        Where the run did not keep its numbers they are learned again, from the whole market.
        """
        if self.market is not None and self.findings is not None:
            return frozen_of(self.market, self.findings, settings)
        run_id = self.run_id or next((run.run_id for run in self.store.runs() if run.current), "")
        findings = self.store.findings(run_id, [account_id]).with_learned(self.store.learned(run_id))
        known = datetime.fromisoformat(findings.run.known_at) if findings.run and findings.run.known_at else None
        alone = numbers_in(findings.learned) is not None
        with progress() as bars:
            market = market_seen(self.store, None, [account_id] if alone else None, known, bars)
        return frozen_of(market, findings, settings)

    def frozen_whole(self, market: Market, findings: Findings, settings: Settings) -> Frozen | None:
        """Return the whole market with the numbers of the run; None where another detector found the groups."""
        if self.findings is None and findings.run is not None:
            findings = findings.with_learned(self.store.learned(findings.run.run_id))
        return frozen_of(market, findings, settings)

    def dismissed(self, findings: Findings) -> Dismissals:
        """Return which groups and flags of some findings people dismissed."""
        return dismissed_in(self.store, findings, kept=self.findings is None)

    def fitting(self, findings: Findings, settings: Settings) -> tuple[Findings, str]:
        """Return the groups and flags of accounts that fit, and how many flags were left out.

        Raises
        ------
        NotFound
            Nothing that was loaded says which accounts fit: nobody is taken for fit by guess.
        """
        rules = settings.routing
        accounts = (self.market or market_seen(self.store, ["accounts"])).accounts
        gate = fit_gate(accounts, rules.fit_column, rules.fit_words, rules.fit_least)
        if gate is None:
            raise NotFound(
                f"no account says in a column '{rules.fit_column}' whether it fits",
                "Load accounts with such a column, name another by --set routing.fit_column=NAME, or leave --require-fit out",
            )
        accounts_of = Counter(findings.flags.column("account_id").to_pylist())
        out, unsaid = (sum(accounts_of[one] for one in some) for some in (gate.not_fit, gate.unsaid))
        return gate.through(findings), (
            f"Only accounts that fit: {sized(out, 'flag')} of accounts that do not, and {sized(unsaid, 'flag')} of accounts "
            "of which nobody says it, left out"
        )

    def loads_since_run(self) -> int:
        """Return how many files were loaded after the run was published."""
        return 0 if self.findings is not None else self.store.loads_since_run(self.run_id)

    def find(self, text: str, *kinds: str) -> Named:
        """Return the one thing of these kinds that the text means; see `meant` for the errors.

        An account or contact that another one stands for leads to that one.
        """
        same = self.store.same() if self.market is None else {}

        def stands(found: Named) -> Named:
            now = same.get(f"{found.kind}s", {}).get(found.id, found.id)
            account = same.get("accounts", {}).get(found.account_id, found.account_id)
            return replace(found, id=now, account_id=now if found.kind == "account" else account)

        return self._meant(text, kinds, stands)

    def named(self, text: str, *kinds: str) -> Named:
        """Return the same whatever stands for it."""
        return self._meant(text, kinds, lambda found: found)

    def _meant(self, text: str, kinds: Sequence[str], stands: Callable[[Named], Named]) -> Named:
        narrowed, wanted = kinds_in(text, kinds)
        try:
            return meant(
                text, kinds, self._called(narrowed, wanted.strip()), lambda: self._called(narrowed, ""), stands
            )
        except NotFound:
            self._refuse_if_older(narrowed, wanted.strip())
            raise

    def _refuse_if_older(self, kinds: Sequence[str], text: str) -> None:
        """Say so when an id is that of a group or a flag of another kept run, the latest that has it."""
        if self.market is not None or self.run_id is not None or len(text) < SHORTEST_PREFIX:
            return
        for run in (run for run in self.store.runs() if not run.current):
            for one in replace(self, run_id=run.run_id)._called([kind for kind in kinds if kind in _OF_A_RUN], text):
                if one.id.startswith(text):
                    raise NotFound(
                        f"{one} is not in the current run, but in run {run.run_id} as of {spoken(run.as_of)}",
                        f"Add --run {run.run_id} to look at it there",
                    ) from None

    def _called(self, kinds: Sequence[str], text: str) -> Iterable[Named]:
        if self.market is not None and self.findings is not None:
            return _names_in(self.market, self.findings, kinds)
        return [named for kind in kinds for named in self._asked(kind, text)]

    def _asked(self, kind: str, text: str) -> Iterable[Named]:
        asked = question(f"named_{kind}s")
        run = {"run_id": self.run_id or ""} if kind in _OF_A_RUN else {}
        for row in self.store.ask(asked, asked.parameters({"text": text, **run})).rows:
            thing, name, account_id = row
            yield Named(kind, thing, name or "", account_id or "")


def _names_in(market: Market, findings: Findings, kinds: Sequence[str]) -> Iterator[Named]:
    accounts = _column(market.accounts, "account_id", "name")
    programs = _column(market.programs, "program_id", "name")
    for kind in kinds:
        if kind in ("account", "contact", "program"):
            for row in (
                market[f"{kind}s"]
                .select([f"{kind}_id", "name", "account_id"] if kind != "account" else ["account_id", "name"])
                .to_pylist()
            ):
                yield Named(kind, row[f"{kind}_id"], row["name"] or "", row["account_id"] or "")
        elif kind == "engagement":
            for row in market.engagements.select(["engagement_id", "account_id"]).to_pylist():
                yield Named(kind, row["engagement_id"], "", row["account_id"] or "")
        else:
            for row in findings[f"{kind}s"].to_pylist():
                about = [accounts.get(row["account_id"]), programs.get(row["program_id"]), row.get("need")]
                yield Named(kind, row[f"{kind}_id"], ", ".join(word for word in about if word), row["account_id"])


def _column(table: Any, key: str, name: str) -> dict[str, str]:
    return dict(zip(table.column(key).to_pylist(), table.column(name).to_pylist(), strict=True))


@contextmanager
def looking(
    address: str | None,
    settings: Settings,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    run_id: str | None = None,
) -> Iterator[Sight]:
    """Open a store to read, and choose what is looked at: the current run, a kept one, or one made now in memory."""
    with opened(address, settings, read_only=True) as store:
        if as_of is None and known_at is None:
            sight = Sight(store, kept_run(store, run_id))
            if since := sight.loads_since_run():
                say(f"{sized(since, 'file')} loaded since this run: committee detect makes a new one")
            yield sight
            return
        if run_id is not None:
            raise BadSettings(
                "--run names a run that was made, --as-of and --known-at ask for a new one", "Give one of them"
            )
        moment = as_of or pipeline.moment_now()
        with progress() as bars:
            known = market_seen(store, known=known_at, progress=bars)
        say(
            f"As of {spoken(moment)}{f', known at {spoken(known_at)}' if known_at else ''}: detected in memory, nothing was published"
        )
        yield Sight(store, None, known, pipeline.detect(known, moment, settings, known_at, store.decisions()))


def kept_run(store: Store, run_id: str | None) -> str | None:
    """Return the id of a kept run that a text means; None for the current one."""
    runs = [run.run_id for run in store.runs()]
    if not runs:
        raise NotFound("the store holds no run yet", "Run committee detect")
    if run_id is None or run_id in runs:
        return run_id
    return meant(run_id, ("run",), [Named("run", run) for run in runs]).id
