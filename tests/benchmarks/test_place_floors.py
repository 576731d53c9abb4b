"""The floors of places name figures that the evaluation measures, and corpora by their content."""

from collections import Counter

from benchmarks import evaluate_places, floors

COUNTS = Counter({"all": 10, "near": 9, "id": 8, "exact": 6, "id_near": 7, "gold": 10, "right": 7, "placed": 5})


def test_every_floor_of_places_is_measured() -> None:
    pinned = floors.read(evaluate_places.FLOORS)["floors"]
    with_ids, without = (evaluate_places.figures_gold(Counter(COUNTS | {"id": n})) for n in (8, 0))
    measured = {"lgl": with_ids, "geowebnews": with_ids, "geovirus": without}
    for corpus, limits in pinned.items():
        if corpus.startswith("end_"):
            assert limits.keys() <= evaluate_places.figures_end(COUNTS).keys()
        elif corpus in measured:
            assert limits.keys() <= measured[corpus].keys()
        else:
            assert corpus in {"main", "invented"}


def test_the_corpora_of_places_are_pinned() -> None:
    corpora = floors.read(evaluate_places.FLOORS)["corpora"]
    assert corpora.keys() == {"lgl", "geowebnews", "geovirus", "main_place"}
    assert all(len(corpus["sha256"]) == 64 for corpus in corpora.values())
