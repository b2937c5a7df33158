"""How much of the usual committee of a group is known in the account, and how much of it engages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from committee.analysis.codes import codes_in, named, plain, sorted_ids, true_cells
from committee.analysis.templates import Template
from committee.analysis.touches import UNKNOWN
from committee.market import Market
from committee.records.computed import Coverage
from committee.records.tables import sorted_by_key, typed_table

__all__ = ["coverage"]


def coverage(
    market: Market, personas: pa.Table, groups: pa.Table, memberships: pa.Table, templates: Sequence[Template]
) -> pa.Table:
    """Count for each group and persona who is known in the account, who of them is a member, and how many are needed.

    Parameters
    ----------
    market : Market
        Its contacts say who works where; those their source has deleted are not known.
    personas, groups, memberships : pyarrow Table
        Findings tables.
    templates : sequence of Template
        The usual committee of each group, in their order; a persona without a seat is listed when the account or the group
        has somebody.

    Returns
    -------
    pyarrow Table
        Findings table ``coverage``. A member counts as known in the group's account wherever the contact works now.
    """
    seated = {name for one in templates for name, number in one.seats.items() if number}
    names = sorted({*sorted_ids(personas.column("persona")).to_pylist(), *seated} - {UNKNOWN})
    number, width = groups.num_rows, len(names)
    people = plain(market.contacts.column("contact_id"))
    persona = np.append(codes_in(personas.column("persona"), pa.array(names, pa.string())), -1)
    persona = persona[codes_in(people, plain(personas.column("contact_id")))]
    persona[true_cells(market.contacts, "deleted")] = -1
    accounts = sorted_ids(groups.column("account_id"))
    works_at = codes_in(market.contacts.column("account_id"), accounts)
    here = (persona >= 0) & (works_at >= 0)
    inside = np.bincount(works_at[here] * width + persona[here], minlength=len(accounts) * width).reshape(
        len(accounts), width
    )
    account_of = codes_in(groups.column("account_id"), accounts)

    group = codes_in(memberships.column("group_id"), plain(groups.column("group_id")))
    member = codes_in(memberships.column("contact_id"), people)
    plays = np.append(persona, -1)[member]
    known = np.flatnonzero((plays >= 0) & (group >= 0))
    seat = group[known] * width + plays[known]
    elsewhere = works_at[member[known]] != account_of[group[known]]
    engaged = np.bincount(seat, minlength=number * width).reshape(number, width)
    outside = np.bincount(seat[elsewhere], minlength=number * width).reshape(number, width)
    needed = np.array([[one.seats.get(name, 0) for name in names] for one in templates], np.int64).reshape(
        number, width
    )
    all_known = inside[account_of] + outside
    row, column = np.nonzero((all_known > 0) | (needed > 0))
    columns = {
        "group_id": named(plain(groups.column("group_id")), row),
        "persona": named(names, column),
        "known": all_known[row, column],
        "engaged": engaged[row, column],
        "needed": needed[row, column],
        "template": named([one.name for one in templates], row),
    }
    return sorted_by_key(Coverage, typed_table(Coverage, columns))
