"""Fits the weights of place ranking on LGL and GeoWebNews, and reports figures from folds they were not fitted on.

    python -m benchmarks.fit_places            # k-fold by article, then the table tasks/geocode/weights.toml
    python -m benchmarks.fit_places --no-write # figures only

The model is a conditional logit: for every name with a right answer among its candidates, the softmax over them.
Pass n's company features come from the shares of pass n - 1.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from tasks.geocode.gazetteer import Gazetteer, open_gazetteer
from tasks.geocode.index import Array, Index
from tasks.geocode.mentions import Named, ask, opens_story, read_mention
from tasks.geocode.rank import (
    CLIPPED,
    FEATURES,
    N_PASSES,
    OWN_FEATURES,
    WEIGHTS_FILE,
    Ranker,
    Setting,
    Weights,
    shares_of,
)
from tasks.geocode.surroundings import demonyms_of

ROOT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("DATELINE_CORPORA", ROOT / "../shared/data"))
NAME_TYPES = frozenset(
    {"Literal", "Mixed", "Metonymic", "Coercion", "Literal_Modifier", "Non_Literal_Modifier", "Embedded_Literal",
     "Embedded_Non_Lit"}
)  # fmt: skip
"""GeoWebNews' types that are names of places; demonyms, homonyms, languages and expressions are not."""
NEAR_KM = 161.0
RIDGE = 3.0
ASSUMED = {"home_country": 0.5}
"""Weights that no corpus can teach: none tells the publisher. Half of what one more mention of the country gives."""


class Toponym(msgspec.Struct, frozen=True):
    """A gold toponym."""

    start: int
    end: int
    text: str
    geonameid: int
    lat: float | None
    lon: float | None
    kind: str = ""


class Story(msgspec.Struct, frozen=True):
    """An article with its gold toponyms."""

    corpus: str
    id: str
    text: str
    toponyms: tuple[Toponym, ...]


def read_stories(name: str) -> list[Story]:
    """A corpus; toponyms without coordinates are kept (they count for finding, not for placing)."""
    lines = (CORPORA / "geo" / f"{name}.jsonl").read_text(encoding="utf-8").strip().split("\n")
    return [_story(name, json.loads(line)) for line in lines]


def _story(corpus: str, raw: dict[str, Any]) -> Story:
    toponyms = [_toponym(gold) for gold in raw["toponyms"] if corpus != "geowebnews" or gold["type"] in NAME_TYPES]
    return Story(corpus, str(raw["id"]), raw["text"], tuple(toponyms))


