"""One study, as it is read from the API's JSON or a row of the CSV download."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from committee.loaders.tables import RawTable, bare

__all__ = ["CSV_COLUMNS", "Study", "from_csv", "from_json", "studies_in"]

CSV_COLUMNS = {
    "nct": "NCT Number",
    "title": "Study Title",
    "acronym": "Acronym",
    "status": "Study Status",
    "conditions": "Conditions",
    "interventions": "Interventions",
    "sponsor": "Sponsor",
    "collaborators": "Collaborators",
    "phases": "Phases",
    "enrollment": "Enrollment",
    "funder": "Funder Type",
    "study_type": "Study Type",
    "other_ids": "Other IDs",
    "start": "Start Date",
    "primary": "Primary Completion Date",
    "completion": "Completion Date",
    "first_posted": "First Posted",
    "last_update": "Last Update Posted",
}
# Fields of a study that a CSV cell gives as it stands.
_SAME = (
    *("nct", "title", "acronym", "status", "sponsor", "enrollment", "study_type"),
    *("start", "primary", "completion", "first_posted", "last_update"),
)


@dataclass(frozen=True)
class Study:
    """What is read of a study, whatever form it came in."""

    line: int
    nct: str = ""
    title: str = ""
    org_id: str = ""
    acronym: str = ""
    status: str = ""
    why_stopped: str = ""
    sponsor: str = ""
    sponsor_class: str = ""
    partners: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = ()
    interventions: tuple[tuple[str, str], ...] = ()
    phases: tuple[str, ...] = ()
    enrollment: str = ""
    study_type: str = ""
    start: str = ""
    primary: str = ""
    completion: str = ""
    first_posted: str = ""
    last_update: str = ""


def studies_in(document: Any) -> list[Any] | None:
    """Return the studies of an API answer, a bare list of studies, or one study; None when it is none of these."""
    if isinstance(document, dict) and isinstance(document.get("studies"), list):
        return list(document["studies"])
    if isinstance(document, dict) and "protocolSection" in document:
        return [document]
    if isinstance(document, list) and any(isinstance(one, dict) and "protocolSection" in one for one in document):
        return document
    return None


def from_json(line: int, study: Any) -> Study:
    """Read what the API says of a study; what is not there, or of another build, is empty."""
    protocol = _inside(study, "protocolSection")
    status, design = _inside(protocol, "statusModule"), _inside(protocol, "designModule")
    sponsors = _inside(protocol, "sponsorCollaboratorsModule")
    return Study(
        line=line,
        nct=_text(protocol, "identificationModule", "nctId"),
        title=_text(protocol, "identificationModule", "briefTitle"),
        org_id=_text(protocol, "identificationModule", "orgStudyIdInfo", "id"),
        acronym=_text(protocol, "identificationModule", "acronym"),
        status=_text(status, "overallStatus"),
        why_stopped=_text(status, "whyStopped"),
        sponsor=_text(sponsors, "leadSponsor", "name"),
        sponsor_class=_text(sponsors, "leadSponsor", "class"),
        partners=tuple((_text(one, "name"), _text(one, "class")) for one in _list(sponsors, "collaborators")),
        conditions=tuple(str(one) for one in _list(protocol, "conditionsModule", "conditions")),
        interventions=tuple(
            (_text(one, "type"), _text(one, "name"))
            for one in _list(protocol, "armsInterventionsModule", "interventions")
        ),
        phases=tuple(str(one) for one in _list(design, "phases")),
        enrollment=_text(design, "enrollmentInfo", "count"),
        study_type=_text(design, "studyType"),
        start=_text(status, "startDateStruct", "date"),
        primary=_text(status, "primaryCompletionDateStruct", "date"),
        completion=_text(status, "completionDateStruct", "date"),
        first_posted=_text(status, "studyFirstPostDateStruct", "date"),
        last_update=_text(status, "lastUpdatePostDateStruct", "date"),
    )


def from_csv(raw: RawTable) -> Iterator[Study]:
    """Read the rows of a download; lists inside a cell are joined by a bar."""
    places = {bare(name): place for place, name in enumerate(raw.header)}
    cells = {
        name: raw.columns[places[bare(header)]].to_pylist() if bare(header) in places else [None] * len(raw.lines)
        for name, header in CSV_COLUMNS.items()
    }
    for row, line in enumerate(raw.lines.tolist()):
        one = {name: (column[row] or "").strip() for name, column in cells.items()}
        parts = {
            name: tuple(part.strip() for part in one[name].split("|") if part.strip())
            for name in ("conditions", "interventions", "collaborators", "phases", "other_ids")
        }
        drugs = [text.partition(":") if ":" in text else ("", "", text) for text in parts["interventions"]]
        yield Study(
            line=line,
            partners=tuple((name, "") for name in parts["collaborators"]),
            conditions=parts["conditions"],
            interventions=tuple((kind.strip(), name.strip()) for kind, _, name in drugs),
            phases=parts["phases"],
            org_id=next(iter(parts["other_ids"]), ""),
            sponsor_class=one["funder"],
            **{name: one[name] for name in _SAME},
        )


def _inside(thing: Any, *path: str) -> Any:
    for name in path:
        thing = thing.get(name) if isinstance(thing, dict) else None
    return thing


def _text(thing: Any, *path: str) -> str:
    found = _inside(thing, *path)
    return str(found).strip() if isinstance(found, str | int | float) and not isinstance(found, bool) else ""


def _list(thing: Any, *path: str) -> list[Any]:
    found = _inside(thing, *path)
    return found if isinstance(found, list) else []
