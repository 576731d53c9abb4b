"""What the grammar around a trigger says about whether it happened; parses are made by hand, no model is needed."""

import pytest
import spacy
from spacy.tokens import Doc

from tasks.extract.realis import realis_of
from tasks.extract.syntax import Tree
from tasks.records import Realis

VOCAB = spacy.blank("en").vocab

# words/tag/dep/head, trigger
CASES = [
    ("Rebels/NNS/nsubj/1 attacked/VBD/ROOT/1 Goma/NNP/obj/1", 1, Realis.ACTUAL),
    ("Rebels/NNS/nsubj/3 did/VBD/aux/3 not/RB/advmod/3 attack/VB/ROOT/3 Goma/NNP/obj/3", 3, Realis.NEGATED),
    ("Rebels/NNS/nsubj/2 will/MD/aux/2 attack/VB/ROOT/2 Goma/NNP/obj/2", 2, Realis.PLANNED),
    ("Rebels/NNS/nsubj/2 may/MD/aux/2 attack/VB/ROOT/2 Goma/NNP/obj/2", 2, Realis.HYPOTHETICAL),
    ("Rebels/NNS/nsubj/1 threatened/VBD/ROOT/1 to/TO/mark/3 attack/VB/xcomp/1 Goma/NNP/obj/3", 3, Realis.PLANNED),
    ("Rebels/NNS/nsubj/1 failed/VBD/ROOT/1 to/TO/mark/3 attack/VB/xcomp/1 Goma/NNP/obj/3", 3, Realis.NEGATED),
    ("Rebels/NNS/nsubj/1 began/VBD/ROOT/1 to/TO/mark/3 attack/VB/xcomp/1 Goma/NNP/obj/3", 3, Realis.ACTUAL),
    ("Rebels/NNS/nsubj/2 are/VBP/aux/2 attacking/VBG/ROOT/2 Goma/NNP/obj/2", 2, Realis.ONGOING),
    ("If/IN/mark/2 rebels/NNS/nsubj/2 attack/VBP/ROOT/2 Goma/NNP/obj/2", 2, Realis.HYPOTHETICAL),
    ("They/PRP/nsubj/1 deploy/VBP/ROOT/1 troops/NNS/obj/1 if/IN/mark/4 needed/VBN/advcl/1", 1, Realis.HYPOTHETICAL),
    ("Police/NN/nsubj/1 foiled/VBD/ROOT/1 an/DT/det/3 attack/NN/obj/1", 3, Realis.NEGATED),
    ("Unions/NNS/nsubj/1 called/VBD/ROOT/1 for/IN/case/3 strikes/NNS/obl/1", 3, Realis.PLANNED),
    (
        "Police/NN/nsubj/1 fear/VBP/ROOT/1 the/DT/det/3 threat/NN/obj/1 of/IN/case/5 attacks/NNS/nmod/3",
        5,
        Realis.HYPOTHETICAL,
    ),
    ("They/PRP/nsubj/1 carried/VBD/ROOT/1 out/RP/compound:prt/1 an/DT/det/4 attack/NN/obj/1", 4, Realis.ACTUAL),
    ("There/EX/expl/1 was/VBD/ROOT/1 no/DT/det/3 attack/NN/nsubj/1", 3, Realis.NEGATED),
    ("He/PRP/nsubj/1 discussed/VBD/ROOT/1 planned/VBN/amod/3 attacks/NNS/obj/1", 3, Realis.PLANNED),
]


def tree(text: str) -> Tree:
    parts = [part.split("/") for part in text.split()]
    words, tags, deps, heads = ([part[column] for part in parts] for column in range(4))
    return Tree(Doc(VOCAB, words=words, tags=tags, deps=deps, heads=[int(head) for head in heads]))


@pytest.mark.parametrize(
    ("text", "trigger", "realis"), CASES, ids=[text.replace("/", "_")[:40] for text, _, _ in CASES]
)
def test_grammar_says_whether_it_happened(text, trigger, realis):
    assert realis_of(tree(text), trigger) is realis


def test_a_passive_is_known_by_its_auxiliary_and_its_agent_is_found():
    found = tree(
        "Two/CD/nummod/1 men/NNS/nsubj:pass/3 were/VBD/aux:pass/3 killed/VBN/ROOT/3 by/IN/case/5 rebels/NNS/obl:agent/3"
    )
    assert found.is_passive(3)
    assert found.subjects(3) == [1]
    assert found.agents(3) == [5]


def test_a_relative_clause_acts_on_what_it_stands_by():
    found = tree("Rebels/NNS/nsubj/4 who/WP/nsubj/2 attacked/VBD/acl:relcl/0 Goma/NNP/obj/2 fled/VBD/ROOT/4")
    assert found.subjects(2) == [0]


def test_labels_of_other_treebanks_are_understood():
    found = tree(
        "Troops/NNS/nsubjpass/2 were/VBD/auxpass/2 attacked/VBN/ROOT/2 by/IN/agent/2 rebels/NNS/pobj/3"
        " in/IN/prep/2 Goma/NNP/pobj/5"
    )
    assert found.is_passive(2)
    assert found.agents(2) == [4]
    assert ("in", 6) in found.obliques(2)
