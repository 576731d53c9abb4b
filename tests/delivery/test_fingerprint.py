"""The same words have the same fingerprint; similar texts share bands in proportion."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.deduplicate.fingerprint import BANDS, PERMUTATIONS, fingerprint
from tasks.records import Article, Fingerprint, Span
from tasks.stories import similarity

EXACT, BAND = "34c6fcfc9bbb3f189a1b2c4fac1e89ac", "0:6fb8b9dafa1c9859"
WORDS = [f"word{number}" for number in range(2000)]


def of(text: str) -> Fingerprint:
    return fingerprint(
        Article(
            uri="u",
            name="n",
            media_type="text/plain",
            content_hash="",
            text=text,
            body_text=text,
            body=Span(start=0, end=len(text)),
        )
    )


def shared(one: Fingerprint, other: Fingerprint) -> int:
    return len(set(one.bands) & set(other.bands))


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_letter_case_and_spacing_do_not_count(text: str) -> None:
    assert of(text) == of("  " + text.replace(" ", "\n ") + " ")


@given(st.text(max_size=300))
@settings(max_examples=40, deadline=None)
def test_any_text_has_a_fingerprint_of_its_words(text: str) -> None:
    prints = of(text)
    assert len(prints.bands) in {0, BANDS}
    assert len(prints.signature) in {0, PERMUTATIONS}
    assert similarity(prints, prints) == 1.0


def test_fingerprints_never_change_between_releases() -> None:
    prints = of("Three soldiers were killed in a drone attack on Sunday.")
    assert (prints.exact, prints.bands[0]) == (EXACT, BAND)
    assert prints == of("three soldiers were killed in a drone attack on sunday")


def test_a_text_with_a_word_changed_here_and_there_shares_bands() -> None:
    rng = random.Random(7)
    found = 0
    for _ in range(20):
        words = rng.choices(WORDS, k=400)
        changed = [*words]
        for position in rng.sample(range(400), 8):
            changed[position] = "changed"
        one, other = of(" ".join(words)), of(" ".join(changed))
        found += shared(one, other) > 0 and similarity(one, other) > 0.8
    assert found >= 19


def test_texts_on_other_matters_are_told_apart() -> None:
    rng = random.Random(8)
    texts = [of(" ".join(rng.choices(WORDS, k=300))) for _ in range(30)]
    assert max(similarity(a, b) for a in texts for b in texts if a is not b) < 0.2


def test_a_text_without_words_is_like_no_other() -> None:
    assert of("... !").bands == ()
    assert similarity(of("... !"), of("a b c")) == 0.0


def test_a_very_long_text_is_fingerprinted_in_bounded_memory() -> None:
    rng = random.Random(9)
    assert len(of(" ".join(rng.choices(WORDS, k=200_000))).signature) == PERMUTATIONS
