from pathlib import Path

import pytest

from workers.reference import pages

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("path", "expected"), [pytest.param(*page, id=page[0].name) for page in pages(DOCS)])
def test_generated_page_agrees_with_the_code(path, expected):
    assert path.read_text(encoding="utf-8") == expected, "out of date: run `make schema`"


def test_no_schema_is_left_over_from_an_earlier_version():
    made = {path for path, _ in pages(DOCS) if path.suffix == ".json"}
    assert set((DOCS / "schema").glob("*.json")) == made
