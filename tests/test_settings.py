"""Settings: where a number comes from, and what is refused."""

from __future__ import annotations

import pytest

from committee.errors import BadSettings
from committee.settings import Settings


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
        ("days=3", "'days=3' is no setting"),
    ],
)
def test_what_cannot_be_is_refused_with_its_remedy(override, sentence):
    with pytest.raises(BadSettings) as refused:
        Settings.read(overrides=[override], environment={})
    assert sentence in str(refused.value)


def test_a_settings_file_that_is_missing_or_no_toml_is_refused(tmp_path):
    with pytest.raises(BadSettings, match="cannot be read"):
        Settings.read(tmp_path / "none.toml", environment={})
    broken = tmp_path / "broken.toml"
    broken.write_text("[window\n")
    with pytest.raises(BadSettings, match="is no TOML"):
        Settings.read(broken, environment={})
