import pytest
import spacy

from tasks.extract import nlp as module
from tasks.extract.nlp import SHIPPED, LanguageModel, load_model


def model_that_finds(pattern: list[dict[str, object]], *, label: str) -> LanguageModel:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": pattern}])
    return LanguageModel(nlp=nlp, name="patterns")


def test_names_do_not_reach_into_the_next_paragraph() -> None:
    model = model_that_finds([{"TEXT": "Red"}, {"TEXT": "Sea"}, {"IS_SPACE": True}], label="Location")
    (doc,) = model.read(["Tanker hit in the Red Sea\n\nADEN, Yemen"])
    assert [entity.text for entity in doc.ents] == ["Red Sea"]


def test_a_name_of_nothing_but_space_is_none() -> None:
    model = model_that_finds([{"IS_SPACE": True}], label="Location")
    (doc,) = model.read(["Tanker hit\n\nADEN, Yemen"])
    assert doc.ents == ()


def test_labels_of_other_models_come_out_in_ours() -> None:
    model = model_that_finds([{"TEXT": "Yemen"}], label="GPE")
    (doc,) = model.read(["Tanker hit off Yemen"])
    assert [(entity.text, entity.label_) for entity in doc.ents] == [("Yemen", "Location")]


def test_lemmas_are_made_for_those_alone_who_ask() -> None:
    assert "lemmatizer" in spacy.load(SHIPPED).pipe_names
    assert "lemmatizer" not in load_model().nlp.pipe_names


def test_the_shipped_lemmatizer_looks_base_forms_up_by_key() -> None:
    index = spacy.load(SHIPPED).get_pipe("lemmatizer").lookups.get_table("lemma_index")  # type: ignore[attr-defined]
    assert {type(words) for words in index.values()} == {dict}, (
        "assemble the model again: spaCy searches lists word by word"
    )


@pytest.mark.parametrize(("most", "kept"), [(1_000_000, True), (0, False)])
def test_words_are_kept_until_there_are_many(monkeypatch: pytest.MonkeyPatch, most: int, *, kept: bool) -> None:
    monkeypatch.setattr(module, "MOST_WORDS", most)
    model = LanguageModel(nlp=spacy.blank("en"), name="blank")
    with model.memory():
        model.read(["Zwadzki"])
    assert ("Zwadzki" in model.nlp.vocab.strings) is kept
