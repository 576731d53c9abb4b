"""Rebuild the shipped model: `python -m training.build [--work DIR] [--from STAGE] [--to STAGE]`.

Stages in order; each leaves its result in the work folder and the next reads it there. Seeds are
fixed; the figures still move in the third digit between machines, as sums of floats do.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import spacy
import torch
from spacy.strings import get_string_id
from spacy.tokens import Doc

from training import raw, teacher
from training.assemble import assemble
from training.augment import pools_of, upper_cased, varied
from training.convert import chunks, named_doc, save, treebank_docs
from training.corpora import (
    NamedText,
    Sentence,
    Span,
    corpora_root,
    read_ewn,
    read_jsonl,
    read_treebank,
)
from training.evaluate import DEFAULT_MODEL
from training.fit import fit
from training.gazetteer import arabic_places, foreign_places, read_gazetteer
from training.lemmas import lemma_tables
from training.meta import META
from training.neighbours import listed_words, lone_states, nearest, place_words
from training.silver import label_texts
from training.tables import pruned, save_table, widened
from training.templates import template_texts
from training.vectors import by_lower, count_words, listed_features, meanings, reduced

HERE = Path(__file__).resolve().parent

# The vector table: words met at least so often, at most so many, and the biggest cities besides.
LEAST_MET, MOST_WORDS, MOST_CITIES = 3, 24_000, 3_500
# What is shipped of it, to stay under 25 MB: places and listed words without a row of their own,
# rows, and words whose base form is listed for the lemmatizer.
SLIM_PLACES, SLIM_LISTED, SHIPPED_ROWS, COMMON_WORDS = 28_000, 20_000, 23_400, 6_000
TEACHER_SEED, TEACHER_EPOCHS = 1, 4
WINDOW_PIECES = 150
# Words of each raw source that the teacher labels; gold EWN needs no silver.
SILVER_WORDS = {
    "chains": 100_000,
    "ecbplus": 300_000,
    "treebanks": 300_000,
    "wikigold": 50_000,
    "muc_development": 250_000,
    "reuters": 400_000,
}


def ewn_train() -> list[NamedText]:
    """The gold names."""
    return read_ewn(corpora_root() / "ner" / "ewn.train.jsonl.gz")


def tokenized(text: str) -> list[str]:
    """The words of a text as the pipeline cuts them."""
    return [token.text for token in BLANK.make_doc(text)]


BLANK = spacy.blank("en")


def build_vectors(work: Path) -> None:
    """MiniLM's mean states and the lists' columns of 27,543 words: `vectors/`."""
    root = corpora_root()
    texts = [tokenized(text) for source in raw.SOURCES for text in raw.sampled(root, source)]
    counts = by_lower(count_words(texts))
    gazetteer = read_gazetteer(root / "gazetteer")
    words = [word for word, met in counts.all.most_common() if met >= LEAST_MET][:MOST_WORDS]
    words += sorted(gazetteer.countries - set(words))
    known = set(words)
    cities = (word for word in gazetteer.cities if word not in known and word.isalpha())
    words += sorted(cities, key=lambda word: -gazetteer.cities[word])[:MOST_CITIES]
    rows = {word: row for row, word in enumerate(words)}
    states = meanings(windows_to_read(texts, rows), rows, words)
    weights = np.array([counts.all[word] + 1 for word in words], dtype=np.float64) ** 0.5
    meaning = reduced(states, weights)
    listed = listed_features(words, counts, gazetteer)
    save_table(words, np.hstack([meaning, listed]), work / "vectors")
    kept = {"rows": words, "met": sorted(counts.all)}
    (work / "words.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def build_neighbours(work: Path) -> None:
    """The same table with 172,506 more words: `vectors-wide/`; with 79,316: `vectors-slim/`."""
    words = json.loads((work / "words.json").read_text(encoding="utf-8"))
    rows, met = words["rows"], words["met"]
    gazetteer = read_gazetteer(corpora_root() / "gazetteer")
    seen = sorted(word for word in set(met) - set(rows) if word.isalpha())
    places = place_words(gazetteer, {*rows, *met})
    listed = listed_words({*rows, *seen, *places})
    new = [*seen, *places, *listed]
    found = dict(zip(new, nearest(lone_states(new), lone_states(rows)), strict=True))
    biggest = sorted(places, key=lambda word: (-gazetteer.cities[word], word))[:SLIM_PLACES]
    table = spacy.load(work / "vectors").vocab.vectors
    for name, chosen in (
        ("vectors-wide", new),
        ("vectors-slim", [*seen, *biggest, *listed[:SLIM_LISTED]]),
    ):
        nlp = spacy.blank("en")
        more = {get_string_id(word): int(found[word]) for word in chosen}
        nlp.vocab.vectors = widened(table, more)
        nlp.to_disk(work / name)


def windows_to_read(texts: Sequence[Sequence[str]], rows: dict[str, int], wanted: int = 6) -> list[teacher.Tagged]:
    """Windows in random order that still hold words met fewer than `wanted` times."""
    pieces, met, chosen = teacher.Pieces(), Counter[str](), []
    order = list(range(len(texts)))
    random.Random(0).shuffle(order)  # noqa: S311 - sampling
    for index in order:
        tags = ["O"] * len(texts[index])
        for window in teacher.windows_of(texts[index], tags, pieces, WINDOW_PIECES):
            lower = [word.lower() for word in window.words]
            new = sum(word in rows and met[word] < wanted for word in lower)
            if new >= max(3, len(lower) * 0.04):
                chosen.append(window)
                met.update(lower)
    return chosen


def gold_windows(texts: Iterable[NamedText]) -> list[teacher.Tagged]:
    """Labelled texts as the teacher reads them."""
    pieces = teacher.Pieces()
    windows: list[teacher.Tagged] = []
    for named in texts:
        doc = named_doc(BLANK, named)
        tags = [f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in doc]
        words = [token.text for token in doc]
        windows.extend(teacher.windows_of(words, tags, pieces, WINDOW_PIECES))
    return windows


def build_teacher(work: Path) -> None:
    """MiniLM fine-tuned on EWN's training part: `teacher.pt`."""
    trained = teacher.train(
        gold_windows(ewn_train()),
        seed=TEACHER_SEED,
        epochs=TEACHER_EPOCHS,
        log=work / "teacher.log",
    )
    torch.save(trained.state_dict(), work / "teacher.pt")


