"""From scores of every word as the head of every other to a tree: the best one, with a single root.

Chu and Liu (1965) and Edmonds (1967): every word takes its best head; a cycle, if there is one, is taken as one word,
and the rest is solved again.
"""

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
"""`(dependents, heads)`; on the diagonal a word's score as the root."""
Heads = npt.NDArray[np.int64]
_NEVER = np.float32(-1e9)


def tree(scores: Scores) -> Heads:
    """The head of every word; the root is its own head."""
    words = np.arange(len(scores))
    own = scores.diagonal().copy()
    others = scores.astype(np.float32, copy=True)
    np.fill_diagonal(others, _NEVER)
    heads: Heads = others.argmax(1)
    root = int((own - others[words, heads]).argmax())
    heads[root] = root
    cycle = _cycle(heads, root)
    return heads if cycle is None else _arborescence(others, root)


def _cycle(heads: Heads, root: int) -> list[int] | None:
    """Words that hang on one another in a circle."""
    seen = np.zeros(len(heads), dtype=np.int64)
    seen[root] = -1
    for start in range(len(heads)):
        path, word = [], start
        while seen[word] == 0:
            seen[word] = start + 1
            path.append(word)
            word = int(heads[word])
        if seen[word] == start + 1:
            return path[path.index(word) :]
        seen[path] = -1
    return None


def _arborescence(scores: Scores, root: int) -> Heads:
    """The best tree under a given root; the diagonal is out of the question."""
    heads: Heads = scores.argmax(1)
    heads[root] = root
    cycle = _cycle(heads, root)
    if cycle is None:
        return heads
    inside = np.array(cycle)
    outside = np.setdiff1d(np.arange(len(scores)), inside)
    # Entering the circle at a word means giving up that word's head in it.
    gains = scores[inside][:, outside] - scores[inside, heads[inside]][:, None]
    entry, leader = gains.argmax(0), scores[outside][:, inside].argmax(1)
    small = np.full((len(outside) + 1, len(outside) + 1), _NEVER, dtype=np.float32)
    small[:-1, :-1] = scores[np.ix_(outside, outside)]
    small[-1, :-1] = gains.max(0)
    small[:-1, -1] = scores[outside, inside[leader]]
    found = _arborescence(small, int(np.flatnonzero(outside == root)[0]))
    for place, word in enumerate(outside):
        heads[word] = inside[leader[place]] if found[place] == len(outside) else outside[found[place]]
    heads[root] = root
    enters = found[-1]
    heads[inside[entry[enters]]] = outside[enters]
    return heads
