"""Articles for load: from the corpora where they are, else variations of the project's own samples."""

import gzip
import json
import os
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "workers" / "samples"
DEFAULT_CORPORA = Path(__file__).parents[2] / "shared" / "data"
PLACES = ("Tikrit", "Bamako", "Kherson", "Mindanao", "Port-au-Prince", "Mandalay", "Goma", "Sirte", "Jaffna", "Cali")


def corpora() -> Path | None:
    """The folder of the corpora, if there is one."""
    folder = Path(os.environ.get("DATELINE_CORPORA", DEFAULT_CORPORA))
    return folder if folder.is_dir() else None


def texts(count: int) -> Iterator[tuple[str, str]]:
    """Names and texts of `count` distinct articles, the same every time."""
    folder = corpora()
    source = _from_corpora(folder) if folder else _varied_samples()
    seen: set[str] = set()
    for name, text in source:
        key = " ".join(text.split())
        if len(key) < 200 or key in seen:
            continue
        seen.add(key)
        yield name, text
        if len(seen) == count:
            return


def _from_corpora(folder: Path) -> Iterator[tuple[str, str]]:
    """One long story of world news (EWN) to four short ones of Reuters, then samples for whatever is still missing."""
    world, reuters = _ewn(folder), _reuters(folder)
    while chunk := [*islice(world, 1), *islice(reuters, 4)]:
        yield from chunk
    yield from _varied_samples()


def _ewn(folder: Path) -> Iterator[tuple[str, str]]:
    for part in ("train", "dev"):
        for line in _lines(folder / "ner" / f"ewn.{part}.jsonl.gz"):
            yield str(line["id"]), str(line["raw"])


def _reuters(folder: Path) -> Iterator[tuple[str, str]]:
    for line in _lines(folder / "stories" / "reuters21578.jsonl.gz"):
        if line.get("body"):
            yield f"reuters-{line['id']}", f"{line['title']}\n\n{line['dateline']} {line['body']}"


def _lines(path: Path) -> Iterator[dict[str, object]]:
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def _varied_samples() -> Iterator[tuple[str, str]]:
    """The sample texts with sentences shuffled and places and numbers changed: distinct, and enough for any load."""
    bodies = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))]
    number = 0
    while True:
        number += 1
        rng = random.Random(number)
        sentences = rng.choice(bodies).replace("\n", " ").split(". ")
        chosen = rng.sample(sentences, k=max(3, len(sentences) * 2 // 3))
        place = rng.choice(PLACES)
        text = f"{place}: report {number}\n\n{place.upper()} - " + ". ".join(chosen)
        yield f"sample-{number}", f"{text}. In {rng.choice(PLACES)} {rng.randint(2, 900)} people were counted."


def write(count: int, folder: Path) -> int:
    """The articles as text files; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for written, (name, text) in enumerate(texts(count), start=1):
        path = folder / f"{written:06}-{name.replace('/', '_')[:80]}.txt"
        path.write_text(text, encoding="utf-8")
    return written


def origin() -> str:
    """What the articles are, for a report."""
    folder = corpora()
    return f"EWN and Reuters from {folder.name}" if folder else "variations of the samples (no corpora here)"
