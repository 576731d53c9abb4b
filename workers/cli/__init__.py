"""The command line `dateline`.

Each command imports what it needs when it runs, so that `dateline --help` answers at once.
"""

import os
import signal
import sys

import typer

from config.errors import SettingsError
from tasks.errors import DatelineError
from workers import lifeline
from workers.cli import knowledge, reading, services, wire, work

USAGE_ERROR = 2

app = typer.Typer(
    name="dateline",
    help="Wire articles in; typed, geocoded, de-duplicated events out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (work, wire, services, reading, knowledge):
    group.register(app)


def main() -> None:
    """Run the command line; what the user can put right is one message and exit code 2, not a traceback."""
    # Told to end, a command still stops what it has started: workers, a private Redis. `sys.exit` unwinds to there.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    lifeline.hold()
    try:
        app()
    except BrokenPipeError:
        # The reader of our output (head, less) has left; point stdout elsewhere so that closing it raises nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if not _is_for_the_user(error):
            raise
        print(f"dateline: {error}", file=sys.stderr)
        sys.exit(USAGE_ERROR)


def _is_for_the_user(error: Exception) -> bool:
    """Whether the message alone says what to do: wrong settings, a missing file, a Redis that does not answer."""
    redis = sys.modules.get("redis")
    unreachable = (redis.exceptions.ConnectionError,) if redis else ()
    return isinstance(error, (SettingsError, DatelineError, PermissionError, *unreachable))
