"""One gazetteer for all tests of the room, built once per machine and version."""

import os
import tempfile
from pathlib import Path

import pytest

from tasks.geocode import Gazetteer, open_gazetteer

CACHE = Path(os.environ.get("DATELINE_TEST_CACHE", Path(tempfile.gettempdir()) / "dateline-test-cache"))


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return open_gazetteer(CACHE)
