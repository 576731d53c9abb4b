"""Golden cases: every input beside the articles that cleaning makes of it.

`DATELINE_WRITE_GOLDEN=1 pytest tests/clean/test_golden.py` writes the expectations anew; read the difference then.
"""

import datetime as dt
import json
import os
from pathlib import Path

import msgspec
import pytest

from tasks.clean import Limits, clean, split
from tasks.errors import ArticleError
from tasks.records import WireItem

FOLDER = Path(__file__).parent.parent / "golden" / "clean"
RECEIVED = dt.datetime(2024, 2, 4, 6, 0, tzinfo=dt.UTC)
SUFFIX = ".expected.json"
INPUTS = sorted(
    path for path in FOLDER.glob("*/*") if path.is_file() and path.suffix != ".md" and not path.name.endswith(SUFFIX)
)
# Derived from the others, or long and tested elsewhere.
LEFT_OUT = {"content_hash", "body_map", "text", "received", "source", "body", "headline_span"}
LIMITS = Limits()


def outcomes(item):
    members = list(split(item, limits=LIMITS))
    if not members:
        return [outcome(item)]
    return [found for member in members for found in outcomes(member)]


def outcome(item):
    try:
        article = clean(item, limits=LIMITS)
    except ArticleError as error:
        return {"name": item.name, "refused": f"{type(error).__name__}: {error}"}
    fields = {name: value for name, value in msgspec.to_builtins(article).items() if value not in (None, [], "", ())}
    if "dateline" in fields:
        fields["dateline"] = {
            name: value for name, value in fields["dateline"].items() if value is not None and "span" not in name
        }
    return {name: value for name, value in fields.items() if name not in LEFT_OUT}


def test_there_are_golden_cases():
    assert len(INPUTS) >= 40


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_cleaning_gives_the_article_expected(path):
    found = json.loads(json.dumps(outcomes(WireItem(content=path.read_bytes(), name=path.name, received=RECEIVED))))
    expected = path.with_name(path.name + SUFFIX)
    if os.environ.get("DATELINE_WRITE_GOLDEN"):
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))
