"""The shipped network as a spaCy component: names, tags, sentences and trees of a document in one reading."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from spacy.attrs import DEP, HEAD, POS, TAG
from spacy.language import Language
from spacy.symbols import IDS as SYMBOLS
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from tasks.extract.network import FILES, Network, Reading
from tasks.extract.pieces import words_of

_WRITTEN = [TAG, POS, DEP, HEAD]
Keys = npt.NDArray[np.uint64]


@Language.factory(
    "encoder", assigns=["doc.ents", "token.tag", "token.pos", "token.dep", "token.head", "token.is_sent_start"]
)
def make_encoder(nlp: Language, name: str) -> "Encoder":
    """An encoder without its network; `from_disk` or `with_files` gives it one."""
    return Encoder(nlp.vocab, name)


class Encoder:
    """Reads documents."""

    def __init__(self, vocab: Vocab, name: str = "encoder") -> None:
        self.vocab, self.name = vocab, name
        self._network: Network | None = None

    @property
    def network(self) -> Network:
        """What reads the words. Raises: ValueError if none was given."""
        if self._network is None:
            raise ValueError("the encoder has no network: load it from disk")
        return self._network

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of names."""
        return self._network.name_labels if self._network else ()

    def __call__(self, doc: Doc) -> Doc:
        """The document with what the network reads in it."""
        if not len(doc):
            return doc
        network = self.network
        words, breaks, places = words_of(doc)
        kept = np.array(places, dtype=np.int64)
        columns = np.tile(self._of_space, (len(doc), 1))
        heads = np.maximum(np.arange(len(doc)) - 1, 0)
        if len(kept):
            reading = network.read(words, breaks)
            columns[kept, :3] = self._keys(reading)
            heads[kept] = kept[reading.heads]
            heads[: kept[0]] = kept[0]
            doc.set_ents([Span(doc, kept[a], kept[b - 1] + 1, label=label) for a, b, label in reading.names])
        columns[:, 3] = (heads - np.arange(len(doc))).astype(np.uint64)
        doc.from_array(_WRITTEN, columns)  # type: ignore[arg-type]
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:  # noqa: ARG002 - spaCy's signature
        """The documents, each read by itself."""
        return (self(doc) for doc in stream)

    def _keys(self, reading: Reading) -> Keys:
        """Tags, parts of speech and relations `(words, 3)` as spaCy numbers them."""
        return np.stack([self._tags[reading.tags], self._pos[reading.pos], self._deps[reading.deps]], axis=1)

    def with_files(self, files: Mapping[str, bytes]) -> "Encoder":
        """This encoder with a network (see `network.files_of`)."""
        self._network = Network(files)
        labels, strings = self._network.labels, self.vocab.strings
        self._tags = np.array([strings.add(tag) for tag in labels.tags], dtype=np.uint64)
        self._pos = np.array([SYMBOLS[pos] for pos in labels.pos], dtype=np.uint64)
        self._deps = np.array([strings.add(dep) for dep in labels.deps], dtype=np.uint64)
        self._of_space = np.array([strings.add("_SP"), SYMBOLS["SPACE"], strings.add("dep"), 0], dtype=np.uint64)
        return self

    def to_disk(self, path: Path, *, exclude: Sequence[str] = ()) -> None:  # noqa: ARG002 - spaCy's signature
        """Write the network into a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.network.files.items():
            (folder / name).write_bytes(content)

    def from_disk(self, path: Path, *, exclude: Sequence[str] = ()) -> "Encoder":  # noqa: ARG002 - spaCy's signature
        """Read what `to_disk` wrote."""
        return self.with_files({name: (Path(path) / name).read_bytes() for name in FILES})
