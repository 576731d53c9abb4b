"""Child processes of `dateline run`: started together, started again when they die, stopped together."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from time import monotonic

import structlog

from config.settings import Settings
from tasks.errors import WorldError
from workers import embedded
from workers.lifeline import Lifeline

log = structlog.get_logger()

STOP_S = 20.0
"""From the polite signal to the last one; a worker's soft shutdown takes 10 s at most."""
MOST_RESTARTS_PER_MINUTE = 30
LOOK_S = 0.5
NODES = 2
"""Up to so many workers are nodes of one process each, so that the death of one never stops the work; more are children
of these two, who share the model's memory."""


class Children:
    """Commands of this program by name; the output of each goes to a log file of its own."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        *,
        environment: Mapping[str, str],
        logs: Path,
        private_redis: Path | None = None,
    ) -> None:
        # -P: the folder it is started in may hold modules of the same names as ours.
        program = [sys.executable, "-P", "-m", "workers.cli"]
        self._commands = {name: [*program, *arguments] for name, arguments in commands.items()}
        self._environment = dict(environment)
        self._logs = logs
        self._private_redis = private_redis
        self._held = ExitStack()
        self._passed: list[int] = []
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._restarts: list[float] = []

    @property
    def pids(self) -> dict[str, int]:
        """The main process of each."""
        return {name: process.pid for name, process in self._running.items()}

    def start(self) -> None:
        """Start all; returns at once."""
        self._logs.mkdir(parents=True, exist_ok=True)
        line = Lifeline()
        self._held.callback(line.close)
        self._environment |= line.environment
        self._passed = [line.reading]
        if self._private_redis is not None:
            self._passed.append(self._held.enter_context(embedded.use(self._private_redis)).fileno())
        for name in self._commands:
            self._log_of(name).write_bytes(b"")
            self._running[name] = self._spawn(name)

    def tend(self) -> int:
        """Start again what has died; how many.

        Raises: WorldError when there are too many deaths a minute: something that starting again does not heal.
        """
        dead = [name for name, process in self._running.items() if process.poll() is not None]
        now = monotonic()
        self._restarts = [moment for moment in self._restarts if now - moment < 60] + [now] * len(dead)
        if len(self._restarts) > MOST_RESTARTS_PER_MINUTE:
            raise WorldError(f"the {dead[0]} keeps dying: {self._last_words(dead[0])}")
        for name in dead:
            log.warning("child_restarted", child=name, exit_code=self._running[name].returncode)
            self._running[name] = self._spawn(name)
        return len(dead)

    def stop(self) -> None:
        """Let running batches end; what does not end in time is killed, and nothing is lost by it."""
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        until = monotonic() + STOP_S
        for process in self._running.values():
            try:
                process.wait(max(0.1, until - monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._held.close()

    def _spawn(self, name: str) -> "subprocess.Popen[bytes]":
        with self._log_of(name).open("ab") as file:
            # A session of its own: Ctrl-C reaches the parent, which then stops the children in good order.
            return subprocess.Popen(  # noqa: S603 - our own program
                self._commands[name],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                pass_fds=self._passed,
                start_new_session=True,
            )

    def _log_of(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _last_words(self, name: str) -> str:
        lines = self._log_of(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return " | ".join(lines[-3:]) + f" (all of it in {self._log_of(name)})"


def crew(workers: int) -> dict[str, list[str]]:
    """The commands that work off a wire queue: nodes with so many processes in all, and a dispatcher."""
    nodes = min(workers, NODES)
    commands = {"dispatcher": ["dispatch"]}
    for number in range(nodes):
        processes = workers // nodes + (number < workers % nodes)
        name = f"worker{number + 1}"
        commands[name] = ["worker", "--name", f"{name}@%h", "--concurrency", str(processes)]
    return commands


def environment(settings: Settings, *, redis_url: str) -> dict[str, str]:
    """Ours, with the Redis and the folders that the children are to share."""
    changed = {"DATELINE_REDIS_URL": redis_url, "DATELINE_DATA_DIR": str(settings.data_dir)}
    if settings.gazetteer:
        changed["DATELINE_GAZETTEER"] = str(settings.gazetteer)
    return os.environ | changed


def tend(children: Children, stop: Event, *, private_redis: Path | None) -> None:
    """Look after children, and after the private Redis of a data folder, until told to stop; for a thread."""
    while not stop.wait(LOOK_S):
        if private_redis is not None and embedded.revive(private_redis):
            log.warning("redis_restarted")
        children.tend()
