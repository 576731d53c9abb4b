"""'The militias' are those spoken of before, before anything that stands beside them says otherwise."""

from tasks.extract.parties import Cast
from tasks.extract.syntax import Tree
from tests.extract.trees import doc_of

BEFORE = "Iranian/JJ/amod/2 militias/NNS/nsubj/3 fled/VBD/root/0 ././punct/3"
BESIDE = (
    "The/DT/det/2 militias/NNS/nsubj/3 hit/VBD/root/0 a/DT/det/5 camp/NN/obj/3 ,/,/punct/9 an/DT/det/9"
    " American/JJ/amod/9 outpost/NN/appos/2"
)


def country(word: str, *sentences: str) -> str | None:
    doc = doc_of(*sentences)
    head = [token.i for token in doc if token.text == word][-1]
    party = Cast(Tree(doc)).party(head)
    return party.identity.country if party else None


def test_a_group_spoken_of_before_keeps_its_country():
    assert country("militias", BEFORE, BESIDE) == "IRN"


def test_minutes_of_an_army_are_the_army():
    doc = doc_of(
        "After/IN/case/2 minutes/NNS/obl/6 of/IN/case/5 Iraqi/JJ/amod/5 army/NN/nmod/2 fled/VBD/root/0 he/PRP/nsubj/6"
    )
    party = Cast(Tree(doc)).party(1)
    assert doc[party.first : party.end].text == "Iraqi army"
