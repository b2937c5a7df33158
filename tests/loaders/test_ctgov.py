"""Studies of ClinicalTrials.gov: programs of sponsors, partners, and what happened in public."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from committee.errors import BadFile
from committee.loaders.ctgov import slug

REAL = Path(__file__).parents[1] / "data" / "ctgov_programs" / "studies.json.gz"


class Words:
    def area(self, conditions):
        return "oncology" if any("cancer" in one.lower() for one in conditions) else None

    def modality(self, interventions):
        return "small molecule" if any(kind == "DRUG" for kind, _ in interventions) else None

    def normalise(self, field, value):
        return None


@pytest.fixture(scope="module")
def studies():
    return json.loads(gzip.decompress(REAL.read_bytes()))["studies"]


@pytest.fixture(scope="module")
def real(read_files):
    return read_files(REAL, words=Words())


def study(nct="NCT00000001", sponsor="Acme Bio", **modules):
    protocol = {
        "identificationModule": {"nctId": nct, "briefTitle": "A trial"},
        "statusModule": {"overallStatus": "RECRUITING", "studyFirstPostDateStruct": {"date": "2025-01-02"}},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": sponsor, "class": "INDUSTRY"}},
    }
    for name, fields in modules.items():
        protocol.setdefault(name, {}).update(fields)
    return {"protocolSection": protocol}


def test_every_study_is_a_program_of_one_of_168_sponsors(real, adds_up):
    adds_up(real)
    programs = real.tables["programs"]
    assert programs.num_rows == 402
    assert len(set(programs["program_id"].to_pylist())) == 402
    assert len(set(programs["account_id"].to_pylist())) == 168
    assert real.rejects.num_rows == 0
    report = real.files[0]
    assert (report.source, report.kind, report.read, report.rejected) == ("ctgov", "studies", 402, 0)
    assert (
        "402 programs of 168 sponsors; 78 collaborators became partner accounts, 60 of them sponsor nothing here"
        in report.notes
    )


def test_sponsors_and_partners_are_accounts_and_every_reference_has_its_target(real):
    accounts = set(real.tables["accounts"]["account_id"].to_pylist())
    programs = real.tables["programs"].to_pylist()
    assert len(accounts) == 168 + 60
    assert {row["account_id"] for row in programs} <= accounts
    assert {one for row in programs for one in row["partner_account_ids"] or []} <= accounts


def test_the_phases_are_counted_as_in_the_file(real, studies):
    stated = Counter(tuple(one["protocolSection"]["designModule"].get("phases") or []) for one in studies)
    read = Counter(real.tables["programs"]["phase"].to_pylist())
    assert read == {
        "phase 1": stated["PHASE1",] + stated["EARLY_PHASE1",],
        "phase 2": stated["PHASE2",],
        "phase 3": stated["PHASE3",],
        "phase 4": stated["PHASE4",],
        "phase 1/2": stated["PHASE1", "PHASE2"],
        "phase 2/3": stated["PHASE2", "PHASE3"],
        None: stated["NA",] + stated[()],
    }
    assert read[None] == 59


def test_dates_keep_the_precision_they_have(real, studies):
    by_id = {row["program_id"]: row for row in real.tables["programs"].to_pylist()}
    for one in studies:
        status = one["protocolSection"]["statusModule"]
        row = by_id["ctgov:" + one["protocolSection"]["identificationModule"]["nctId"]]
        assert row["started_on"] == status.get("startDateStruct", {}).get("date")
        ended = status.get("completionDateStruct") or status.get("primaryCompletionDateStruct") or {}
        assert row["ended_on"] == ended.get("date")
    assert any(row["started_on"] and len(row["started_on"]) == 7 for row in by_id.values())


def test_each_posting_and_each_stop_is_a_signal(real, studies):
    signals = real.tables["signals"].to_pylist()
    assert Counter(row["kind"] for row in signals) == {"trial_registered": 402, "trial_stopped": 31 + 9}
    assert {row["source"] for row in signals} == {"ClinicalTrials.gov"}
    whys = {
        one["protocolSection"]["identificationModule"]["nctId"]: one["protocolSection"]["statusModule"].get(
            "whyStopped"
        )
        for one in studies
    }
    for row in signals:
        nct = row["program_id"].removeprefix("ctgov:")
        assert row["url"] == f"https://clinicaltrials.gov/study/{nct}"
        if row["kind"] == "trial_stopped" and whys[nct]:
            assert row["title"].endswith(whys[nct].strip())


def test_area_and_modality_are_asked_of_the_vocabulary(real):
    rows = real.tables["programs"].to_pylist()
    assert {row["therapeutic_area"] for row in rows} == {"oncology", None}
    assert all(row["therapeutic_area"] == "oncology" for row in rows if "cancer" in (row["conditions"] or "").lower())


def test_no_person_is_read(read_files, write):
    person = {"contactsLocationsModule": {"centralContacts": [{"name": "Dr. Ann Smith", "email": "ann@acme.bio"}]}}
    incoming = read_files(write("s.json", json.dumps([study(**person)])))
    assert "Smith" not in str([table.to_pylist() for table in incoming.tables.values()])


@pytest.mark.parametrize("form", [lambda one: {"studies": [one]}, lambda one: [one], lambda one: one])
def test_an_answer_a_list_and_one_study_are_read_alike(read_files, write, form, said):
    incoming = read_files(write("s.json", json.dumps(form(study()))))
    assert said(incoming, "programs", "program_id", "account_id", "line") == [
        {"program_id": "ctgov:NCT00000001", "account_id": "ctgov:acme-bio", "line": 1}
    ]


def test_a_study_without_number_or_sponsor_is_a_reject(read_files, write, adds_up):
    broken = [
        study(),
        study(nct=""),
        study(nct="NCT00000002", sponsor=" "),
        "no study",
        study(nct="NCT00000003", sponsor="?!"),
    ]
    incoming = adds_up(read_files(write("s.json", json.dumps({"studies": broken}))))
    assert incoming.tables["programs"].num_rows == incoming.tables["signals"].num_rows == 1
    assert [(row["line"], row["field"], row["reason"]) for row in incoming.rejects.to_pylist()] == [
        (2, "nctId", "missing_key"),
        (3, "leadSponsor", "missing_value"),
        (4, "leadSponsor", "missing_value"),
        (4, "nctId", "missing_key"),
        (5, "leadSponsor", "missing_value"),
    ]


@pytest.mark.parametrize(
    "odd", [{"statusModule": None}, {"designModule": [], "conditionsModule": 7}, {"designModule": {"phases": "PHASE1"}}]
)
def test_a_study_of_another_build_is_read_as_far_as_it_goes(read_files, write, odd, adds_up):
    one = study()
    one["protocolSection"].update(odd)
    assert adds_up(read_files(write("s.json", json.dumps([one])))).tables["programs"].num_rows == 1


def test_one_company_written_in_two_cases_is_one_account(read_files, write):
    pair = [study(), study(nct="NCT00000002", sponsor="ACME  Bio.")]
    assert set(read_files(write("s.json", json.dumps(pair))).tables["programs"]["account_id"].to_pylist()) == {
        "ctgov:acme-bio"
    }
    assert slug("Daiichi Sankyo Co., Ltd.") == "daiichi-sankyo-co-ltd"
    assert slug("第一三共") == "第一三共"


HEADER = [
    "NCT Number", "Study Title", "Study URL", "Acronym", "Study Status", "Conditions", "Interventions", "Sponsor", "Collaborators",
    "Phases", "Enrollment", "Funder Type", "Study Type", "Other IDs", "Start Date", "Primary Completion Date", "Completion Date",
    "First Posted", "Last Update Posted",
]  # fmt: skip


def csv_rows(studies):
    def date(status, name):
        return (status.get(name) or {}).get("date", "")

    for one in studies:
        protocol = one["protocolSection"]
        status, identity = protocol["statusModule"], protocol["identificationModule"]
        sponsors, design = protocol["sponsorCollaboratorsModule"], protocol["designModule"]
        drugs = protocol.get("armsInterventionsModule", {}).get("interventions", [])
        yield [
            identity["nctId"], identity["briefTitle"], "https://clinicaltrials.gov/study/" + identity["nctId"],
            identity.get("acronym", ""), status["overallStatus"], "|".join(protocol["conditionsModule"]["conditions"]),
            "|".join(f"{drug['type']}: {drug['name']}" for drug in drugs), sponsors["leadSponsor"]["name"],
            "|".join(other["name"] for other in sponsors.get("collaborators", [])), "|".join(design.get("phases", [])),
            design.get("enrollmentInfo", {}).get("count", ""), sponsors["leadSponsor"]["class"], design["studyType"],
            identity["orgStudyIdInfo"].get("id", ""), date(status, "startDateStruct"), date(status, "primaryCompletionDateStruct"),
            date(status, "completionDateStruct"), date(status, "studyFirstPostDateStruct"), date(status, "lastUpdatePostDateStruct"),
        ]  # fmt: skip


def put_csv(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def test_the_csv_download_gives_the_same_records_as_the_json(read_files, real, studies, tmp_path, said, adds_up):
    path = put_csv(tmp_path / "ctg-studies.csv", [HEADER, *csv_rows(studies)])
    downloaded = adds_up(read_files(path, words=Words()))
    facts = (
        "program_id",
        "account_id",
        "phase",
        "status",
        "started_on",
        "ended_on",
        "conditions",
        "modality",
        "partner_account_ids",
    )
    assert said(downloaded, "programs", *facts) == said(real, "programs", *facts)
    assert said(downloaded, "accounts", "account_id", "name") == said(real, "accounts", "account_id", "name")
    kinds = ("signal_id", "kind", "occurred_on")
    assert said(downloaded, "signals", *kinds) == said(real, "signals", *kinds)


def test_later_pages_without_column_names_are_read_with_those_of_page_one(read_files, studies, tmp_path, adds_up):
    rows = list(csv_rows(studies))
    one = put_csv(tmp_path / "page1.csv", [HEADER, *rows[:200]])
    two = put_csv(tmp_path / "page2.csv", rows[200:])
    for paths in ((one, two), (two, one)):
        incoming = adds_up(read_files(*paths))
        assert incoming.tables["programs"].num_rows == 402
        assert len(set(incoming.tables["programs"]["account_id"].to_pylist())) == 168
    assert (
        min(
            incoming.tables["programs"]
            .filter(
                [report == incoming.files[0].load_id for report in incoming.tables["programs"]["load_id"].to_pylist()]
            )["line"]
            .to_pylist()
        )
        == 1
    )


def test_a_later_page_alone_is_refused_with_what_to_do(read_files, studies, tmp_path):
    two = put_csv(tmp_path / "page2.csv", list(csv_rows(studies[:5])))
    with pytest.raises(BadFile, match="Load it together with page 1 of the same download"):
        read_files(two)
