"""Static word vectors for both halves: what MiniLM makes of a word in news, and what lists say.

A row per lower-cased word (the table is read through LOWER, so one row serves every case):
`MEANING` columns are MiniLM's states averaged over up to CAP occurrences in raw news and reduced
by PCA; `LISTED` columns say what the gazetteer and plain counting know of the word.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from transformers import AutoModel

from training.gazetteer import Gazetteer
from training.teacher import Pieces, Tagged, batches, encoder_path, make_batch

MEANING, LISTED = 76, 8
CAP = 24
LAYERS = (2, 4)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each lower-cased word occurs, and how often it was written in lower case."""

    all: Counter[str]
    lower: Counter[str]


def count_words(texts: Iterable[Sequence[str]]) -> Counter[str]:
    """Occurrences of every spelling."""
    return Counter(word for words in texts for word in words if not word.isspace())


def by_lower(spellings: Counter[str]) -> Counts:
    """Spellings gathered under their lower case."""
    total: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    for word, count in spellings.items():
        total[word.lower()] += count
        if word.islower():
            lower[word.lower()] += count
    return Counts(total, lower)


def listed_features(words: Sequence[str], counts: Counts, gazetteer: Gazetteer) -> np.ndarray:
    """The LISTED columns: place lists, and how the word is usually written."""
    rows = np.zeros((len(words), LISTED), dtype=np.float32)
    for row, word in enumerate(words):
        seen = counts.all[word]
        rows[row] = (
            word in gazetteer.countries,
            word in gazetteer.country_parts,
            word in gazetteer.divisions,
            word in gazetteer.division_parts,
            math.log10(max(gazetteer.cities.get(word, 1), 1)) / 7,
            word in gazetteer.city_parts,
            counts.lower[word] / seen if seen else 0.5,
            math.log10(seen + 1) / 5,
        )
    return rows


def meanings(windows: Sequence[Tagged], rows: dict[str, int], alone: Sequence[str]) -> np.ndarray:
    """MiniLM's mean state of every word in `rows`; of words never met, their state alone."""
    encoder = load_encoder()
    hidden = encoder.config.hidden_size
    sums = np.zeros((len(rows), hidden), dtype=np.float32)
    met = np.zeros(len(rows), dtype=np.int64)
    pieces = Pieces()
    for indices in batches(windows, pieces, 4000, None):
        chosen = [windows[index] for index in indices]
        states = encode(encoder, chosen, pieces)
        for window, window_states in zip(chosen, states, strict=True):
            for word, state in zip(window.words, window_states, strict=False):
                row = rows.get(word.lower())
                if row is not None and met[row] < CAP:
                    sums[row] += state
                    met[row] += 1
    lonely = [Tagged((word, "."), ("O", "O")) for word in alone if not met[rows[word]]]
    for indices in batches(lonely, pieces, 4000, None):
        chosen = [lonely[index] for index in indices]
        for window, state in zip(chosen, encode(encoder, chosen, pieces), strict=True):
            sums[rows[window.words[0]]] = state[0]
            met[rows[window.words[0]]] = 1
    return sums / np.maximum(met, 1)[:, None]


def load_encoder() -> AutoModel:
    """The pretrained encoder, for reading only."""
    return AutoModel.from_pretrained(str(encoder_path())).eval()


@torch.no_grad()
def encode(encoder: AutoModel, windows: Sequence[Tagged], pieces: Pieces) -> np.ndarray:
    """The mean of the chosen layers at each word, averaged over its pieces' first and last."""
    batch = make_batch(windows, pieces)
    with torch.autocast("cpu", torch.bfloat16):
        layers = encoder(input_ids=batch.ids, attention_mask=batch.mask, output_hidden_states=True).hidden_states
    states = torch.stack([layers[layer].float() for layer in LAYERS]).mean(0)
    sums = torch.cat([torch.zeros_like(states[:, :1]), states.cumsum(1)], 1)
    ends = word_ends(batch.firsts, batch.mask)
    hidden = states.shape[-1]
    upto = torch.gather(sums, 1, ends.unsqueeze(-1).expand(-1, -1, hidden))
    before = torch.gather(sums, 1, batch.firsts.unsqueeze(-1).expand(-1, -1, hidden))
    return ((upto - before) / (ends - batch.firsts).clamp(min=1).unsqueeze(-1)).numpy()


def word_ends(firsts: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """One past the last piece of each word: the next word's first, or the closing mark."""
    closing = mask.sum(1, keepdim=True) - 1
    shifted = torch.cat([firsts[:, 1:], torch.zeros_like(closing)], 1)
    return torch.where(shifted > 0, shifted, closing.expand_as(shifted))


def reduced(matrix: np.ndarray, weights: np.ndarray, width: int = MEANING) -> np.ndarray:
    """The `width` main directions of a matrix, its first (commonest) ones evened out."""
    shares = weights / weights.sum()
    centred = matrix - (shares[:, None] * matrix).sum(0)
    _, basis = np.linalg.eigh((centred * shares[:, None]).T @ centred)
    projected = centred @ basis[:, ::-1][:, :width]
    scale = projected.std(0)
    evened = projected / (scale**0.5 * np.sqrt(scale.mean()))
    return (evened / evened.std()).astype(np.float32)
