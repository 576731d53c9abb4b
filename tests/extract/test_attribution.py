"""Who says so."""

import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Span

from tasks.extract.attribution import attribution_of, find_attributions
from tests.extract.trees import doc_of

NLP = spacy.blank("en")
NLP.add_pipe("sentencizer")


def read(text, **names):
    """A document with names: Person or Organization by phrase."""
    doc = NLP(text)
    spans = []
    for label, phrases in names.items():
        for phrase in phrases:
            start = text.index(phrase)
            span = doc.char_span(start, start + len(phrase), label=label)
            spans.append(Span(doc, span.start, span.end, label=label))
    doc.set_ents(spans)
    return doc


def who(doc, word):
    """Claimant and agency of the first token of a form."""
    token = next(token for token in doc if token.text == word)
    found = attribution_of(token, find_attributions(doc))
    return (found.claimant, found.agency) if found else None


def test_what_follows_said_that_is_the_speakers():
    doc = read("Police said that three men died.")
    assert who(doc, "died") == ("Police", None)


def test_what_goes_before_said_is_the_speakers():
    doc = read("Three men died in the raid, a hospital official said.")
    assert who(doc, "died") == ("a hospital official", None)


def test_an_inverted_speaker_is_found():
    doc = read('"We have lost ten men," said the colonel.')
    assert who(doc, "lost") == ("the colonel", None)


def test_according_to_covers_the_sentence():
    doc = read("Three men died, according to the health ministry.")
    assert who(doc, "died") == ("the health ministry", None)


def test_a_last_name_is_led_back_to_the_full_name():
    doc = read("John Kirby said talks failed. Kirby added that ten died.", Person=["John Kirby"])
    doc.set_ents([*doc.ents, Span(doc, 6, 7, label="Person")])
    assert who(doc, "died") == ("John Kirby", None)


def test_a_pronoun_is_the_last_speaker():
    doc = read("The minister said talks failed. He said that ten died.")
    assert who(doc, "died") == ("The minister", None)


def test_the_agency_told_is_the_agency():
    doc = read("A doctor told Reuters that ten died.")
    assert who(doc, "died") == ("A doctor", "Reuters")


def test_an_agency_that_quotes_relays():
    doc = read("AFP quoted two security sources as saying ten died.")
    assert who(doc, "died") == ("two security sources", "AFP")


def test_the_statement_is_the_organisations_that_made_it():
    doc = read(
        "According to a statement issued by Central Command, jets flew. The statement said ten died.",
        Organization=["Central Command"],
    )
    assert who(doc, "died") == ("Central Command", None)


def test_a_quotation_is_covered_whole():
    text = 'The mayor said: "It was terrible. Ten people died. We mourn them."'
    doc = read(text)
    assert who(doc, "died") == ("The mayor", None)
    found = find_attributions(doc)[0]
    assert text[found.quote_start : found.quote_end].startswith('"It was terrible.')


def test_the_reporters_own_words_have_no_speaker():
    doc = read("Police said that roads were closed. Ten people died in the raid.")
    assert who(doc, "died") is None


WORDS = st.sampled_from(
    [
        "police",
        "said",
        "that",
        '"',
        "“",
        "”",
        ",",
        ".",
        "according",
        "to",
        "AFP",
        "told",
        "quoted",
        "by",
        "as",
        "saying",
        "he",
        "announced",
        "the\n",
        "statement",
    ]
)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_spans_equal_the_text(text):
    doc = NLP(text)
    for found in find_attributions(doc):
        assert 0 <= found.first < found.end <= len(doc)
        assert 0 <= found.cue_start < found.cue_end <= len(text)


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_exception(text):
    find_attributions(NLP(text))


DATELINE = "MOMBASA/NNP/nsubj/8 -/:/punct/8 bomb/NN/nsubj/4 hurt/VBD/ccomp/8 two/CD/obj/4 ,/,/punct/8"


def test_of_two_subjects_the_nearer_one_speaks():
    doc = doc_of(DATELINE + " police/NNS/nsubj/8 said/VBD/root/0")
    assert who(doc, "hurt") == ("police", None)


def test_a_dateline_never_speaks():
    doc = doc_of(DATELINE + " police/NNS/dep/8 said/VBD/root/0")
    assert who(doc, "hurt") == ("police", None)


def test_a_time_may_stand_between_the_verb_and_what_it_says():
    doc = doc_of(
        "Loyal/JJ/amod/2 outlets/NNS/nsubj/3 announced/VBD/root/0 late/RB/advmod/3 Friday/NNP/obl/3 that/IN/mark/8"
        " three/CD/nsubj/8 died/VBD/advcl/3"
    )
    assert who(doc, "died") == ("Loyal outlets", None)


def test_who_puts_a_toll_at_a_number_says_so():
    assert who(read("Doctors put the death toll at nine."), "nine") == ("Doctors", None)
    assert who(read("Hospital sources spoke of 63 dead."), "dead") == ("Hospital sources", None)
    assert who(read("The rebels gave a toll of 17."), "toll") == ("The rebels", None)


def test_a_report_may_end_with_its_day():
    assert who(read("Rebels murdered a mayor, police sources reported today."), "murdered") == ("police sources", None)
    assert who(read("No casualties were reported today."), "casualties") is None


def test_a_figure_behind_a_colon_is_reported():
    assert who(read("The watchdog reported a higher figure: nine dead."), "dead") == ("The watchdog", None)
