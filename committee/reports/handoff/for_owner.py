"""The briefs of an owner's open groups as one document, and of one group, from what a store has for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from committee.pipeline.briefing import Asker, Material
from committee.progress import SILENT, Progress
from committee.reports.handoff import Brief, Briefs, Options, beside_of, handoff
from committee.reports.handoff.wording import wording
from committee.reports.listing import group_rows

__all__ = ["brief_for", "briefs_for"]


def brief_for(given: Material, group_id: str, options: Options, progress: Progress = SILENT) -> Brief:
    """Make the brief of a group, with its questions tried."""
    return _brief(given, Asker(given.market, given.findings), group_id, options, progress)


def briefs_for(
    given: Material,
    owner: str,
    accounts: Collection[str],
    options: Options,
    statuses: Sequence[str],
    progress: Progress = SILENT,
) -> Briefs:
    """Make the briefs of the groups of some accounts, most sales-ready first; dismissed ones are left out.

    Parameters
    ----------
    given : Material
    owner : str
    accounts : collection of str
        The owner's.
    options : Options
    statuses : sequence of str
        Of the groups that are told of.
    progress : Progress

    Returns
    -------
    Briefs
        Without any where no account has such a group.
    """
    ranked = group_rows(given.market, given.dismissed.without(given.findings), statuses, rank=True)
    place = ranked.columns.index("group_id")
    theirs = {row["group_id"] for row in given.findings.groups.to_pylist() if row["account_id"] in accounts}
    asker = Asker(given.market, given.findings, tries=int(wording()["owner_tries"]))
    ids = [row[place] for row in ranked.rows if row[place] in theirs]
    return Briefs(owner, tuple(_brief(given, asker, one, options, progress) for one in ids))


def _brief(given: Material, asker: Asker, group_id: str, options: Options, progress: Progress) -> Brief:
    asked = asker.ask(group_id, options.questions, progress)
    return handoff(group_id, given.market, given.findings, options, asked, beside_of(given, group_id))
