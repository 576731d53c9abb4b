"""A PostgreSQL server of the tests' own, in a folder of its own, with the binaries of the machine."""

import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

START_S = 60
OTHERS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root."""
NO_SERVER = "no PostgreSQL here (apt-get install postgresql), and DATELINE_TEST_POSTGRES names none"
OPTIONS = "-c listen_addresses='' -c fsync=off -c max_connections=30"


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, if there is one."""
    found = shutil.which("pg_ctl")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


def _user() -> str | None:
    """Whom to run it as, where we are root."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in OTHERS if name in known), None)


@dataclass
class Server:
    """A server that can be stopped, killed and started again with what it knew."""

    folder: Path

    def __post_init__(self) -> None:
        self.user = _user()
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self._run("initdb", "--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust", "--username=dateline")

    @property
    def dsn(self) -> str:
        """Its address."""
        return f"host={self.folder} dbname=postgres user=dateline"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = f"{OPTIONS} -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "start", "--wait", f"--timeout={START_S}", f"--log={self.folder}/log", "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is as good as a crash."""
        self._run("pg_ctl", "stop", f"--mode={mode}")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all its processes."""
        parent = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        for line in subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout.split(
            "\n"
        ):
            fields = line.split()
            if fields and str(parent) in fields:
                os.kill(int(fields[0]), number)

    def _run(self, program: str, *arguments: str) -> None:
        folder = binaries()
        assert folder
        done = subprocess.run(
            [folder / program, f"--pgdata={self.folder}/data", *arguments],
            user=self.user,
            group=self.user and pwd.getpwnam(self.user).pw_gid,
            extra_groups=[] if self.user else None,
            cwd=self.folder,
            env=os.environ | {"HOME": str(self.folder), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
