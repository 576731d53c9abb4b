"""From scores per word to whole names: the best sequence of BIO tags in which every name begins before it goes on."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
"""Logits `(words, tags)`."""
_FORBIDDEN = np.float32(-1e4)


class NameDecoder:
    """Reads names out of scores over `O`, `B-X`, `I-X`."""

    def __init__(self, tags: Sequence[str]) -> None:
        self.tags = tuple(tags)
        self.labels = tuple(tag[2:] for tag in self.tags if tag.startswith("B-"))
        self._columns = [[self.tags.index(f"{prefix}-{label}") for label in self.labels] for prefix in "BI"]
        self._outside = self.tags.index("O")
        self._moves = np.array([[self._move(here, there) for there in self.tags] for here in self.tags])

    @staticmethod
    def _move(here: str, there: str) -> np.float32:
        goes_on = there.startswith("I-")
        return _FORBIDDEN if goes_on and here[2:] != there[2:] else np.float32(0)

    def path(self, scores: Scores) -> list[int]:
        """The numbers of the best legal tags; of the best tags word by word, where they are legal (they mostly are)."""
        if not len(scores):
            return []
        greedy = scores.argmax(1)
        before = np.concatenate([[self._outside], greedy[:-1]])
        if not self._moves[before, greedy].any():
            found: list[int] = greedy.tolist()
            return found
        return self._viterbi(scores)

    def _viterbi(self, scores: Scores) -> list[int]:
        best = scores[0] + self._moves[self._outside]
        back = []
        for row in scores[1:]:
            paths = best[:, None] + self._moves
            back.append(paths.argmax(0))
            best = paths.max(0) + row
        path = [int(best.argmax())]
        for pointers in reversed(back):
            path.append(int(pointers[path[-1]]))
        return path[::-1]

    def spans(self, scores: Scores, anew: npt.NDArray[np.bool_] | None = None) -> Iterator[tuple[int, int, str]]:
        """Names as `(first word, last word + 1, label)`; none goes on into a word marked as `anew`."""
        if anew is not None and anew.any():
            scores = scores.copy()
            scores[np.ix_(np.flatnonzero(anew), np.array(self._columns[1]))] = _FORBIDDEN
        start, label = 0, ""
        for index, number in enumerate([*self.path(scores), self._outside]):
            tag = self.tags[number]
            if label and not (tag.startswith("I-") and tag[2:] == label):
                yield start, index, label
                label = ""
            if tag.startswith("B-"):
                start, label = index, tag[2:]

    def probabilities(self, scores: Scores) -> Scores:
        """The probability of every label for every word, `(words, labels)`."""
        odds = np.exp(scores - scores.max(1, keepdims=True))
        begins, goes_on = (odds[:, columns] for columns in self._columns)
        found: Scores = (begins + goes_on) / odds.sum(1, keepdims=True)
        return found
