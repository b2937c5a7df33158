"""Settings: where a number comes from, and what is refused."""

from __future__ import annotations

import pytest

from committee.cli.starting import settings_files
from committee.errors import BadSettings
from committee.settings import Settings, word_list


def test_the_later_source_wins(tmp_path):
    file = tmp_path / "committee.toml"
    file.write_text("[window]\ndays = 10\npersonas = 4\n")
    assert Settings.read(environment={}).window.days == 14
    assert Settings.read(file, environment={}).window.days == 10
    environment = {"COMMITTEE_WINDOW__DAYS": "9", "COMMITTEE_STORE": "elsewhere", "COMMITTEE_REQUIRE_NEO4J": "1"}
    assert Settings.read(file, environment=environment).window.days == 9
    settings = Settings.read(file, ["window.days=8", "window.scope=account"], environment)
    assert (settings.window.days, settings.window.scope, settings.window.personas) == (8, "account", 4)


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("window.dayz=3", "unknown setting window.dayz. Did you mean window.days?"),
        ("windw.days=3", "unknown setting windw. Did you mean window?"),
        ("window.days=-1", "setting window.days has an impossible value"),
        ("window.days=soon", "setting window.days has an impossible value"),
        ("load.earliest=2050", "load.earliest must lie before load.latest"),
        ("window.days", "'window.days' is no setting"),
        ("window.days=true", "window.days has an impossible value: it must be a number, not true. Correct it"),
        ("window.personas=true", "window.personas has an impossible value: it must be a whole number, not true"),
        ("episodes.campaign.aimed=false", "episodes.campaign.aimed has an impossible value: it must be a number"),
        ("window.days=nan", "window.days has an impossible value: it must be a finite number, not nan"),
        ("window.days=inf", "window.days has an impossible value: it must be a finite number"),
        ("ranking.points.person=inf", "ranking.points.person has an impossible value: it must be a number, not inf"),
        ("episodes.scan=3", "episodes.scan has an impossible value: it is a section of several settings, not 3"),
        ("coverage.seats=3", "coverage.seats has an impossible value: it is a section of several values, not 3"),
        ("coverage.seats.finance=-1", "coverage.seats.finance has an impossible value: it must be 0 or more, not -1"),
        ("coverage.seats.boss=1", "'boss' is no persona; there are scientific, program_lead"),
        ("coverage.late_personas=['boss']", "coverage.late_personas, entry 1, has an impossible value: 'boss' is no"),
        ("episodes.seats.unknown=0", "episodes.seats.unknown has an impossible value: it must be more than 0"),
        ("load.empty_words=7", "load.empty_words has an impossible value: it must be a list in square brackets, not 7"),
        ("window.scope=company", "window.scope has an impossible value: it must be one of 'program' or 'account'"),
        ("episodes.scan.lengts=[1]", "unknown setting episodes.scan.lengts. Did you mean episodes.scan.lengths?"),
        ("episodes.scann.lengths=[1]", "unknown setting episodes.scann. Did you mean episodes.scan?"),
        ("reports.limits.peeple=3", "unknown setting reports.limits.peeple. Did you mean reports.limits.people?"),
        ("reports.limits.people=true", "reports.limits.people has an impossible value: it must be a number, not true"),
        ("reports.limits.people=-1", "reports.limits.people has an impossible value: it must be 0 or more, not -1"),
        ("reports.reading.kinds=[3]", "reports.reading.kinds, entry 1, has an impossible value: it must be a text"),
        ("signals.grant.half_life_days='long'", "signals.grant.half_life_days has an impossible value"),
        ("signals.strike.sign=-1", "setting signals.strike lacks half_life_days, words"),
        ("days=3", "'days=3' is no setting"),
    ],
)
def test_what_cannot_be_is_refused_with_its_remedy(override, sentence):
    with pytest.raises(BadSettings) as refused:
        Settings.read(overrides=[override], environment={})
    assert sentence in str(refused.value)
    assert not {"instance", "input", "type"} & set(str(refused.value).split())


def test_a_section_inside_a_section_is_reached_by_option_and_by_environment():
    told = Settings.read(overrides=["episodes.scan.windows=7"], environment={"COMMITTEE_EPISODES__FIT__ROUNDS": "2"})
    assert (told.episodes.scan.windows, told.episodes.fit.rounds) == (7, 2)


def test_every_number_that_is_shipped_can_be_changed_in_a_settings_file(tmp_path):
    file = tmp_path / "committee.toml"
    file.write_text(
        "[reports.limits]\npeople = 3\n[ranking.points]\nperson = 9.5\n[signals.grant]\nhalf_life_days = 33\n"
        "[signals.strike]\nsign = -1\nhalf_life_days = 20\nwords = ['walkout']\n"
        "[vocabulary.needs.sequencing]\nwords = ['sequencing']\n"
    )
    told = Settings.read(file, environment={})
    before = word_list("reports")["limits"]["people"]
    with told.in_force():
        assert word_list("reports")["limits"]["people"] == 3 != before
        assert word_list("ranking")["points"]["person"] == 9.5
        assert (word_list("signals")["grant"]["half_life_days"], word_list("signals")["strike"]["sign"]) == (33, -1)
        assert word_list("vocabulary")["needs"]["sequencing"] == {"words": ["sequencing"]}
    assert word_list("reports")["limits"]["people"] == before


def test_what_only_changes_how_things_look_is_no_part_of_a_run_and_what_changes_conclusions_is():
    def said(*overrides: str) -> dict[str, object]:
        return Settings.read(overrides=overrides, environment={}).model_dump(mode="json")

    assert said("reports.limits.people=3", "ranking.points.person=1") == said()
    assert said("signals.grant.half_life_days=3")["signals"]["grant"]["half_life_days"] == 3


def test_what_init_writes_is_read_as_the_defaults(tmp_path):
    text = "".join(settings_files().values())
    (tmp_path / "committee.toml").write_text(text)
    assert Settings.read(tmp_path / "committee.toml", environment={}) == Settings.read(environment={})


def test_a_settings_file_that_is_missing_or_no_toml_is_refused(tmp_path):
    with pytest.raises(BadSettings, match="cannot be read"):
        Settings.read(tmp_path / "none.toml", environment={})
    broken = tmp_path / "broken.toml"
    broken.write_text("[window\n")
    with pytest.raises(BadSettings, match="is no TOML"):
        Settings.read(broken, environment={})


def test_a_settings_file_in_another_encoding_is_told_as_that(tmp_path):
    file = tmp_path / "committee.toml"
    file.write_bytes("[window]\n# für Zürich\ndays = 3\n".encode("cp1252"))
    with pytest.raises(BadSettings, match=r"is no UTF-8 text: line 2 is not\. Save it as UTF-8"):
        Settings.read(file, environment={})
    file.write_bytes("[window]\n# für Zürich\ndays = 3\n".encode("utf-8-sig"))
    assert Settings.read(file, environment={}).window.days == 3


@pytest.mark.parametrize(("written", "meant"), [(".4", 0.4), ("8.", 8.0), ("-.5", -0.5), ("4", 4.0)])
def test_a_number_may_be_written_as_people_write_it(written, meant):
    settings = Settings.read(overrides=[f"episodes.fit.greedy_strength={written}"], environment={})
    assert settings.episodes.fit.greedy_strength == meant
