"""The lessons of the encoder: which windows it sees in a round, and what the teachers say of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from spacy.language import Language

from tasks.extract.pieces import Piecer
from training import raw
from training.augment import pools_of, swapped, varied
from training.convert import chunks
from training.corpora import NamedText, corpora_root, read_ewn, read_treebank
from training.distil import Lesson
from training.gazetteer import arabic_places, foreign_places
from training.peoples import peoples
from training.templates import template_texts
from training.windows import Window, named_windows, raw_windows, treebank_windows

RAW_WORDS = {
    "chains": 100_000,
    "ecbplus": 500_000,
    "wikigold": 50_000,
    "muc_development": 250_000,
    "reuters": 400_000,
}
"""Words of each raw source that the teachers read; those of the treebanks come with their trees."""
GOLD_COPIES, TEMPLATES = 3, 5_000
"""Copies of the gold in other styles, and made-up sentences; a round shows one of the copies beside the gold itself."""
TAUGHT = frozenset(("gold", "gold-1", "trees-0", *(f"raw-{source}" for source in RAW_WORDS)))
"""Parts that the teachers are asked about."""
SENTENCES_TOGETHER = (6, 4)
"""Most sentences in a stretch of a treebank, for each of its two layouts."""


@dataclass(frozen=True, slots=True)
class Part:
    """Windows of one kind."""

    name: str
    windows: list[Window]

    @property
    def taught(self) -> bool:
        """Whether the teachers are asked about them."""
        return self.name in TAUGHT


def parts(nlp: Language, piecer: Piecer) -> list[Part]:
    """All windows there are to learn from."""
    root = corpora_root()
    gold = read_ewn(root / "ner" / "ewn.train.jsonl.gz")
    found = [Part("gold", list(named_windows(nlp, gold, piecer)))]
    found += [Part(f"gold-{copy}", _copy(nlp, gold, piecer, copy)) for copy in range(GOLD_COPIES)]
    for source, texts in raw_texts().items():
        found.append(Part(f"raw-{source}", list(raw_windows(nlp, texts, piecer))))
    for layout, most in enumerate(SENTENCES_TOGETHER):
        found.append(Part(f"trees-{layout}", _trees(nlp, root, piecer, most, layout)))
    pools = {**pools_of(gold, foreign_places()), "People": peoples(), "Arabic": sorted(set(arabic_places()))}
    made_up = template_texts(pools, TEMPLATES, random.Random(6))  # noqa: S311 - sampling
    found.append(Part("made-up", list(named_windows(nlp, made_up, piecer))))
    return found


def teachers_rounds(nlp: Language, piecer: Piecer) -> list[list[Window]]:
    """What a teacher reads, in this order: the gold, its copy with other countries' names, and the gold again."""
    texts = read_ewn(corpora_root() / "ner" / "ewn.train.jsonl.gz")
    gold = list(named_windows(nlp, texts, piecer))
    return [gold, _copy(nlp, texts, piecer, 0), gold, gold]


def raw_texts() -> dict[str, list[str]]:
    """The unlabelled texts by their source."""
    return {source: raw.sampled(corpora_root(), source, most_words=most) for source, most in RAW_WORDS.items()}


def _copy(nlp: Language, gold: Sequence[NamedText], piecer: Piecer, copy: int) -> list[Window]:
    """The gold in another style: with other countries' names, smart quotes, hard line breaks, or in upper case."""
    source = random.Random(5 + copy)  # noqa: S311 - sampling
    pools = {**pools_of(gold, foreign_places()), "NORP": peoples()}
    style: Callable[[NamedText], NamedText] = (
        (lambda text: varied(text, pools, source)) if copy else (lambda text: swapped(text, pools, source))
    )
    texts = [style(chunk) for named in gold for chunk in chunks(named)]
    return list(named_windows(nlp, texts, piecer))


def _trees(nlp: Language, root: Path, piecer: Piecer, most: int, seed: int) -> list[Window]:
    names = ("en_ewt-train.conllu.gz", "en_gum_ccby-train.conllu.gz")
    documents = [document for name in names for document in read_treebank(root / "ud" / name)]
    return list(treebank_windows(nlp, documents, piecer, most, seed))


def save_answers(answers: Sequence[np.ndarray], path: Path) -> None:
    """Answers one after another in one array."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, np.concatenate(answers))


def read_answers(paths: Sequence[Path], windows: Sequence[Window]) -> list[np.ndarray]:
    """The mean of several teachers' answers about these windows."""
    mean = np.mean([np.load(path).astype(np.float32) for path in paths], axis=0).astype(np.float16)
    borders = np.cumsum([len(window.words) for window in windows])
    if int(borders[-1]) != len(mean):
        raise ValueError(f"{paths[0]}: {len(mean)} words answered, {borders[-1]} asked")
    return np.split(mean, borders[:-1])


def round_of(known: dict[str, list[Lesson]], number: int) -> list[Lesson]:
    """The lessons of a round: everything once, of the varied copies and of the layouts one in turn."""
    left_out = {f"gold-{copy}" for copy in range(GOLD_COPIES) if copy != number % GOLD_COPIES}
    return [lesson for name, lessons in known.items() if name not in left_out for lesson in lessons]
