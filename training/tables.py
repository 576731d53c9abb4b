"""The vector table as files: built once, read by both halves, finished with the silver labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import spacy
from spacy.attrs import LOWER
from spacy.vectors import Vectors

# Steps of the grid the values are rounded to: the table packs to a third of its size this way,
# and no score changes in the third digit.
GRID = 1 / 64


def on_grid(matrix: np.ndarray) -> np.ndarray:
    """The matrix rounded to the grid."""
    return (np.round(matrix / GRID) * GRID).astype(np.float32)


def save_table(words: Sequence[str], matrix: np.ndarray, path: Path) -> None:
    """A blank English pipeline with the words' vectors, read through LOWER."""
    nlp = spacy.blank("en")
    keys = [nlp.vocab.strings.add(word) for word in words]
    vectors = Vectors(strings=nlp.vocab.strings, data=on_grid(matrix), keys=keys, attr=LOWER)
    nlp.vocab.vectors = vectors
    nlp.to_disk(path)


def widened(vectors: Vectors, rows: Mapping[int, int]) -> Vectors:
    """The same rows with more keys on them."""
    wide = Vectors(strings=vectors.strings, data=vectors.data, attr=vectors.attr)
    for key, row in {**vectors.key2row, **rows}.items():
        wide.add(key, row=row)
    return wide


def pruned(vectors: Vectors, rows: int) -> Vectors:
    """The first rows only; the keys of the others move to the row with the greatest cosine."""
    data = vectors.data
    lengths = np.maximum(np.linalg.norm(data, axis=1, keepdims=True), 1e-9)
    unit = data / lengths
    nearest = (unit[rows:] @ unit[:rows].T).argmax(1)
    slim = Vectors(strings=vectors.strings, data=data[:rows].copy(), attr=vectors.attr)
    for key, row in vectors.key2row.items():
        slim.add(key, row=row if row < rows else int(nearest[row - rows]))
    return slim
