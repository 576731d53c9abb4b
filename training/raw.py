"""Raw news and prose that may be learned from: no document of any evaluation set is among it."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from pathlib import Path

from training.corpora import join_tokens, read_jsonl

SPACES = re.compile(r"[ \t]*\n[ \t]*")
# The markup a FBIS story opens with: place, date, source, then the story.
MUC_START = re.compile(r"\[(?:TEXT|COMMUNIQUE|EDITORIAL|ARTICLE|REPORT|INTERVIEW|SPEECH)\]")


def unwrap(text: str) -> str:
    r"""Hard-wrapped copy as paragraphs: an indented line or an empty one starts a new one.

    >>> unwrap("Showers\\ncontinued.\\n    The dry\\nperiod")
    'Showers continued.\\n\\nThe dry period'
    """
    marked = re.sub(r"\n(?:[ \t]*\n|[ \t]{2,})", "\0", text)
    return SPACES.sub(" ", marked).replace("\0", "\n\n").strip()


def reuters(root: Path) -> Iterator[str]:
    """Reuters stories of 1987 with a body: headline, dateline and body, as they were sent."""
    for story in read_jsonl(root / "stories" / "reuters21578.jsonl.gz"):
        body = str(story.get("body") or "")
        if len(body) > 400:
            dateline = str(story.get("dateline") or "").strip()
            text = f"{story['title']}\n\n{dateline} {unwrap(body).removesuffix('Reuter')}"
            yield html.unescape(text)


def ecbplus(root: Path) -> Iterator[str]:
    """ECB+ documents, joined from their tokens, a paragraph every few sentences."""
    for document in read_jsonl(root / "stories" / "ecbplus.jsonl.gz"):
        tokens = [{"``": '"', "''": '"'}.get(str(t), str(t)) for t in document["tokens"]]  # type: ignore[attr-defined]
        yield join_tokens(tokens)[0]


def chains(root: Path) -> Iterator[str]:
    """The articles of the story chains."""
    for article in read_jsonl(root / "stories" / "chains.articles.jsonl"):
        yield f"{article['title']}\n\n{article['text']}"


def wikigold(root: Path) -> Iterator[str]:
    """The documents of wikigold; its labels are not used."""
    for document in read_jsonl(root / "ner" / "wikigold.jsonl"):
        yield "\n".join(join_tokens(s["tokens"])[0] for s in document["sentences"])  # type: ignore[attr-defined]


def muc_development(root: Path) -> Iterator[str]:
    """MUC's development stories (upper case); the two test parts are left alone."""
    for story in read_jsonl(root / "events" / "muc34.jsonl.gz"):
        if str(story["id"]).startswith("DEV"):
            yield MUC_START.sub("", unwrap(str(story["text"])))


SOURCES = {
    "chains": chains,
    "ecbplus": ecbplus,
    "wikigold": wikigold,
    "muc_development": muc_development,
    "reuters": reuters,
}


def sampled(root: Path, source: str, *, most_words: int, seed: int = 0) -> list[str]:
    """Texts of one source in random order, up to so many words."""
    texts = list(SOURCES[source](root))
    random.Random(seed).shuffle(texts)  # noqa: S311 - sampling
    taken, words = [], 0
    for text in texts:
        if words < most_words:
            taken.append(text)
            words += len(text.split())
    return taken
