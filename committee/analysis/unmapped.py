"""Job titles that stand for no persona, by the engagement they cost: no flag and no seat counts these people."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.codes import plain
from committee.analysis.touches import UNKNOWN
from committee.market import Market

__all__ = ["unmapped_titles"]


def unmapped_titles(market: Market, actors: pa.Table, personas: pa.Table, set_aside: pa.Table) -> pa.Table:
    """Rank the titles that no rule maps.

    Parameters
    ----------
    market : Market
        Every person is one record in it.
    actors : pyarrow Table
        engagement_id, contact_id of each engagement.
    personas, set_aside : pyarrow Table
        Findings tables; what is set aside is no loss.

    Returns
    -------
    pyarrow Table
        title, department (empty text = none), people, accounts, engagements; the most engaged first, then by title.
    """
    unknown = personas.filter(pc.equal(plain(personas["persona"]), UNKNOWN))
    contacts = market["contacts"]
    people = contacts.filter(pc.is_in(contacts["contact_id"], value_set=plain(unknown["contact_id"])))
    people = people.filter(pc.invert(pc.fill_null(people["deleted"], False)))
    ids = plain(people["contact_id"])
    aside = set_aside.filter(pc.equal(plain(set_aside["record"]), "engagements"))
    counted = actors.filter(pc.invert(pc.is_in(plain(actors["engagement_id"]), value_set=plain(aside["id"]))))
    touches = pc.value_counts(plain(counted["contact_id"]).drop_null())
    place = pc.index_in(ids, value_set=touches.field("values"))
    engaged = pc.fill_null(touches.field("counts").take(place), 0)
    words = {name: pc.fill_null(pc.utf8_trim_whitespace(plain(people[name])), "") for name in ("title", "department")}
    rows = pa.table({**words, "account_id": plain(people["account_id"]), "engagements": engaged})
    ranked = rows.group_by(["title", "department"]).aggregate(
        [("account_id", "count_distinct"), ("engagements", "sum"), ("engagements", "count")]
    )
    ranked = ranked.rename_columns(
        {"account_id_count_distinct": "accounts", "engagements_sum": "engagements", "engagements_count": "people"}
    )
    ordered = [
        ("engagements", "descending"),
        ("people", "descending"),
        ("title", "ascending"),
        ("department", "ascending"),
    ]
    return ranked.select(["title", "department", "people", "accounts", "engagements"]).sort_by(ordered)
