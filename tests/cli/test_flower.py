import pytest

from config.errors import SettingsError
from config.settings import Settings
from workers.flower import command, credentials, environment


def test_a_password_is_made_up_anew_for_each_start():
    first, second = credentials(Settings()), credentials(Settings())
    assert first[1] != second[1]
    assert len(first[1]) >= 16
    assert first[2]


def test_a_given_password_is_kept():
    assert credentials(Settings(flower_password="s3cret")) == ("dateline", "s3cret", False)


@pytest.mark.parametrize("password", ["a,b", "a:b"])
def test_a_password_that_flower_would_split_is_refused(password):
    with pytest.raises(SettingsError):
        credentials(Settings(flower_password=password))


def test_flower_only_looks_and_the_password_is_not_in_its_command_line():
    started = environment({"FLOWER_PORT": "1", "PATH": "/bin"}, redis_url="redis://x", user="u", password="s3cret")
    assert started["FLOWER_READ_ONLY"] == "true"
    assert started["FLOWER_BASIC_AUTH"] == "u:s3cret"
    assert "FLOWER_PORT" not in started
    assert not any("s3cret" in word for word in command(address="127.0.0.1", port=5555))
