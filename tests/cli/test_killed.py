"""SIGKILL leaves `dateline run` no time to stop what it has started; it ends all the same."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

STARTED_S, ENDED_S = 240, 60


def family(parent: psutil.Process) -> list[psutil.Process]:
    return [child for child in parent.children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]


def roles(processes: list[psutil.Process]) -> list[str]:
    """What each is, by its command line; a worker's own children have that of the worker."""
    commands = []
    for process in processes:
        try:
            commands.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return [word for line in commands for word in ("redis-server", "dispatch", "--name worker1") if word in line]


def guards(data_dir: Path) -> list[psutil.Process]:
    """It has been adopted by init, so it is no descendant of ours."""
    found = psutil.process_iter(["cmdline"])
    return [one for one in found if one.info["cmdline"] and f"{data_dir}/redis/users.lock" in one.info["cmdline"]]


@pytest.mark.slow
def test_a_killed_run_leaves_nothing_running(data_dir, tmp_path):
    environment = os.environ | {"DATELINE_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-P", "-m", "workers.cli", "run", "-", "--workers", "1"]
    # Standard input stays open: the run waits for the rest of it.
    run = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    until = monotonic() + STARTED_S
    started = {"redis-server": 1, "dispatch": 1, "--name worker1": 2}
    while not all(roles(family(psutil.Process(run.pid))).count(role) >= count for role, count in started.items()):
        assert run.poll() is None
        assert monotonic() < until, roles(family(psutil.Process(run.pid)))
        sleep(0.2)
    left = [*family(psutil.Process(run.pid)), *guards(data_dir)]
    assert guards(data_dir)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    _, alive = psutil.wait_procs(left, timeout=ENDED_S)
    assert alive == []
    assert guards(data_dir) == []


def test_a_killed_command_takes_its_private_redis_along(tmp_path):
    hold = "import os, sys; from pathlib import Path; from workers.embedded import start_embedded as s\n"
    hold += "with s(Path(sys.argv[1])): print(end='', flush=True); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", hold, str(tmp_path)], check=False)
    pid = int((tmp_path / "redis" / "redis.pid").read_text())
    until = monotonic() + ENDED_S
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert monotonic() < until
        sleep(0.05)
    while guards(tmp_path):
        assert monotonic() < until
        sleep(0.05)
