"""The stack of docker-compose.yml on a real engine: an article in, events out, every worker in Flower.

Run with `make compose-test`; skipped where no engine answers. The image is built once per run.
"""

import base64
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "workers" / "samples" / "us-airstrikes-syria-iraq.txt"
PASSWORD = "for-the-test-only"
STAGES = ("clean", "extract", "geocode", "deduplicate", "sink")
BIND = "127.0.0.1:15555"

pytestmark = [pytest.mark.compose, pytest.mark.xdist_group("compose")]


def compose_command():
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return ["docker", "compose"] if plugin.returncode == 0 else ["docker-compose"]


def engine_answers():
    if not shutil.which("docker"):
        return False
    return subprocess.run(["docker", "info"], capture_output=True, timeout=30, check=False).returncode == 0


class Stack:
    def __init__(self, inbox):
        self.inbox = inbox
        self.command = [
            *compose_command(),
            "--project-name",
            "dateline-test",
            "--file",
            str(ROOT / "docker-compose.yml"),
        ]
        self.environment = os.environ | {
            "DATELINE_FLOWER_PASSWORD": PASSWORD,
            "DATELINE_INBOX": str(inbox),
            "DATELINE_FLOWER_BIND": BIND,
        }

    def __call__(self, *arguments, timeout=120, check=True):
        ended = subprocess.run(
            [*self.command, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert not check or ended.returncode == 0, f"{arguments}: {ended.stdout[-2000:]}{ended.stderr[-4000:]}"
        return ended.stdout

    def inside(self, service, *arguments, timeout=120):
        return self("exec", "-T", service, *arguments, timeout=timeout)

    def put(self, name, content):
        (self.inbox / name).write_bytes(content)
        (self.inbox / name).chmod(0o644)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    if not engine_answers():
        pytest.skip("no Docker engine answers here")
    inbox = tmp_path_factory.mktemp("inbox")
    inbox.chmod(0o755)
    for parent in inbox.parents:
        if parent.stat().st_uid == os.getuid() and str(parent).startswith("/tmp/pytest"):
            parent.chmod(0o755)  # the producer reads as another user
    stack = Stack(inbox)
    stack("up", "--detach", "--build", timeout=1500)
    yield stack
    stack("down", "--volumes", "--timeout", "10", check=False)


def until(found, *, seconds, pause=2.0):
    """The first true answer of `found`, asked again and again; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        answer = found()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {seconds} s; last answer: {answer!r}"
        time.sleep(pause)


def events_out(stack):
    lines = stack.inside("relay", "dateline", "events", "--json").splitlines()
    return [json.loads(line)["data"] for line in lines if line.strip()]


def flower(path, *, password=PASSWORD):
    token = base64.b64encode(f"dateline:{password}".encode()).decode()
    request = urllib.request.Request(f"http://{BIND}{path}", headers={"Authorization": f"Basic {token}"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.status, response.read().decode()


def healthy_services(stack):
    names = stack("ps", "--quiet").split()
    states = subprocess.run(
        [
            "docker",
            "inspect",
            "--format",
            "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}",
            *names,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return all(state in {"running healthy", "running "} for state in states) and len(states)


def test_every_service_becomes_healthy(stack):
    assert until(lambda: healthy_services(stack), seconds=240) >= 10


def test_the_sample_article_comes_out_as_events(stack):
    stack.put(SAMPLE.name, SAMPLE.read_bytes())
    events = until(lambda: events_out(stack), seconds=120)
    strikes = [event for event in events if event["event_type"] == "ASSAULT" and event["date_start"] == "2024-02-02"]
    assert strikes
    assert {"SYR", "IRQ"} <= {place["country"] for event in strikes for place in event["locations"]}


def test_the_relay_wrote_the_same_events_to_its_file(stack):
    expected = {(event["event_id"], event["event_version"]) for event in events_out(stack)}

    def written():
        lines = stack.inside("relay", "cat", "/data/events.jsonl").splitlines()
        return {(data["event_id"], data["event_version"]) for data in (json.loads(line)["data"] for line in lines)}

    assert until(lambda: written() == expected, seconds=60)


def test_flower_shows_a_worker_of_every_stage(stack):
    def workers():
        return " ".join(worker["hostname"] for worker in json.loads(flower("/workers?json=1")[1])["data"])

    until(lambda: all(f"{stage}@" in workers() for stage in STAGES), seconds=90)


@pytest.mark.parametrize("path", ["/api/workers", "/workers", "/tasks"])
def test_flower_refuses_who_has_no_password(stack, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        flower(path, password="wrong")
    refused.value.close()
    assert refused.value.code == 401


def test_services_run_without_root(stack):
    assert stack.inside("extract", "id", "-u").strip() != "0"


def test_a_stage_scales_out(stack):
    stack("up", "--detach", "--no-build", "--scale", "extract=2", timeout=300)
    assert len(stack("ps", "--quiet", "extract").split()) == 2


def test_accepted_articles_survive_a_restart_of_redis(stack):
    before = len(events_out(stack))
    stack("kill", "--signal", "SIGKILL", "redis")
    stack("up", "--detach", "--no-build", timeout=300)
    until(lambda: len(events_out(stack)) == before, seconds=90)
    stack.put("protest.txt", PROTEST.encode())
    until(lambda: len(events_out(stack)) > before, seconds=180)


PROTEST = """NAIROBI, Kenya, March 3 (Sample Wire) - Hundreds of students protested in Nairobi on Tuesday.

Police fired tear gas at the demonstrators near the parliament building and arrested 12 people, a police spokesman said.
"""
