"""What a text is compared by: a hash of its words, and a MinHash signature cut into bands.

Two texts with Jaccard similarity s (over runs of three words) share a band with probability 1 - (1 - s^8)^16: 0.99 at
0.85, 0.61 at 0.7, 0.06 at 0.5. What shares a band is then compared by the whole signature (standard error 0.03 at
0.85).
Source: Broder 1997, "On the resemblance and containment of documents"; Leskovec et al., "Mining of Massive Datasets",
section 3.4.
"""

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tasks.records import Article, Fingerprint

SHINGLE_WORDS = 3
BANDS = 16
ROWS = 8
PERMUTATIONS = BANDS * ROWS
PRIME = np.uint64(4_294_967_311)
"""The first prime above 2^32: products of two 32-bit numbers fit into 64 bits."""
WORD = re.compile(r"\w+")

Numbers = NDArray[np.uint64]


def fingerprint(article: Article) -> Fingerprint:
    """The fingerprint of an article's cleaned body; letter case, punctuation and spacing do not count."""
    words = WORD.findall(unicodedata.normalize("NFKC", article.body_text).casefold())
    signature = _signature(words)
    return Fingerprint(
        exact=sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:32],
        bands=tuple(_band(number, signature) for number in range(BANDS)) if words else (),
        signature=tuple(int(value) for value in signature) if words else (),
    )


def _signature(words: list[str]) -> Numbers:
    count = max(1, len(words) - SHINGLE_WORDS + 1)
    shingles = {" ".join(words[start : start + SHINGLE_WORDS]) for start in range(count)}
    hashes = np.fromiter((crc32(text.encode("utf-8", "surrogatepass")) for text in shingles), np.uint64, len(shingles))
    factors, offsets = _permutations()
    smallest = np.full(PERMUTATIONS, PRIME, np.uint64)
    # In slices, so that a text of 200,000 words needs no table of 128 x 200,000 numbers.
    for start in range(0, len(hashes), 4096):
        part = hashes[start : start + 4096]
        values = (np.outer(factors, part) + offsets[:, None]) % PRIME
        smallest = np.minimum(smallest, values.min(axis=1))
    return smallest


@lru_cache(maxsize=1)
def _permutations() -> tuple[Numbers, Numbers]:
    """Fixed for ever: fingerprints are stored and compared between processes and days."""
    seeds = [sha256(f"dateline minhash {number}".encode()).digest() for number in range(PERMUTATIONS)]
    factors = np.array([int.from_bytes(seed[:4], "big") | 1 for seed in seeds], np.uint64)
    offsets = np.array([int.from_bytes(seed[4:8], "big") >> 1 for seed in seeds], np.uint64)
    return factors, offsets


def _band(number: int, signature: Numbers) -> str:
    rows = signature[number * ROWS : (number + 1) * ROWS]
    return f"{number:x}:{sha256(rows.tobytes()).hexdigest()[:16]}"
