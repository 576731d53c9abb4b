"""Labelled corpora become texts with character spans."""

import json
from pathlib import Path

from training.corpora import (
    NamedText,
    Span,
    begin_tags,
    bio_spans,
    cut,
    join_tokens,
    locate_spans,
    parse_sentence,
    read_tagged_sentences,
)

CONLLU = """\
# sent_id = 1
# newpar id = p1
# text = They can't stop (here).
1\tThey\tthey\tPRON\tPRP\t_\t4\tnsubj\t_\t_
2-3\tcan't\t_\t_\t_\t_\t_\t_\t_\t_
2\tca\tcan\tAUX\tMD\t_\t4\taux\t_\t_
3\tn't\tnot\tPART\tRB\t_\t4\tadvmod\t_\t_
4\tstop\tstop\tVERB\tVB\t_\t0\troot\t_\t_
4.1\tghost\t_\t_\t_\t_\t_\t_\t_\t_
5\t(\t(\tPUNCT\t-LRB-\t_\t6\tpunct\t_\tSpaceAfter=No
6\there\there\tADV\tRB\t_\t4\tadvmod\t_\tSpaceAfter=No
7\t)\t)\tPUNCT\t-RRB-\t_\t6\tpunct\t_\tSpaceAfter=No
8\t.\t.\tPUNCT\t.\t_\t4\tpunct\t_\t_"""


def test_tags_without_a_beginning_still_make_spans():
    assert bio_spans(["I-ORG", "I-ORG", "O", "I-PER"]) == [(0, 2, "ORG"), (3, 4, "PER")]


def test_two_names_side_by_side_stay_two():
    assert bio_spans(["B-Person", "B-Person", "I-Person"]) == [
        (0, 1, "Person"),
        (1, 3, "Person"),
    ]


def test_a_span_begins_anew_with_every_sentence():
    assert begin_tags(["I-Person", "I-Person", "O"]) == ["B-Person", "I-Person", "O"]


def test_tokens_are_found_in_the_text_they_were_cut_from():
    text = "Deir Ezzor,\nTower 22 fell."
    tokens = ["Deir", "Ezzor", ",", "Tower", "22", "fell", "."]
    tags = ["B-Location", "I-Location", "O", "B-Facility", "I-Facility", "O", "O"]
    spans = locate_spans(text, tokens, tags)
    assert [(text[s.start : s.end], s.label) for s in spans] == [
        ("Deir Ezzor", "Location"),
        ("Tower 22", "Facility"),
    ]


def test_a_token_the_text_lacks_costs_only_its_own_span():
    spans = locate_spans("Rabat wrote", ["Paris", "Rabat"], ["B-Location", "B-Location"])
    assert spans == (Span(0, 5, "Location"),)


def test_joined_tokens_start_where_they_are_said_to():
    tokens = ["Mr", "Ali", "(", "Oran", ")", ",", "he", "said", "."]
    text, starts = join_tokens(tokens)
    assert text == "Mr Ali (Oran), he said."
    assert [text[s : s + len(t)] for s, t in zip(starts, tokens, strict=True)] == tokens


def test_labels_out_of_the_scheme_are_left_out(tmp_path: Path):
    path = tmp_path / "corpus.jsonl"
    sentence = {"tokens": ["Homs", "rifle"], "tags": ["B-Location", "B-Weapon"]}
    path.write_text(json.dumps({"id": "1", "sentences": [sentence]}), encoding="utf-8")
    (named,) = read_tagged_sentences(path, {"Location": "Location"})
    assert named == NamedText("1", "Homs rifle\n", (Span(0, 4, "Location"),))


def test_a_cut_keeps_the_spans_inside_it_and_moves_them():
    named = NamedText("1", "Oran and Rabat", (Span(0, 4, "Location"), Span(9, 14, "Location")))
    assert cut(named, 9, 14) == NamedText("1", "Rabat", (Span(0, 5, "Location"),))


def test_a_treebank_sentence_keeps_its_words_spaces_and_heads():
    sentence = parse_sentence(CONLLU.split("\n"))
    spaced = zip(sentence.words, sentence.spaces, strict=True)
    assert "".join(w + " " * s for w, s in spaced) == "They can't stop (here). "
    assert sentence.heads == (3, 3, 3, 3, 5, 3, 5, 3)
    assert sentence.deps[3] == "ROOT"
    assert sentence.starts_paragraph
