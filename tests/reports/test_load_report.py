from __future__ import annotations

from dataclasses import replace

from reports.small_world import columns

from committee.intake import REASONS, FileReport, Intake
from committee.reports.load_report import common_folder, intake_rows, summary

ENGAGEMENTS = FileReport(
    "e.csv",
    "canonical",
    "engagements",
    read=1500,
    loaded=1490,
    merged=4,
    waiting=3,
    rejected=3,
    notes=("2 times without a zone",),
)
CONTACTS = FileReport("c.csv", "hubspot", "contacts", read=10, loaded=10)


def intake() -> Intake:
    return Intake(
        {
            "rejects": columns(
                "file line field value reason",
                ("e.csv", 4, "occurred_at", "soon", "bad_time"),
                ("e.csv", 9, "occurred_at", "later", "bad_time"),
                ("e.csv", 11, "engagement_id", "", "missing_key"),
            ),
            "waiting": columns(
                "record_table record_id field_name target_table target_id",
                ("engagements", "e1", "contact_id", "contacts", "c1"),
                ("engagements", "e2", "contact_id", "contacts", "c1"),
                ("engagements", "e3", "content_id", "content", "k1"),
            ),
        },
        (ENGAGEMENTS, CONTACTS),
        {"contacts.title": 2},
        ("notes.docx",),
    )


def test_each_file_has_a_row_whose_numbers_add_up():
    rows = intake_rows(intake())
    assert rows.columns == ["file", "source", "kind", "read", "loaded", "merged", "waiting", "rejected", "notes"]
    assert rows.rows[0] == ["e.csv", "canonical", "engagements", 1500, 1490, 4, 3, 3, "2 times without a zone"]
    assert all(row[3] == sum(row[4:8]) for row in rows.rows)


def test_the_summary_adds_all_files_up():
    assert summary(intake()) == ("2 files: 1,510 rows read, 1,500 loaded, 4 merged, 3 waiting, 3 rejected")


def test_a_file_that_does_not_add_up_is_named():
    assert summary(Intake(files=(replace(CONTACTS, loaded=9),))).endswith("the numbers of c.csv do not add up")


def test_reasons_come_most_frequent_first_with_what_to_do():
    notes = intake_rows(intake()).notes
    assert notes[1] == f"2 rejects: {REASONS['bad_time'].meaning}. {REASONS['bad_time'].remedy}"
    assert notes[2].startswith("1 reject: ")


def test_what_waits_what_conflicts_and_what_was_left_alone_is_said():
    notes = intake_rows(intake()).notes
    assert "2 references from engagements to contacts wait: not loaded yet" in notes
    assert "1 reference from engagements to content waits: not loaded yet" in notes
    assert "2 conflicts in contacts.title: two values of one moment, decided by rule" in notes
    assert "1 file of no known kind, not read: notes.docx" in notes


def test_rows_refused_with_their_whole_file_are_counted_so_that_the_refusals_add_up():
    tickets = FileReport("t.csv", "hubspot", "ticket", read=25, rejected=25, notes=("not used by the product",))
    notes = intake_rows(Intake({"rejects": intake().rejects}, (ENGAGEMENTS, tickets))).notes
    assert "25 rows of 1 file: not used by the product" in notes
    assert not [note for note in intake_rows(intake()).notes if "not used" in note]


def test_of_many_strange_files_only_the_first_are_named():
    (told,) = intake_rows(Intake(ignored=[f"{letter}.png" for letter in "abcdefg"])).notes[1:]
    assert told == "7 files of no known kind, not read: a.png; b.png; c.png; d.png; e.png; 2 more"


def test_in_a_table_the_folder_that_all_files_share_is_named_once():
    files = [replace(ENGAGEMENTS, file="/data/in/e.csv"), replace(CONTACTS, file="/data/in/old/c.csv")]
    rows = intake_rows(Intake(files=files, ignored=["/data/in/x.md is odd", "/data/in/x.md is odd"]), whole_paths=False)
    assert [row[0] for row in rows.rows] == ["e.csv", "old/c.csv"]
    assert "The files lie in /data/in/" in rows.notes
    assert [note for note in rows.notes if "x.md" in note] == ["1 file of no known kind, not read: x.md is odd"]
    assert [row[0] for row in intake_rows(Intake(files=files)).rows] == ["/data/in/e.csv", "/data/in/old/c.csv"]


def test_folders_that_only_begin_alike_are_not_shared():
    assert common_folder(["/data/in1/a.csv", "/data/in2/b.csv"]) == "/data/"
    assert common_folder(["/data/in/a.csv"]) == common_folder(["a.csv", "b/c.csv"]) == ""
