"""Rebuild the shipped model: `python -m training.build [--work DIR] [--from STAGE] [--to STAGE] [--jobs N]`.

Stages in order; each leaves its result in the work folder and the next reads it there. Seeds are fixed; the figures
still move in the third digit between machines, as sums of floats do.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import torch

from tasks.extract.network import FILES
from tasks.extract.pieces import Piecer
from training import lessons, teacher
from training.assemble import assemble
from training.check import Checks
from training.corpora import corpora_root, read_treebank
from training.distil import Lesson, Material, Plan, SyntaxWeights, train
from training.evaluate import DEFAULT_MODEL
from training.export import network_of
from training.lemmas import counted_words, lemma_tables
from training.meta import META
from training.reader import Reader, Tagset, vocabulary
from training.windows import wire_tokenizer

HERE = Path(__file__).resolve().parent
TEACHERS = (1, 2)
"""Their seeds."""
LAYERS = 3
"""Of MiniLM's six layers those that are kept."""
PLAN = Plan(steps=4600, seed=3, learn_rate=3e-4, head_rate=1e-3, gold_share=0.5, weights=SyntaxWeights())
COMMON_WORDS = 6_000


def build_teachers(work: Path, jobs: int) -> None:
    """MiniLM fine-tuned on EWN's training part, once per seed: `teacher-SEED.pt`."""
    _for_every_teacher(_build_teacher, work, jobs)


def _build_teacher(work: Path, seed: int) -> None:
    torch.set_num_threads(1)
    piecer = Piecer(vocabulary())
    rounds = lessons.teachers_rounds(wire_tokenizer(), piecer)
    teacher.save(teacher.train(rounds, piecer, seed=seed), work / f"teacher-{seed}.pt")


def build_answers(work: Path, jobs: int) -> None:
    """What the teachers say of the windows there are to learn from: `answers/SEED/PART.npy`."""
    _for_every_teacher(_ask_teacher, work, jobs)


def _ask_teacher(work: Path, seed: int) -> None:
    torch.set_num_threads(1)
    piecer = Piecer(vocabulary())
    asked = teacher.load(work / f"teacher-{seed}.pt")
    for part in lessons.parts(wire_tokenizer(), piecer):
        if part.taught:
            answers = teacher.ask(asked, part.windows, piecer)
            lessons.save_answers(answers, work / "answers" / str(seed) / f"{part.name}.npy")


def _for_every_teacher(build: Callable[[Path, int], None], work: Path, jobs: int) -> None:
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as processes:
        for done in [processes.submit(build, work, seed) for seed in TEACHERS]:
            done.result()


def build_network(work: Path, jobs: int) -> None:
    """The network, trained on gold, answers and trees: `reader.pt`, and as files: `network/`."""
    torch.set_num_threads(jobs)
    piecer, nlp = Piecer(vocabulary()), wire_tokenizer()
    known: dict[str, list[Lesson]] = {}
    for part in lessons.parts(nlp, piecer):
        files = [work / "answers" / str(seed) / f"{part.name}.npy" for seed in TEACHERS]
        answers = lessons.read_answers(files, part.windows) if part.taught else [None] * len(part.windows)
        known[part.name] = [Lesson(window, soft) for window, soft in zip(part.windows, answers, strict=True)]
    tagset = Tagset.of([lesson.window for part in known.values() for lesson in part])
    reader = Reader(LAYERS, tagset)
    reader.start_from(torch.load(work / f"teacher-{TEACHERS[0]}.pt", weights_only=True))
    material = Material(tagset, piecer, lambda number: lessons.round_of(known, number))
    train(reader, material, PLAN, Checks(nlp, tagset, piecer))
    torch.save(reader.state_dict(), work / "reader.pt")
    (work / "network").mkdir(exist_ok=True)
    for name, content in network_of(reader, tagset).items():
        (work / "network" / name).write_bytes(content)


def build_model(work: Path, _jobs: int) -> None:
    """Network and lemmas in one pipeline, where the project ships it."""
    folder = corpora_root() / "ud"
    names = ("en_ewt-train.conllu.gz", "en_gum_ccby-train.conllu.gz")
    trees = [sentence for name in names for document in read_treebank(folder / name) for sentence in document]
    met = counted_words(lessons.raw_texts())
    common = frozenset(word for word, _ in met.most_common(COMMON_WORDS))
    files = {name: (work / "network" / name).read_bytes() for name in FILES}
    assemble(files, lemma_tables(trees, frozenset(met), common), META).to_disk(DEFAULT_MODEL)


STAGES: dict[str, Callable[[Path, int], None]] = {
    "teachers": build_teachers,
    "answers": build_answers,
    "network": build_network,
    "model": build_model,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.build", description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE.parents[1] / "train-work")
    parser.add_argument("--from", dest="first", choices=STAGES, default="teachers")
    parser.add_argument("--to", dest="last", choices=STAGES, default="model")
    parser.add_argument("--jobs", type=int, default=1, help="processor cores; sums of floats differ with their number")
    chosen = parser.parse_args(arguments)
    names = list(STAGES)
    chosen.work.mkdir(parents=True, exist_ok=True)
    for name in names[names.index(chosen.first) : names.index(chosen.last) + 1]:
        start_s = time.monotonic()
        STAGES[name](chosen.work, chosen.jobs)
        print(f"stage {name}: {time.monotonic() - start_s:.0f} s", flush=True)


if __name__ == "__main__":
    main()
