"""The data files that coding reads are sound, and say what the rules expect of them."""

import re

import pytest

from tasks.crosswalk import acled_event_type, cameo_root, crosswalk, quad_class
from tasks.extract.actors import identify, known_in, tables
from tasks.extract.lexicon import lexicon
from tasks.extract.words import rows, singular, verb_forms, words
from tasks.records import EventType

RELATIONS = {
    "actor",
    "subj",
    "obj",
    "mod",
    "prt",
    "prev",
    "next",
    "near",
    "doc",
    "gov",
    "xcomp",
    "that",
    "prep",
    "told",
    "hung",
    "noun",
    "with",
    "between",
    "against",
    "for",
    "from",
    "to",
    "of",
    "on",
    "in",
    "by",
    "at",
    "under",
    "into",
    "upon",
    "outside",
    "as",
    "behind",
    "off",
    "until",
    "out",
    "across",
}
SECTORS = {
    "GOV",
    "MIL",
    "COP",
    "REB",
    "UAF",
    "CRM",
    "CVL",
    "OPP",
    "JUD",
    "IGO",
    "NGO",
    "MED",
    "LAB",
    "REL",
    "BUS",
    "UNK",
}


def conditions():
    for row in rows("triggers.csv"):
        for part in f"{row['needs']} {row['bars']}".split():
            if ":" in part:
                yield row, part


def test_every_plover_type_has_triggers():
    told = {row["type"] for row in rows("triggers.csv")} - {"NONE"}
    assert told == {kind.value for kind in EventType}


def test_every_acled_sub_event_of_the_lexicon_is_one_of_acled():
    named = {row["acled"] for row in rows("triggers.csv")} - {""}
    assert named <= set(crosswalk().acled)
    assert len(crosswalk().acled) == 25
    assert len(set(crosswalk().acled.values())) == 6


def test_every_condition_names_a_known_relation():
    unknown = {part for _, part in conditions() if part.partition(":")[0] not in RELATIONS}
    assert not unknown


def test_every_class_that_a_condition_names_exists():
    named = {name for _, part in conditions() for name in re.findall(r"@([\w-]+)", part)}
    assert named <= set(words().classes)


def test_every_row_has_all_its_columns():
    for name in ("triggers.csv", "actors.csv", "countries.csv", "roles.csv"):
        assert all(None not in row and None not in row.values() for row in rows(name)), name


def test_actors_have_countries_of_three_letters_and_sectors_of_plover():
    for row in rows("actors.csv"):
        assert re.fullmatch(r"([A-Z]{3})?", row["country"]), row
        assert row["sector"] in SECTORS, row
    assert {row["sector"] for row in rows("roles.csv")} <= SECTORS


def test_every_plover_type_crosses_to_cameo_and_a_quad_class():
    for kind in EventType:
        assert re.fullmatch(r"0[1-9]|1\d|20", cameo_root(kind, None))
        assert quad_class(kind) in {1, 2, 3, 4}
    assert acled_event_type("Air/drone strike") == "Explosions/Remote violence"
    assert acled_event_type(None) is None


@pytest.mark.parametrize(
    ("form", "verb"),
    [("shot", "shoot"), ("fled", "flee"), ("carried", "carry"), ("robbed", "rob"), ("striking", "strike")],
)
def test_inflected_forms_are_found(form, verb):
    assert form in verb_forms(verb)


@pytest.mark.parametrize(
    ("plural", "noun"), [("militiamen", "militiaman"), ("armies", "army"), ("clashes", "clash"), ("bus", "bus")]
)
def test_plurals_are_led_back(plural, noun):
    assert singular(plural) == noun


def test_a_pronoun_is_not_a_country():
    assert not known_in("told us that")
    assert known_in("the US said")[0].country == "USA"


@pytest.mark.parametrize(
    ("phrase", "head", "country", "sector"),
    [
        ("Israeli forces", "forces", "ISR", "MIL"),
        ("Chhattisgarh police", "police", None, "COP"),
        ("militias loyal to Iran", "militias", "IRN", "UAF"),
        ("the Nigeria Labour Congress", "Congress", "NGA", "LAB"),
        ("Sudan's Rapid Support Forces", "Forces", "SDN", "REB"),
        ("opposition leaders", "leaders", None, "OPP"),
        ("Turkey", "Turkey", "TUR", "GOV"),
    ],
)
def test_phrases_are_normalised(phrase, head, country, sector):
    found = identify(phrase, head, tuple(phrase.lower().split()[: phrase.split().index(head)]))
    assert (found.country, found.sector) == (country, sector)


def test_longest_name_wins():
    assert known_in("the South Sudanese army")[0].country == "SSD"
    assert known_in("Equatorial Guinea")[0].country == "GNQ"


def test_the_lexicon_covers_the_field_in_breadth():
    assert len(lexicon().senses) > 1500
    assert len(rows("actors.csv")) > 300
    assert len(tables().roles) > 300
