"""Words per second of CPU time, beside spaCy's default small architecture in the same run.

The yardstick (tagger, parser, names) is measured as spaCy runs it (thinc's blis) and with NumPy's OpenBLAS, which is
quicker. Ours runs in onnxruntime.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.training import Example
from thinc.api import NumpyOps, set_current_ops

from tasks.extract import load_model
from tasks.extract.encoder import Encoder
from tasks.extract.network import Network
from training.corpora import read_ewn

HERE = Path(__file__).resolve().parent
ROUNDS = 3


def default_pipeline(like: Language, text: str) -> Language:
    """The default small architecture, untrained, with the labels of our pipeline."""
    nlp = spacy.util.load_model_from_config(spacy.util.load_config(HERE / "default.cfg"), auto_fill=True)
    doc, known = like(text), network_of(like).labels
    labels = {"tagger": known.tags, "parser": known.deps, "ner": network_of(like).name_labels}
    for name, wanted in labels.items():
        for label in wanted:
            nlp.get_pipe(name).add_label(label)  # type: ignore[attr-defined]
    nlp.initialize(lambda: [Example(nlp.make_doc(doc.text), doc)])
    return nlp


def network_of(nlp: Language) -> Network:
    """The network of our pipeline."""
    encoder = nlp.get_pipe("encoder")
    if not isinstance(encoder, Encoder):
        raise TypeError("expected a pipeline with Dateline's encoder")
    return encoder.network


def yardstick(blas: str, like: Language, text: str) -> Language:
    """The default architecture multiplying with `blis` or with `openblas` (NumPy's)."""
    set_current_ops(NumpyOps(use_blis=blas == "blis"))
    return default_pipeline(like, text)


def cpu_s(work: Callable[[], int]) -> tuple[float, int]:
    """CPU seconds of this process for the work, and what it counted."""
    start = time.process_time()
    words = work()
    return time.process_time() - start, words


def pipe_words(nlp: Language, texts: Sequence[str]) -> int:
    """Run the pipeline; the words it read."""
    return sum(len(doc) for doc in nlp.pipe(texts, batch_size=32))


def measure_speed(path: Path, root: Path) -> dict[str, float]:
    """Print words/s (best of the rounds, taken in turn) of every way to run, on EWN dev."""
    texts = [named.text for named in read_ewn(root / "ner" / "ewn.dev.jsonl.gz")]
    model = load_model(path)
    nlp = model.nlp
    blis, openblas = (yardstick(blas, nlp, texts[0]) for blas in ("blis", "openblas"))
    ways: dict[str, Callable[[], int]] = {
        "default small architecture, blis": lambda: pipe_words(blis, texts),
        "default small architecture, openblas": lambda: pipe_words(openblas, texts),
        "ours": lambda: pipe_words(nlp, texts),
        "ours, as extraction runs it": lambda: sum(len(doc) for doc in model.read(texts)),
    }
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, work in ways.items():
            seconds, words = cpu_s(work)
            best[name] = max(best.get(name, 0.0), words / seconds)
    show_speed(best)
    return best


def show_speed(figures: dict[str, float]) -> None:
    """Words/s, and how many times each yardstick."""
    plain, quick = (figures[f"default small architecture, {blas}"] for blas in ("blis", "openblas"))
    print("\nspeed (words per second of CPU time; times the default architecture with blis, with openblas)")
    for name, rate in figures.items():
        print(f"  {name:<40} {rate:8.0f}  {rate / plain:.2f}  {rate / quick:.2f}")


MEMORY = """
import gc, os, sys
from pathlib import Path
from tasks.extract import load_model
from training.corpora import read_ewn

def private_mb():
    rows = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Private_Dirty")) / 1024

texts = [named.text for named in read_ewn(Path(sys.argv[2]))]
model = load_model(Path(sys.argv[1]))
model.read(texts[:2])  # workers are warmed up with an article before they fork
gc.freeze()
child = os.fork()
if child == 0:
    before = private_mb()
    for text in texts:
        with model.nlp.memory_zone():
            model.read([text])
    print(f"{private_mb() - before:.1f}", flush=True)
    os._exit(0)
os.waitpid(child, 0)
"""


def child_memory_mb(model: Path, corpus: Path) -> float | None:
    """Memory that a child of a process with the loaded model keeps for itself after reading EWN dev; Linux only."""
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    command = [sys.executable, "-c", MEMORY, str(model), str(corpus)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - our own
