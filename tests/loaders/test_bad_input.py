"""What people really hand over: each bad file gives one clear line, each bad row a reject, and nothing is lost."""

from __future__ import annotations

import gzip
import struct
import zipfile

import pytest

from committee.errors import BadFile

CONTACTS = "contact_id,email,name\n"


def test_a_path_that_is_not_there_is_named(read_files, tmp_path):
    with pytest.raises(BadFile, match=r"nowhere\.csv is not there"):
        read_files(tmp_path / "nowhere.csv")


def test_nothing_named_is_an_error(read_files):
    with pytest.raises(BadFile, match="no file was named"):
        read_files()


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"   \r\n"])
def test_an_empty_file_says_so(read_files, write, content):
    with pytest.raises(BadFile, match=r"contacts.csv is empty. Export it again"):
        read_files(write("contacts.csv", content))


@pytest.mark.parametrize(
    "header", ["contact_id,email,name", "contact_id,email,name\n", "contact_id,email,name\r\n\r\n"]
)
def test_a_header_without_rows_is_read_and_noted(read_files, write, header, adds_up):
    incoming = adds_up(read_files(write("contacts.csv", header)))
    assert incoming.files[0].read == 0
    assert "the file has a header and no rows" in incoming.files[0].notes
    assert not incoming.tables


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(bytes(range(256)) * 40, "is a binary file", id="all bytes"),
        pytest.param(b"\x00\x01\x02\x03" * 500, "is a binary file", id="half zeros, no UTF-16"),
        (b"%PDF-1.7 \n...", "is a PDF"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Excel", id="xls"),
        pytest.param(b"PAR1" + b"x" * 100, "broken Parquet", id="parquet"),
    ],
)
def test_a_binary_file_is_refused_in_one_line(read_files, write, content, what):
    with pytest.raises(BadFile, match=what) as caught:
        read_files(write("contacts.csv", content))
    assert "\n" not in str(caught.value).replace("\\n", "")


def test_a_workbook_is_refused_with_what_to_do(read_files, tmp_path):
    path = tmp_path / "contacts.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", "<x/>")
    with pytest.raises(BadFile, match="save the sheet as CSV"):
        read_files(path)


def test_a_folder_without_a_known_file_names_what_was_looked_for(read_files, write, tmp_path):
    write("folder/readme.md", "# nothing here\n")
    write("folder/prices.csv", "sku,price\n1,2\n")
    with pytest.raises(BadFile, match=r"holds no file the product knows.*accounts.*ClinicalTrials.gov.*HubSpot"):
        read_files(tmp_path / "folder")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadFile, match="holds no file the product knows"):
        read_files(tmp_path / "empty")


