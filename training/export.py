"""The trained network as it is shipped: ONNX graphs, the large one with eight-bit weights."""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn

from tasks.extract.network import Labels, Outputs, files_of
from tasks.extract.pieces import Window
from training.reader import NAME_TAGS, Reader, Tagset, vocabulary

INPUTS, OUTPUTS = Window._fields, Outputs._fields
MOST_POSITIONS = 136
OPSET = 17


class Encoder(nn.Module):
    """The reader; tags and parts of speech as numbers."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: torch.Tensor, cases: torch.Tensor, firsts: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """States, name logits, the numbers of tags and parts of speech, log odds of sentence starts, arc logits."""
        outputs = self.reader(ids, cases, firsts)
        tags, pos = outputs.tags.argmax(-1), outputs.pos.argmax(-1)
        odds = outputs.starts[..., 1] - outputs.starts[..., 0]
        return outputs.states, outputs.names, tags, pos, odds, self.reader.tree(outputs.states)


class Relations(nn.Module):
    """What relations there may be between words and the words they hang on."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.tree = reader.tree

    def forward(self, dependents: torch.Tensor, governors: torch.Tensor) -> torch.Tensor:
        """Logits `(words, relations)` from the states of both, `(words, width)`."""
        return self.tree.relation(dependents, governors)


def network_of(reader: Reader, tagset: Tagset) -> dict[str, bytes]:
    """The files of the network."""
    labels = Labels(names=NAME_TAGS, tags=tagset.tags, pos=tagset.pos, deps=tagset.deps)
    reader.eval()
    return files_of(encoder_graph(reader), relations_graph(reader), vocabulary(), labels)


def encoder_graph(reader: Reader) -> bytes:
    """The reader in ONNX with eight-bit weights, scaled row by row (one scale per matrix costs 2 points of F).

    Seven bits are used (`reduce_range`), so that processors without VNNI, which add pairs of products in sixteen bits,
    come to the same sums.
    """
    _shorten(reader)
    ids = torch.ones((2, 9), dtype=torch.long)
    with tempfile.TemporaryDirectory() as folder:
        plain, ready, small = (Path(folder) / name for name in ("plain.onnx", "ready.onnx", "small.onnx"))
        axes = {name: {0: "windows", 1: "pieces"} for name in INPUTS[:2]}
        axes |= {name: {0: "windows", 1: "words"} for name in (*INPUTS[2:], *OUTPUTS)}
        axes["arcs"] |= {2: "words"}
        torch.onnx.export(
            Encoder(reader), (ids, ids, ids[:, :5]), str(plain), input_names=list(INPUTS), output_names=list(OUTPUTS),
            dynamic_axes=axes, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(ready, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        onnx.checker.check_model(str(small))
        return small.read_bytes()


def relations_graph(reader: Reader) -> bytes:
    """The relations in ONNX, as they were trained: they are small."""
    states = torch.zeros((3, reader.encoder.config.hidden_size))
    names = ("dependents", "governors")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "relations.onnx"
        torch.onnx.export(
            Relations(reader), (states, states), str(path), input_names=list(names), output_names=["relations"],
            dynamic_axes={name: {0: "words"} for name in (*names, "relations")}, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
        return path.read_bytes()


def _shorten(reader: Reader) -> None:
    """Positions that no window reaches are left out."""
    embeddings = reader.encoder.embeddings
    kept = embeddings.position_embeddings.weight[:MOST_POSITIONS].detach().clone()
    embeddings.position_embeddings.weight = nn.Parameter(kept, requires_grad=False)
    embeddings.position_embeddings.num_embeddings = MOST_POSITIONS
    for name in ("position_ids", "token_type_ids"):
        setattr(embeddings, name, getattr(embeddings, name)[:, :MOST_POSITIONS])
