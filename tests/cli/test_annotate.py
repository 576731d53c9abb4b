import json
import zipfile
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "workers" / "samples"
KEYS = [
    "article",
    "uri",
    "title",
    "byline",
    "dateline",
    "published",
    "language",
    "text",
    "body",
    "body_text",
    "entities",
    "places",
    "events",
    "error",
]


@pytest.fixture(scope="module")
def annotate(dateline):
    def run(*arguments, stdin=b""):
        return [json.loads(line) for line in dateline("annotate", *arguments, stdin=stdin).stdout.splitlines()]

    return run


@pytest.fixture(scope="module")
def samples(annotate):
    return annotate(SAMPLES)


def test_every_line_has_the_documented_keys_in_order(samples):
    assert [list(line) for line in samples] == [KEYS] * len(samples)


def test_lines_come_in_the_order_of_the_files_one_per_article(samples):
    files = sorted(path for path in SAMPLES.iterdir())
    feeds = [path for path in files if path.suffix == ".rss"]
    assert len(samples) == len(files) + len(feeds)  # the feed holds two articles
    named = [line["article"] for line in samples]
    singles = [path.stem for path in files if path not in feeds]
    assert [name for name in named if name in singles] == singles


def test_offsets_show_the_evidence_in_the_text(samples):
    for line in samples:
        for span in [*line["entities"], *line["places"]]:
            assert line["text"][span["start"] : span["end"]] == span["text"]
        for event in line["events"]:
            for source in event["sources"]:
                trigger = source["trigger"]
                assert line["text"][trigger["start"] : trigger["end"]] == source["trigger_text"]


def test_plain_text_is_kept_as_the_decoded_file(samples):
    line = next(line for line in samples if line["article"] == "us-airstrikes-syria-iraq")
    assert line["text"] == (SAMPLES / "us-airstrikes-syria-iraq.txt").read_text(encoding="utf-8")


def test_a_broken_file_gives_a_line_with_its_error(samples):
    line = next(line for line in samples if line["article"] == "broken")
    assert line["error"]
    assert line["text"] is None
    assert line["events"] == []


def test_several_processes_give_the_same_bytes(samples, annotate):
    assert annotate(SAMPLES, "--workers", "2") == samples


def test_standard_input_is_read(annotate):
    (line,) = annotate("-", stdin=b"KABUL, Jan 5 (Sample Wire) - Taliban fighters attacked a police post.\n")
    assert line["article"] == "stdin"
    assert line["error"] is None


def test_members_of_a_container_get_a_line_each(annotate, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as bundle:
        for name in ("market-attack-1.txt", "yemen-missile.anpa"):
            bundle.write(SAMPLES / name, name)
    lines = annotate(tmp_path / "two.zip")
    assert [line["error"] for line in lines] == [None, None]
    assert [line["article"] for line in lines] == ["two#market-attack-1", "two#yemen-missile"]