def test_unknown_files_beside_known_ones_are_listed(read_files, write, tmp_path):
    write("folder/contacts.csv", CONTACTS + "C1,a@b.c,Ann\n")
    write("folder/prices.csv", "sku,price\n1,2\n")
    write("folder/logo.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100)
    write("folder/void.csv", b"")
    incoming = read_files(tmp_path / "folder")
    assert len(incoming.files) == 1
    assert [text.split(" is ")[0].rsplit("/", 1)[1] for text in sorted(incoming.ignored)] == [
        "logo.png",
        "prices.csv",
        "void.csv",
    ]


def test_an_unknown_header_is_told_with_the_nearest_kind_and_what_it_lacks(read_files, write):
    with pytest.raises(
        BadFile, match=r"nothing the product knows by its columns: engagement_id, kind, contact_id"
    ) as caught:
        read_files(write("x.csv", "engagement_id,kind,contact_id,channel\n1,2,3,4\n"))
    assert "To be read as engagements it lacks: occurredat" in str(caught.value)


def test_two_columns_of_one_field_are_refused(read_files, write):
    with pytest.raises(BadFile, match=r"2 columns named email \(columns 2, 3\). Keep one of them"):
        read_files(write("contacts.csv", "contact_id,email,E-Mail\nC1,a@b.c,d@e.f\n"))


def test_two_unknown_columns_of_one_name_are_both_kept(read_files, write):
    incoming = read_files(write("accounts.csv", "account_id,name,Score,score\nA1,Acme,1,2\n"))
    row = incoming.tables["accounts"].to_pylist()[0]
    assert (row["score"], row["score_2"]) == ("1", "2")


def test_rows_with_another_separator_than_the_header_are_told(read_files, write):
    with pytest.raises(BadFile, match="separates its header by comma and its rows by semicolon"):
        read_files(write("contacts.csv", "contact_id,email,name\nC1;a@b.c;Ann\nC2;d@e.f;Bob\n"))


def test_a_separator_nobody_knows_is_told(read_files, write):
    with pytest.raises(BadFile, match="Separators are comma, semicolon, tab or bar"):
        read_files(write("contacts.csv", "contact_id^email^name\nC1^a@b.c^Ann\n"))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_any_common_separator_and_encoding_reads_alike(read_files, write, separator, encoding, said, adds_up):
    text = '"contact_id",email,name\nC1,a@b.c,Zoë Müller\nC2,d@e.f,"Ann ""A""\nB, C; D|E\tF"\n'
    if separator != ",":
        text = text.replace(",", separator).replace(f"B{separator} C", "B, C")
    incoming = adds_up(read_files(write("contacts.csv", text, encoding)))
    assert said(incoming, "contacts", "contact_id", "name", "line") == [
        {"contact_id": "C1", "name": "Zoë Müller", "line": 2},
        {"contact_id": "C2", "name": 'Ann "A"\nB, C; D|E\tF', "line": 3},
    ]


def test_one_foreign_byte_does_not_spoil_the_rest(read_files, write, said):
    content = (CONTACTS + "C1,a@b.c,Zoë\n").encode() + b"C2,d@e.f,Ren\xe9\n"
    incoming = read_files(write("contacts.csv", content))
    assert [row["name"] for row in said(incoming, "contacts", "contact_id", "name")] == ["Zoë", "René"]
    assert incoming.files[0].notes == ("bytes that are no UTF-8, read as Windows-1252: 1",)


def test_a_spreadsheets_separator_line_is_passed_over(read_files, write):
    incoming = read_files(write("contacts.csv", "sep=;\ncontact_id;email\nC1;a@b.c\n"))
    assert incoming.tables["contacts"]["line"].to_pylist() == [3]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_quoted_line_ends_do_not_shift_the_line_numbers(read_files, write, end):
    text = end.join(["contact_id,email,name", 'C1,a@b.c,"Ann', "of", 'York"', "C2,d@e.f,Bob", "", ",,", "C3,g@h.i,Cy"])
    incoming = read_files(write("contacts.csv", text))
    assert incoming.tables["contacts"]["line"].to_pylist() == [2, 5, 8]


def test_a_quote_that_never_closes_names_its_line(read_files, write):
    with pytest.raises(BadFile, match="opens a quote in line 3 and never closes it"):
        read_files(write("contacts.csv", CONTACTS + 'C1,a@b.c,Ann\nC2,d@e.f,"Bob\nC3,g@h.i,Cy\nC4,j@k.l,Di\n'))


def test_a_ragged_row_is_refused_and_the_others_are_read(read_files, write, adds_up):
    text = CONTACTS + "C1,a@b.c,Ann\nC2,d@e.f\nC3,g@h.i,Cy,extra\nC4,j@k.l,Di,,\n"
    incoming = adds_up(read_files(write("contacts.csv", text)))
    assert incoming.tables["contacts"]["contact_id"].to_pylist() == ["C1", "C4"]
    assert incoming.rejects.select(["line", "reason", "detail"]).to_pylist() == [
        {"line": 3, "reason": "ragged_row", "detail": "2 cells, the header has 3"},
        {"line": 4, "reason": "ragged_row", "detail": "4 cells, the header has 3"},
    ]
    assert incoming.files[0].read == 4
    assert incoming.files[0].rejected == 2


def test_a_row_of_a_million_cells_is_one_reject(read_files, write, adds_up):
    incoming = adds_up(read_files(write("contacts.csv", CONTACTS + "C1,a@b.c,Ann\n" + "x," * 1_000_000 + "x\n")))
    assert incoming.rejects["reason"].to_pylist() == ["ragged_row"]
    assert len(incoming.rejects["value"][0].as_py()) <= 200


def test_a_header_of_a_million_columns_is_refused(read_files, write):
    with pytest.raises(BadFile, match=r"has more than [\d,]+ columns, 2,000 are allowed"):
        read_files(write("contacts.csv", "contact_id,email," + ",".join(f"c{i}" for i in range(1_000_001)) + "\nC1\n"))


def test_blank_columns_are_passed_over(read_files, write):
    incoming = read_files(write("contacts.csv", "contact_id,,email,\nC1,,a@b.c,\n"))
    assert incoming.files[0].notes == ()
    assert incoming.tables["contacts"].num_rows == 1


@pytest.mark.parametrize(
    "contact", ["a b", 'O"Brien', "😀", "x" * 500, "MATCH (n) DETACH DELETE n", "<b>7</b>", "'; DROP--", "7|8"]
)
def test_strange_ids_are_kept_as_they_are(read_files, write, contact):
    quoted = '"' + contact.replace('"', '""') + '"'
    incoming = read_files(write("contacts.csv", f"contact_id,email\n{quoted},a@b.c\n"))
    assert incoming.tables["contacts"]["contact_id"].to_pylist() == [contact]


def test_outer_blanks_of_an_id_are_no_part_of_it(read_files, write):
    incoming = read_files(write("contacts.csv", "contact_id,email\n  C1 ,a@b.c\n\u00a0C2,d@e.f\n"))
    assert incoming.tables["contacts"]["contact_id"].to_pylist() == ["C1", "C2"]


def test_an_id_of_ten_thousand_characters_is_refused_and_cut_in_the_report(read_files, write, adds_up):
    incoming = adds_up(read_files(write("contacts.csv", f"contact_id,email\n{'x' * 10_000},a@b.c\nC2,d@e.f\n")))
    reject = incoming.rejects.to_pylist()[0]
    assert (reject["reason"], reject["field"], reject["line"], len(reject["value"])) == (
        "too_long",
        "contact_id",
        2,
        200,
    )


@pytest.mark.parametrize("word", ["", "  ", "NaN", "null", "NULL", "#N/A", "n/a", "None"])
def test_words_for_nothing_are_nothing(read_files, write, word, adds_up):
    incoming = adds_up(
        read_files(write("contacts.csv", f"contact_id,email,title\nC1,a@b.c,{word}\n{word},d@e.f,CEO\n"))
    )
    assert incoming.tables["contacts"]["title"].to_pylist() == [None]
    assert incoming.rejects.select(["line", "field", "reason"]).to_pylist() == [
        {"line": 3, "field": "contact_id", "reason": "missing_key"}
    ]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2026-02-13T09:30:60Z", "bad_time"),
        ("2026-02-30", "bad_time"),
        ("2026-02-13T24:00:00Z", "bad_time"),
        ("1970-01-01T00:00:00Z", "time_out_of_range"),
        ("2043-05-01", "time_out_of_range"),
        ("13/02/2026", "ambiguous_date"),
        ("02/13/2026 9:30", "ambiguous_date"),
        ("yesterday", "bad_time"),
        ("", "missing_value"),
        ("NaN", "missing_value"),
        ("99999-01-01", "bad_time"),
        ("2026-02-13T09:30:00+99:99", "bad_time"),
    ],
)
def test_a_time_that_is_none_is_a_reject_with_its_reason(read_files, write, cell, reason, adds_up):
    text = f"engagement_id,occurred_at,contact_id\nE1,{cell},C1\nE2,2026-02-13T09:30:00Z,C1\n"
    incoming = adds_up(read_files(write("engagements.csv", text)))
    assert incoming.tables["engagements"]["engagement_id"].to_pylist() == ["E2"]
    assert incoming.rejects.select(["line", "field", "reason"]).to_pylist() == [
        {"line": 2, "field": "occurred_at", "reason": reason}
    ]


