"""What a novel, a film or a textbook tells did not happen on the occasion of the article."""

from tasks.extract.syntax import Tree
from tasks.extract.works import told_in_works
from tests.extract.trees import doc_of

DESCRIBES = (
    "The/DT/det/2 novel/NN/nsubj/3 describes/VBZ/root/0 how/WRB/advmod/7 soldiers/NNS/nsubj/7 brutally/RB/advmod/7"
    " killed/VBD/ccomp/3 a/DT/det/9 miller/NN/obj/7"
)
STORY = "The/DT/det/2 story/NN/nsubj/3 tells/VBZ/root/0 of/IN/case/5 arrests/NNS/obl/3"
SHOT = "Soldiers/NNS/nsubj/2 shot/VBD/root/0 a/DT/det/4 miller/NN/obj/2"
OPENING = "In/IN/case/3 the/DT/det/3 film/NN/obl/6 ,/,/punct/6 soldiers/NNS/nsubj/6 shot/VBD/root/0 miners/NNS/obj/6"
ABOUT = "Police/NNS/nsubj/2 seized/VBD/root/0 the/DT/det/4 book/NN/obj/2 in/IN/case/6 [Goma]/NNP/obl/2"


QUOTED = (
    "Soldiers/NNS/nsubj/2 killed/VBD/ccomp/5 millers/NNS/obj/2 ”/''/punct/2 added/VBD/root/0"
    " the/DT/det/7 textbook/NN/obj/5"
)


def works(*sentences: str) -> set[int]:
    return set(told_in_works(Tree(doc_of(*sentences))))


def test_what_a_work_describes_or_opens_is_told_in_it():
    assert works(DESCRIBES, SHOT) == {0}
    assert works(OPENING) == {0}
    assert works(QUOTED) == {0}


def test_the_story_is_that_of_a_work_only_where_one_was_named():
    assert works(STORY) == set()
    assert works(DESCRIBES, STORY) == {0, 1}


def test_a_work_that_something_is_done_to_tells_nothing():
    assert works(ABOUT) == set()
