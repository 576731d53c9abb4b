"""Quick figures of the encoder while it trains: names on EWN dev, tags and trees on EWT dev, window by window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from spacy.language import Language

from tasks.extract.decoding import NameDecoder
from tasks.extract.pieces import Piecer
from training.corpora import bio_spans, corpora_root, read_ewn, read_treebank
from training.distil import batches, piece_count
from training.reader import NAME_TAGS, Outputs, Reader, Tagset, rows
from training.windows import Window, named_windows, shouted, treebank_windows


def answers(reader: Reader, windows: Sequence[Window], piecer: Piecer) -> Iterator[tuple[list[Window], Outputs]]:
    """What the reader says of windows, a batch at a time."""
    reader.eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for chosen in batches([piece_count(window, piecer) for window in windows], 3000, None):
            group = [windows[index] for index in chosen]
            inputs = rows(group, piecer)
            yield group, reader(inputs.ids, inputs.cases, inputs.firsts)


def names_f(reader: Reader, windows: Sequence[Window], piecer: Piecer) -> tuple[float, float, float]:
    """Precision, recall and F of whole spans."""
    decoder = NameDecoder(NAME_TAGS)
    right = found = wanted = 0
    for group, outputs in answers(reader, windows, piecer):
        logits = outputs.names.float().numpy()
        for row, window in enumerate(group):
            tags = [NAME_TAGS[tag] for tag in decoder.path(logits[row, : len(window.words)])]
            mine, theirs = set(bio_spans(tags)), set(bio_spans(window.names or ()))
            right, found, wanted = right + len(mine & theirs), found + len(mine), wanted + len(theirs)
    precision, recall = right / max(1, found), right / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def syntax_scores(reader: Reader, tagset: Tagset, windows: Sequence[Window], piecer: Piecer) -> dict[str, float]:
    """Accuracy of tags and parts of speech, of sentence starts (F), heads, and heads with relations."""
    counts = np.zeros(4)
    words = starts_right = starts_found = starts_wanted = 0
    for group, outputs in answers(reader, windows, piecer):
        arcs = reader.tree(outputs.states).float()
        for row, window in enumerate(group):
            syntax, size = window.syntax, len(window.words)
            if syntax is None:
                continue
            heads = arcs[row, :size, :size].argmax(-1)
            relations = reader.tree.relations(outputs.states[row : row + 1, :size], heads[None]).argmax(-1)[0]
            head_right = np.array(heads) == np.array(syntax.heads)
            dep_right = np.array([tagset.deps[dep] for dep in relations]) == np.array(syntax.deps)
            tag_right = np.array([tagset.tags[tag] for tag in outputs.tags[row, :size].argmax(-1)]) == np.array(
                syntax.tags
            )
            pos_right = np.array([tagset.pos[pos] for pos in outputs.pos[row, :size].argmax(-1)]) == np.array(
                syntax.pos
            )
            counts += [tag_right.sum(), pos_right.sum(), head_right.sum(), (head_right & dep_right).sum()]
            words += size
            starts, gold = outputs.starts[row, :size].argmax(-1).bool().numpy(), np.array(syntax.starts)
            starts_right, starts_found = starts_right + (starts & gold).sum(), starts_found + starts.sum()
            starts_wanted += gold.sum()
    tags, pos, uas, las = counts / max(1, words)
    starts_f = 2 * starts_right / max(1, starts_found + starts_wanted)
    return {"tag": tags, "pos": pos, "starts_f": float(starts_f), "uas": uas, "las": las}


class Checks:
    """The figures of a reader as a line of text."""

    def __init__(self, nlp: Language, tagset: Tagset, piecer: Piecer) -> None:
        root = corpora_root()
        self.tagset, self.piecer = tagset, piecer
        self.names = list(named_windows(nlp, read_ewn(root / "ner" / "ewn.dev.jsonl.gz"), piecer))
        self.trees = list(treebank_windows(nlp, read_treebank(root / "ud" / "en_ewt-dev.conllu.gz"), piecer, 5, 2))

    def __call__(self, reader: Reader) -> str:
        """Names as they are and in upper case, then tags and trees."""
        precision, recall, names = names_f(reader, self.names, self.piecer)
        upper = names_f(reader, [shouted(window) for window in self.names], self.piecer)[2]
        scores = syntax_scores(reader, self.tagset, self.trees, self.piecer)
        shown = " ".join(f"{name} {value:.4f}" for name, value in scores.items())
        return f"names {names:.4f} (p {precision:.3f} r {recall:.3f}) upper {upper:.4f} {shown}"
