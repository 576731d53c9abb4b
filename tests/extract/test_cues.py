"""Which places the text ties to an event, on trees written by hand: 'word/tag/relation/head', heads counted from 1."""

import pytest
from spacy.tokens import Doc

from tasks.extract.cues import About, cues_of, said_to_occur, toponyms_of
from tasks.extract.syntax import Tree
from tests.extract.trees import doc_of


def ties(doc: Doc, word: str, *recipients: str) -> dict[str, float]:
    """The strongest tie of every place to the event that a word tells."""
    tree = Tree(doc)
    tokens = {token.text: token.i for token in doc}
    about = About((tokens[word],), tuple(tokens[name] for name in recipients), strikes=True)
    found: dict[str, float] = {}
    for cue in cues_of(tree, about, toponyms_of(tree)):
        name = doc[cue.toponym.first].text
        found[name] = max(found.get(name, 0.0), cue.weight)
    return found


def test_a_place_that_opens_the_sentence_holds_for_all_of_it():
    doc = doc_of(
        "In/IN/case/2 [Beni]/NNP/obl/5 ,/,/punct/5 residents/NNS/nsubj/5 buried/VBD/root/0 two/CD/nummod/7"
        " bakers/NNS/obj/5 who/WP/nsubj:pass/10 were/VBD/aux:pass/10 killed/VBN/acl:relcl/7"
    )
    assert ties(doc, "killed")["Beni"] == pytest.approx(0.6)


def test_where_a_speaker_opens_the_sentence_the_place_is_less_sure():
    doc = doc_of(
        "In/IN/case/2 [Beni]/NNP/obl/5 ,/,/punct/5 police/NNS/nsubj/5 said/VBD/root/0 gunmen/NNS/nsubj/7"
        " killed/VBD/ccomp/5 two/CD/nummod/9 bakers/NNS/obj/7"
    )
    assert 0.3 < ties(doc, "killed")["Beni"] < 0.5


def test_a_range_of_places_in_front_counts_at_both_ends():
    doc = doc_of(
        "From/IN/case/2 [Goma]/NNP/obl/7 to/IN/case/4 [Beni]/NNP/nmod/2 ,/,/punct/7 crowds/NNS/nsubj/7"
        " marched/VBD/root/0"
    )
    assert {name: weight >= 0.6 for name, weight in ties(doc, "marched").items()} == {"Goma": True, "Beni": True}


def test_what_a_list_of_towns_includes_is_tied_like_the_towns():
    doc = doc_of(
        "Gunmen/NNS/nsubj/2 attacked/VBD/root/0 in/IN/case/5 several/JJ/amod/5 towns/NNS/obl/2"
        " including/VBG/case/7 [Goma]/NNP/nmod/5 and/CC/cc/9 [Beni]/NNP/conj/7"
    )
    assert set(ties(doc, "attacked").values()) == {0.95}


def test_a_division_that_only_owns_a_district_is_not_tied_like_it():
    doc = doc_of(
        "Gunmen/NNS/nsubj/2 attacked/VBD/root/0 in/IN/case/6 [Kivu]/NNP/nmod:poss/6 's/POS/case/4 district/NN/obl/2"
    )
    assert ties(doc, "attacked")["Kivu"] < 0.95


def test_the_village_is_the_place_named_last():
    doc = doc_of(
        "Soldiers/NNS/nsubj/2 camped/VBD/root/0 in/IN/case/4 [Beni]/NNP/obl/2 ././punct/2",
        "Gunmen/NNS/nsubj/2 killed/VBD/root/0 bakers/NNS/obj/2 in/IN/case/6 the/DT/det/6 village/NN/obl/2",
    )
    assert ties(doc, "killed")["Beni"] > 0.7


def test_a_village_that_is_named_itself_points_at_nothing():
    doc = doc_of(
        "Soldiers/NNS/nsubj/2 camped/VBD/root/0 in/IN/case/4 [Beni]/NNP/obl/2 ././punct/2",
        "Gunmen/NNS/nsubj/2 killed/VBD/root/0 bakers/NNS/obj/2 in/IN/case/6 the/DT/det/6 village/NN/obl/2"
        " of/IN/case/8 [Goma]/NNP/nmod/6",
    )
    found = ties(doc, "killed")
    assert found["Beni"] < 0.3 < found["Goma"]


def test_where_somebody_fled_to_is_not_where_he_was_attacked():
    doc = doc_of(
        "The/DT/det/2 mayor/NN/nsubj/3 fled/VBD/root/0 to/IN/case/5 [Goma]/NNP/obl/3 after/IN/mark/8 crowds/NNS/nsubj/8"
        " stormed/VBD/advcl/3 his/PRP$/nmod:poss/10 house/NN/obj/8"
    )
    assert ties(doc, "stormed", "house")["Goma"] < 0.2


def test_a_place_behind_another_verb_is_tied_more_loosely():
    doc = doc_of(
        "Police/NNS/nsubj/2 held/VBD/root/0 her/PRP/obj/2 and/CC/cc/5 kept/VBD/conj/2 her/PRP/obj/5 from/IN/mark/8"
        " speaking/VBG/advcl/5 in/IN/case/10 [Goma]/NNP/obl/8"
    )
    assert ties(doc, "held")["Goma"] < 0.4


