"""Training the shipped encoder on everything at once: names as the teachers see them, gold names, gold syntax."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import torch
from torch import nn

from tasks.extract.pieces import Piecer
from training.reader import IGNORED, NAME_IDS, NAME_TAGS, Outputs, Reader, Tagset, rows
from training.windows import Syntax, Window, shouted, unbroken

BATCH_PIECES = 2000
SHOUTED_SHARE, UNBROKEN_SHARE = 0.12, 0.08
"""Shares of the windows shown in upper case, and without their line breaks."""
LEAST_RATE, WARM_UP = 0.02, 0.03
"""The last learning rate and the share of steps in which it rises, both of the plan's own."""
AVERAGED_STEPS = 0.995
PRINT_EVERY, CHECK_EVERY = 100, 900


@dataclass(frozen=True, slots=True)
class SyntaxWeights:
    """How much the syntax heads count beside the names (1.0)."""

    tags: float = 0.2
    pos: float = 0.2
    starts: float = 0.1
    arcs: float = 0.5
    relations: float = 0.3


@dataclass(frozen=True, slots=True)
class Lesson:
    """A window and, where teachers have read it, their mean probabilities `(words, name tags)`."""

    window: Window
    soft: np.ndarray | None


@dataclass(frozen=True, slots=True)
class Material:
    """What is taught: labels, word pieces, and the lessons of every round."""

    tagset: Tagset
    piecer: Piecer
    lessons: Callable[[int], Sequence[Lesson]]


@dataclass(frozen=True, slots=True)
class Plan:
    """One course of training. `gold_share` is the weight of gold names beside the teachers' where a window has both."""

    steps: int
    seed: int
    learn_rate: float
    head_rate: float
    gold_share: float
    weights: SyntaxWeights


def batches(lengths: Sequence[int], size: int, source: random.Random | None) -> Iterator[list[int]]:
    """Numbers of windows of like length, about `size` pieces together, in random order."""
    noise = source.random if source else lambda: 0.0
    order = sorted(range(len(lengths)), key=lambda index: lengths[index] * (1 + 0.2 * noise()))
    groups: list[list[int]] = [[]]
    longest = 0
    for index in order:
        longest = max(longest, lengths[index]) if groups[-1] else lengths[index]
        if groups[-1] and longest * (len(groups[-1]) + 1) > size:
            groups.append([])
            longest = lengths[index]
        groups[-1].append(index)
    if source:
        source.shuffle(groups)
    yield from groups


def piece_count(window: Window, piecer: Piecer) -> int:
    """Pieces of a window with its two ends."""
    return sum(len(piecer.pieces(word)) for word in window.words) + 2


def train(reader: Reader, material: Material, plan: Plan, check: Callable[[Reader], str]) -> None:
    """Train the reader by the plan; it ends with a running average of its weights."""
    torch.manual_seed(plan.seed)
    course = _Course(reader, material, plan)
    source = random.Random(plan.seed)  # noqa: S311 - sampling
    for step, chosen in zip(range(1, plan.steps + 1), _stream(material, source), strict=False):
        course.step([restyled(lesson, source) for lesson in chosen])
        if step % PRINT_EVERY == 0:
            print(f"step {step} loss {course.mean_loss():.4f}", flush=True)
        if step % CHECK_EVERY == 0:
            print(f"step {step} {check(course.average.module)}", flush=True)
    reader.load_state_dict(course.average.module.state_dict())


def _stream(material: Material, source: random.Random) -> Iterator[list[Lesson]]:
    """Batches without end, round after round."""
    for number in count():
        known = material.lessons(number)
        lengths = [piece_count(lesson.window, material.piecer) for lesson in known]
        for chosen in batches(lengths, BATCH_PIECES, source):
            yield [known[index] for index in chosen]


