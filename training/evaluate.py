"""The shipped model's figures: `python -m training.evaluate [--model PATH] [--check-floors]`.

Names are scored on raw text as whole character spans; syntax both on raw text (spaCy's own
tokens, aligned) and on the treebank's tokens, with spaCy's scorer (punctuation left out of UAS
and LAS, as it does). Speed is CPU time in one process, beside spaCy's default small architecture.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc
from spacy.training import Example

from training.assemble import READS
from training.augment import pools_of, smart_quoted, swapped, upper_cased, wrapped
from training.convert import Layout, lay_out, named_doc, parsed_doc
from training.corpora import (
    NAME_LABELS,
    RE3D_LABELS,
    NamedText,
    Sentence,
    corpora_root,
    read_ewn,
    read_tagged_sentences,
    read_treebank,
    sha256,
)
from training.gazetteer import foreign_places
from training.regions import region_of
from training.speed import child_memory_mb, measure_speed

HERE = Path(__file__).resolve().parent
DEFAULT_MODEL = HERE.parent / "tasks" / "extract" / "model"

FILES = {
    "ewn_dev": Path("ner/ewn.dev.jsonl.gz"),
    "re3d": Path("ner/re3d.jsonl"),
    "ewt_dev": Path("ud/en_ewt-dev.conllu.gz"),
    "gum_dev": Path("ud/en_gum_ccby-dev.conllu.gz"),
}

Scores = dict[str, float]
Triple = tuple[int, int, str]


def prf(right: int, found: int, wanted: int) -> Scores:
    """Precision, recall and F of counts; zero where nothing was found or wanted."""
    precision = right / found if found else 0.0
    recall = right / wanted if wanted else 0.0
    both = precision + recall
    return {
        "p": round(precision, 4),
        "r": round(recall, 4),
        "f": round(2 * precision * recall / both, 4) if both else 0.0,
    }


def span_scores(pairs: Iterable[tuple[str, set[Triple], set[Triple]]], labels: Sequence[str]) -> dict[str, Scores]:
    """Scores per key and label of `(key, found, gold)` span sets; `all` over the labels.

    The key (a region, say) is scored over all labels too, under its own name.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for key, found, gold in pairs:
        for label in labels:
            mine = {span for span in found if span[2] == label}
            theirs = {span for span in gold if span[2] == label}
            added = (len(mine & theirs), len(mine), len(theirs))
            for name in ("all", label, *([key] if key else [])):
                counts[name] = [a + b for a, b in zip(counts[name], added, strict=True)]
    return {name: prf(*triple) for name, triple in counts.items()}


def found_spans(doc: Doc) -> set[Triple]:
    """The entities of a document as character spans, without space around them (extract trims it as well)."""
    return {(*_trimmed(ent.start_char, ent.text), ent.label_) for ent in doc.ents if ent.text.strip()}


def _trimmed(start: int, text: str) -> tuple[int, int]:
    first = start + len(text) - len(text.lstrip())
    return first, first + len(text.strip())


def gold_spans(named: NamedText) -> set[Triple]:
    """The labelled spans of a text."""
    return {(span.start, span.end, span.label) for span in named.spans}


def score_names(
    nlp: Language,
    texts: Sequence[NamedText],
    labels: Sequence[str] = NAME_LABELS,
    key: Callable[[str], str] = lambda _: "",
) -> dict[str, Scores]:
    """Exact spans per label."""
    docs = nlp.pipe((named.text for named in texts), disable=without(nlp, READS))
    return span_scores(
        ((key(named.id), found_spans(doc), gold_spans(named)) for named, doc in zip(texts, docs, strict=True)),
        labels,
    )


def score_as_spacy_does(nlp: Language, texts: Sequence[NamedText]) -> dict[str, Scores]:
    """SpaCy's own `ents_p/r/f`, as its training logs print them: gold spans are widened to whole tokens."""
    docs = nlp.pipe((named.text for named in texts), disable=without(nlp, READS))
    examples = [Example(doc, named_doc(nlp, named)) for named, doc in zip(texts, docs, strict=True)]
    scores = Scorer.score_spans(examples, "ents")
    rows = {"all": {name: scores[f"ents_{name}"] for name in "prf"}, **scores["ents_per_type"]}
    return {label: {name: round(row[name], 4) for name in "prf"} for label, row in rows.items()}


def score_overlap(nlp: Language, texts: Sequence[NamedText], labels: Sequence[str]) -> dict[str, Scores]:
    """As above where a span of the same label that overlaps is right (re3d marks whole phrases)."""
    docs = nlp.pipe((named.text for named in texts), disable=without(nlp, READS))
    hits, found, caught, wanted = 0, 0, 0, 0
    for named, doc in zip(texts, docs, strict=True):
        mine = {span for span in found_spans(doc) if span[2] in labels}
        theirs = gold_spans(named)
        hits += sum(any(overlaps(span, other) for other in theirs) for span in mine)
        caught += sum(any(overlaps(span, other) for other in mine) for span in theirs)
        found, wanted = found + len(mine), wanted + len(theirs)
    precision, recall = hits / max(found, 1), caught / max(wanted, 1)
    f = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"all": {"p": round(precision, 4), "r": round(recall, 4), "f": round(f, 4)}}


def overlaps(one: Triple, other: Triple) -> bool:
    """Whether two spans of one label share a character."""
    return one[2] == other[2] and one[0] < other[1] and other[0] < one[1]


def without(nlp: Language, kept: Sequence[str]) -> list[str]:
    """The components to disable so that only `kept` run."""
    return [name for name in nlp.pipe_names if name not in kept]


