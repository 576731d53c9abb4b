"""Corpora become documents that `spacy train` reads."""

import random

import spacy

from training.convert import Layout, chunks, groups, lay_out, named_doc, parsed_doc, smart_quoted
from training.corpora import NamedText, Sentence, Span


def sentence(*words: str, starts_paragraph: bool = False) -> Sentence:
    count = len(words)
    return Sentence(
        words=words,
        spaces=(True,) * count,
        tags=("NN",) * count,
        pos=("NOUN",) * count,
        lemmas=words,
        heads=(0,) * count,
        deps=("ROOT", *("dep",) * (count - 1)),
        starts_paragraph=starts_paragraph,
    )


def test_a_span_that_cuts_a_token_grows_to_the_token():
    doc = named_doc(spacy.blank("en"), NamedText("1", "the 1990s war", (Span(4, 8, "Date"),)))
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("1990s", "Date")]


def test_chunks_end_with_a_paragraph_and_lose_nothing():
    text = "One two three.\n\nFour five six.\n\nSeven."
    pieces = list(chunks(NamedText("1", text, (Span(16, 20, "Misc"),)), words=3))
    assert "".join(piece.text for piece in pieces) == text
    assert [len(piece.spans) for piece in pieces] == [0, 1, 0]


def test_paragraphs_are_laid_out_with_a_break_that_belongs_to_the_sentence_before():
    two = [sentence("Shots", "fell"), sentence("Calm", "returned", starts_paragraph=True)]
    columns = lay_out(two, Layout(between=("\n\n", ""), wrap_chars=None))
    doc = parsed_doc(spacy.blank("en").vocab, columns)
    assert doc.text == "Shots fell\n\nCalm returned"
    assert [sent.text for sent in doc.sents] == ["Shots fell\n\n", "Calm returned"]


def test_wrapped_lines_keep_every_word_and_head():
    words = tuple(f"word{number}" for number in range(20))
    columns = lay_out([sentence(*words)], Layout(between=("",), wrap_chars=30))
    doc = parsed_doc(spacy.blank("en").vocab, columns)
    assert doc.text.split() == list(words)
    assert max(len(line) for line in doc.text.split("\n")) < 45
    assert {token.head.text for token in doc if not token.is_space} == {"word0"}


def test_groups_are_the_document_in_order():
    documents = [[sentence(str(number)) for number in range(9)]]
    parts = list(groups(documents, 4, random.Random(3)))
    assert [s for part in parts for s in part] == documents[0]


def test_quotes_alternate():
    assert smart_quoted(['"', "No", '"', "n't"]) == ("“", "No", "”", "n’t")