def test_slashed_dates_follow_the_order_told_and_none_other(read_files, write):
    path = write("engagements.csv", "engagement_id,occurred_at,contact_id\nE1,03/02/2026,C1\nE2,13/02/2026,C1\n")
    days = read_files(path, date_order="dmy").tables["engagements"]["occurred_at"].to_pylist()
    assert [f"{day:%Y-%m-%d}" for day in days] == ["2026-02-03", "2026-02-13"]
    american = read_files(path, date_order="mdy")
    assert [f"{day:%Y-%m-%d}" for day in american.tables["engagements"]["occurred_at"].to_pylist()] == ["2026-03-02"]
    assert american.rejects["reason"].to_pylist() == ["bad_time"]


def test_a_row_that_names_nobody_is_refused(read_files, write, adds_up):
    text = "engagement_id,occurred_at,contact_id,email,account_id\nE1,2026-02-13,,,\nE2,2026-02-13,,,A1\nE3,2026-02-13,,a@b.c,\n"
    incoming = adds_up(read_files(write("engagements.csv", text)))
    assert incoming.tables["engagements"]["engagement_id"].to_pylist() == ["E2", "E3"]
    assert incoming.rejects["reason"].to_pylist() == ["no_subject"]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("employees", "-1", "out_of_bounds"),
        ("employees", "12.5", "bad_number"),
        ("employees", "1e300", "out_of_bounds"),
        ("employees", "many", "bad_number"),
        ("revenue_usd", "inf", "bad_number"),
        ("deleted", "maybe", "bad_yes_no"),
        ("country", "a\x00b", "control_characters"),
        ("name", "", "missing_value"),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_its_row(read_files, write, column, cell, reason, adds_up):
    row = {"account_id": "A1", "name": "Acme", "employees": "5", "revenue_usd": "1", "deleted": "no", "country": "CH"}
    row[column] = cell
    text = ",".join(row) + "\n" + ",".join(row.values()) + "\nA2,Beta,1,2,no,DE\n"
    incoming = adds_up(read_files(write("accounts.csv", text)))
    assert incoming.tables["accounts"]["account_id"].to_pylist() == ["A2"]
    reject = incoming.rejects.to_pylist()[0]
    assert (reject["field"], reject["reason"], reject["line"]) == (column, reason, 2)
    assert reject["remedy"]


