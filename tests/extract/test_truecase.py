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


def test_forms_of_common_words_are_common():
    assert (
        truecase("THE COMMANDOS AMBUSHED THREE PATROLS IN DRESDEN") == "the commandos ambushed three patrols in Dresden"
    )


def test_words_that_news_writes_with_a_capital_keep_it_though_they_look_like_a_form_of_a_common_one():
    assert "United States" in truecase("ENVOYS OF THE UNITED STATES LEFT THE TALKS ON TUESDAY")
