"""How much of the usual committee of a group is known in the account, and how much of it engages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from committee.analysis.codes import true_cells
from committee.analysis.touches import UNKNOWN
from committee.market import Market
from committee.records.computed import Coverage
from committee.records.tables import sorted_by_key, typed_table

__all__ = ["coverage"]


def coverage(
    market: Market, personas: pa.Table, groups: pa.Table, memberships: pa.Table, seats: Mapping[str, int]
) -> pa.Table:
    """Count for each group and persona who is known in the account, who of them is a member, and how many are needed.

    Parameters
    ----------
    market : Market
        Its contacts say who works where; those their source has deleted are not known.
    personas, groups, memberships : pyarrow Table
        Findings tables.
    seats : mapping of persona to int
        Seats the usual committee has; a persona without one is listed when the account or the group has somebody.

    Returns
    -------
    pyarrow Table
        Findings table ``coverage``. A member counts as known in the group's account wherever the contact works now.
    """
    contacts = market.contacts.filter(pa.array(~true_cells(market.contacts, "deleted")))
    persona_of = personas.select(["contact_id", "persona"]).to_pandas().astype({"persona": str})
    works = contacts.select(["contact_id", "account_id"]).to_pandas().merge(persona_of, on="contact_id")
    works = works[works["persona"] != UNKNOWN]
    of_group = groups.select(["group_id", "account_id"]).to_pandas()
    members = (
        memberships.select(["group_id", "contact_id", "account_id"]).to_pandas().merge(persona_of, on="contact_id")
    )
    members = members[members["persona"] != UNKNOWN]
    in_account = works.groupby(["account_id", "persona"]).size().rename("inside").reset_index()
    known = of_group.merge(in_account, on="account_id")[["group_id", "persona", "inside"]]
    engaged = members.groupby(["group_id", "persona"]).size().rename("engaged").reset_index()
    outside = members.merge(works.assign(here=1), on=["contact_id", "account_id", "persona"], how="left")
    outside = outside[outside["here"].isna()].groupby(["group_id", "persona"]).size().rename("outside").reset_index()
    usual = of_group[["group_id"]].merge(
        pd.DataFrame({"persona": list(seats), "needed": list(seats.values())}, dtype=object), how="cross"
    )
    table = usual
    for part in (known, engaged, outside):
        table = table.merge(part.astype({"persona": object}), on=["group_id", "persona"], how="outer")
    counts = {
        name: table[name].astype(float).fillna(0).to_numpy().astype(np.int64)
        for name in ("inside", "outside", "engaged", "needed")
    }
    columns = {
        "group_id": table["group_id"].tolist(),
        "persona": table["persona"].tolist(),
        "known": counts["inside"] + counts["outside"],
        "engaged": counts["engaged"],
        "needed": counts["needed"],
    }
    return sorted_by_key(Coverage, typed_table(Coverage, columns))
