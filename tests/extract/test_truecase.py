"""Upper-case copy gets its case back without moving a character."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.truecase import truecase


def test_common_words_are_lowered_and_names_keep_a_capital():
    assert truecase("GUERRILLAS ATTACKED THE TOWN OF SAN MIGUEL") == "guerrillas attacked the town of San Miguel"


def test_text_in_normal_case_stays_as_it_is():
    text = "Guerrillas attacked San Miguel, the FMLN said."
    assert truecase(text) == text


@given(st.text())
def test_no_character_moves(text):
    cased = truecase(text)
    assert len(cased) == len(text)
    assert cased.casefold() == text.casefold()
