from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.errors import SettingsError
from config.settings import Settings, read_settings


def test_defaults_need_nothing(tmp_path):
    assert read_settings({}, folder=tmp_path) == Settings()


def test_environment_wins_over_the_file(tmp_path):
    (tmp_path / "dateline.toml").write_text("batch_size = 8\nstall_s = 7.5\n")
    settings = read_settings({"DATELINE_BATCH_SIZE": "4"}, folder=tmp_path)
    assert (settings.batch_size, settings.stall_s) == (4, 7.5)


def test_lists_are_comma_separated_in_the_environment(tmp_path):
    settings = read_settings({"DATELINE_SINKS": "jsonl, topic"}, folder=tmp_path)
    assert settings.sinks == ("jsonl", "topic")


def test_every_bad_key_is_named_at_once(tmp_path):
    (tmp_path / "dateline.toml").write_text('batch_sise = 8\nlog_level = "LOUD"\n')
    with pytest.raises(SettingsError) as raised:
        read_settings({"DATELINE_STALL_S": "soon", "DATELINE_NO_SUCH": "1"}, folder=tmp_path)
    message = str(raised.value)
    for word in ("4 wrong", "batch_sise", "log_level", "stall_s", "DATELINE_NO_SUCH"):
        assert word in message


def test_a_named_file_must_exist(tmp_path):
    with pytest.raises(SettingsError, match=r"absent\.toml"):
        read_settings({"DATELINE_CONFIG": "absent.toml"}, folder=tmp_path)


def test_a_file_that_is_no_toml_is_one_message(tmp_path):
    (tmp_path / "dateline.toml").write_bytes(b"\xff\xfe = ")
    with pytest.raises(SettingsError, match="settings file"):
        read_settings({}, folder=tmp_path)


def test_passwords_are_not_printed(tmp_path):
    settings = read_settings({"DATELINE_REDIS_URL": "redis://:hunter2@localhost"}, folder=tmp_path)
    assert "hunter2" not in repr(settings) + settings.model_dump_json()


@given(st.one_of(st.text(), st.integers(), st.floats()))
def test_no_accepted_number_is_zero_or_negative(value):
    with suppress(ValidationError):
        assert Settings.model_validate({"batch_size": value}).batch_size > 0


def test_an_empty_variable_counts_as_not_set(tmp_path):
    assert read_settings({"DATELINE_REDIS_URL": ""}, folder=tmp_path).redis_url is None
