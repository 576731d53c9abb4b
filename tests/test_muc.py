"""MUC's slot logic, on made-up templates."""

import pytest

from benchmarks import muc


def template(**slots):
    """A template of an accomplished attack; keyword names are shortened slot names."""
    return {
        "INCIDENT: TYPE": ["ATTACK"],
        "INCIDENT: STAGE OF EXECUTION": ["ACCOMPLISHED"],
        "INCIDENT: DATE": ["02 MAR 90"],
        "INCIDENT: LOCATION": [slots.get("place", "PERU: LIMA (CITY)")],
        "HUM TGT: NUMBER": slots.get("numbers", ["-"]),
        "HUM TGT: EFFECT OF INCIDENT": slots.get("effects", ["-"]),
    }


def spot(country, *names, around=()):
    return muc.Spot(country, frozenset(names), frozenset(around))


@pytest.mark.parametrize(
    ("place", "given", "points"),
    [
        ("PERU: LIMA (CITY)", spot("PER", "LIMA"), 1.0),
        ("PERU: LIMA (CITY)", spot("PER"), 0.5),
        ("PERU: LIMA (CITY)", spot("PER", "CUSCO"), 0.5),
        ("PERU: LIMA (CITY)", spot("CHL", "LIMA"), 0.5),
        ("PERU: LIMA (CITY)", spot("CHL"), 0.0),
        ("PERU: LIMA (CITY): MIRAFLORES (DISTRICT)", spot("PER", "LIMA"), 0.5),
        ("PERU: LIMA (CITY): MIRAFLORES (DISTRICT)", spot("PER", "MIRAFLORES"), 1.0),
        ("PERU", spot("PER"), 1.0),
        ("PERU", spot("PER", "LIMA"), 0.5),
        ("PERU", spot("CHL"), 0.0),
    ],
)
def test_a_place_is_right_at_the_last_of_its_chain_and_half_right_around_it(place, given, points):
    key = muc.key_of(template(place=place))
    assert muc._place(key, [given]).right == points


@pytest.mark.parametrize(
    "place",
    [
        "PERU: LIMA (CITY) / PERU: CUSCO (CITY)",
        "(PERU: CUSCO (CITY)) / (PERU: LIMA (CITY))",
        "PERU: PUNO (DEPARTMENT): JULI (TOWN) / PERU: LIMA (CITY)",
    ],
)
def test_of_alternatives_each_is_right(place):
    key = muc.key_of(template(place=place))
    assert muc._place(key, [spot("PER", "LIMA")]) == muc.Score(1.0, 1, 1)
    assert muc._place(key, [spot("PER", "TACNA")]) == muc.Score(0.5, 1, 1)
    assert muc._place(key, [spot("CHL", "TACNA")]) == muc.Score(0.0, 1, 1)


def test_an_optional_place_is_asked_for_only_if_it_is_filled():
    key = muc.key_of(template(place="? PERU"))
    assert muc._place(key, []) == muc.Score(0.0, 0, 0)
    assert muc._place(key, [spot("CHL")]) == muc.Score(0.0, 0, 1)
    assert muc._place(key, [spot("PER")]) == muc.Score(1.0, 1, 1)


def targets(*pairs):
    return tuple(muc.Target(frozenset({number}), effect) for number, effect in pairs)


def score(numbers, effects, given):
    key = muc.key_of(template(numbers=numbers, effects=effects))
    return muc._targets_score(muc._hurt(key.targets), targets(*given))


def test_every_group_of_people_is_a_fill_of_its_own():
    numbers, effects = ['6: "NUNS"', '2: "COOKS"'], ['DEATH: "NUNS"', 'DEATH: "COOKS"']
    assert score(numbers, effects, [("6", "killed"), ("2", "killed")]) == muc.Score(2.0, 2, 2)
    assert score(numbers, effects, [("8", "killed")]) == muc.Score(0.0, 2, 1)
    assert score(numbers, effects, [("6", "injured"), ("2", "killed")]) == muc.Score(1.0, 2, 2)


def test_one_target_of_the_key_is_right_only_once():
    assert score(['1: "MAYOR"'], ['DEATH: "MAYOR"'], [("1", "killed"), ("1", "killed")]) == muc.Score(1.0, 1, 2)


def test_a_hedged_number_is_half_right_and_an_optional_one_is_not_asked_for():
    assert score(['~30: "REBELS"'], ['DEATH: "REBELS"'], [("30", "killed")]) == muc.Score(0.5, 1, 1)
    assert score(['?1: "GUARD"'], ['DEATH: "GUARD"'], []) == muc.Score(0.0, 0, 0)
    assert score(['?1: "GUARD"'], ['DEATH: "GUARD"'], [("1", "killed")]) == muc.Score(1.0, 1, 1)


def test_a_plural_is_asked_for_too():
    assert score(['PLURAL: "REBELS"'], ['DEATH: "REBELS"'], [("PLURAL", "killed")]) == muc.Score(1.0, 1, 1)
    assert score(['PLURAL: "REBELS"'], ['DEATH: "REBELS"'], [("3", "killed")]) == muc.Score(0.0, 1, 1)


def test_who_was_neither_killed_nor_hurt_is_asked_for_only_among_all():
    key = muc.key_of(template(numbers=['1: "ENVOY"'], effects=['NO INJURY: "ENVOY"']))
    assert muc._hurt(key.targets) == ()
    assert len(key.targets) == 1
