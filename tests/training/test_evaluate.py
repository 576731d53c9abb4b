"""Figures are counted as they are defined, and floors bite."""

from pathlib import Path

import pytest

from training import evaluate
from training.evaluate import check_floors, missed_floors, overlaps, prf, span_scores
from training.regions import region_of


def test_nothing_found_scores_zero_and_does_not_divide_by_it():
    assert prf(0, 0, 0) == {"p": 0.0, "r": 0.0, "f": 0.0}


def test_a_span_is_right_only_whole_and_with_its_label():
    found = {(0, 4, "Location"), (5, 9, "Person")}
    gold = {(0, 4, "Location"), (5, 9, "Location")}
    scores = span_scores([("", found, gold)], ("Location", "Person"))
    assert scores["all"] == {"p": 0.5, "r": 0.5, "f": 0.5}
    assert scores["Location"]["r"] == 0.5


def test_overlap_asks_for_the_label_and_one_character():
    assert overlaps((0, 5, "Person"), (4, 9, "Person"))
    assert not overlaps((0, 5, "Person"), (5, 9, "Person"))
    assert not overlaps((0, 5, "Person"), (0, 5, "Location"))


def test_a_figure_below_its_floor_is_named():
    figures = {"ewn_dev": {"all": {"f": 0.7}}}
    assert missed_floors({"ewn_dev": {"all": {"f": 0.75}}}, figures) == ["ewn_dev all f: 0.7000 < 0.75"]


def test_an_absent_corpus_is_passed_over():
    assert missed_floors({"ewn_dev": {"all": {"f": 0.75}}}, {}) == []


def test_without_corpora_the_check_says_so_and_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert check_floors({}, tmp_path) == 0
    assert "skipped: ner/ewn.dev.jsonl.gz" in capsys.readouterr().out


def test_every_floor_names_a_known_corpus():
    pinned = evaluate.read_floors()
    assert set(pinned["sha256"]) == set(evaluate.FILES)


def test_an_unknown_newspaper_has_no_region():
    assert region_of("xx_times_1") == ""
