"""A child ends when the other end of its pipe is gone, and not before."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from workers.lifeline import VARIABLE, Lifeline

WAIT = (
    "import sys, time; from workers import lifeline; {before}; lifeline.hold(); print('up', flush=True); time.sleep(60)"
)


@contextmanager
def child(environment: dict[str, str], *passed: int, before: str = "pass") -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", WAIT.format(before=before)],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        pass_fds=passed,
        start_new_session=True,
    )
    assert process.stdout
    try:
        assert process.stdout.readline() == b"up\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_child_is_told_to_end_when_its_parent_has_let_go() -> None:
    line = Lifeline()
    with child(dict(line.environment), line.reading) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        line.close()
        assert process.wait(30) == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed() -> None:
    line = Lifeline()
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); lifeline.GRACE_S = 0.2"
    with child(dict(line.environment), line.reading, before=deaf) as process:
        line.close()
        assert process.wait(30) == -signal.SIGKILL


@pytest.mark.parametrize("number", ["999", "x"])
def test_a_variable_that_names_no_pipe_is_passed_over(number: str) -> None:
    with child({VARIABLE: number}) as process, pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
