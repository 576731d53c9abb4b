"""`dateline explain`, and `dateline gazetteer`, on what ships."""

import json
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "workers" / "samples"


def test_an_article_is_shown_with_the_words_each_value_comes_from(dateline):
    shown = dateline("explain", SAMPLES / "kenya-blast-1.xml").stdout.decode()
    assert "event 1" in shown
    assert "killing" in shown
    assert "Mombasa" in shown


def test_the_page_holds_the_story_and_needs_nothing_from_elsewhere(dateline, tmp_path):
    dateline("explain", SAMPLES / "kenya-blast-1.xml", "--html", "--out", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "commuters queued for buses" in page
    assert "src=" not in page


def test_a_refused_article_is_one_message(dateline):
    assert b"Traceback" not in dateline("explain", SAMPLES / "broken.xml", code=2).stderr


def test_the_gazetteer_is_described_and_looked_into(dateline):
    assert json.loads(dateline("gazetteer", "info", "--json").stdout)["places"] > 200_000
    found = [json.loads(line) for line in dateline("gazetteer", "lookup", "al-Mayadeen", "--json").stdout.splitlines()]
    assert found[0]["country"] == "SYR"
