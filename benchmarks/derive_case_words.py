"""The words that upper-case copy gets its case back by: `python -m benchmarks.derive_case_words`.

Counts how English news and the treebanks write each word inside a sentence, and writes two lists of words, no text:
`common_words.txt` (lower case more often than not) and `proper_words.txt` (a capital more often than not, though the
word looks like a form of a common one: 'states', 'affairs'). Words of the lexicon and nouns for people are common
unless the corpora write them with a capital.
"""

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.coding import corpora
from tasks.extract.lexicon import lexicon
from tasks.extract.truecase import common_words, stems
from tasks.extract.words import DATA
from tasks.extract.words import words as field_words

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_OPENERS = frozenset({"", ".", "!", "?", '"', "“", ":", "-", "—"})
_KEPT = frozenset({"may"})
"""A month in datelines, which stand before any verb."""
_HEADS = {
    "common_words.txt": """\
# Words that English news writes in lower case more often than not (counted in UD English EWT and GUM, EWN train,
# Reuters-21578, ECB+ and WikiGold), and words of the lexicon. Words only, no text. Used to give upper-case copy its
# case back. Made by benchmarks/derive_case_words.py.
""",
    "proper_words.txt": """\
# Words that look like a form of a common word, but that English news writes with a capital.
# Made by benchmarks/derive_case_words.py from the same corpora.
""",
}


def main() -> None:
    """Count and write."""
    lower, capital = counted()
    known = common_words()
    met = ((word, n) for word, n in lower.items() if n > capital[word])
    likely = {word for word, n in met if n > 1 or _is_english(word)}
    field = {word for word in _field_words() if capital[word] <= max(1, lower[word])}
    common = (known | likely | field) - _KEPT
    often = (word for word, n in capital.items() if n > 1 and word not in common)
    proper = {word for word in often if any(stem in common for stem in stems(word))}
    for name, words in (("common_words.txt", common), ("proper_words.txt", proper)):
        (DATA / name).write_text(_HEADS[name] + "\n".join(sorted(words)) + "\n", encoding="utf-8")
    print(f"{len(common)} common words, {len(proper)} proper ones")


def _is_english(word: str) -> bool:
    """Whether a word met once looks like no name in another language."""
    return len(word) > 2 and word.isascii() and word[-1] not in "aiou"


def counted() -> tuple[Counter[str], Counter[str]]:
    """How often each word is written in lower case and with a capital, the first words of sentences left out."""
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for line in _lines():
        if sum(map(str.isupper, line)) > sum(map(str.isalpha, line)) / 2:
            continue
        for match in _WORD.finditer(line):
            word = match[0]
            if word.islower():
                lower[word] += 1
            elif word[0].isupper() and line[: match.start()].rstrip()[-1:] not in _OPENERS:
                capital[word.lower()] += 1
    return lower, capital


def _field_words() -> Iterator[str]:
    with (DATA / "toll_people.csv").open(encoding="utf-8", newline="") as file:
        yield from (word for row in csv.DictReader(file) for word in row.values())
    with (DATA / "triggers.csv").open(encoding="utf-8") as file:
        words = {word for line in file if not line.startswith("#") for word in line.split(",")[0].split("|")}
    known = lexicon().senses.keys() | lexicon().halves | field_words().cues
    yield from (word for word in words if word.isalpha() and word in known)


def _lines() -> Iterator[str]:
    for name, key in (("ner/ewn.train.jsonl.gz", "raw"), ("stories/reuters21578.jsonl.gz", "body")):
        for record in _records(corpora() / name):
            yield from (record.get(key) or "").splitlines()
    for record in _records(corpora() / "stories" / "ecbplus.jsonl.gz"):
        yield " ".join(record["tokens"])
    for record in _records(corpora() / "ner" / "wikigold.jsonl"):
        yield from (" ".join(sentence["tokens"]) for sentence in record["sentences"])
    for path in sorted((corpora() / "ud").glob("*train*")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from (line.removeprefix("# text = ") for line in file if line.startswith("# text ="))


def _records(path: Path) -> Iterator[dict[str, object]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


if __name__ == "__main__":
    main()