def _toponym(gold: dict[str, Any]) -> Toponym:
    lat, lon = gold.get("lat"), gold.get("lon")
    return Toponym(
        gold["start"],
        gold["end"],
        gold["text"],
        int(gold.get("geonameid") or 0),
        float(lat) if lat not in {None, ""} else None,
        float(lon) if lon not in {None, ""} else None,
        gold.get("type") or gold.get("feature_code") or "",
    )


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance."""
    a, b = np.radians([lat1, lon1]), np.radians([lat2, lon2])
    h = np.sin((b[0] - a[0]) / 2) ** 2 + np.cos(a[0]) * np.cos(b[0]) * np.sin((b[1] - a[1]) / 2) ** 2
    return float(6371 * 2 * np.arcsin(np.sqrt(min(1.0, h))))


class Case(msgspec.Struct, kw_only=True):
    """A story made ready for ranking: features once, whatever the weights."""

    story: Story
    mentions: list[Named]
    questions: Any
    numbers: Any
    setting: Setting
    board: Any
    right: Any
    """Per candidate: is it the gold place of its question?"""
    asked: Any
    """Per question: gold mentions with coordinates."""
    weight: Any
    """Per question: gold mentions it stands for, 0 where no candidate is right."""


def prepare(story: Story, ranker: Ranker) -> Case:
    """Reads the gold spans of a story as production reads entities."""
    gazetteer = ranker.gazetteer
    mentions = [read_mention(story.text, t.start, t.end, gazetteer, demonyms=True) for t in story.toponyms]
    asked = ask(story.text, mentions, gazetteer)
    opens = [
        number
        for mention, number in zip(mentions, asked.numbers, strict=True)
        if number >= 0 and opens_story(mention.text, story.text[: mention.start][-60:], story.text[mention.end :][:50])
    ]
    setting = Setting(demonyms=demonyms_of(story.text, gazetteer), dateline=opens[0] if opens else -1)
    board = ranker.board(asked.questions, setting) if asked.questions else None
    case = Case(
        story=story, mentions=mentions, questions=asked.questions, numbers=asked.numbers, setting=setting, board=board,
        right=None, asked=None, weight=None,
    )  # fmt: skip
    if board is not None:
        _mark(case, gazetteer)
    return case


def _mark(case: Case, gazetteer: Gazetteer) -> None:
    index, board = gazetteer.index, case.board
    case.right = np.zeros(len(board.rows))
    case.weight, case.asked = np.zeros(len(case.questions)), np.zeros(len(case.questions))
    for toponym, number in zip(case.story.toponyms, case.numbers, strict=True):
        if number < 0 or toponym.lat is None:
            continue
        case.asked[number] += 1
        rows = board.rows[board.starts[number] : board.starts[number + 1]]
        exact = np.flatnonzero(index.id[rows] == toponym.geonameid) if toponym.geonameid else []
        if len(exact):
            right = int(exact[0])
        else:
            far = [distance_km(toponym.lat, toponym.lon, float(index.lat[r]), float(index.lon[r])) for r in rows]
            right = int(np.argmin(far))
            if far[right] > (25 if toponym.geonameid else NEAR_KM):
                continue
        case.right[board.starts[number] + right] += 1
        case.weight[number] += 1


def fit(cases: list[Case], ranker: Ranker) -> Weights:
    """Weights of all passes, each given the one before."""
    cases = [case for case in cases if case.board is not None]
    shares = None
    vectors = []
    for n in range(N_PASSES):
        tables = [_features(case, ranker, None if shares is None else shares[i]) for i, case in enumerate(cases)]
        vector = _fit_pass(cases, tables)
        scores = [table @ vector[: table.shape[1]] for table in tables]
        shares = [shares_of(score, case.board) for score, case in zip(scores, cases, strict=True)]
        vectors.append(vector)
        if n == N_PASSES - 1:
            break
    for vector in vectors:
        for name, value in ASSUMED.items():
            vector[FEATURES.index(name)] = value
    return Weights(passes=tuple(vectors), calibration=_calibrate(cases, shares or []))


def _features(case: Case, ranker: Ranker, shares: Array | None) -> Array:
    if shares is None:
        return case.board.own
    return np.hstack([case.board.own, ranker.company(case.board, case.questions, case.setting, shares)])


def _fit_pass(cases: list[Case], tables: list[Array]) -> Array:
    """Newton's method on the weighted conditional log-likelihood with a ridge."""
    table = np.vstack(tables)
    right = np.concatenate([case.right for case in cases])
    weight = np.concatenate([np.sqrt(case.weight[case.board.owner] + 1e-12) * (case.weight[case.board.owner] > 0)
                             for case in cases])  # fmt: skip
    sizes = np.concatenate([np.diff(case.board.starts) for case in cases])
    starts = np.append(0, np.cumsum(sizes))
    owner = np.repeat(np.arange(len(sizes)), sizes)
    total = np.maximum(np.add.reduceat(right, starts[:-1])[owner], 1e-9)
    target = right / total
    vector = np.zeros(table.shape[1])
    for _ in range(12):
        score = table @ vector
        score -= np.maximum.reduceat(score, starts[:-1])[owner]
        raised = np.exp(score)
        share = raised / np.add.reduceat(raised, starts[:-1])[owner]
        gradient = table.T @ (weight * (target - share)) - RIDGE * vector
        mean = np.add.reduceat(table * share[:, None], starts[:-1])
        per_question = weight[starts[:-1]]
        hessian = (table * (weight * share)[:, None]).T @ table - (mean * per_question[:, None]).T @ mean
        hessian += RIDGE * np.eye(len(vector))
        step = np.linalg.solve(hessian, gradient)
        vector += step
        if np.abs(step).max() < 1e-4:
            break
    return np.append(vector, np.zeros(len(FEATURES) - len(vector)))


