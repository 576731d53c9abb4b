"""A RabbitMQ node of the tests' own, in a folder of its own, with the binaries of the machine."""

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from kombu import Connection

BINARIES = Path("/usr/lib/rabbitmq/bin")
"""Debian's; its `rabbitmq-server` on the path is a wrapper that changes the user."""
START_S = 180


def binary(name: str) -> str | None:
    """Where a program of RabbitMQ is, if anywhere."""
    beside = BINARIES / name
    return str(beside) if beside.exists() else shutil.which(name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Node:
    """A node that can be stopped, killed and started again with what it knew."""

    folder: Path
    port: int = field(default_factory=_free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        distribution, names = _free_port(), _free_port()
        (self.folder / "none.conf").touch()
        (self.folder / "plugins").write_text("[].")
        self.environment = os.environ | {
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",  # it may be told to end while it still knows the killed node
            "RABBITMQ_NODENAME": f"dateline{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
        }

    @property
    def url(self) -> str:
        """Its address."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        server = binary("rabbitmq-server")
        assert server
        self.process = subprocess.Popen(
            [server],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_S
        while not self._answers():
            assert self.process.poll() is None, "RabbitMQ ended while starting"
            assert time.monotonic() < until, "RabbitMQ did not start"
            time.sleep(0.3)

    def _answers(self) -> bool:
        try:
            with Connection(self.url, connect_timeout=2) as connection:
                connection.connect()
        except OSError:
            return False
        return True

    def control(self, *arguments: str) -> None:
        """Run a command of rabbitmqctl."""
        program = binary("rabbitmqctl")
        assert program
        subprocess.run([program, *arguments], env=self.environment, check=True, capture_output=True, timeout=120)

    def kill(self) -> None:
        """SIGKILL to all of it."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def end(self) -> None:
        """Kill it, and the daemon of names that Erlang has started for it."""
        self.kill()
        epmd = shutil.which("epmd")
        if epmd:
            port = self.environment["ERL_EPMD_PORT"]
            subprocess.run([epmd, "-port", port, "-kill"], check=False, capture_output=True)
