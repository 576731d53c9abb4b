"""What is told in a novel, a film or a textbook did not happen on the occasion of the article."""

from tasks.extract.reading import word_set
from tasks.extract.syntax import Tree
from tasks.extract.words import verb_lemma, words

_WORKS = word_set(
    "book books textbook textbooks schoolbook schoolbooks novel novels film films movie movies play plays drama dramas"
    " musical musicals opera operas sitcom comic comics cartoon cartoons poem poems song songs lyrics screenplay"
    " fiction thriller thrillers videogame videogames"
)
_PARTS = word_set("story chapter section passage scene episode lesson text exercise")
"""Parts of a work: they speak for it where one was named shortly before."""
_TELLING = word_set(
    "describe depict portray narrate recount contain feature glorify refer tell teach dramatize chronicle follow"
    " recreate"
)
_QUOTES = word_set("\" ” '' ’ »")
_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubjpass"})
_REACH = 2
"""Sentences after a work in which 'the story' and 'the section' are parts of it."""


def told_in_works(tree: Tree) -> frozenset[int]:
    """The sentences that only say what a work tells."""
    found: set[int] = set()
    named = -_REACH - 1
    for number, (first, end) in enumerate(tree.reading.bounds):
        known = _WORKS | _PARTS if number - named <= _REACH else _WORKS
        tokens = [token for token in range(first, end) if tree.lower[token] in known and tree.is_noun(token)]
        if any(_tells(tree, token) or _opens(tree, token, first) for token in tokens):
            found.add(number)
            named = number
    return frozenset(found)


def _tells(tree: Tree, work: int) -> bool:
    """'the novel describes', '"...," added the textbook', 'with the book stating'."""
    verb = tree.head[work]
    if tree.dep[work] in _SUBJECTS:
        return tree.is_verb(verb) and _is_telling(tree, verb)
    if tree.dep[work] == "obj" and verb < work and tree.lower[verb - 1] in _QUOTES:
        return _is_telling(tree, verb)
    return any(_is_telling(tree, child) for child in tree.children[work] if tree.dep[child].startswith("acl"))


def _is_telling(tree: Tree, verb: int) -> bool:
    forms = {verb_lemma(tree.lower[verb]), tree.lower[verb].removesuffix("s")}
    return bool(forms & (_TELLING | words().verbs["speech"]))


def _opens(tree: Tree, work: int, first: int) -> bool:
    """'In the novel, ...': nothing but the phrase of the work and its preposition before the sentence's subject."""
    opening = tree.lower[first]
    return opening == "in" and not any(tree.is_verb(token) for token in range(first, work))
