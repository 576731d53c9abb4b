"""Silver labels: the names that the teacher finds in raw news."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.language import Language

from training.corpora import NamedText, Span, bio_spans
from training.teacher import Pieces, Tagged, Teacher, read, windows_of

WINDOW_PIECES = 180


def label_texts(nlp: Language, teachers: Sequence[Teacher], source: str, texts: Sequence[str]) -> list[NamedText]:
    """Raw texts with the names the teachers see in them."""
    pieces = Pieces()
    docs = [nlp.make_doc(text) for text in texts]
    windows: list[Tagged] = []
    counts: list[int] = []
    for doc in docs:
        words = [token.text for token in doc]
        found = list(windows_of(words, ["O"] * len(words), pieces, WINDOW_PIECES))
        windows.extend(found)
        counts.append(len(found))
    readings = iter(read(teachers, windows))
    labelled = []
    for number, (doc, count) in enumerate(zip(docs, counts, strict=True)):
        tags = [tag for _ in range(count) for tag in next(readings).tags]
        tokens = [token for token in doc if not token.is_space]
        spans = tuple(
            Span(tokens[first].idx, tokens[stop - 1].idx + len(tokens[stop - 1]), label)
            for first, stop, label in bio_spans(tags)
        )
        labelled.append(NamedText(f"{source}-{number}", doc.text, spans))
    return labelled
