"""Floors under published figures: a TOML file per command, pinned to the corpora they were measured on by hash.

A figure below its floor, or above its ceiling, and a corpus that has changed are failures; a corpus that is not there
is said and passed over, so that a machine without corpora passes.
"""

import gzip
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Figures = Mapping[str, Mapping[str, float]]
"""Figures by corpus and name."""


def read(path: Path) -> dict[str, Any]:
    """The pinned limits: `corpora` (path and sha256 of each), `floors` and `ceilings` by corpus and figure."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def check(pinned: Mapping[str, Any], figures: Figures, root: Path) -> int:
    """Print and count what is wrong."""
    wrong = [*_outside(pinned, figures), *_changed(pinned["corpora"], root)]
    for line in wrong:
        print(f"BELOW FLOOR {line}")
    print("floors: " + ("failed" if wrong else "held"))
    return len(wrong)


def _outside(pinned: Mapping[str, Any], figures: Figures) -> Iterator[str]:
    for corpus, measured in figures.items():
        for name, floor in pinned.get("floors", {}).get(corpus, {}).items():
            if measured[name] < floor:
                yield f"{corpus} {name}: {measured[name]:.3f} < {floor}"
        for name, ceiling in pinned.get("ceilings", {}).get(corpus, {}).items():
            if measured[name] > ceiling:
                yield f"{corpus} {name}: {measured[name]:.3f} > {ceiling}"


def _changed(corpora: Mapping[str, Mapping[str, str]], root: Path) -> Iterator[str]:
    for name, corpus in corpora.items():
        path = root / corpus["path"]
        if not path.exists():
            print(f"floors: {name} is passed over: {corpus['path']} is not under {root}")
        elif digest(path) != corpus["sha256"]:
            yield f"{name}: {corpus['path']} is not the corpus its floors were measured on"


def digest(path: Path) -> str:
    """SHA-256 of a file's unpacked content, or of the names and contents of a folder's files."""
    if path.is_file():
        return hashlib.sha256(_content(path)).hexdigest()
    together = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        if file.is_file():
            together.update(f"{file.relative_to(path).as_posix()} {digest(file)}\n".encode())
    return together.hexdigest()


def _content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
