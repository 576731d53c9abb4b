"""Made-up sentences: every slot is filled, and a name lies where its span says."""

import random

import pytest

from training.corpora import NAME_LABELS
from training.templates import MONEY_SENTENCES, PEOPLE_SENTENCES, SENTENCES, filled, template_texts

POOLS = {"Location": ["Oran"], "Arabic": ["al-Mayadeen"], "Person": ["Ng Mei"], "People": ["Hausa"]}


@pytest.mark.parametrize("pattern", [*SENTENCES, *PEOPLE_SENTENCES, *MONEY_SENTENCES])
def test_every_slot_is_filled(pattern: str):
    made = filled(pattern, POOLS, random.Random(1))
    assert not set("{}") & set(made.text)
    for span in made.spans:
        name = made.text[span.start : span.end]
        assert name == name.strip()
        assert name
        assert span.label in NAME_LABELS


def test_families_are_peoples():
    made = filled("Voters had tired of the {Family}.", POOLS, random.Random(1))
    assert [(made.text[span.start : span.end], span.label) for span in made.spans] == [("Meis", "NORP")]


def test_a_share_is_about_peoples():
    made = template_texts(POOLS, 400, random.Random(1))
    about = [text for text in made if "Hausa" in text.text or "Meis" in text.text]
    assert 60 <= len(about) <= 140
