"""The encoder reads each text by itself, says the same of it every time, and is saved with the pipeline."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from tasks.errors import WorldError
from tasks.extract.encoder import Encoder
from tasks.extract.nlp import SHIPPED, load_model

TEXT = "President Nadia Haddad met rebels in Al Bukamal on Friday.\n\nShe left for Geneva late on Monday."


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_model().nlp


def annotations(doc: Doc) -> list[tuple[str, str, int, str]]:
    return [(token.ent_type_, token.tag_, token.head.i, token.dep_) for token in doc]


def test_names_tags_and_sentences_come_from_one_reading(nlp: Language):
    doc = nlp(TEXT)
    assert {(ent.text, ent.label_) for ent in doc.ents} >= {("Nadia Haddad", "Person"), ("Geneva", "Location")}
    assert [sentence[0].text for sentence in doc.sents] == ["President", "She"]
    assert doc[3].tag_ == "VBD"
    assert doc[3].pos_ == "VERB"
    assert (doc[4].dep_, doc[4].head.text) == ("obj", "met")
    assert {sentence.root.text for sentence in doc.sents} == {"met", "left"}


def test_what_else_is_in_the_batch_changes_nothing(nlp: Language):
    alone = nlp(TEXT)
    _, beside, _ = nlp.pipe(["A short one.", TEXT, TEXT.upper() * 40])
    assert annotations(alone) == annotations(beside)


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "x" * 5000, "٣ 東京 🙂", "a\tb\r\nc", "U.S. " * 500])
def test_odd_texts_are_read(nlp: Language, text: str):
    doc = nlp(text)
    assert doc.text == text
    assert all(not ent[0].is_space for ent in doc.ents)


def test_a_long_text_is_read_to_its_end(nlp: Language):
    doc = nlp("Nothing happened here. " * 400 + "Then Nadia Haddad went to Geneva.")
    assert doc.ents[-1].text == "Geneva"


def test_a_saved_pipeline_reads_the_same(nlp: Language, tmp_path: Path):
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    assert annotations(nlp(TEXT)) == annotations(again(TEXT))


def test_a_pipeline_without_its_network_says_so():
    with pytest.raises(ValueError, match="no network"):
        Encoder(spacy.blank("en").vocab)(Doc(spacy.blank("en").vocab, words=["Goma"]))


def test_a_broken_network_is_an_error_of_the_world(nlp: Language, tmp_path: Path):
    nlp.to_disk(tmp_path)
    (tmp_path / "encoder" / "encoder.onnx").write_bytes(b"torn")
    with pytest.raises(WorldError, match="no spaCy model"):
        load_model(tmp_path)


def test_the_shipped_model_fits_its_budget():
    assert sum(file.stat().st_size for file in SHIPPED.rglob("*") if file.is_file()) < 26_000_000