def test_the_apostrophe_before_a_formula_is_taken_off_again(read_files, write):
    incoming = read_files(write("accounts.csv", "account_id,name\nA1,'=1+1\nA2,'tis\nA3,=1+1\n'@4,'-x\n"))
    assert incoming.tables["accounts"]["name"].to_pylist() == ["=1+1", "'tis", "=1+1", "-x"]
    assert incoming.tables["accounts"]["account_id"].to_pylist() == ["A1", "A2", "A3", "@4"]


def test_a_broken_zip_is_told(read_files, write, tmp_path):
    good = tmp_path / "good.zip"
    with zipfile.ZipFile(good, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("contacts.csv", CONTACTS + "C1,a@b.c,Ann\n" * 500)
    content = good.read_bytes()
    with pytest.raises(BadFile, match="is a broken archive"):
        read_files(write("cut.zip", content[: len(content) // 2]))
    spoiled = bytearray(content)
    spoiled[60:70] = b"\xff" * 10
    with pytest.raises(BadFile, match="is a broken archive"):
        read_files(write("spoiled.zip", bytes(spoiled)))


def test_a_broken_gzip_is_told(read_files, write):
    content = gzip.compress((CONTACTS + "C1,a@b.c,Ann\n").encode())
    with pytest.raises(BadFile, match="is a broken archive"):
        read_files(write("contacts.csv.gz", content[:-12]))


def test_an_encrypted_zip_is_told(read_files, write, tmp_path):
    path = tmp_path / "secret.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("contacts.csv", CONTACTS)
    content = bytearray(path.read_bytes())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = content.index(mark) + (6 if mark == b"PK\x03\x04" else 8)
        content[place : place + 2] = struct.pack("<H", 1)
    with pytest.raises(BadFile, match="is encrypted"):
        read_files(write("secret.zip", bytes(content)))


def test_a_zip_that_unpacks_beyond_reason_is_stopped(read_files, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("contacts.csv", b"x" * 3_000_000)
    with pytest.raises(BadFile, match="unpacks to more than 2 MB"):
        read_files(path, unpacked_megabytes=2)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(12):
            archive.writestr(f"{number}.csv", CONTACTS)
    with pytest.raises(BadFile, match="holds 12 files, 10 are allowed"):
        read_files(path, unpacked_files=10)


def test_a_zip_that_lies_about_its_size_is_stopped(read_files, tmp_path, write):
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("contacts.csv", b"x" * 3_000_000)
    content = path.read_bytes().replace(struct.pack("<I", 3_000_000), struct.pack("<I", 10))
    with pytest.raises(BadFile, match=r"unpacks to more than|broken archive"):
        read_files(write("liar.zip", content), unpacked_megabytes=2)


def test_a_zip_with_folders_reads_like_the_folder(read_files, tmp_path, write, said):
    rows = CONTACTS + "C1,a@b.c,Ann\nC2,d@e.f,Bob\n"
    write("data/contacts.csv", rows)
    write("data/.DS_Store", b"\x00\x01")
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/", "")
        archive.writestr("export/contacts.csv", rows)
        archive.writestr("__MACOSX/export/._contacts.csv", b"\x00\x05\x16\x07")
    zipped, plain = read_files(path), read_files(tmp_path / "data")
    assert said(zipped, "contacts") == said(plain, "contacts")
    assert [report.load_id for report in zipped.files] == [report.load_id for report in plain.files]
    assert zipped.ignored == plain.ignored == ()


def test_a_gzip_is_the_same_load_as_its_content(read_files, write):
    content = (CONTACTS + "C1,a@b.c,Ann\n").encode()
    packed, plain = write("contacts.csv.gz", gzip.compress(content)), write("contacts.csv", content)
    assert read_files(packed).files[0].load_id == read_files(plain).files[0].load_id


def test_the_same_bytes_under_two_names_are_read_once(read_files, write, adds_up):
    paths = [write(name, CONTACTS + "C1,a@b.c,Ann\n") for name in ("one.csv", "two.csv")]
    incoming = adds_up(read_files(*paths))
    assert incoming.tables["contacts"].num_rows == 1
    assert [(report.read, report.merged) for report in incoming.files] == [(1, 0), (1, 1)]


@pytest.mark.parametrize("content", ['{"studies": [', "[1, 2", '{"a": }'])
def test_broken_json_names_its_line(read_files, write, content):
    with pytest.raises(BadFile, match="is broken JSON in line 1"):
        read_files(write("studies.json", content))


def test_json_without_studies_is_told(read_files, write):
    with pytest.raises(BadFile, match="is JSON without studies"):
        read_files(write("x.json", '{"rows": []}'))


def test_an_unknown_time_zone_is_told(read_files, write):
    from committee.errors import BadSettings

    with pytest.raises(BadSettings, match=r"load.timezone 'Mars/Base' is no time zone"):
        read_files(write("contacts.csv", CONTACTS), timezone="Mars/Base")


def test_crc_is_looked_at(read_files, tmp_path, write):
    path = tmp_path / "crc.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("contacts.csv", CONTACTS + "C1,a@b.c,Ann\n")
    content = path.read_bytes().replace(b"Ann", b"Bob")
    with pytest.raises(BadFile, match="is a broken archive"):
        read_files(write("crc.zip", content))


def test_a_path_given_twice_is_read_once(read_files, write, tmp_path, adds_up):
    write("folder/contacts.csv", CONTACTS + "C1,a@b.c,Ann\n")
    incoming = adds_up(read_files(tmp_path / "folder", tmp_path / "folder"))
    assert incoming.tables["contacts"].num_rows == 1
    assert [(report.read, report.merged) for report in incoming.files] == [(1, 0), (1, 1)]


def test_the_output_of_another_program_is_read(read_files, tmp_path):
    import os
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(CONTACTS + "C1,a@b.c,Ann\n",))
    writer.start()
    incoming = read_files(pipe)
    writer.join()
    assert incoming.tables["contacts"]["name"].to_pylist() == ["Ann"]


def test_a_reject_shows_the_word_that_stood_for_nothing(read_files, write):
    file = write("accounts.csv", "account_id,name\nNaN,Beta\na2,null\na3,\n")
    rejects = read_files(file).rejects.to_pylist()
    assert [(row["line"], row["value"]) for row in rejects] == [(2, "NaN"), (3, "null"), (4, "")]
    assert rejects[1]["detail"] == "name is 'null', a word for nothing (load.empty_words)"
