"""Reading the corpora: labelled news texts and treebanks as plain frozen values.

Nothing here knows spaCy. Spans are code-point offsets `[start, end)` into `text`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NAME_LABELS = (
    "Person",
    "Location",
    "Organization",
    "NORP",
    "Facility",
    "Date",
    "Money",
    "Product",
    "Misc",
)

# re3d's scheme in ours; what is not listed (Quantity, DocumentReference, Weapon with 15 mentions,
# MilitaryPlatform with 3) is left out of scoring: EWN has no such labels.
RE3D_LABELS = {
    "Organisation": "Organization",
    "Location": "Location",
    "Person": "Person",
    "Nationality": "NORP",
    "Temporal": "Date",
    "Money": "Money",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch `[start, end)` of a text."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text with the names in it."""

    id: str
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A treebank sentence. `heads` are indices into `words`; the root is its own head."""

    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    tags: tuple[str, ...]
    pos: tuple[str, ...]
    lemmas: tuple[str, ...]
    heads: tuple[int, ...]
    deps: tuple[str, ...]
    starts_paragraph: bool


def corpora_root() -> Path:
    """The corpora folder: `DATELINE_CORPORA`, else `../shared/data` beside the repository."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("DATELINE_CORPORA", default))


def read_bytes(path: Path) -> bytes:
    """The content of a file, unpacked where its name ends in `.gz`."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def read_jsonl(path: Path) -> list[dict[str, object]]:
    """One record per line of a JSONL file (packed or not)."""
    return [json.loads(line) for line in read_bytes(path).decode("utf-8").splitlines() if line]


def sha256(path: Path) -> str:
    """The hash that pins a corpus file, taken of its unpacked content."""
    return hashlib.sha256(read_bytes(path)).hexdigest()


def bio_spans(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """BIO or IO tags as `(first token, last token + 1, label)`.

    >>> bio_spans(["B-Person", "I-Person", "O", "I-NORP", "B-NORP"])
    [(0, 2, 'Person'), (3, 4, 'NORP'), (4, 5, 'NORP')]
    """
    spans: list[tuple[int, int, str]] = []
    start, open_label = 0, ""
    for index, tag in enumerate([*tags, "O"]):
        label = tag[2:]
        if open_label and (tag[:2] == "B-" or label != open_label):
            spans.append((start, index, open_label))
            open_label = ""
        if label and not open_label:
            start, open_label = index, label
    return spans


def locate_tokens(text: str, tokens: Iterable[str], reach_chars: int = 400) -> list[int | None]:
    """Where each token starts in `text`, in order; None where it is not there to be found."""
    starts: list[int | None] = []
    position = 0
    for token in tokens:
        found = text.find(token, position, position + reach_chars + len(token))
        starts.append(found if found >= 0 else None)
        if found >= 0:
            position = found + len(token)
    return starts


def locate_spans(text: str, tokens: Sequence[str], tags: Sequence[str]) -> tuple[Span, ...]:
    """BIO-tagged tokens as character spans of the raw text they were cut from."""
    starts = locate_tokens(text, tokens)
    spans: list[Span] = []
    for first, stop, label in bio_spans(tags):
        start, last = starts[first], starts[stop - 1]
        if start is not None and last is not None:
            spans.append(Span(start, last + len(tokens[stop - 1]), label))
    return tuple(spans)


def read_ewn(path: Path) -> list[NamedText]:
    """EWN articles: raw text, its line ends made plain, with the spans of its nine labels."""
    texts: list[NamedText] = []
    for record in read_jsonl(path):
        text = str(record["raw"]).replace("\r\n", "\n")
        sentences: list[dict[str, list[str]]] = record["sentences"]  # type: ignore[assignment]
        tokens = [token for sentence in sentences for token in sentence["tokens"]]
        # The tags of each sentence start anew: a span never crosses from one into the next.
        tags = [tag for sentence in sentences for tag in begin_tags(sentence["tags"])]
        texts.append(NamedText(str(record["id"]), text, locate_spans(text, tokens, tags)))
    return texts


def begin_tags(tags: Sequence[str]) -> list[str]:
    """The same BIO tags with `B-` on the first token of every span."""
    begun = list(tags)
    for first, _, label in bio_spans(tags):
        begun[first] = f"B-{label}"
    return begun


CLOSING = frozenset(".,;:!?%)]}'’”")
GLUING = frozenset("([{$£€“‘-")


def join_tokens(tokens: Sequence[str]) -> tuple[str, list[int]]:
    """Tokens without their text, joined as an English writer would; and where each starts.

    >>> join_tokens(["He", "(", "Kirby", ")", "said", "."])
    ('He (Kirby) said.', [0, 3, 4, 9, 11, 15])
    """
    text, starts = "", []
    glue = True
    for token in tokens:
        tight = glue or token[0] in CLOSING or token in {"n't", "-"}
        text += "" if tight else " "
        starts.append(len(text))
        text += token
        glue = token in GLUING
    return text, starts


def read_tagged_sentences(path: Path, labels: dict[str, str]) -> list[NamedText]:
    """re3d or wikigold: one text per document (a sentence per line), labels mapped, others out."""
    texts: list[NamedText] = []
    for record in read_jsonl(path):
        text, spans = "", []
        sentences: list[dict[str, list[str]]] = record["sentences"]  # type: ignore[assignment]
        for sentence in sentences:
            line, starts = join_tokens(sentence["tokens"])
            for first, stop, label in bio_spans(sentence["tags"]):
                if label in labels:
                    end = starts[stop - 1] + len(sentence["tokens"][stop - 1])
                    spans.append(Span(len(text) + starts[first], len(text) + end, labels[label]))
            text += line + "\n"
        texts.append(NamedText(str(record["id"]), text, tuple(spans)))
    return texts


def read_treebank(path: Path) -> list[list[Sentence]]:
    """A CoNLL-U file as documents of sentences (multiword tokens split, empty nodes left out)."""
    documents: list[list[Sentence]] = []
    for block in read_bytes(path).decode("utf-8").strip().split("\n\n"):
        lines = block.split("\n")
        if any(line.startswith("# newdoc") for line in lines) or not documents:
            documents.append([])
        documents[-1].append(parse_sentence(lines))
    return documents


def parse_sentence(lines: Sequence[str]) -> Sentence:
    """One CoNLL-U block."""
    rows = [line.split("\t") for line in lines if line and line[0] != "#"]
    last_of_range = {int(row[0].split("-")[1]): "SpaceAfter=No" not in row[9] for row in rows if "-" in row[0]}
    inside_range = {
        index for row in rows if "-" in row[0] for index in range(int(row[0].split("-")[0]), int(row[0].split("-")[1]))
    }
    words = [row for row in rows if row[0].isdigit()]
    return Sentence(
        words=tuple(row[1] for row in words),
        spaces=tuple(
            int(row[0]) not in inside_range and last_of_range.get(int(row[0]), "SpaceAfter=No" not in row[9])
            for row in words
        ),
        tags=tuple(row[4] for row in words),
        pos=tuple(row[3] for row in words),
        lemmas=tuple(row[2] for row in words),
        heads=tuple(int(row[6]) - 1 if row[6] != "0" else int(row[0]) - 1 for row in words),
        deps=tuple("ROOT" if row[7] == "root" else row[7] for row in words),
        starts_paragraph=any(line.startswith("# newpar") for line in lines),
    )


BLANK_LINE = re.compile(r"\n\s*\n")


def paragraphs(named: NamedText) -> Iterator[NamedText]:
    """The paragraphs of a text, each with its own spans; spans over a border are left out."""
    start = 0
    for border in [*(match.span() for match in BLANK_LINE.finditer(named.text)), None]:
        stop = border[0] if border else len(named.text)
        if named.text[start:stop].strip():
            yield cut(named, start, stop)
        if border:
            start = border[1]


def cut(named: NamedText, start: int, stop: int) -> NamedText:
    """`text[start:stop]` with the spans that lie inside it."""
    spans = tuple(
        Span(span.start - start, span.end - start, span.label)
        for span in named.spans
        if start <= span.start and span.end <= stop
    )
    return NamedText(named.id, named.text[start:stop], spans)
