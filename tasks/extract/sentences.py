"""Where sentences begin and what their trees are, settled together.

The network says of every word how likely it begins a sentence, and of every pair of words how well one hangs on the
other. Where the former is in doubt, the latter decides: two sentences are one where the root of one hangs well on a
word of the other, and one is two where a single arc crosses a place and its word would rather be a root.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tasks.extract.trees import Heads, Scores, tree

Odds = npt.NDArray[np.float32]
"""Log odds of every word that it begins a sentence."""
Flags = npt.NDArray[np.bool_]
_DOUBT = 4.0
"""Log odds (2 and 98 in a hundred) beyond which trees have no say. From 2 up to no limit all do."""
_ARC_WEIGHT = 0.5
"""Of an arc's score beside the log odds. From .25 to .5 all do; 1 is too much: both are read off the same states."""


def heads_of(arcs: Scores, odds: Odds, anew: Flags) -> Heads:
    """The heads of a window's words; a sentence begins at every word marked as `anew`, whatever the odds."""
    starts = (odds > 0) | anew
    starts[0] = True
    heads = _forest(arcs, starts)
    doubtful = (np.abs(odds) < _DOUBT) & ~anew
    doubtful[0] = False
    if not doubtful.any():
        return heads
    moved = doubtful & (_parted(arcs, heads, odds) | _joined(arcs, heads, odds, starts, doubtful))
    return _forest(arcs, starts ^ moved) if moved.any() else heads


def _forest(arcs: Scores, starts: Flags) -> Heads:
    """The best tree of every sentence."""
    borders = [*np.flatnonzero(starts).tolist(), len(starts)]
    return np.concatenate([first + tree(arcs[first:stop, first:stop]) for first, stop in pairwise(borders)])


def _parted(arcs: Scores, heads: Heads, odds: Odds) -> Flags:
    """The words before which a single arc passes whose dependent would rather be a root."""
    words = np.arange(len(heads))
    passing, dependent = np.zeros((2, len(heads) + 1), dtype=np.int64)
    for ends, sign in ((np.minimum(heads, words) + 1, 1), (np.maximum(heads, words) + 1, -1)):
        np.add.at(passing, ends, sign)
        np.add.at(dependent, ends, sign * words)
    alone = passing.cumsum()[:-1] == 1
    # Where one arc passes, the sum over all passing arcs is that arc's own dependent.
    which = np.where(alone, dependent.cumsum()[:-1], 0)
    gains = arcs[which, which] - arcs[which, heads[which]]
    parted: Flags = alone & (odds + _ARC_WEIGHT * gains > 0)
    return parted


def _joined(arcs: Scores, heads: Heads, odds: Odds, starts: Flags, doubtful: Flags) -> Flags:
    """The doubtful starts where the root of the sentence before or after hangs well on a word of the other."""
    joined = np.zeros(len(heads), dtype=np.bool_)
    borders = [*np.flatnonzero(starts).tolist(), len(heads)]
    roots = np.flatnonzero(heads == np.arange(len(heads))).tolist()
    sides = zip(zip(borders, roots, strict=False), zip(borders[1:], roots[1:], strict=False), borders[2:], strict=False)
    for (first, before), (start, after), stop in sides:
        if doubtful[start]:
            after_hangs = arcs[after, first:start].max() - arcs[after, after]
            before_hangs = arcs[before, start:stop].max() - arcs[before, before]
            joined[start] = odds[start] < _ARC_WEIGHT * max(after_hangs, before_hangs)
    return joined
