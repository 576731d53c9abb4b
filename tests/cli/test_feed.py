"""Feeding: once, for as long as files come, over HTTP, and again from what was kept."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

SAMPLES = Path(__file__).parents[2] / "workers" / "samples"
TOKEN = "a-token-for-this-test"


@pytest.fixture
def waiting(dateline):
    """How many entries wait on the queue."""
    return lambda: json.loads(dateline("status", "--json").stdout)["status"]["waiting"]


@contextmanager
def running(data_dir, *arguments, **environment):
    """A command that runs for long, ended politely; it must end well."""
    command = [sys.executable, "-P", "-m", "workers.cli", *map(str, arguments)]
    environment = os.environ | {"DATELINE_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"} | environment
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)
        process.stdout.close()
    assert code == 0


def until(condition, *, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.3)


def test_files_and_standard_input_are_fed_once(dateline, waiting):
    before = waiting()
    assert b"2 accepted" in dateline("feed", SAMPLES / "kenya-blast-1.xml", "-", stdin=b"A story.").stdout
    assert waiting() == before + 2


def test_a_missing_path_feeds_nothing(dateline, waiting):
    before = waiting()
    dateline("feed", SAMPLES / "kenya-blast-1.xml", "/no/such/file", code=2)
    assert waiting() == before


def test_a_followed_folder_gives_each_file_once(dateline, waiting, data_dir, tmp_path):
    before = waiting()
    with running(data_dir, "feed", tmp_path, "--follow"):
        (tmp_path / "one.txt").write_text("One story.")
        until(lambda: waiting() == before + 1)
        (tmp_path / "two.txt").write_text("Another story.")
        until(lambda: waiting() == before + 2)
    with running(data_dir, "feed", tmp_path, "--follow"):
        (tmp_path / "three.txt").write_text("A third story.")
        until(lambda: waiting() == before + 3)


def test_articles_come_over_http_with_the_token_only(dateline, waiting, data_dir):
    before = waiting()
    with running(data_dir, "serve", "--port", "18080", DATELINE_PUSH_TOKEN=TOKEN) as server:
        address = server.stdout.readline().split()[-1]

        def post(token):
            headers = {"Authorization": f"Bearer {token}", "X-Dateline-Name": "pushed.txt"}
            request = urllib.request.Request(address, b"A pushed story.", headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)

        with pytest.raises(urllib.error.HTTPError) as refused:
            post("wrong")
        refused.value.close()
        assert refused.value.code == 401
        assert post(TOKEN)["entry_id"]
    assert waiting() == before + 1


def test_kept_originals_are_replayed(dateline, waiting, data_dir):
    dateline("feed", SAMPLES, "--keep")
    before = waiting()
    assert f"{len(list(SAMPLES.iterdir()))} accepted".encode() in dateline("replay", "--speed", "0").stdout
    assert waiting() == before + len(list(SAMPLES.iterdir()))


@pytest.fixture
def feed_server(tmp_path):
    """A feed on this machine."""
    (tmp_path / "feed.rss").write_bytes((SAMPLES / "andes-feed.rss").read_bytes())

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/feed.rss"
        server.shutdown()


def test_a_private_address_is_not_fetched_unless_its_source_allows_it(dateline, waiting, feed_server, tmp_path):
    before = waiting()
    assert b"0 accepted" in dateline("feed", feed_server).stdout
    source = tmp_path / "andes.toml"
    source.write_text(f'url = "{feed_server}"\nallow_private = true\n')
    assert b"2 accepted" in dateline("feed", "--sources", source).stdout
    assert waiting() == before + 2


def test_a_source_is_checked(dateline, feed_server, tmp_path):
    (tmp_path / "andes.toml").write_text(f'url = "{feed_server}"\nallow_private = true\n')
    check = json.loads(dateline("sources", "check", tmp_path, "--json").stdout)
    assert (check["items"], check["readable"], check["problem"]) == (2, 2, None)


def test_a_source_that_does_not_answer_is_said_and_ends_with_1(dateline, tmp_path):
    (tmp_path / "gone.toml").write_text('url = "http://127.0.0.1:9/feed"\nallow_private = true\n')
    assert b"BAD gone" in dateline("sources", "check", tmp_path, code=1).stdout
