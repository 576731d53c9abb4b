"""Children end when their parent does, however it ends: SIGKILL leaves it no time to stop them.

The parent holds the writing end of a pipe, each child the reading end. The kernel closes the one with its process, and
the other reads an end of file; that holds wherever there are pipes, unlike Linux's PR_SET_PDEATHSIG.
"""

import os
import signal
import stat
import threading
from collections.abc import Mapping
from time import sleep

VARIABLE = "LIFELINE_OF_DATELINE"
"""Number of the pipe's end, for a child; no setting, and gone from its environment once it has been read."""
GRACE_S = 20.0
"""From the polite signal to the last one; a worker's soft shutdown takes 10 s at most."""


class Lifeline:
    """What a parent holds as long as it lives."""

    def __init__(self) -> None:
        self.reading, self._writing = os.pipe()

    @property
    def environment(self) -> Mapping[str, str]:
        """What children are told; `reading` is to be passed on to them."""
        return {VARIABLE: str(self.reading)}

    def close(self) -> None:
        """Let go; children that still run end."""
        os.close(self.reading)
        os.close(self._writing)


def hold() -> None:
    """In a child, before all else: end when the parent is gone. Whoever was started by hand goes on."""
    number = os.environ.pop(VARIABLE, "")
    if number.isdigit() and _is_pipe(int(number)):
        threading.Thread(target=_wait, args=(int(number),), name="lifeline", daemon=True).start()


def _is_pipe(number: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(number).st_mode)
    except OSError:
        return False


def _wait(number: int) -> None:
    while os.read(number, 1):  # nobody writes into it
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(GRACE_S)
    # A group of its own (`Children` sees to that): the processes of a worker go with it.
    os.killpg(0, signal.SIGKILL)