def _calibrate(cases: list[Case], shares: list[Any]) -> tuple[float, float, float]:
    """A logistic curve from the best share's odds and the name's unlikeness to being right."""
    rows, hit = [], []
    for case, share in zip(cases, shares, strict=True):
        for number, question in enumerate(case.questions):
            own = slice(case.board.starts[number], case.board.starts[number + 1])
            if question.weak or not case.asked[number]:
                continue
            best = int(np.argmax(share[own]))
            odds = np.log((share[own][best] + CLIPPED) / (1 - share[own][best] + CLIPPED))
            rows.append((odds, 1.0, 1.0 - question.hits.likeness[best]))
            hit.append(case.right[own][best] > 0)
    x, y = np.array(rows), np.array(hit, float)
    vector = np.zeros(3)
    for _ in range(25):
        p = 1 / (1 + np.exp(-(x @ vector)))
        gradient = x.T @ (y - p) - 0.1 * vector
        vector += np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + 0.1 * np.eye(3), gradient)
    return tuple(float(value) for value in vector)  # type: ignore[return-value]


class Tally(msgspec.Struct):
    """Counts of one corpus."""

    gold: int = 0
    with_id: int = 0
    known: int = 0
    exact: int = 0
    near: int = 0
    near_with_id: int = 0
    reachable: int = 0

    def line(self, name: str) -> str:
        """One line of the report."""
        return (
            f"{name:<12} toponyms {self.gold:>5}  exact id {self.exact / max(1, self.with_id):.3f} of {self.with_id} "
            f"(gazetteer holds {self.known / max(1, self.with_id):.3f})  "
            f"within 161 km {self.near / max(1, self.gold):.3f}, "
            f"of those with id {self.near_with_id / max(1, self.with_id):.3f} "
            f"(a candidate is near {self.reachable / max(1, self.gold):.3f})"
        )


def judge(case: Case, ranker: Ranker, tally: Tally, misses: list[str] | None = None) -> None:
    """Counts a story's toponyms that are rightly placed."""
    index = ranker.gazetteer.index
    answers = ranker.rank(case.questions, case.setting)
    for toponym, mention, number in zip(case.story.toponyms, case.mentions, case.numbers, strict=True):
        if toponym.lat is None:
            continue
        tally.gold += 1
        tally.with_id += toponym.geonameid > 0
        tally.known += toponym.geonameid > 0 and toponym.geonameid in known_ids(ranker.gazetteer)
        rows = case.questions[number].hits.rows if number >= 0 else []
        far = [_far(toponym, int(row), index) for row in rows]
        tally.reachable += any(d <= NEAR_KM for d in far)
        best = int(answers[number].order[0]) if number >= 0 else -1
        exact = best >= 0 and toponym.geonameid > 0 and int(index.id[rows[best]]) == toponym.geonameid
        near = exact or (best >= 0 and far[best] <= NEAR_KM)
        tally.exact += exact
        tally.near += near
        tally.near_with_id += near and toponym.geonameid > 0
        if misses is not None and not (exact or (near and not toponym.geonameid)):
            kind = "near" if near else "far " if any(d <= NEAR_KM for d in far) else "none"
            said = "-" if best < 0 else f"{_describe(int(rows[best]), index)} {far[best]:.0f} km off"
            misses.append(f"{kind} {case.story.id} {mention.text!r} [{toponym.kind}] {toponym.geonameid} -> {said}")


