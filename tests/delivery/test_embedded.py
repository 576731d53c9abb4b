"""The private Redis: started when missing, shared, kept over restarts, stopped by the last to leave."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from config.errors import SettingsError
from workers import embedded
from workers.connection import connect
from workers.embedded import revive, socket_path, start_embedded


def answers(url: str) -> bool:
    client = connect(url, tries=0)
    try:
        return bool(client.ping())
    except RedisConnectionError:
        return False
    finally:
        client.close()


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with start_embedded(tmp_path) as url:
        connect(url).set("k", "v")
    assert not answers(url)
    with start_embedded(tmp_path) as url:
        assert connect(url).get("k") == b"v"


def test_two_commands_share_one_server_and_the_last_one_stops_it(tmp_path: Path) -> None:
    hold = "import sys; from pathlib import Path; from workers.embedded import start_embedded as s\n"
    hold += "with s(Path(sys.argv[1])) as url: print(url, flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdin
    assert other.stdout
    with start_embedded(tmp_path) as url:
        assert other.stdout.readline().strip() == url
    assert answers(url)
    other.communicate("\n")
    assert not answers(url)


def test_a_killed_command_leaves_no_lock_behind(tmp_path: Path) -> None:
    hold = "import os, sys; from pathlib import Path; from workers.embedded import start_embedded as s\n"
    hold += "with s(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", hold, str(tmp_path)], check=False)
    with start_embedded(tmp_path) as url:
        assert answers(url)
    assert not answers(url)


def test_a_server_that_died_is_started_again_with_what_it_knew(tmp_path: Path) -> None:
    with start_embedded(tmp_path) as url:
        client = connect(url)
        client.set("k", "v")
        assert not revive(tmp_path)
        os.kill(int((tmp_path / "redis" / "redis.pid").read_text()), signal.SIGKILL)
        sleep(0.05)
        assert revive(tmp_path)
        assert client.get("k") == b"v"


def test_a_deep_data_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    assert len(str(socket_path(deep))) <= embedded.SOCKET_CHARS
    assert socket_path(deep) != socket_path(deep / "f")


def test_without_a_binary_one_message_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(embedded.shutil, "which", lambda _: None)
    monkeypatch.setattr(embedded.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(embedded, "_from_wheel", lambda: None)
    with pytest.raises(SettingsError, match="DATELINE_REDIS_URL"), start_embedded(tmp_path):
        pass


def test_it_evicts_nothing_and_keeps_a_journal(tmp_path: Path) -> None:
    with start_embedded(tmp_path) as url:
        client: Redis = connect(url)
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        assert client.config_get("appendonly")["appendonly"] == "yes"
        assert int(client.config_get("maxmemory")["maxmemory"]) > 0
