"""Property: what cleaning did not alter stands in the text where the map says."""

import unicodedata
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.compose import compose
from tasks.clean.repair import Edit, Traced, repaired
from tasks.offsets import to_text_offset, to_text_span
from tasks.records import Span

TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            list("abc .,\n\r\t'\"\u00a0\u00ad\u200b\u0301\u0308éüñÃ©â€™“”\u0627\u0644\u200f\u1112\u1161\u11ab中")
        ),
        st.characters(blacklist_categories=["Cs"]),
    ),
    max_size=120,
)


def assert_mapped(text, body, body_map):
    """Runs between breakpoints that kept their length must read the same in body and text."""
    edges = [*body_map, (len(body), None)]
    for (here, there), (following, _) in pairwise(edges):
        assert 0 <= there <= len(text)
        for offset in range(here, min(following, len(body))):
            char = body[offset]
            if char.isalnum() and char.isascii():
                assert text[to_text_offset(body_map, offset)] == char


@settings(max_examples=400, deadline=None)
@given(TEXT)
def test_ascii_letters_of_a_repaired_paragraph_stand_where_the_map_says(text):
    traced = repaired(text, Span(start=0, end=len(text)))
    assert_mapped(text, traced.text, traced.trace)


@settings(max_examples=400, deadline=None)
@given(TEXT)
def test_a_repaired_paragraph_is_one_tidy_line(text):
    found = repaired(text, Span(start=0, end=len(text))).text
    assert found == found.strip()
    assert not set(found) & set("\n\r\t\u00ad\u200b\u00a0\x00\x07")
    assert unicodedata.is_normalized("NFC", found)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "Zs"]), max_size=60))
def test_repair_is_idempotent(text):
    once = repaired(text, Span(start=0, end=len(text))).text
    assert repaired(once, Span(start=0, end=len(once))).text == once


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=5))
def test_a_composed_body_maps_back_to_its_text(parts):
    text = "\n\n".join(parts)
    spans, at = [], 0
    for part in parts:
        spans.append(Span(start=at, end=at + len(part)))
        at += len(part) + 2
    body, _ = compose(text, None, spans, max_words=10_000, max_chars=100_000)
    assert_mapped(text, body.text, body.body_map)
    assert list(body.body_map) == sorted(body.body_map)


def test_edits_compose():
    traced = Traced(text="one two three", trace=((0, 100),))
    twice = traced.edited([Edit(3, 4, ""), Edit(7, 8, " - ")]).edited([Edit(0, 3, "1")])
    assert twice.text == "1two - three"
    assert twice.origin(twice.text.index("two")) == 104
    assert twice.origin(twice.text.index("three")) == 108


def test_spans_of_repaired_words_cover_the_original():
    text = "Sundayâ€™s  ferry\r\nacci\u00addent"
    traced = repaired(text, Span(start=0, end=len(text)))
    assert traced.text == "Sunday’s ferry accident"
    for word, original in (("ferry", "ferry"), ("accident", "acci\u00addent"), ("Sunday", "Sunday")):
        at = traced.text.index(word)
        span = to_text_span(traced.trace, at, at + len(word))
        assert text[span.start : span.end] == original


def test_persian_joiners_stay():
    text = "می\u200cخواهم"
    assert repaired(text, Span(start=0, end=len(text))).text == text
