"""ClinicalTrials.gov: studies of the API (version 2, JSON) and of the site's CSV download.

A study is a program of its lead sponsor. Collaborators become partner accounts. Persons are not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from committee.errors import BadFile
from committee.loaders.ctgov.study import CSV_COLUMNS, Study, from_csv, from_json, studies_in
from committee.loaders.incoming import FileEntry, Gathering, Words
from committee.loaders.tables import GrowingRows, How, Opening, Shape, bare, read_rows, reject_ragged, typed
from committee.records import TABLES

__all__ = ["JSON_SHAPE", "SHAPES", "SOURCE", "continue_pages", "read", "slug", "studies_in"]

SOURCE = "ctgov"
_REPORTED_BY = "ClinicalTrials.gov"
_ADDRESS = "https://clinicaltrials.gov/study/"
_STOPPED = frozenset({"TERMINATED", "WITHDRAWN", "SUSPENDED"})
_NUMBER = re.compile(r"NCT\d{8}")
_PHASES = {"earlyphase1": "phase 1", "phase1": "phase 1", "phase2": "phase 2", "phase3": "phase 3", "phase4": "phase 4"}
_TWO_PHASES = {("phase 1", "phase 2"): "phase 1/2", ("phase 2", "phase 3"): "phase 2/3"}

JSON_SHAPE = Shape(SOURCE, "studies", (), frozenset())
SHAPES = (Shape.of(SOURCE, "studies", ("NCT Number", "Sponsor"), CSV_COLUMNS.values()),)


def slug(name: str) -> str:
    """Return a company's id: its name in small plain letters and digits, everything else a hyphen.

    Examples
    --------
    >>> slug("Hoffmann-La Roche"), slug("  Sanofi-Aventis (Suisse) S.A. "), slug("Pierre Fabre Médicament")
    ('hoffmann-la-roche', 'sanofi-aventis-suisse-s-a', 'pierre-fabre-medicament')
    """
    letters = [sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign)]
    return re.sub(r"-+", "-", "".join(sign if sign.isalnum() else "-" for sign in letters)).strip("-")


def continue_pages(openings: Sequence[Opening]) -> list[Opening]:
    """Give the later pages of a CSV download, which have no column names, the names of the first page.

    Raises
    ------
    BadFile
        A page that continues none of the files at hand.
    """
    first = [opening for opening in openings if opening.shape in SHAPES]
    done = []
    for opening in openings:
        if opening.shape is None and opening.form == "csv" and _is_later_page(opening):
            headers = {page.header for page in first if len(page.header) == len(opening.header)}
            if len(headers) != 1:
                raise BadFile(
                    f"{opening.file.name} is a later page of a ClinicalTrials.gov download: it has no column names",
                    "Load it together with page 1 of the same download",
                )
            note = "a later page of a download, read with the column names of its first page"
            opening = replace(
                opening,
                header=headers.pop(),
                shape=SHAPES[0],
                body=opening.whole,
                first_line=1,
                notes=(*opening.notes, note),
            )
        done.append(opening)
    return done


def _is_later_page(opening: Opening) -> bool:
    return bool(opening.header) and any(_NUMBER.fullmatch(cell) for cell in opening.header)


def read(openings: Iterable[Opening], gathering: Gathering, how: How, words: Words) -> None:
    """Read files of studies, each on its own."""
    for opening in openings:
        if opening.form == "json":
            found = studies_in(opening.document) or []
            notes = (*opening.notes, "a line is a study's place in the file")
            entry = gathering.begin(opening.file, SOURCE, "studies", len(found), notes)
            studies = [from_json(place, study) for place, study in enumerate(found, start=1)]
            _records(entry, studies, {"nct": "nctId", "sponsor": "leadSponsor"}, how, words)
        else:
            raw = read_rows(opening)
            entry = gathering.begin(opening.file, SOURCE, "studies", raw.read, raw.notes)
            reject_ragged(entry, raw)
            _records(entry, list(from_csv(raw)), CSV_COLUMNS, how, words)


def _phase(stated: Sequence[str]) -> str | None:
    phases = sorted({_PHASES[bare(one)] for one in stated if bare(one) in _PHASES})
    if len(phases) == 2:
        return _TWO_PHASES.get((phases[0], phases[1]))
    return phases[0] if len(phases) == 1 else None


def _records(entry: FileEntry, studies: Sequence[Study], named: dict[str, str], how: How, words: Words) -> None:
    programs, free = _programs(studies, words)
    headers = {"program_id": named["nct"], "account_id": named["sponsor"]}
    made = typed(
        TABLES["programs"], programs.columns(headers), np.array(programs.lines, np.int64), how, SOURCE, free.columns()
    )
    entry.add("programs", made)
    kept = [study for study, good in zip(studies, made.kept, strict=True) if good]
    for table, rows in (("accounts", _accounts(kept)), ("signals", _signals(kept))):
        entry.add(table, typed(TABLES[table], rows.columns(), np.array(rows.lines, np.int64), how, SOURCE))
    sponsors = {slug(study.sponsor) for study in kept}
    partners = {slug(name) for study in kept for name, _ in study.partners if slug(name)}
    entry.note(
        f"{len(kept):,} programs of {len(sponsors):,} sponsors; {len(partners):,} collaborators became partner accounts, {len(partners - sponsors):,} of them sponsor nothing here"
    )
    for what, lacking in (
        ("phase", [s for s in kept if not _phase(s.phases)]),
        ("date of first posting", [s for s in kept if not s.first_posted]),
    ):
        if lacking:
            entry.note(f"{len(lacking):,} programs have no {what}")


def _programs(studies: Sequence[Study], words: Words) -> tuple[GrowingRows, GrowingRows]:
    programs = GrowingRows(
        "program_id account_id partner_account_ids name therapeutic_area modality phase status registry_id started_on "
        "ended_on updated_at"
    )
    free = GrowingRows(
        "acronym conditions enrollment first_posted_on interventions org_study_id phases_as_stated "
        "primary_completion_on study_type why_stopped"
    )
    for study in studies:
        partners = sorted({slug(name) for name, _ in study.partners} - {""})
        programs.put(
            study.line, study.nct, slug(study.sponsor), ";".join(partners), study.title, words.area(study.conditions),
            words.modality(study.interventions), _phase(study.phases), study.status, study.nct, study.start,
            study.completion or study.primary, study.last_update,
        )  # fmt: skip
        free.put(
            study.line, study.acronym, "; ".join(study.conditions), study.enrollment, study.first_posted,
            "; ".join(name for _, name in study.interventions), study.org_id, " | ".join(study.phases),
            study.primary, study.study_type, study.why_stopped,
        )  # fmt: skip
    return programs, free


def _accounts(studies: Sequence[Study]) -> GrowingRows:
    rows = GrowingRows("account_id name updated_at")
    for study in studies:
        for name in dict.fromkeys((study.sponsor, *(name for name, _ in study.partners))):
            if slug(name):
                rows.put(study.line, slug(name), name, study.last_update)
    return rows


def _signals(studies: Sequence[Study]) -> GrowingRows:
    rows = GrowingRows("signal_id kind occurred_on source account_id account_name program_id title url updated_at")
    for study in studies:
        about = (_REPORTED_BY, slug(study.sponsor), study.sponsor, study.nct)
        if study.first_posted:
            rows.put(
                study.line, f"{study.nct}-registered", "trial_registered", study.first_posted, *about,
                study.title, _ADDRESS + study.nct, study.last_update,
            )  # fmt: skip
        if study.status.upper() in _STOPPED and study.last_update:
            why = f": {study.why_stopped}" if study.why_stopped else ""
            rows.put(
                study.line, f"{study.nct}-stopped", "trial_stopped", study.last_update, *about,
                f"{study.status}{why}", _ADDRESS + study.nct, study.last_update,
            )  # fmt: skip
    return rows
