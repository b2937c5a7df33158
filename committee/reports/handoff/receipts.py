"""Receipts: which engagements, flags, files and run the page comes from."""

from __future__ import annotations

from collections.abc import Collection

from committee.reports.handoff.document import Line, Told, line, row_of, tell
from committee.reports.handoff.facts import amount, date_of, fact, how_many, name_of
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, by_id, rows
from committee.reports.words import plain, source

__all__ = ["receipts"]


def receipts(view: GroupView, named: Collection[str]) -> list[Line]:
    """Return flags, files, engagements by their numbers, and the run.

    Parameters
    ----------
    view : GroupView
    named : collection of str
        Proofs the page gives, as ``engagement:ID``: these engagements are listed first where there are too many.

    Returns
    -------
    list of Line
        Engagements are numbered by time and id, whether they are listed or not; the subject of a line is the number.
    """
    ids = {row["engagement_id"] for row in view.evidence}
    ids |= {engagement_id for flag in view.flags for engagement_id in flag["engagement_ids"] or []}
    found = sorted(
        rows(view.market.engagements, "engagement_id", ids), key=lambda row: (row["occurred_at"], row["engagement_id"])
    )
    loads = by_id(view.market.loads, "load_id", [row["load_id"] for row in found if row["load_id"]])
    numbers = {row["engagement_id"]: place for place, row in enumerate(found, start=1)}
    chosen = sorted(found, key=lambda row: f"engagement:{row['engagement_id']}" not in named)[: view.limits["receipts"]]
    listed = {row["engagement_id"] for row in chosen}
    lines = [_flag(flag, numbers) for flag in view.flags]
    lines += [
        _load(row, [one["engagement_id"] for one in found if one["load_id"] == key])
        for key, row in sorted(loads.items())
    ]
    lines += [_engagement(row, numbers, loads) for row in found if row["engagement_id"] in listed]
    rest = [key for key in numbers if key not in listed]
    if rest:
        lines.append(
            line("more", how_many("engagement", rest, "more engagement"), proof=[f"group:{view.group_id}"], only=True)
        )
    return [*lines, _run(view)]


def _engagement(row: Row, numbers: dict[str, int], loads: dict[str, Row]) -> Line:
    key, load = row["engagement_id"], loads.get(row["load_id"] or "")
    place = Told()
    if load and row["line"]:
        file = name_of("load", load["load_id"], load, "file")
        place = tell(", {file} line {line}", file=file, line=amount("engagement", key, "line", row["line"]))
    told = Told(": ") + date_of("engagement", key, "occurred_at", row["occurred_at"]) + place
    return line("engagement", told, Told(str(numbers[key])), [f"engagement:{key}"])


def _flag(flag: Row, numbers: dict[str, int]) -> Line:
    def named(ids: list[str] | None) -> Told:
        told = [
            Told(str(numbers[key])) if key in numbers else fact(key, "name", key, "engagement", key, "engagement_id")
            for key in ids or []
        ]
        return row_of(told) or Told("none")

    text = tell(
        "Flag, rule {rule}: raised by {witness} alone; gone without {removal}",
        rule=fact(plain(flag["rule"]), "name", flag["rule"], "flag", flag["flag_id"], "rule"),
        witness=named(flag["witness_ids"]),
        removal=named(flag["removal_ids"]),
    )
    witnesses = dict.fromkeys([*(flag["witness_ids"] or []), *(flag["removal_ids"] or [])])
    return line("flag", text, proof=[f"flag:{flag['flag_id']}", *(f"engagement:{key}" for key in witnesses)], only=True)


def _load(load: Row, used: list[str]) -> Line:
    key = load["load_id"]
    told = tell(
        "{file} ({source}, loaded {day}): {used}",
        file=name_of("load", key, load, "file"),
        source=fact(source(load["source"]), "name", load["source"], "load", key, "source"),
        day=date_of("load", key, "loaded_at", load["loaded_at"]),
        used=how_many("engagement", used, "engagement"),
    )
    if load["rows"]:
        told += tell(" of {rows} rows", rows=amount("load", key, "rows", load["rows"]))
    return line("load", told, proof=[f"load:{key}"], only=True)


def _run(view: GroupView) -> Line:
    run = view.findings.run
    if run is None:
        return line("run", Told("No run is recorded with these findings"))
    key = run.run_id
    told = tell(
        "Run {run} as of {day}, version {version}",
        run=fact(key, "name", key, "run", key, "run_id"),
        day=date_of("run", key, "as_of", run.as_of),
        version=fact(run.version, "name", run.version, "run", key, "version"),
    )
    if run.known_at:
        told += tell(", with what was known on {day}", day=date_of("run", key, "known_at", run.known_at))
    if view.group["detector"]:
        detector = fact(
            plain(view.group["detector"]), "name", view.group["detector"], "group", view.group_id, "detector"
        )
        told += Told(", detector ") + detector
    return line("run", told)
