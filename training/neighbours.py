"""More words for the vector table without more rows: each takes the row of its nearest neighbour.

Three in ten words of the names in unseen news have no row of their own. What MiniLM makes of such
a word alone says which word of the table it is most like ("Mohamud" is like "Mohamed").
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from importlib.resources import files

import numpy as np

from training.gazetteer import Gazetteer
from training.teacher import Pieces, Tagged, batches
from training.vectors import encode, load_encoder

# Words taken of the word list, and word pieces read at once.
LISTED_WORDS, BATCH_PIECES = 90_000, 6_000


def listed_words(known: Iterable[str], most: int = LISTED_WORDS) -> list[str]:
    """The commonest words of spaCy's English word list that are mostly written with a capital."""
    path = files("spacy_lookups_data") / "data" / "en_lexeme_prob.json.gz"
    log_probabilities: dict[str, float] = json.loads(gzip.decompress(path.read_bytes()))
    lower: dict[str, float] = {}
    capital: dict[str, float] = {}
    for word, value in log_probabilities.items():
        if word.isalpha() and len(word) > 2:
            side = lower if word.islower() else capital
            side[word.lower()] = max(side.get(word.lower(), -99.0), value)
    names = {word: value for word, value in capital.items() if value > lower.get(word, -99.0)}
    for word in known:
        names.pop(word, None)
    return sorted(names, key=lambda word: (-names[word], word))[:most]


def place_words(gazetteer: Gazetteer, known: Iterable[str]) -> list[str]:
    """The cities of one word with 50,000 people, in all their spellings."""
    words = {word for word, people in gazetteer.cities.items() if people >= 50_000}
    return sorted(word for word in words - set(known) if word.isalpha())


def lone_states(words: Sequence[str]) -> np.ndarray:
    """MiniLM's state of every word by itself, `(words, hidden)`, of length one."""
    encoder, pieces = load_encoder(), Pieces()
    windows = [Tagged((word,), ("O",)) for word in words]
    states = np.zeros((len(words), encoder.config.hidden_size), dtype=np.float32)
    for indices in batches(windows, pieces, BATCH_PIECES, None):
        states[indices] = encode(encoder, [windows[i] for i in indices], pieces)[:, 0]
    return states


def nearest(states: np.ndarray, anchors: np.ndarray, step: int = 2000) -> np.ndarray:
    """For each state the row of the anchor with the greatest cosine, after centring on anchors."""
    middle = anchors.mean(0)
    spread = (anchors - middle).std(0)
    base = unit((anchors - middle) / spread)
    found = [
        (unit((states[start : start + step] - middle) / spread) @ base.T).argmax(1)
        for start in range(0, len(states), step)
    ]
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def unit(matrix: np.ndarray) -> np.ndarray:
    """Rows of length one."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(lengths, 1e-9), dtype=np.float32)
