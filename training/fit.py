"""Training one half with `spacy train`, on the matrix library that is quickest on a CPU.

thinc multiplies matrices with cython-blis unless told otherwise; NumPy's OpenBLAS does it about
twice as fast on the processors of today.
"""

from __future__ import annotations

from pathlib import Path

from spacy.cli.train import train
from thinc.api import NumpyOps, set_current_ops


def fit(config: Path, output: Path, paths: dict[str, Path], **overrides: object) -> Path:
    """Train as the config says; where the last weights lie (a running average of the steps)."""
    set_current_ops(NumpyOps(use_blis=False))
    given = {f"paths.{name}": str(path) for name, path in paths.items()}
    train(config, output, overrides={**given, **overrides})
    return output / "model-last"
