"""Documents written by hand: right trees, whatever the model makes of the sentence."""

import spacy
from spacy.tokens import Doc, Span

VOCAB = spacy.blank("en").vocab


def doc_of(*sentences: str) -> Doc:
    """A document of hand-written trees; names in square brackets are places."""
    words, tags, deps, heads, starts, places = [], [], [], [], [], []
    for sentence in sentences:
        base = len(words)
        for number, token in enumerate(sentence.split()):
            word, tag, dep, head = token.rsplit("/", 3)
            if word.startswith("["):
                places.append(len(words))
            words.append(word.strip("[]"))
            tags.append(tag)
            deps.append(dep)
            heads.append(base + int(head) - 1 if int(head) else len(words) - 1)
            starts.append(number == 0)
    pos = ["VERB" if t.startswith("V") else "PROPN" if t.startswith("NNP") else "NOUN" for t in tags]
    doc = Doc(VOCAB, words=words, tags=tags, pos=pos, deps=deps, heads=heads, sent_starts=None)
    doc.set_ents([Span(doc, at, at + 1, label="Location") for at in places])
    return doc
