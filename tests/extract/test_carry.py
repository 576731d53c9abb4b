"""The place under discussion carries on until the text changes it."""

import pytest

from tasks.extract.carry import carried
from tasks.extract.cues import Cue, Toponym
from tasks.extract.syntax import Tree
from tasks.records import Realis
from tests.extract.trees import doc_of

GOMA = Toponym(2, 3, 2, "Location", is_state=False)
IN_GOMA = Cue(GOMA, "in", 0.95)
FIRST = "Fighters/NNS/nsubj/4 in/IN/case/3 [Goma]/NNP/nmod/1 fled/VBD/root/0 ././punct/4"
NEXT = "Two/CD/nsubj:pass/3 were/VBD/aux:pass/3 shot/VBN/root/0 ././punct/3"
FLED, SHOT = 3, 7


def scenes(realis: Realis = Realis.ACTUAL, cues: tuple[Cue, ...] = (), first: Realis = Realis.ACTUAL) -> list[Cue]:
    """What the second event gets beside its own cues."""
    tree = Tree(doc_of(FIRST, NEXT))
    told = [(FLED, first, (IN_GOMA,)), (SHOT, realis, cues)]
    return [cue for cue in carried(tree, told)[1] if cue.relation == "scene"]


def test_an_event_without_a_place_happened_where_the_one_before_it_did():
    (cue,) = scenes()
    assert cue.toponym == GOMA
    assert 0.3 < cue.weight < 0.4


def test_an_event_with_a_place_of_its_own_takes_no_other():
    beni = Toponym(6, 7, 6, "Location", is_state=False)
    assert scenes(cues=(Cue(beni, "in", 0.95),)) == []


@pytest.mark.parametrize("realis", [Realis.PLANNED, Realis.HYPOTHETICAL, Realis.HISTORICAL])
def test_neither_plans_nor_the_past_give_or_take_a_scene(realis):
    assert scenes(realis) == []
    assert scenes(first=realis) == []
