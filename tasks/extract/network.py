"""The small transformer behind the language model: words in, names, tags, sentences and trees out.

It runs in onnxruntime on one thread, in eight-bit numbers. Their scale depends on what is read together, so every
window of a text is read by itself: the same text has the same names, whatever else is at hand. `training/README.md`
tells what the network is and how it is made.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime

from tasks.extract.agreement import Sighting, agreed
from tasks.extract.decoding import NameDecoder
from tasks.extract.pieces import BLANK_LINE, WINDOW_PIECES, Piecer, Window, cuts
from tasks.extract.sentences import heads_of

ENCODER, RELATIONS, PIECES, LABELS = FILES = ("encoder.onnx", "relations.onnx", "pieces.txt", "labels.json")

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Range = tuple[int, int, str]
"""A name as `(first word, last word + 1, label)`."""
ROOT = "ROOT"
"""The relation of a sentence's root, as spaCy names it."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of the network's heads, in the order of their numbers."""

    names: tuple[str, ...]
    tags: tuple[str, ...]
    pos: tuple[str, ...]
    deps: tuple[str, ...]


class Reading(NamedTuple):
    """What is known of a text's words after it was read; tags, parts of speech and relations by their numbers."""

    names: list[Range]
    tags: Ids
    pos: Ids
    heads: Ids
    """The word that each word hangs on; a sentence's root is its own."""
    deps: Ids


class Outputs(NamedTuple):
    """What the graph says of one window, `(words, ...)`; its outputs have these names."""

    states: Floats
    names: Floats
    tags: Ids
    pos: Ids
    starts: Floats
    """Log odds that a sentence begins at the word."""
    arcs: Floats


def files_of(encoder: bytes, relations: bytes, pieces: Sequence[str], labels: Labels) -> dict[str, bytes]:
    """A network as files: two graphs in ONNX, the word pieces, and the labels."""
    return {
        ENCODER: encoder,
        RELATIONS: relations,
        PIECES: "".join(f"{piece}\n" for piece in pieces).encode(),
        LABELS: (json.dumps(asdict(labels), indent=1) + "\n").encode(),
    }


class Network:
    """Reads words."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = {name: files[name] for name in FILES}
        self.labels = Labels(**{name: tuple(rows) for name, rows in json.loads(files[LABELS]).items()})
        self._piecer = Piecer(files[PIECES].decode("utf-8").splitlines())
        self._decoder = NameDecoder(self.labels.names)
        self._root = self.labels.deps.index(ROOT)
        self._encoder, self._relations = _session(files[ENCODER]), _session(files[RELATIONS])

    @property
    def name_labels(self) -> tuple[str, ...]:
        """The labels of names."""
        return self._decoder.labels

    @property
    def digest(self) -> str:
        """A hash of the files."""
        whole = hashlib.sha256()
        for name in FILES:
            whole.update(self.files[name])
        return whole.hexdigest()

    def read(self, words: Sequence[str], breaks: Sequence[int]) -> Reading:
        """Read a text: its words, at least one, and what stands before each of them (`pieces.words_of`)."""
        ranges = list(cuts(words, breaks, [len(self._piecer.pieces(word)) for word in words], WINDOW_PIECES))
        outputs = [self._run(self._piecer.window(words[a:b], breaks[a:b])) for a, b in ranges]
        anew = np.array(breaks) == BLANK_LINE
        names, heads = [], []
        for (start, stop), window in zip(ranges, outputs, strict=True):
            spans = self._decoder.spans(window.names, anew[start:stop])
            names += [(start + first, start + last, label) for first, last, label in spans]
            heads.append(start + heads_of(window.arcs, window.starts, anew[start:stop]))
        scores, states = (np.concatenate([getattr(window, name) for window in outputs]) for name in ("names", "states"))
        hung = np.concatenate(heads)
        return Reading(
            names=self._settled(words, names, scores),
            tags=np.concatenate([window.tags for window in outputs]),
            pos=np.concatenate([window.pos for window in outputs]),
            heads=hung,
            deps=self._deps(states, hung),
        )

    def _run(self, window: Window) -> Outputs:
        """What the graph says of a window. One at a time is as fast as several, and keeps a process small."""
        inputs = {name: np.array([row], dtype=np.int64) for name, row in window._asdict().items()}
        return Outputs._make(output[0] for output in self._encoder.run(list(Outputs._fields), inputs))

    def _deps(self, states: Floats, heads: Ids) -> Ids:
        """The relation of every word to its head."""
        (scores,) = self._relations.run(None, {"dependents": states, "governors": states[heads]})
        return labelled(scores, heads, self._root)

    def _settled(self, words: Sequence[str], names: Sequence[Range], scores: Floats) -> list[Range]:
        """The names with the labels that all places of each agree on."""
        probabilities = self._decoder.probabilities(scores)
        sightings = [
            Sighting(tuple(words[first:stop]), label, probabilities[first:stop].mean(0)) for first, stop, label in names
        ]
        labels = agreed(sightings, self._decoder.labels)
        return [(first, stop, label) for (first, stop, _), label in zip(names, labels, strict=True)]


def labelled(scores: Floats, heads: Ids, root: int) -> Ids:
    """The best relation of every word, where roots and nothing else have the relation `root`."""
    others = scores.copy()
    others[:, root] = -np.inf
    relations: Ids = np.where(heads == np.arange(len(heads)), root, others.argmax(1))
    return relations


def _session(graph: bytes) -> Any:  # noqa: ANN401 - onnxruntime has no types
    """A graph ready to run. Raises: ValueError if it is none."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(graph, sess_options=options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common type of their own
        raise ValueError(f"not a graph that onnxruntime can run: {error}") from error
