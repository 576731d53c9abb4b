"""Rendering an article with its events: every value beside its words, on the terminal and as a page."""

import io

from rich.console import Console

from tasks.records import (
    Article,
    Casualties,
    Claim,
    Count,
    Event,
    EventType,
    Extraction,
    Participant,
    Place,
    PlaceRole,
    Source,
    Span,
)
from workers.explain import in_words, marks_of, pieces_of, render_html, render_terminal

TEXT = "Rebels <M23> attacked Goma, killing three."
ARTICLE = Article(
    uri="t:1",
    name="goma",
    media_type="text/plain",
    content_hash="0",
    text=TEXT,
    body_text=TEXT,
    body=Span(start=0, end=len(TEXT)),
    headline="War & peace",
)
CLAIM = Claim(number=3, number_low=3, number_high=3, text="three", span=Span(start=36, end=41), claimant="police")
EVENT = Event(
    event_id="1",
    event_type=EventType.ASSAULT,
    mode="attack",
    actors=(Participant(text="Rebels", country="COD", sector="REB", spans=(Span(start=0, end=6),)),),
    locations=(
        Place(start=22, end=26, text="Goma", name="Goma", lat=-1.68, lon=29.22, country="COD", role=PlaceRole.EVENT),
    ),
    casualties=Casualties(killed=Count(best=3, low=3, high=3, claims=(CLAIM,))),
    sources=(
        Source(
            uri="t:1",
            version=1,
            trigger=Span(start=13, end=21),
            trigger_text="attacked",
            sentence=Span(start=0, end=len(TEXT)),
        ),
    ),
)


def test_every_piece_of_evidence_is_marked_where_it_stands():
    words = {mark.kind: TEXT[mark.start : mark.end] for mark in marks_of([EVENT])}
    assert words == {"trigger": "attacked", "actor": "Rebels", "place": "Goma", "count": "three"}


def test_the_page_escapes_the_text_and_keeps_all_of_it():
    page = render_html(ARTICLE, Extraction(), [EVENT])
    assert "&lt;M23&gt;" in page
    assert "<M23>" not in page
    assert "War &amp; peace" in page
    assert '<span class="place" title="event 1: place">Goma</span>' in page


def test_the_terminal_shows_values_beside_their_words():
    console = Console(file=io.StringIO(), width=140)
    console.print(render_terminal(ARTICLE, Extraction(), [EVENT]))
    shown = console.file.getvalue()
    assert "per police" in shown
    assert "Rebels · COD · REB" in shown


def test_the_pieces_of_the_story_are_the_story():
    assert "".join(piece.text for piece in pieces_of(ARTICLE, marks_of([EVENT]))) == TEXT


def test_a_trigger_carries_the_number_of_its_event():
    console = Console(file=io.StringIO(), width=140)
    console.print(render_terminal(ARTICLE, Extraction(), [EVENT, EVENT]))
    assert "attacked[1][2] Goma" in console.file.getvalue()


def test_numbers_are_told_with_their_bounds_in_words():
    assert in_words(14, 14, 14) == "14"
    assert in_words(14, 14, None) == "at least 14"
    assert in_words(14, 9, None) == "14 (9 or more)"
    assert in_words(14, 9, 20) == "14 (9 to 20)"
    assert in_words(None, 30, 40) == "30 to 40"
    assert in_words(40, None, None) == "about 40"
    assert in_words(None, 24, None) == "at least 24"
    assert in_words(100, None, 100) == "at most 100"
    assert in_words(None, None, None) == "no number given"