def test_the_place_a_story_was_filed_from_is_no_place_of_its_events():
    doc = doc_of(
        "(/-LRB-/punct/2 [Goma]/NNP/dep/6 )/-RRB-/punct/2 -/:/punct/6 Police/NNS/nsubj/6 held/VBD/root/0"
        " two/CD/nummod/8 men/NNS/obj/6"
    )
    assert ties(doc, "held") == {}


def test_a_place_behind_the_agent_is_where_it_was_done():
    doc = doc_of(
        "She/PRP/nsubj:pass/3 was/VBD/aux:pass/3 shot/VBN/root/0 by/IN/case/5 men/NNS/obl/3 at/IN/case/7 home/NN/nmod/5"
        " in/IN/case/9 [Goma]/NNP/nmod/7"
    )
    assert ties(doc, "shot")["Goma"] > 0.4


def test_police_of_a_place_are_not_all_that_happens_there():
    doc = doc_of(
        "He/PRP/nsubj/2 died/VBD/root/0 in/IN/case/5 a/DT/det/5 clash/NN/obl/2 with/IN/case/8 [Goma]/NNP/compound/8"
        " police/NNS/nmod/5 in/IN/case/10 [Beni]/NNP/nmod/5"
    )
    found = ties(doc, "clash")
    assert found["Goma"] < 0.5 < found["Beni"]


def test_including_and_in_is_in():
    doc = doc_of(
        "Police/NNS/nsubj/2 held/VBD/root/0 men/NNS/obj/2 ,/,/punct/7"
        " including/VBG/case/7 in/IN/case/7 [Goma]/NNP/obl/2"
    )
    assert ties(doc, "held")["Goma"] > 0.9


def test_what_follows_without_a_verb_between_is_tied_wherever_the_tree_hangs_it():
    hung = (
        "Sources/NNS/nsubj/2 said/VBD/root/0 jets/NNS/nsubj/4 struck/VBD/ccomp/2 camps/NNS/obj/4 in/IN/case/7"
        " [Kivu]/NNP/obl/2 ,/,/punct/11 {}/RB/advmod/11 the/DT/det/11 [Goma]/NNP/obl/2"
    )
    assert set(ties(doc_of(hung.format("especially")), "struck").values()) == {0.55}
    assert ties(doc_of(hung.format("said")), "struck")["Goma"] < 0.4


def test_a_house_in_a_town_is_where_it_happened_almost_as_surely():
    doc = doc_of(
        "She/PRP/nsubj:pass/3 was/VBD/aux:pass/3 killed/VBN/root/0 near/IN/case/6 her/PRP$/nmod:poss/6 house/NN/obl/3"
        " in/IN/case/8 [Goma]/NNP/nmod/6"
    )
    assert ties(doc, "killed")["Goma"] > 0.8


def test_where_the_incident_took_place_is_told_for_the_event_before():
    doc = doc_of(
        "The/DT/det/2 incident/NN/nsubj/3 occurred/VBD/root/0 at/IN/case/6 a/DT/det/6 hotel/NN/obl/3 in/IN/case/8"
        " [Goma]/NNP/nmod/6",
        "The/DT/det/2 bank/NN/nsubj/3 began/VBD/root/0 in/IN/case/5 [Beni]/NNP/obl/3",
    )
    tree = Tree(doc)
    ((verb, cue),) = said_to_occur(tree, toponyms_of(tree))
    assert (doc[verb].text, doc[cue.toponym.first].text) == ("occurred", "Goma")
    assert cue.weight > 0.8


def test_the_country_is_the_state_named_last():
    doc = doc_of(
        "Rebels/NNS/nsubj/2 entered/VBD/root/0 [Chad]/NNP/obj/2 from/IN/case/5 [Goma]/NNP/obl/2 ././punct/2",
        "Gunmen/NNS/nsubj/2 killed/VBD/root/0 bakers/NNS/obj/2 across/IN/case/6 the/DT/det/6 country/NN/obl/2",
    )
    found = ties(doc, "killed")
    assert found["Chad"] > 0.7 > found["Goma"]


def test_a_state_says_nothing():
    doc = doc_of(
        "Militants/NNS/nsubj/2 mounted/VBD/root/0 dozens/NNS/obj/2 of/IN/case/5 raids/NNS/nmod/3 in/IN/case/8"
        " [Borno]/NNP/compound/8 state/NN/obl/2"
    )
    assert ties(doc, "raids")["Borno"] > 0.5


@pytest.mark.parametrize(
    ("words", "tied"),
    [
        ("in/IN/case/5 the/DT/det/5 capital/NN/obl/2", True),
        ("in/IN/case/5 this/DT/det/5 city/NN/obl/2", True),
        ("in/IN/case/5 the/DT/det/5 city/NN/obl/2", False),
        ("in/IN/case/5 a/DT/det/5 capital/NN/obl/2", False),
        ("in/IN/case/6 the/DT/det/6 capital/NN/compound/6 market/NN/obl/2", False),
    ],
)
def test_the_capital_and_this_city_are_places_though_no_names(words, tied):
    doc = doc_of(f"Gunmen/NNS/nsubj/2 struck/VBD/root/0 {words}")
    assert (set(ties(doc, "struck").values()) == {0.95}) is tied