def build_silver(work: Path) -> None:
    """Names the teacher sees in raw texts: `silver-SOURCE.jsonl`."""
    for source in SILVER_WORDS:
        label_source(work, source)


def label_source(work: Path, source: str) -> None:
    """The texts of one raw source with the names the teacher sees in them."""
    trained = teacher.Teacher()
    trained.load_state_dict(torch.load(work / "teacher.pt", weights_only=True))
    texts = raw.sampled(corpora_root(), source, most_words=SILVER_WORDS[source])
    labelled = label_texts(BLANK, [trained], source, texts)
    lines = [json.dumps(asdict(named), ensure_ascii=False) + "\n" for named in labelled]
    (work / f"silver-{source}.jsonl").write_text("".join(lines), encoding="utf-8")


def read_silver(path: Path) -> list[NamedText]:
    """The labelled raw texts."""
    return [
        NamedText(
            str(record["id"]),
            str(record["text"]),
            tuple(Span(**span) for span in record["spans"]),  # type: ignore[attr-defined]
        )
        for record in read_jsonl(path)
    ]


def gold_names_docs() -> tuple[list[Doc], list[Doc]]:
    """The gold as it is, and as another wire would send it."""
    gold = ewn_train()
    pools = pools_of(gold, foreign_places())
    pieces = [chunk for named in gold for chunk in chunks(named)]
    source = random.Random(5)  # noqa: S311 - sampling
    plain = [named_doc(BLANK, chunk) for chunk in pieces]
    return plain, [named_doc(BLANK, varied(chunk, pools, source)) for chunk in pieces]


# Share of the silver texts that the student sees in another style; numbers of made-up sentences
# in the second step and in the third.
SILVER_VARIED, TEMPLATES, MORE_TEMPLATES = 0.3, 1_500, 7_000


def template_docs(count: int, seed: int) -> list[Doc]:
    """Made-up sentences, a few of them in another style."""
    pools = pools_of(ewn_train(), foreign_places())
    filled_in = {**pools, "Arabic": sorted(set(arabic_places()))}
    source = random.Random(seed)  # noqa: S311 - sampling
    texts = template_texts(filled_in, count, source)
    styled = [upper_cased(text) if source.random() < 0.1 else text for text in texts]
    return [named_doc(BLANK, text) for text in styled]


def silver_names_docs(work: Path) -> list[Doc]:
    """The silver once, some of it in another style."""
    pools = pools_of(ewn_train(), foreign_places())
    source = random.Random(6)  # noqa: S311 - sampling
    docs = []
    silver = [n for name in SILVER_WORDS for n in read_silver(work / f"silver-{name}.jsonl")]
    for named in silver:
        for chunk in chunks(named):
            styled = varied(chunk, pools, source) if source.random() < SILVER_VARIED else chunk
            docs.append(named_doc(BLANK, styled))
    return docs


