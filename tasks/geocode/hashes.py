"""Hashes of names: 64 bits, stable over processes, and cheap for all spellings one letter away at once.

A polynomial over the bytes, modulo 2**64: the hash of a changed spelling follows from those of its unchanged ends, so
the 600 neighbours of a name cost a few array operations instead of 600 hashes.
"""

import numpy as np
import numpy.typing as npt

BASE = 0x9E3779B97F4A7C15
"""Odd, so that no power of it loses bits."""
MIX = 0xBF58476D1CE4E5B9
MASK = (1 << 64) - 1
LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", "u1").astype("u8")

Hashes = npt.NDArray[np.uint64]


def name_hash(key: str) -> int:
    """The hash of a key."""
    value = 0
    for byte in key.encode():
        value = (value * BASE + byte + 1) & MASK
    value ^= value >> 31
    value = (value * MIX) & MASK
    return value ^ (value >> 29)


def neighbour_hashes(key: str) -> Hashes:
    """The hashes of every spelling of an ASCII key that is one letter away, its first letter aside.

    One letter dropped, added, exchanged, or swapped with the next.
    """
    letters = np.frombuffer(key.encode(), "u1").astype("u8") + np.uint64(1)
    n = len(letters)
    powers = _powers(n + 1)
    before = _prefixes(key)
    weighted = letters * powers[:n][::-1]
    after = np.append(np.cumsum(weighted[::-1], dtype="u8")[::-1], np.uint64(0))
    inner = np.arange(1, n)
    dropped = before[inner] * powers[n - 1 - inner] + after[inner + 1]
    exchanged = before[inner] * powers[n - inner] + after[inner + 1]
    exchanged = exchanged[:, None] + _codes() * powers[n - 1 - inner][:, None]
    place = np.arange(1, n + 1)
    added = (before[place] * powers[n - place + 1] + after[place])[:, None] + _codes() * powers[n - place][:, None]
    pair = np.arange(1, n - 1)
    swapped = before[pair] * powers[n - pair] + letters[pair + 1] * powers[n - 1 - pair]
    swapped = swapped + letters[pair] * powers[n - 2 - pair] + after[pair + 2]
    return np.sort(_mixed(np.concatenate([dropped, exchanged.ravel(), added.ravel(), swapped])))


def _prefixes(key: str) -> Hashes:
    """The unmixed hashes of all beginnings of the key, the empty one first."""
    values = [0]
    for byte in key.encode():
        values.append((values[-1] * BASE + byte + 1) & MASK)
    return np.array(values, "u8")


def _codes() -> Hashes:
    return (LETTERS + np.uint64(1))[None, :]


def _powers(n: int) -> Hashes:
    return np.cumprod(np.append(np.uint64(1), np.full(n, BASE, "u8")), dtype="u8")


def _mixed(values: Hashes) -> Hashes:
    values = values ^ (values >> np.uint64(31))
    values = values * np.uint64(MIX)
    return values ^ (values >> np.uint64(29))
