"""The command line as a user calls it: in a process of its own, with a data folder of its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("DATELINE_TEST_CACHE", Path(tempfile.gettempdir()) / "dateline-test-cache"))


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def dateline(data_dir):
    """Runs one command; what it printed, as bytes."""
    environment = os.environ | {"DATELINE_DATA_DIR": str(data_dir), "DATELINE_GAZETTEER": str(CACHE)}

    def run(*arguments, stdin=b"", code=0, **more):
        command = [sys.executable, "-P", "-m", "workers.cli", *map(str, arguments)]
        ended = subprocess.run(
            command, input=stdin, capture_output=True, timeout=300, env=environment | more, check=False
        )
        assert ended.returncode == code, ended.stderr.decode()[-3000:] + ended.stdout.decode()[-1000:]
        return ended

    return run