def _describe(row: int, index: Index) -> str:
    return f"{index.label(row)} {index.codes[index.code[row]]} {index.countries[index.country[row]]}"


def _far(toponym: Toponym, row: int, index: Index) -> float:
    if toponym.geonameid and int(index.id[row]) == toponym.geonameid:
        return 0.0
    return distance_km(toponym.lat or 0, toponym.lon or 0, float(index.lat[row]), float(index.lon[row]))


_known: dict[int, frozenset[int]] = {}


def known_ids(gazetteer: Gazetteer) -> frozenset[int]:
    """All GeoNames ids of the gazetteer."""
    key = id(gazetteer)
    if key not in _known:
        _known[key] = frozenset(gazetteer.index.id.tolist())
    return _known[key]


def folds_of(stories: list[Story], n_folds: int) -> Iterator[tuple[list[int], list[int]]]:
    """Positions to fit on and to judge on; every fifth article, in the order of the corpus."""
    for fold in range(n_folds):
        yield (
            [i for i in range(len(stories)) if i % n_folds != fold],
            [i for i in range(len(stories)) if i % n_folds == fold],
        )


def cross_validate(
    ranker: Ranker, cases: list[Case], *, n_folds: int = 5
) -> tuple[dict[str, Tally], list[str], list[tuple[float, bool]]]:
    """Tallies by corpus, every story judged by weights that have not seen it."""
    tallies: dict[str, Tally] = {}
    misses: list[str] = []
    stories = [case.story for case in cases]
    for train, test in folds_of(stories, n_folds):
        judged = Ranker(ranker.gazetteer, fit([cases[i] for i in train], ranker))
        for i in test:
            judge(cases[i], judged, tallies.setdefault(cases[i].story.corpus, Tally()), misses)
    return tallies, misses, []


def write_weights(weights: Weights, path: Path = WEIGHTS_FILE) -> None:
    """The table, readable."""
    lines = [
        "# Weights of place ranking (tasks/geocode/rank.py), fitted by benchmarks/fit_places.py on LGL and GeoWebNews.",
        "",
    ]
    for n, vector in enumerate(weights.passes):
        names = OWN_FEATURES if n == 0 else FEATURES
        lines += [f"[pass{n}]", *(f"{name} = {value:.4f}" for name, value in zip(names, vector, strict=False)), ""]
    slope, intercept, unlike = weights.calibration
    lines += ["[calibration]", f"slope = {slope:.4f}", f"intercept = {intercept:.4f}", f"unlike = {unlike:.4f}", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-write", action="store_true")
    parser.add_argument("--no-folds", action="store_true", help="fit and write only")
    parser.add_argument("--misses", type=Path, help="write what was placed wrongly to this file")
    arguments = parser.parse_args()
    began = time.perf_counter()
    gazetteer = open_gazetteer(ROOT / "data" / "gazetteer")
    ranker = Ranker(gazetteer, None)
    cases = [prepare(story, ranker) for name in ("lgl", "geowebnews") for story in read_stories(name)]
    print(f"prepared {len(cases)} stories in {time.perf_counter() - began:.1f} s")
    tallies, misses, _ = ({}, [], []) if arguments.no_folds else cross_validate(ranker, cases)
    for name, tally in tallies.items():
        print(tally.line(name), "(5 folds)")
    if arguments.misses:
        arguments.misses.write_text("\n".join(misses), encoding="utf-8")
    weights = fit(cases, ranker)
    fitted = Ranker(gazetteer, weights)
    tally = Tally()
    virus_misses: list[str] = []
    for story in read_stories("geovirus"):
        judge(prepare(story, ranker), fitted, tally, virus_misses)
    print(tally.line("geovirus"), "(never fitted on)")
    if arguments.misses:
        arguments.misses.with_suffix(".geovirus").write_text("\n".join(virus_misses), encoding="utf-8")
    print("calibration", [round(value, 3) for value in weights.calibration])
    if not arguments.no_write:
        write_weights(weights)
    print(f"{time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
