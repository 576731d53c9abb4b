"""`celery -A workers.app worker`, with nothing configured."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest
from celery.exceptions import QueueNotFound

from config.celeryconfig import STAGES
from config.settings import Settings
from workers import keys
from workers.app import make_app
from workers.connection import connect
from workers.embedded import socket_path, start_embedded
from workers.status import queue_status

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_bare_celery_worker_starts_its_own_redis_says_that_it_lives_and_cleans_up(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")}
    environment |= {"DATELINE_DATA_DIR": str(tmp_path)}
    # The sink alone: it needs no model.
    command = [sys.executable, "-m", "celery", "-A", "workers.app", "worker", "-Q", "sink", "-c", "1"]
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(command, env=environment, cwd=REPOSITORY, stdout=log, stderr=log)
    try:
        until = monotonic() + 120
        while not socket_path(tmp_path / "redis").exists() and monotonic() < until:
            sleep(0.1)
        with start_embedded(tmp_path) as url:
            client = connect(url)
            while not queue_status(client).workers and monotonic() < until:
                sleep(0.1)
            [name] = queue_status(client).workers
            assert f":{worker.pid}:" in name
            assert client.ttl(keys.alive(name)) > 0
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0
            assert queue_status(client).workers == ()
        assert not socket_path(tmp_path / "redis").exists()
    finally:
        worker.kill()
        worker.wait()


def test_each_stage_has_a_queue_of_its_own_and_no_other_is_made(settings: Settings) -> None:
    app = make_app(settings)
    assert [queue.name for queue in app.amqp.queues.values()] == list(STAGES)
    assert len({queue.routing_key for queue in app.amqp.queues.values()}) == len(STAGES)
    for stage in STAGES:
        assert app.amqp.router.route({}, f"dateline.{stage}")["queue"].name == stage
    with pytest.raises(QueueNotFound):
        app.amqp.router.route({"queue": "clena"}, "dateline.clean")


def test_nothing_but_json_is_accepted(settings: Settings) -> None:
    conf = make_app(settings).conf
    assert (conf.task_serializer, conf.accept_content, conf.result_backend) == ("json", ["json"], None)


def test_a_batch_is_stopped_before_the_sweeper_loses_patience(settings: Settings) -> None:
    conf = make_app(settings).conf
    assert conf.task_soft_time_limit < conf.task_time_limit < settings.stall_s


@pytest.mark.slow
def test_a_run_that_is_told_to_end_takes_its_workers_and_its_redis_along(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")}
    environment |= {"DATELINE_DATA_DIR": str(tmp_path)}
    (tmp_path / "a.txt").write_text(
        "BEIRUT, March 3 (Sample Wire) - Two people were hurt on Tuesday, police said.\n" * 3
    )
    command = [sys.executable, "-m", "workers.cli", "run", str(tmp_path / "a.txt")]
    run = subprocess.Popen(command, env=environment, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
    started = _children(run, at_least=3)  # Redis, worker, dispatcher
    run.send_signal(signal.SIGTERM)
    run.wait(60)
    gone, alive = psutil.wait_procs(started, timeout=30)
    assert len(gone) >= 3
    assert alive == []
    assert not socket_path(tmp_path / "redis").exists()


def _children(run: subprocess.Popen[bytes], *, at_least: int) -> list[psutil.Process]:
    until = monotonic() + 60
    while run.poll() is None and monotonic() < until:
        found = psutil.Process(run.pid).children(recursive=True)
        if len(found) >= at_least:
            return found
        sleep(0.05)
    raise AssertionError(f"run started fewer than {at_least} processes")
