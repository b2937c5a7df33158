"""The hand-off of one group: a brief that an SDR can act on, and that can be checked line by line."""

from __future__ import annotations

from committee.findings import Findings
from committee.market import Market
from committee.pipeline.briefing import NOT_TRIED, Asked
from committee.reports.handoff.about import about
from committee.reports.handoff.beside import Beside, banner, beside_of
from committee.reports.handoff.confidence import confidence
from committee.reports.handoff.document import Brief, Briefs, Header, Line, Options, Told, line, sections_of
from committee.reports.handoff.events import account_events, cautions, other_events
from committee.reports.handoff.forms import render
from committee.reports.handoff.frames import frame_title, letters
from committee.reports.handoff.group_view import GroupView, view_of
from committee.reports.handoff.missing import missing
from committee.reports.handoff.open_questions import questions_to_ask
from committee.reports.handoff.order import order_of_contact
from committee.reports.handoff.overlap import bridges, overlaps
from committee.reports.handoff.people import committee, do_not_contact
from committee.reports.handoff.picture import legend, picture
from committee.reports.handoff.receipts import receipts
from committee.reports.handoff.why_now import flag_line, status_line, why_now
from committee.reports.handoff.wording import words_in_force

__all__ = ["Beside", "Brief", "Briefs", "Options", "beside_of", "handoff", "render"]


def handoff(
    group_id: str,
    market: Market,
    findings: Findings,
    options: Options = Options(),  # noqa: B008 - immutable
    asked: Asked = NOT_TRIED,
    beside: Beside = Beside(),  # noqa: B008 - immutable
) -> Brief:
    """Make the brief of one group.

    Parameters
    ----------
    group_id : str
    market : Market
        What was known when the findings were made.
    findings : Findings
        With their run: the settings in force are taken from it.
    options : Options
        Frame and questions that were asked for.
    asked : Asked
        What came out of trying answers; see `committee.pipeline.briefing.Asker`.
    beside : Beside
        What the store says of the group: decisions, later runs, later loads.

    Returns
    -------
    Brief
        The same input gives the same lines in the same order.

    Raises
    ------
    NotFound
        The findings have no such group.
    BadSettings
        A pattern of the settings, or of a user's file, with a field that is not there.
    """
    view = view_of(group_id, market, findings)
    parts: list[tuple[str, str, list[Line]]] = [
        ("banner", "Read this first", banner(view, beside)),
        ("account", "Account and program", about(view)),
        (
            "status",
            "Status",
            [
                line("status", status_line(view), proof=[f"group:{group_id}"]),
                line("flag", flag_line(view), proof=[f"group:{group_id}"]),
            ],
        ),
        ("why_now", "Why now", _why_now(view)),
        ("order", "Whom to contact first", order_of_contact(view)),
        ("committee", "The committee", committee(view)),
        ("missing", "What is missing", missing(view)),
        ("overlaps", "Shared with other groups", [*bridges(view), *overlaps(view)]),
        ("frame", frame_title(options.frame), [] if options.frame == "none" else letters(view, options.frame)),
        ("questions", "What would change this most", questions_to_ask(view, asked) if options.questions else []),
        ("do_not_contact", "Do not contact", do_not_contact(view)),
        ("confidence", "How sure this is", confidence(view)),
    ]
    named = {key for _, _, lines in parts for one in lines for key in one.proof}
    parts.append(("receipts", "Receipts", receipts(view, named)))
    parts.append(("notes", "Notes", [line("note", Told("Dates are UTC"))]))
    return Brief(
        header=_header(view, options, beside),
        title=view.account_name.text,
        status=view.group["status"],
        flagged=bool(view.flags),
        sections=sections_of(parts),
        picture=picture(view),
        legend=legend(view),
    )


def _why_now(view: GroupView) -> list[Line]:
    found = [line("why", why_now(view), proof=[] if view.flags else [f"group:{view.group_id}"])]
    found += [line("event", told, Told("Also in public: ")) for told in other_events(view)]
    found += [line("account", told, Told("At the account, not of this group: ")) for told in account_events(view)]
    return found + [line("against", told, Told("Against it: ")) for told in cautions(view)]


def _header(view: GroupView, options: Options, beside: Beside) -> Header:
    run = view.findings.run
    return Header(
        group_id=view.group_id,
        lineage_id=view.group["lineage_id"] or view.group_id,
        run_id=run.run_id if run else "",
        as_of=run.as_of if run else "",
        known_at=run.known_at if run else "",
        version=run.version if run else "",
        loaded_until=beside.loaded_until,
        decided_until=beside.decided_until,
        words=words_in_force(),
        options=options,
        later=beside.later.run_id if beside.later else "",
        in_memory=beside.in_memory,
    ).sealed()
