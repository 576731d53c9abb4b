"""Worker processes under one supervisor: started together, started again when they die, stopped in good order."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from time import monotonic

import structlog

from workers import embedded

log = structlog.get_logger()

STOP_S = 20.0
"""From the polite signal to the last one."""
MOST_RESTARTS_PER_MINUTE = 30
LOOK_S = 0.5


class Fleet:
    """Celery workers on this machine.

    Up to two are nodes of one process each, so that the death of one never stops the work; more are children of these
    two, who share the model's memory.
    """

    def __init__(
        self, *, workers: int, environment: Mapping[str, str], log_file: Path | None = None, app: str = "workers.app"
    ) -> None:
        nodes = min(workers, 2)
        self._commands = [
            _command(app, name=f"worker{number + 1}", children=workers // nodes + (number < workers % nodes))
            for number in range(nodes)
        ]
        self._environment = dict(environment)
        self._log_file = log_file
        self._nodes: list[subprocess.Popen[bytes]] = []
        self._restarts: list[float] = []

    def start(self) -> None:
        """Start all nodes; returns at once."""
        self._nodes = [self._spawn(command) for command in self._commands]

    @property
    def pids(self) -> list[int]:
        """The nodes' main processes."""
        return [node.pid for node in self._nodes]

    def tend(self) -> int:
        """Start again what has died; how many. Too many deaths a minute are an error that restarting does not heal.

        Raises: RuntimeError then.
        """
        dead = [number for number, node in enumerate(self._nodes) if node.poll() is not None]
        now = monotonic()
        self._restarts = [moment for moment in self._restarts if now - moment < 60] + [now] * len(dead)
        if len(self._restarts) > MOST_RESTARTS_PER_MINUTE:
            raise RuntimeError(f"workers keep dying (exit code {self._nodes[dead[0]].returncode}); see their log")
        for number in dead:
            log.warning("worker_restarted", exit_code=self._nodes[number].returncode)
            self._nodes[number] = self._spawn(self._commands[number])
        return len(dead)

    def stop(self) -> None:
        """Let running batches end; what does not end in time is killed, and nothing is lost by it."""
        for node in self._nodes:
            if node.poll() is None:
                node.send_signal(signal.SIGTERM)
        until = monotonic() + STOP_S
        for node in self._nodes:
            try:
                node.wait(max(0.1, until - monotonic()))
            except subprocess.TimeoutExpired:
                node.kill()
                node.wait()

    def _spawn(self, command: list[str]) -> "subprocess.Popen[bytes]":
        if self._log_file is None:
            return subprocess.Popen(command, env=self._environment, stdin=subprocess.DEVNULL)  # noqa: S603 - our own
        with self._log_file.open("ab") as file:
            return subprocess.Popen(  # noqa: S603 - our own
                command, env=self._environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )


def _command(app: str, *, name: str, children: int) -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "-A", app, "worker", "--task-events", "--without-mingle", "--without-gossip"),
        *(f"--concurrency={children}", f"--hostname={name}@%h"),
    ]


def environment(redis_url: str) -> dict[str, str]:
    """Ours, with the Redis the workers are to use. SIGTERM lets a worker end its batch, but not for ever."""
    return {**os.environ, "DATELINE_REDIS_URL": redis_url, "REMAP_SIGTERM": "SIGQUIT"}


def tend(fleet: Fleet, stop: Event, *, private_redis: Path | None) -> None:
    """Look after workers, and after the private Redis of a data folder, until told to stop; for a thread."""
    while not stop.wait(LOOK_S):
        if private_redis is not None and embedded.revive(private_redis):
            log.warning("redis_restarted")
        fleet.tend()
