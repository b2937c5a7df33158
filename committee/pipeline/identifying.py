"""Who is who in a market: which accounts and contacts are one, who owns whom, who is a new face.

It follows from what was loaded and what people decided, so files and stores give the same answer, in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from committee.decisions import Decisions
from committee.graph.store import Store
from committee.history import known_at
from committee.identity.as_one import as_one
from committee.identity.companies import Company, CompanyName, certain_companies, companies_of, owners
from committee.identity.employments import employments_worked_out, stated_employments
from committee.identity.joining import Rulings, merged_by_source, one_for_each, rulings
from committee.identity.people import certain_people
from committee.identity.unknowns import new_faces
from committee.market import Market
from committee.pipeline.words import company_lists, mail_lists, people_lists
from committee.progress import SILENT, Progress
from committee.records import Record
from committee.records.columns import whole
from committee.records.loaded import Account, Contact
from committee.records.tables import typed_table

__all__ = ["as_one", "identified", "market_seen", "one_market"]


def identified(market: Market, decisions: Decisions | None = None) -> Market:
    """Return the market with the answer in its derived columns, and new faces among its contacts; see `as_one`."""
    decided = rulings((decisions or Decisions()).decisions)
    contacts = market["contacts"]
    contacts = contacts.filter(pc.invert(pc.fill_null(contacts["new_face"], False)))
    base = market.with_tables(contacts=contacts)
    companies = companies_of(base["accounts"], company_lists(), mail_lists())
    base = base.with_tables(accounts=_accounts(base, companies, decided))
    base = base.with_tables(contacts=_contacts(base, decided))
    base = base.with_tables(employments=_employments(base))
    faces = new_faces(as_one(base), mail_lists())
    if not faces.num_rows:
        return base
    return base.with_tables(contacts=pa.concat_tables([base["contacts"], _widened(faces, base["contacts"])]))


def one_market(market: Market, decisions: Decisions | None = None, known: datetime | None = None) -> Market:
    """Return the market in which every company and person is one record, as it was known at a moment where one is given."""
    if known is not None:
        market = known_at(market, known)
        if decisions is not None:
            table = decisions.decisions
            decisions = Decisions({"decisions": table.filter(pc.less_equal(table["decided_at"], pa.scalar(known)))})
    return as_one(identified(market, decisions))


def market_seen(
    store: Store,
    tables: Sequence[str] | None = None,
    accounts: Sequence[str] | None = None,
    known: datetime | None = None,
    progress: Progress = SILENT,
) -> Market:
    """Read the market of a store as analyses and pages look at it: every company and person is one record.

    Parameters
    ----------
    store : Store
    tables, accounts : sequence of str, optional
        Only these tables; only these accounts and what belongs to them.
    known : datetime, optional
        As it was known at this moment.
    """
    market = store.market(tables, accounts, progress=progress)
    if known is not None:
        return one_market(market, store.decisions(), known)
    return as_one(market, store.same())


def _accounts(market: Market, companies: Sequence[Company], decided: Rulings) -> pa.Table:
    accounts, words = market["accounts"], company_lists()
    named = {company.id: company.name for company in companies}
    certain = [(pair.one, pair.other) for pair in certain_companies(companies, words)]
    ids = whole(accounts["account_id"])
    same = one_for_each(
        merged_by_source(market["aliases"], "accounts"),
        [ruling for ruling in decided if ruling.table == "accounts"],
        certain,
        worth=lambda one: (False, *_worth(named[one])) if one in named else (True,),
        present=frozenset(ids.to_pylist()),
    )
    owned = {one: same.get(owner, owner) for one, owner in owners(companies, words).items()}
    owned = {one: owner for one, owner in owned.items() if same.get(one, one) != owner}
    return _said(Account, accounts, {"is_now": same, "belongs_to": owned})


def _worth(name: CompanyName) -> tuple[bool, int]:
    """Order among names of one company: the name of today before former and other ones, then the shorter."""
    return name.bare != name.key, len(name.text)


def _contacts(market: Market, decided: Rulings) -> pa.Table:
    contacts = market["contacts"]
    standing = market.same()["accounts"]
    deleted = frozenset(whole(contacts.filter(pc.fill_null(contacts["deleted"], False))["contact_id"]).to_pylist())
    same = one_for_each(
        merged_by_source(market["aliases"], "contacts"),
        [ruling for ruling in decided if ruling.table == "contacts"],
        certain_people(contacts, standing, people_lists(), mail_lists()),
        worth=lambda one: one in deleted,
        present=frozenset(whole(contacts["contact_id"]).to_pylist()),
    )
    return _said(Contact, contacts, {"is_now": same})


def _employments(market: Market) -> pa.Table:
    stated = stated_employments(market["employments"])
    return pa.concat_tables([stated, employments_worked_out(market, market.same()["accounts"])])


def _said(record: type[Record], table: pa.Table, said: dict[str, dict[str, str]]) -> pa.Table:
    """The table with derived columns of text by the id of the row."""
    ids = whole(table.column(0))
    columns = {name: table.column(name) for name in table.column_names}
    for name, values in said.items():
        where = pc.index_in(ids, value_set=pa.array(list(values), pa.string()))
        columns[name] = pa.array(list(values.values()), pa.string()).take(where)
    return typed_table(record, columns)


def _widened(faces: pa.Table, contacts: pa.Table) -> pa.Table:
    columns = {name: faces.column(name) for name in faces.column_names}
    missing = [name for name in contacts.column_names if name not in columns]
    return typed_table(Contact, columns | {name: pa.nulls(faces.num_rows, pa.string()) for name in missing})
