"""The places of a name in an article settle together what it names."""

import numpy as np
import numpy.typing as npt

from tasks.extract.agreement import Sighting, agreed

LABELS = ("Person", "Location", "Organization", "Date")


def sighting(words: str, label: str, **evidence: float) -> Sighting:
    rows: npt.NDArray[np.float32] = np.array([evidence.get(name, 0.0) for name in LABELS], dtype=np.float32)
    return Sighting(tuple(words.split()), label, rows)


def test_a_full_name_tells_who_the_surname_alone_is():
    full = sighting("Amina Torgo", "Person", Person=0.97)
    alone = sighting("Torgo", "Location", Person=0.3, Location=0.6)
    assert agreed([full, alone], LABELS) == ["Person", "Person"]


def test_many_clear_places_outvote_one_doubtful_place():
    clear = [sighting("Alamex", "Organization", Organization=0.9)] * 3
    doubtful = sighting("ALAMEX", "Person", Person=0.5, Organization=0.4)
    assert agreed([*clear, doubtful], LABELS) == ["Organization"] * 4


def test_a_name_seen_once_keeps_its_label():
    assert agreed([sighting("Torgo", "Location", Person=0.3, Location=0.6)], LABELS) == ["Location"]


def test_states_that_act_are_places_still():
    for name in ("DRC", "Saudi Arabia", "Guinea - Bissau"):
        assert agreed([sighting(name, "Organization", Organization=0.6, Location=0.3)] * 3, LABELS) == ["Location"] * 3
    assert agreed([sighting("DRCX", "Organization", Organization=0.6, Location=0.3)], LABELS) == ["Organization"]
    sure = sighting("DRC", "Organization", Organization=0.999)
    assert agreed([sure], LABELS) == ["Organization"]


def test_persons_who_are_called_like_states_stay_persons():
    assert agreed([sighting("Jordan", "Person", Person=0.6, Location=0.3)], LABELS) == ["Person"]


def test_dates_take_no_part():
    person = sighting("May", "Person", Person=0.9)
    month = sighting("May", "Date", Date=0.6, Person=0.4)
    assert agreed([person, month, person], LABELS) == ["Person", "Date", "Person"]


def test_nothing_seen_is_nothing_settled():
    assert agreed([], LABELS) == []
