"""Somebody who is erased is gone: from every node, run and file, for good, and nobody else with them; on both stores."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from privacy.conftest import NOW, SETTINGS
from privacy.world import AS_OF, PEOPLE

from committee import pipeline
from committee.errors import AmbiguousName, NotFound, WriteFailed
from committee.graph.store import open_store
from committee.privacy import copy_of, erase, noted, plan, tombstoned, verify, whom

MAILS = {one: mail for one, mail, _, _ in PEOPLE}
NAMES = {one: name for one, _, name, _ in PEOPLE}


def opened(address: str):
    return open_store(address, SETTINGS.store)


def gone(address: str, text: str, **more) -> None:
    with opened(address) as store:
        erase(store, whom(store.market(), text), clock=lambda: NOW, **more)


def everything_said(store) -> str:
    """All that a driver can read out of a store, as one text; an oracle that shares nothing with verify."""
    nodes = store._bolt.rows("MATCH (n) RETURN labels(n) AS labels, properties(n) AS said")
    arrows = store._bolt.rows("MATCH ()-[r]->() RETURN type(r) AS type, properties(r) AS said")
    return json.dumps([nodes, arrows], ensure_ascii=False).lower()


def bytes_of(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()).lower()


def test_erased_and_loaded_again_nothing_is_left(filled, exports, tmp_path):
    wanted = ["4711", MAILS["4711"], NAMES["4711"]]
    with opened(filled) as store:
        person = whom(store.market(), "an.na@adler.example")
        assert not verify(store, person).is_absent
        pages = [tmp_path / "out" / name for name in ("page.html", "others.html")]
        pages[0].parent.mkdir()
        pages[0].write_text(f"<p>Call {NAMES['4711']}</p>")
        pages[1].write_text("<p>Call Petra</p>")
        noted(store, pages)
    gone(filled, "contact:4711")
    assert not pages[0].exists()
    assert pages[1].exists()
    for _ in range(2):
        with opened(filled) as store:
            intake = pipeline.load(store, exports, SETTINGS, clock=lambda: NOW)
            assert all(report.adds_up() for report in intake.files)
            assert sum(reason == "erased" for reason in intake.rejects["reason"].to_pylist()) == 8
            pipeline.detect_store(store, AS_OF, SETTINGS)
            verdict = verify(store, person)
            assert (verdict.is_absent, verdict.left) == (True, [])
            assert (verdict.nodes, verdict.relationships) == store.erasing.size()
            said = everything_said(store)
            assert not any(text.lower() in said for text in wanted[1:])
            assert '"4711"' not in said
            assert tombstoned(store, "an.na@adler.example") == NOW
            assert tombstoned(store, "an.na@adler.example".upper()) == NOW
    if "://" not in filled:
        files = bytes_of(Path(filled))
        for text in wanted[1:]:
            assert text.lower().encode() not in files
            assert text.lower().encode("utf-16-le") not in files


def test_nobody_goes_with_them(filled):
    with opened(filled) as store:
        before = store.market()
        groups = [store.findings(run.run_id).groups for run in store.runs()]
    gone(filled, "p🧬1")
    with opened(filled) as store:
        after = store.market()
        for table in ("contacts", "employments", "opportunity_roles", "engagements"):
            kept = [row for row in before[table].to_pylist() if not _is_zoe(row)]
            assert after[table].to_pylist() == kept
        for table in ("accounts", "programs", "content", "opportunities", "aliases", "loads"):
            assert after[table].to_pylist() == before[table].to_pylist()
        for run, said in zip(store.runs(), groups, strict=True):
            found = store.findings(run.run_id)
            assert found.groups == said  # a group of five stays a group of five, one of whom nobody knows
            assert "p🧬1" not in found.memberships["contact_id"].to_pylist()
            assert "p🧬12" in found.memberships["contact_id"].to_pylist()
        left = verify(store, whom(before, "p🧬1")).left
        assert all(one.shared for one in left)
        assert {one.why for one in left} == {"a part of the name of contact:p🧬12"}


def _is_zoe(row) -> bool:
    return row.get("contact_id") == "p🧬1" or (row.get("email") or "").lower() == MAILS["p🧬1"]


def test_a_name_that_is_a_word_takes_nothing_else_and_is_told_as_somebody_elses(embedded):
    with opened(embedded) as store:
        person = whom(store.market(), "Will")
        assert person.names == ()
    gone(embedded, "Will")
    with opened(embedded) as store:
        assert "Will & Sons" in store.market().accounts["name"].to_pylist()
        assert "Where there is a Will there is a way" in store.market().opportunities["name"].to_pylist()
        verdict = verify(store, person)
        assert verdict.is_absent
        assert {one.why for one in verdict.left} == {"also a word that says other things"}


def test_what_people_wrote_about_others_keeps_all_but_the_name(embedded, exports):
    gone(embedded, "C-007")
    with opened(embedded) as store:
        for _ in range(2):
            names = store.market().opportunities["name"].to_pylist()
            assert names[0] == "Assay for [erased] ([erased])"
            assert names[1] == "Where there is a Will there is a way"
            pipeline.load(store, exports, SETTINGS, clock=lambda: NOW)


def test_a_person_comes_back_under_no_other_id(embedded, tmp_path):
    gone(embedded, "4711")
    new = tmp_path / "new"
    new.mkdir()
    (new / "contacts.csv").write_text(
        "contact_id,account_id,email,name\nnew-1,acc-a,An.Na+news@adler.example,A. Nunez\n"
    )
    (new / "engagements.csv").write_text(
        "engagement_id,occurred_at,contact_id,email,kind\nn-1,2026-03-09T09:00:00Z,new-1,,click\nn-2,2026-03-09T09:00:00Z,will,an.na@adler.example,click\n"
    )
    with opened(embedded) as store:
        intake = pipeline.load(store, [new], SETTINGS, clock=lambda: NOW)
        assert [report.rejected for report in intake.files] == [1, 1]
        assert "new-1" not in everything_said(store)
        assert tombstoned(store, "new-1")
        (row,) = [row for row in store.market().engagements.to_pylist() if row["engagement_id"] == "n-2"]
        assert (row["contact_id"], row["email"]) == ("will", None)


def test_the_copy_a_person_may_ask_for_holds_all_that_is_kept(embedded):
    with opened(embedded) as store:
        market = store.market()
        copy = copy_of(store, whom(market, "Jane Doe"), market)
    assert {"C-006", "C-007"} <= set(copy["person"][0]["ids"])
    assert copy["person"][0]["mail_addresses"] == ["jane.doe@adler.example", "jane.smith@adler.example"]
    assert len(copy["engagements"]) == 7
    assert {row["field_name"] for row in copy["earlier_values"]} == {"email", "name", "title"}
    assert len({row["run_id"] for row in copy["memberships"]}) == 2
    assert [row["role"] for row in copy["opportunity_roles"]] == ["Champion"]


def test_somebody_nobody_knows_or_two_people_could_be_changes_nothing(embedded, tmp_path):
    twice = tmp_path / "twice"
    twice.mkdir()
    (twice / "contacts.csv").write_text(
        "contact_id,account_id,email,name,title\nt-1,acc-a,a@adler.example,Sam Twin,Chemist\nt-2,acc-a,b@other.example,SAM  TWIN,CFO\n"
    )
    with opened(embedded) as store:
        pipeline.load(store, [twice], SETTINGS, clock=lambda: NOW)
        before = everything_said(store)
        with pytest.raises(AmbiguousName, match=r"contact:t-1 .*Chemist.*contact:t-2 .*CFO"):
            whom(store.market(), "sam twin")
        for nobody in ("Sam", "nobody@adler.example", "contact:t-3", " ", "contact:"):
            with pytest.raises(NotFound, match="nothing was changed"):
                whom(store.market(), nobody)
        with pytest.raises(NotFound, match="contact:t-1"):
            whom(store.market(), "twin")
        plan(store, whom(store.market(), "t-1"))
        assert everything_said(store) == before


def test_an_address_that_two_have_stays_with_the_other(embedded, tmp_path):
    more = tmp_path / "more"
    more.mkdir()
    (more / "contacts.csv").write_text(
        "contact_id,account_id,email,name\ns-1,acc-a,lab@adler.example,Ben Erster\ns-2,acc-a,lab@adler.example,Eva Zweite\n"
    )
    with opened(embedded) as store:
        pipeline.load(store, [more], SETTINGS, clock=lambda: NOW)
        market = store.market()
        person = whom(market, "s-1")
        if "s-2" in person.ids:
            pytest.fail("two names at one address are two people")
        assert person.mails == ()
        assert person.shared == {"lab@adler.example": "also the address of contact:s-2"}
    gone(embedded, "s-1")
    with opened(embedded) as store:
        pipeline.load(store, [more], SETTINGS, clock=lambda: NOW)
        contacts = store.market().contacts.to_pylist()
        assert [row["name"] for row in contacts if row["email"] == "lab@adler.example"] == ["Eva Zweite"]


def test_tombstones_move_to_a_fresh_store(embedded, exports, tmp_path):
    gone(embedded, "4711")
    with opened(embedded) as store:
        noted(store, [tmp_path / "page.html"])
        store.dump(tmp_path / "dump")
    with opened(str(tmp_path / "fresh")) as fresh:
        fresh.restore(tmp_path / "dump")
        assert [one["path"] for one in fresh.erasing.written()] == [str(tmp_path / "page.html")]
        pipeline.load(fresh, exports, SETTINGS, clock=lambda: NOW)
        assert "4711" not in fresh.market().contacts["contact_id"].to_pylist()
    decided = (tmp_path / "dump" / "decisions" / "decisions.parquet").read_bytes()
    assert b"an.na" not in decided
    assert (tmp_path / "dump" / "erasure.key").stat().st_mode & 0o077 == 0


def test_a_dump_named_with_also_loses_the_person(embedded, tmp_path):
    with opened(embedded) as store:
        store.dump(tmp_path / "dump")
        person = whom(store.market(), "4711")
    gone(embedded, "4711", also=[tmp_path / "dump"])
    assert MAILS["4711"].encode() not in bytes_of(tmp_path / "dump")
    with opened(embedded) as store, opened(str(tmp_path / "fresh")) as fresh:
        assert verify(store, person, [tmp_path / "dump"]).is_absent
        fresh.restore(tmp_path / "dump")
        assert fresh.market().contacts.num_rows == store.market().contacts.num_rows
        assert [run.run_id for run in fresh.runs()] == [run.run_id for run in store.runs()]


def test_files_that_people_made_are_told_and_not_deleted(embedded, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.csv").write_text("who\nAna María Núñez\n")
    with opened(embedded) as store:
        (done,) = erase(store, whom(store.market(), "4711"), also=[mine])
    assert [file.left for file in done.files] == [True]
    with opened(embedded) as store:
        verdict = verify(store, done.person, [mine])
    assert [one.place for one in verdict.left] == [str(mine / "notes.csv")]
    assert not verdict.is_absent


def test_a_file_that_cannot_be_changed_is_told_and_the_rest_is_done(embedded, tmp_path, monkeypatch):
    page = tmp_path / "out" / "page.html"
    page.parent.mkdir()
    page.write_text("Ana María Núñez")

    def refuse(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    with opened(embedded) as store:
        noted(store, [page])
        with monkeypatch.context() as refusing:
            refusing.setattr(Path, "unlink", refuse)
            (done,) = erase(store, whom(store.market(), "4711"))
    assert [(file.left, file.done) for file in done.files] == [(True, "could not be changed: Permission denied")]
    with opened(embedded) as store:
        assert [one.place for one in verify(store, done.person).left] == [str(page)]


def test_a_disk_that_is_full_in_the_middle_leaves_a_store_that_goes_on(filled, monkeypatch):
    with opened(filled) as store:
        person = whom(store.market(), "4711")

        def full(*_, **__):
            raise WriteFailed("no space left on device", "Free some space")

        with monkeypatch.context() as filling:
            filling.setattr(type(store), "rebuild", full)
            with pytest.raises(WriteFailed):
                erase(store, person)
    with opened(filled) as store:
        assert len(store.erasing.unfinished()) == 1
        assert not verify(store, person).is_absent  # the journal itself names them
        from committee.privacy import complete

        complete(store)
    with opened(filled) as store:
        assert store.erasing.unfinished() == []
        assert verify(store, person).is_absent
