"""Words per second of CPU time, beside spaCy's default small architecture in the same run.

Both are measured with thinc's own matrix library (blis) and with NumPy's (OpenBLAS): the choice
is the caller's, made once per process before a model is loaded (`use_blas`), and worth
more than any change of architecture.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import NumpyOps, set_current_ops

from training.assemble import NAMES
from training.corpora import read_ewn

HERE = Path(__file__).resolve().parent
ROUNDS = 3
# Share of sentences that extraction parses: those with a trigger word (measured elsewhere).
PARSED_SHARE = 0.35


def use_blas(name: str) -> None:
    """Let models loaded from here on multiply with `blis` or with `openblas` (NumPy's)."""
    set_current_ops(NumpyOps(use_blis=name == "blis"))


def default_pipeline(like: Language, text: str) -> Language:
    """The default small architecture, untrained, with the labels of our pipeline."""
    nlp = spacy.util.load_model_from_config(spacy.util.load_config(HERE / "default.cfg"), auto_fill=True)
    doc = like(text)
    for name in ("tagger", "parser", "ner"):
        for label in like.get_pipe(name).labels:  # type: ignore[attr-defined]
            nlp.get_pipe(name).add_label(label)  # type: ignore[attr-defined]
    nlp.initialize(lambda: [Example(nlp.make_doc(doc.text), doc)])
    return nlp


def cpu_s(work: Callable[[], int]) -> tuple[float, int]:
    """CPU seconds of this process for the work, and what it counted."""
    start = time.process_time()
    words = work()
    return time.process_time() - start, words


def pipe_words(nlp: Language, texts: Sequence[str], disable: Sequence[str] = ()) -> int:
    """Run the pipeline; the words it read."""
    return sum(len(doc) for doc in nlp.pipe(texts, batch_size=32, disable=list(disable)))


def extraction_words(nlp: Language, texts: Sequence[str]) -> int:
    """Names on everything, syntax on an even share of the sentences; the words read."""
    words, taken, chosen = 0, 0.0, []
    syntax = [name for name in nlp.pipe_names if name not in NAMES]
    for doc in nlp.pipe(texts, batch_size=32, disable=syntax):
        words += len(doc)
        for sentence in doc.sents:
            taken += PARSED_SHARE
            if taken >= 1:
                taken -= 1
                chosen.append(sentence.as_doc())
    docs: list[Doc] = chosen
    for name in syntax:
        docs = list(nlp.get_pipe(name).pipe(docs, batch_size=256))  # type: ignore[attr-defined]
    return words


def measure_speed(model: Path, root: Path) -> dict[str, float]:
    """Print words/s (best of the rounds, taken in turn) of every way to run, on EWN dev."""
    texts = [named.text for named in read_ewn(root / "ner" / "ewn.dev.jsonl.gz")]
    figures: dict[str, float] = {}
    for blas in ("blis", "openblas"):
        use_blas(blas)
        nlp = spacy.load(model)
        yardstick = default_pipeline(nlp, texts[0])
        syntax = [name for name in nlp.pipe_names if name not in NAMES]
        ways: dict[str, Callable[[], int]] = {
            "default small architecture": lambda y=yardstick: pipe_words(y, texts),  # type: ignore[misc]
            "full pipeline": lambda n=nlp: pipe_words(n, texts),  # type: ignore[misc]
            "names only": lambda n=nlp, s=tuple(syntax): pipe_words(n, texts, s),  # type: ignore[misc]
            f"names, syntax on {PARSED_SHARE:.0%}": lambda n=nlp: extraction_words(n, texts),  # type: ignore[misc]
        }
        best: dict[str, float] = {}
        for _ in range(ROUNDS):
            for name, work in ways.items():
                seconds, words = cpu_s(work)
                best[name] = max(best.get(name, 0.0), words / seconds)
        figures.update({f"{name}, {blas}": rate for name, rate in best.items()})
    show_speed(figures)
    return figures


def show_speed(figures: dict[str, float]) -> None:
    """Words/s, and how many times the yardstick as spaCy runs it (blis)."""
    base = figures["default small architecture, blis"]
    print("\nspeed (words per second of CPU time; times the default architecture with blis)")
    for name, rate in figures.items():
        print(f"  {name:<40} {rate:8.0f}  {rate / base:.2f}")