def build_names_data(work: Path) -> None:
    """Training and checking documents of the names half."""
    plain, styled = gold_names_docs()
    save([*plain, *styled], work / "names_gold.spacy")
    whole = [*plain, *plain, *styled, *silver_names_docs(work), *template_docs(TEMPLATES, 6)]
    save(whole, work / "names_all.spacy")
    save([*whole, *template_docs(MORE_TEMPLATES, 7)], work / "names_last.spacy")
    dev = read_ewn(corpora_root() / "ner" / "ewn.dev.jsonl.gz")
    save([named_doc(BLANK, named) for named in dev], work / "ewn_dev.spacy")


def syntax_trees() -> list[list[Sentence]]:
    """The documents of both treebanks' training parts."""
    folder = corpora_root() / "ud"
    names = ("en_ewt-train.conllu.gz", "en_gum_ccby-train.conllu.gz")
    return [document for name in names for document in read_treebank(folder / name)]


def build_syntax_data(work: Path) -> None:
    """Training and checking documents of the syntax half: each treebank in two layouts."""
    trees = syntax_trees()
    docs = treebank_docs(BLANK.vocab, trees, 5, 1) + treebank_docs(BLANK.vocab, trees, 4, 2)
    save(docs, work / "syntax.spacy")
    dev = read_treebank(corpora_root() / "ud" / "en_ewt-dev.conllu.gz")
    save(treebank_docs(BLANK.vocab, dev, 5, 2), work / "ewt_dev.spacy")


def build_names(work: Path) -> None:
    """The names half in three steps: `names-1/` to `names-3/`.

    The first step knows the table's own words only; then come the neighbours.
    """
    dev = work / "ewn_dev.spacy"
    narrow = {"dev": dev, "vectors": work / "vectors"}
    wide = {"dev": dev, "vectors": work / "vectors-wide"}
    gold, both, last = (work / f"names_{part}.spacy" for part in ("gold", "all", "last"))
    first = fit(HERE / "names.cfg", work / "names-1", {"train": gold, **narrow})
    paths = {"train": both, "first": first, **wide}
    second = fit(HERE / "names_silver.cfg", work / "names-2", paths)
    paths = {"train": last, "first": second, **wide}
    fit(HERE / "names_last.cfg", work / "names-3", paths)


def build_syntax(work: Path) -> None:
    """The syntax half and the sentence splitter: `syntax/`."""
    paths = {
        "train": work / "syntax.spacy",
        "dev": work / "ewt_dev.spacy",
        "vectors": work / "vectors",
    }
    fit(HERE / "syntax.cfg", work / "syntax", paths)


def build_model(work: Path) -> None:
    """Both halves in one pipeline, with a table of fewer rows, where the project ships it."""
    names, syntax = (
        spacy.load(work / "names-3" / "model-last"),
        spacy.load(work / "syntax" / "model-last"),
    )
    names.vocab.vectors = pruned(spacy.load(work / "vectors-slim").vocab.vectors, SHIPPED_ROWS)
    words = json.loads((work / "words.json").read_text(encoding="utf-8"))
    trees = [sentence for document in syntax_trees() for sentence in document]
    common = frozenset(words["rows"][:COMMON_WORDS])
    lemmas = lemma_tables(trees, frozenset(words["met"]), common)
    assemble(names, syntax, lemmas, META).to_disk(DEFAULT_MODEL)


STAGES: dict[str, Callable[[Path], None]] = {
    "vectors": build_vectors,
    "neighbours": build_neighbours,
    "teacher": build_teacher,
    "silver": build_silver,
    "names-data": build_names_data,
    "syntax-data": build_syntax_data,
    "names": build_names,
    "syntax": build_syntax,
    "model": build_model,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.build", description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE.parents[1] / "train-work")
    parser.add_argument("--from", dest="first", choices=STAGES, default="vectors")
    parser.add_argument("--to", dest="last", choices=STAGES, default="model")
    chosen = parser.parse_args(arguments)
    names = list(STAGES)
    torch.set_num_threads(1)
    chosen.work.mkdir(parents=True, exist_ok=True)
    for name in names[names.index(chosen.first) : names.index(chosen.last) + 1]:
        start_s = time.monotonic()
        STAGES[name](chosen.work)
        print(f"stage {name}: {time.monotonic() - start_s:.0f} s", flush=True)


if __name__ == "__main__":
    main()
