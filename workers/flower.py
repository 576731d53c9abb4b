"""The Flower page on Dateline's workers: always behind a password, and it only looks."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping

from config.errors import SettingsError
from config.settings import Settings

PASSWORD_BYTES = 12
OFFLINE_S = 600
"""How long a worker that has left is still shown."""
TASKS_KEPT = 10_000
"""One per stage and batch: about the last hour of a busy wire, some 30 MB."""


def credentials(settings: Settings) -> tuple[str, str, bool]:
    """User, password, and whether the password was made up for this start.

    Raises: SettingsError for a password that Flower would read as several.
    """
    given = settings.flower_password.get_secret_value() if settings.flower_password else None
    if given is not None and ("," in given or ":" in settings.flower_user + given):
        raise SettingsError("flower_user, flower_password: Flower takes no ':' and no ',' in them")
    return settings.flower_user, given or secrets.token_urlsafe(PASSWORD_BYTES), given is None


def environment(environ: Mapping[str, str], *, redis_url: str, user: str, password: str) -> dict[str, str]:
    """What Flower is started with; the password travels here, where a list of processes does not show it."""
    others = {name: value for name, value in environ.items() if not name.startswith("FLOWER_")}
    return others | {
        "DATELINE_REDIS_URL": redis_url,
        "FLOWER_BASIC_AUTH": f"{user}:{password}",
        "FLOWER_READ_ONLY": "true",
        "FLOWER_PURGE_OFFLINE_WORKERS": str(OFFLINE_S),
        "FLOWER_MAX_TASKS": str(TASKS_KEPT),
    }


def command(*, address: str, port: int) -> list[str]:
    """The command line of Flower."""
    return [
        *(sys.executable, "-P", "-m", "celery", "--app", "workers.app", "flower"),
        *(f"--address={address}", f"--port={port}"),
    ]


def serve(settings: Settings, *, redis_url: str, address: str, port: int) -> int:
    """Run Flower until it is told to stop; its exit code."""
    user, password, made_up = credentials(settings)
    if made_up:
        print(f"Flower: user {user}, password {password} (made up; set DATELINE_FLOWER_PASSWORD to choose one)")
    print(f"Flower: http://{address}:{port}", flush=True)
    started = environment(os.environ, redis_url=redis_url, user=user, password=password)
    # A child, not an exec: this process holds the lock that keeps a private Redis alive.
    with subprocess.Popen(command(address=address, port=port), env=started) as child:  # noqa: S603 - our own command
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Flower gets Ctrl-C itself
        return child.wait()
