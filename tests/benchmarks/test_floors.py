"""A floor that is missed, or a corpus that has changed, is a failure; a corpus that is not there is a word."""

import gzip
from pathlib import Path

import pytest

from benchmarks import evaluate_events, floors

PINNED = {
    "floors": {"news": {"f1": 0.8}},
    "ceilings": {"news": {"false_events": 3}},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("text")
    with gzip.open(tmp_path / "records.gz", "wb") as file:
        file.write(b"records")
    return tmp_path


def pinned(root: Path) -> dict[str, object]:
    corpora = {name: {"path": name, "sha256": floors.digest(root / name)} for name in ("news", "records.gz")}
    return PINNED | {"corpora": corpora}


@pytest.mark.parametrize(("f1", "false_events", "wrong"), [(0.8, 3, 0), (0.79, 3, 1), (0.9, 4, 1), (0.1, 9, 2)])
def test_figures_are_held_to_floors_and_ceilings(
    root: Path, capsys: pytest.CaptureFixture[str], f1: float, false_events: float, wrong: int
) -> None:
    assert floors.check(pinned(root), {"news": {"f1": f1, "false_events": false_events}}, root) == wrong
    assert ("failed" if wrong else "held") in capsys.readouterr().out


def test_a_corpus_that_has_changed_is_a_failure(root: Path) -> None:
    before = pinned(root)
    (root / "news" / "b.txt").write_text("")
    assert floors.check(before, {}, root) == 1
    (root / "records.gz").write_bytes(gzip.compress(b"others"))
    assert floors.check(before, {}, root) == 2


def test_a_corpus_packed_anew_is_the_same(root: Path) -> None:
    before = pinned(root)
    (root / "records.gz").write_bytes(gzip.compress(b"records", compresslevel=1))
    assert floors.check(before, {}, root) == 0


def test_what_is_absent_is_said_and_passes(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert floors.check(pinned(root), {}, tmp_path / "nowhere") == 0
    assert "news is passed over" in capsys.readouterr().out


def test_every_floor_of_events_has_a_pinned_corpus() -> None:
    limits = floors.read(evaluate_events.FLOORS)
    assert {*limits["floors"], *limits["ceilings"]} == set(limits["corpora"])