def gold_documents(nlp: Language, documents: Iterable[Sequence[Sentence]]) -> list[Doc]:
    """Treebank documents as a page shows them: paragraphs a blank line apart."""
    docs = []
    for sentences in documents:
        between = tuple("\n\n" if s.starts_paragraph else " " for s in sentences[1:])
        columns = lay_out(sentences, Layout(between=(*between, ""), wrap_chars=None))
        docs.append(parsed_doc(nlp.vocab, columns))
    return docs


def score_syntax(nlp: Language, golds: Sequence[Doc], *, gold_tokens: bool) -> Scores:
    """Tags, UPOS, lemmas, UAS, LAS and sentence F of the whole pipeline."""
    if gold_tokens:
        inputs: list[str | Doc] = [
            Doc(nlp.vocab, words=[t.text for t in gold], spaces=[bool(t.whitespace_) for t in gold]) for gold in golds
        ]
    else:
        inputs = [gold.text for gold in golds]
    examples = [Example(doc, gold) for doc, gold in zip(nlp.pipe(inputs), golds, strict=True)]
    scores = {
        **Scorer.score_token_attr(examples, "tag"),
        **Scorer.score_token_attr(examples, "pos"),
        **Scorer.score_token_attr(examples, "lemma"),
        **Scorer.score_spans(examples, "sents", getter=lambda doc, _: doc.sents),
        **Scorer.score_deps(examples, "dep", ignore_labels=("punct",), getter=lambda token, _: token.dep_),
    }
    wanted = ("tag_acc", "pos_acc", "lemma_acc", "dep_uas", "dep_las", "sents_f")
    return {name: round(scores[name], 4) for name in wanted}


def styled(texts: Sequence[NamedText]) -> dict[str, list[NamedText]]:
    """The texts as other wires would send them; `elsewhere` has places and persons of other countries in them."""
    pools, chance = pools_of(texts, foreign_places()), random.Random(1)  # noqa: S311 - sampling
    return {
        "upper": [upper_cased(named) for named in texts],
        "smart_quotes": [smart_quoted(named) for named in texts],
        "hard_wrapped": [wrapped(named, 65) for named in texts],
        "elsewhere": [swapped(named, pools, chance) for named in texts],
    }


def measure(nlp: Language, root: Path) -> dict[str, dict[str, Scores]]:
    """All quality figures of the corpora that are there."""
    figures: dict[str, dict[str, Scores]] = {}
    here = {name for name, path in FILES.items() if (root / path).exists()}
    if "ewn_dev" in here:
        texts = read_ewn(root / FILES["ewn_dev"])
        figures["ewn_dev"] = score_names(nlp, texts, key=region_of)
        figures["ewn_dev_as_spacy"] = score_as_spacy_does(nlp, texts)
        for style, copies in styled(texts).items():
            figures[f"ewn_dev_{style}"] = score_names(nlp, copies)
    if "re3d" in here:
        labels = sorted(set(RE3D_LABELS.values()))
        texts = read_tagged_sentences(root / FILES["re3d"], RE3D_LABELS)
        figures["re3d"] = score_names(nlp, texts, labels)
        figures["re3d_overlap"] = score_overlap(nlp, texts, labels)
    for name in sorted(here & {"ewt_dev", "gum_dev"}):
        golds = gold_documents(nlp, read_treebank(root / FILES[name]))
        figures[name] = {
            "raw": score_syntax(nlp, golds, gold_tokens=False),
            "gold_tokens": score_syntax(nlp, golds, gold_tokens=True),
        }
    return figures


def missed_floors(
    floors: Mapping[str, Mapping[str, Mapping[str, float]]],
    figures: Mapping[str, Mapping[str, Scores]],
) -> list[str]:
    """What stands below its floor; a corpus that was not measured is passed over."""
    return [
        f"{corpus} {row} {score}: {figures[corpus][row][score]:.4f} < {floor}"
        for corpus, rows in floors.items()
        if corpus in figures
        for row, wanted in rows.items()
        for score, floor in wanted.items()
        if figures[corpus][row][score] < floor
    ]


def read_floors() -> dict[str, Any]:
    """The pinned floors, and the hash of each corpus they were measured on."""
    return tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))


def check_floors(figures: Mapping[str, Mapping[str, Scores]], root: Path) -> int:
    """Print and count what is wrong: a figure below its floor, or a corpus that has changed."""
    pinned = read_floors()
    wrong = missed_floors(pinned["floors"], figures)
    for name, path in FILES.items():
        if not (root / path).exists():
            print(f"skipped: {path} is not under {root}")
        elif sha256(root / path) != pinned["sha256"][name]:
            wrong.append(f"{path} is not the corpus the floors were measured on")
    for line in wrong:
        print(f"BELOW FLOOR {line}")
    print("floors: " + ("failed" if wrong else "held"))
    return len(wrong)


def show(figures: Mapping[str, Mapping[str, Scores]]) -> None:
    """The figures as little tables."""
    for corpus, rows in figures.items():
        print(f"\n{corpus}")
        for row, scores in rows.items():
            cells = "  ".join(f"{name} {value:.4f}" for name, value in scores.items())
            print(f"  {row:<24} {cells}")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 1 where a floor is missed."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--model", type=Path, default=DEFAULT_MODEL)
    parser.add_argument("--check-floors", action="store_true", help="quality only, against floors")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    chosen = parser.parse_args(arguments)
    root = corpora_root()
    nlp = spacy.load(chosen.model)
    figures = measure(nlp, root)
    show(figures)
    if not figures:
        print(f"no corpora under {root}: nothing was measured")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if chosen.check_floors:
        return 1 if check_floors(figures, root) else 0
    if (root / FILES["ewn_dev"]).exists():
        measure_speed(chosen.model, root)
        kept_mb = child_memory_mb(chosen.model, root / FILES["ewn_dev"])
        print(f"memory a forked worker keeps for itself after EWN dev: {kept_mb} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
