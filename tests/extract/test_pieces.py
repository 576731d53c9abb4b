"""Words are cut into pieces that exist, windows are cut where a text pauses."""

import spacy
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.pieces import (
    BLANK_LINE,
    CLOSING,
    LINE_BREAK,
    MOST_PIECES,
    NO_BREAK,
    OPENING,
    PADDING,
    UNKNOWN,
    Piecer,
    _parts,
    case_of,
    cuts,
    words_of,
)

VOCABULARY = (PADDING, UNKNOWN, OPENING, CLOSING, "al", "-", "##eppo", "may", "##adin", "a", "##a", ".")
PIECER = Piecer(VOCABULARY)


def pieces(word: str) -> list[str]:
    return [VOCABULARY[number] for number in PIECER.pieces(word)]


def test_the_longest_piece_comes_first():
    assert pieces("Aleppo") == ["al", "##eppo"]


def test_a_sign_is_a_piece_of_its_own_and_accents_do_not_count():
    assert pieces("Al-Mayādin") == ["al", "-", "may", "##adin"]


def test_a_word_that_no_pieces_make_up_is_unknown():
    assert pieces("Homs") == [UNKNOWN]


@given(st.text(max_size=200))
def test_every_word_has_some_pieces_but_not_too_many(word: str):
    found = PIECER.pieces(word)
    assert 1 <= len(found) <= MOST_PIECES
    assert all(0 <= number < len(VOCABULARY) for number in found)
    assert PIECER.pieces(word) == found


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=30))
def test_plain_words_are_cut_as_words_with_accents_are(word: str):
    assert [*_parts(word), "e"] == _parts(f"{word} é")


@given(st.text(max_size=30))
def test_every_word_has_a_case(word: str):
    assert 0 <= case_of(word) <= 6


def test_line_breaks_before_a_word_are_told_apart():
    doc = spacy.blank("en")("Lead.\n\nNext line\nends here")
    words, breaks, tokens = words_of(doc)
    assert [doc[token].text for token in tokens] == words
    assert dict(zip(words, breaks, strict=True)) == {
        "Lead": BLANK_LINE,
        ".": NO_BREAK,
        "Next": BLANK_LINE,
        "line": NO_BREAK,
        "ends": LINE_BREAK,
        "here": NO_BREAK,
    }


@given(
    st.lists(st.tuples(st.sampled_from(("a", ".", '"')), st.sampled_from((0, 1, 2)), st.integers(1, 8)), max_size=80)
)
def test_windows_hold_every_word_once_and_not_too_many_pieces(rows: list[tuple[str, int, int]]):
    words, breaks, lengths = ([row[column] for row in rows] for column in range(3))
    ranges = list(cuts(words, breaks, lengths, 20))
    assert [index for start, stop in ranges for index in range(start, stop)] == list(range(len(rows)))
    assert all(sum(lengths[start:stop]) <= 20 for start, stop in ranges)


def test_a_window_ends_at_a_blank_line_before_it_ends_at_a_sentence():
    words = ["a"] * 7 + ["."] + ["a"] * 4
    breaks = [NO_BREAK] * 12
    assert list(cuts(words, breaks, [1] * 12, 10)) == [(0, 8), (8, 12)]
    breaks[6] = BLANK_LINE
    assert list(cuts(words, breaks, [1] * 12, 10)) == [(0, 6), (6, 12)]