class _Course:
    """A reader in training with its optimizer and the running average of its weights."""

    def __init__(self, reader: Reader, material: Material, plan: Plan) -> None:
        self.reader, self.material, self.plan = reader, material, plan
        reader.encoder.embeddings.word_embeddings.weight.requires_grad = False
        inner = {id(parameter): parameter for parameter in reader.encoder.parameters()}
        groups = [
            {"params": [p for p in inner.values() if p.requires_grad], "lr": plan.learn_rate},
            {"params": [p for p in reader.parameters() if id(p) not in inner], "lr": plan.head_rate},
        ]
        self.optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        warm = max(1, int(WARM_UP * plan.steps))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: min((step + 1) / warm, max(LEAST_RATE, 1 - step / plan.steps))
        )
        self.average = torch.optim.swa_utils.AveragedModel(
            reader, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGED_STEPS)
        )
        self.losses: list[float] = []

    def step(self, lessons: Sequence[Lesson]) -> None:
        """One update of the weights and of their average."""
        self.reader.train()
        loss = self._loss(lessons)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.average.update_parameters(self.reader)
        self.losses.append(float(loss.detach()))

    def mean_loss(self) -> float:
        """The mean since it was last asked for."""
        mean = sum(self.losses) / max(1, len(self.losses))
        self.losses.clear()
        return mean

    def _loss(self, lessons: Sequence[Lesson]) -> torch.Tensor:
        inputs = rows([lesson.window for lesson in lessons], self.material.piecer)
        with torch.autocast("cpu", torch.bfloat16):
            outputs = self.reader(inputs.ids, inputs.cases, inputs.firsts)
            loss = names_loss(outputs.names.float(), lessons, self.plan.gold_share)
            parsed = [row for row, lesson in enumerate(lessons) if lesson.window.syntax]
            if parsed:
                scored = scored_syntax(self.reader, outputs, lessons, parsed, self.material.tagset)
                share = sum(len(lessons[row].window.words) for row in parsed) / sum(
                    len(x.window.words) for x in lessons
                )
                loss = loss + share * syntax_loss(scored, self.plan.weights)
        return loss


def restyled(lesson: Lesson, source: random.Random) -> Lesson:
    """The lesson by chance in upper case, or without its line breaks; the teachers' word stays."""
    window = lesson.window
    if source.random() < SHOUTED_SHARE:
        window = shouted(window)
    if source.random() < UNBROKEN_SHARE:
        window = unbroken(window)
    return Lesson(window, lesson.soft)


def names_loss(logits: torch.Tensor, lessons: Sequence[Lesson], gold_share: float) -> torch.Tensor:
    """Cross-entropy against gold and teachers, whichever a window has; per word."""
    wanted = torch.zeros_like(logits)
    for row, lesson in enumerate(lessons):
        target = _target(lesson, gold_share)
        if target is not None:
            wanted[row, : len(target)] = torch.from_numpy(target)
    words = wanted.sum().clamp(min=1.0)
    return -(wanted * torch.log_softmax(logits, -1)).sum() / words


def _target(lesson: Lesson, gold_share: float) -> np.ndarray | None:
    soft = None if lesson.soft is None else lesson.soft.astype(np.float32)
    if lesson.window.names is None:
        return soft
    gold = np.eye(len(NAME_TAGS), dtype=np.float32)[[NAME_IDS[tag] for tag in lesson.window.names]]
    return gold if soft is None else gold_share * gold + (1 - gold_share) * soft


def scored_syntax(
    reader: Reader, outputs: Outputs, lessons: Sequence[Lesson], parsed: Sequence[int], tagset: Tagset
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Logits and gold labels of every syntax head over the parsed windows."""
    chosen, width = list(parsed), outputs.states.shape[1]
    gold = gold_syntax([lessons[row].window.syntax for row in chosen], width, tagset)
    states, heads = outputs.states[chosen], gold["heads"]
    arcs = reader.tree(states).float()
    is_word = gold["starts"] != IGNORED
    return {
        "tags": (outputs.tags[chosen], gold["tags"]),
        "pos": (outputs.pos[chosen], gold["pos"]),
        "starts": (outputs.starts[chosen], gold["starts"]),
        "arcs": (arcs.masked_fill(~is_word[:, None, :], -1e4), heads),
        "relations": (
            reader.tree.relations(states, heads.clamp(min=0)),
            gold["deps"].masked_fill(heads == IGNORED, IGNORED),
        ),
    }


def gold_syntax(syntaxes: Sequence[Syntax | None], width: int, tagset: Tagset) -> dict[str, torch.Tensor]:
    """The numbers of the labels `(windows, width)`, filled up with IGNORED."""
    columns: dict[str, list[list[int]]] = {"tags": [], "pos": [], "starts": [], "heads": [], "deps": []}
    for syntax in syntaxes:
        if syntax is None:
            raise ValueError("a window was taken for parsed and is not")
        columns["tags"].append([tagset.tags.index(tag) for tag in syntax.tags])
        columns["pos"].append([tagset.pos.index(pos) for pos in syntax.pos])
        columns["starts"].append([int(start) for start in syntax.starts])
        columns["heads"].append([head if head >= 0 else IGNORED for head in syntax.heads])
        columns["deps"].append([tagset.deps.index(dep) for dep in syntax.deps])
    return {
        name: torch.tensor([[*row, *[IGNORED] * (width - len(row))] for row in column])
        for name, column in columns.items()
    }


def syntax_loss(scored: Mapping[str, tuple[torch.Tensor, torch.Tensor]], weights: SyntaxWeights) -> torch.Tensor:
    """Weighted cross-entropies of the syntax heads."""
    losses = [
        getattr(weights, name)
        * nn.functional.cross_entropy(logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
        for name, (logits, labels) in scored.items()
    ]
    return torch.stack(losses).sum()
