"""Late personas that are not there although the group is late: a named risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from committee.reports.handoff.deals import open_deals
from committee.reports.handoff.document import Line, Told, line, list_of, tell
from committee.reports.handoff.facts import fact, how_many, member_id, word_of
from committee.reports.handoff.group_view import GroupView
from committee.reports.handoff.seats import Seat
from committee.reports.words import persona

__all__ = ["risks"]


def risks(view: GroupView, found: Sequence[Seat]) -> Iterator[Line]:
    """Name the personas that usually come late and are not engaged, where the group is evaluating or has an open deal."""
    deals = open_deals(view)
    late = view.group["status"] in view.wording["late"]["statuses"]
    if view.group["status"] == "closed" or not (late or deals):
        return
    status = word_of("group", view.group_id, "status", view.group["status"])
    why = [Told("the group is ") + status] if late else []
    why += (
        [
            how_many("opportunity", [row["opportunity_id"] for row in deals], "deal")
            + (" is open" if len(deals) == 1 else " are open")
        ]
        if deals
        else []
    )
    late_ones = view.settings["coverage"]["late_personas"]
    absent = [seat.persona for seat in found if seat.persona in late_ones and not seat.engaged]
    if absent:
        told = tell(
            "{personas}, who usually {come} late, {are} not engaged although {why}",
            personas=list_of(
                [
                    fact(persona(word), "word", word, "seat", member_id(view.group_id, word), "persona")
                    for word in absent
                ]
            ),
            come=Told("comes" if len(absent) == 1 else "come"),
            are=Told("is" if len(absent) == 1 else "are"),
            why=list_of(why),
        )
        yield line("risk", told, Told("Risk: "), [f"group:{view.group_id}"])
