"""Mentions become events: what is told twice is one, what differs in day, place or victim is two."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.deduplicate.assemble import assemble
from tasks.deduplicate.confidence import Evidence, confidence_of, is_told
from tasks.deduplicate.merge import specific_mode
from tasks.records import (
    Article,
    Casualties,
    Claim,
    Coder,
    Count,
    DatePrecision,
    EventTime,
    EventType,
    Extraction,
    Mention,
    Participant,
    Place,
    PlaceCue,
    PlaceLevel,
    PlaceRole,
    Realis,
    Span,
)

TEXT = "x" * 4000
ARTICLE = Article(
    uri="test:1",
    name="1",
    media_type="text/plain",
    content_hash="0",
    text=TEXT,
    body_text=TEXT,
    body=Span(start=0, end=len(TEXT)),
    published=dt.datetime(2024, 2, 3, tzinfo=dt.UTC),
)
CODER = Coder(software="test", model="test", configuration="test")
GOMA = {"name": "Goma", "geonameid": 216281, "lat": -1.68, "lon": 29.22, "country": "COD", "level": PlaceLevel.CITY}
BENI = {"name": "Beni", "geonameid": 219057, "lat": 0.49, "lon": 29.47, "country": "COD", "level": PlaceLevel.CITY}
KAMPALA = {
    "name": "Kampala",
    "geonameid": 232422,
    "lat": 0.32,
    "lon": 32.58,
    "country": "UGA",
    "level": PlaceLevel.CITY,
}


def mention(
    at: int,
    *,
    kind: EventType = EventType.ASSAULT,
    mode: str = "firearms",
    place: dict | None = None,
    day: str | None = None,
    **other,
) -> Mention:
    locations, cues = (), ()
    if place:
        span = Span(start=at + 20, end=at + 24)
        locations = (Place(start=span.start, end=span.end, text="xxxx", role=PlaceRole.EVENT, score=0.9, **place),)
        cues = (PlaceCue(span=span, relation="in", weight=0.95),)
    time = (
        EventTime(start=day, end=day, precision=DatePrecision.DAY, basis="explicit", text=day) if day else EventTime()
    )
    return Mention(
        trigger=Span(start=at, end=at + 6),
        trigger_text="attack",
        sentence=Span(start=at, end=at + 60),
        event_type=kind,
        mode=mode,
        acled_sub_event_type="Attack",
        time=time,
        locations=locations,
        place_cues=cues,
        confidence=1.0,
        **other,
    )


def events(*mentions: Mention):
    return assemble(ARTICLE, Extraction(mentions=tuple(mentions)), coder=CODER)


def killed(number: int, claimant: str, at: int) -> Casualties:
    claim = Claim(
        number=number,
        number_low=number,
        number_high=number,
        text="x",
        span=Span(start=at, end=at + 1),
        claimant=claimant,
    )
    return Casualties(killed=Count(best=number, low=number, high=number, claims=(claim,)))


def test_headline_lead_and_detail_are_one_event():
    found = events(mention(0, place=GOMA), mention(300, place=GOMA, day="2024-02-02"), mention(900))
    assert len(found) == 1
    assert found[0].n_mentions == 3
    assert found[0].date_start == "2024-02-02"
    assert [place.name for place in found[0].locations] == ["Goma"]


def test_two_days_are_two_events():
    assert len(events(mention(0, day="2024-02-02"), mention(300, day="2024-01-20"))) == 2


def test_two_countries_are_two_events():
    assert len(events(mention(0, place=GOMA), mention(300, place=KAMPALA))) == 2


def test_an_arrest_is_never_the_shooting():
    found = events(mention(0), mention(200, kind=EventType.COERCE, mode="arrest"))
    assert {event.event_type for event in found} == {EventType.ASSAULT, EventType.COERCE}


def test_a_known_group_stays_one_event_with_all_its_places():
    found = events(mention(0, place=GOMA, coreference=1), mention(80, place=BENI, coreference=1))
    assert len(found) == 1
    assert {place.name for place in found[0].locations} == {"Goma", "Beni"}


def test_a_plan_is_not_joined_with_what_happened():
    found = events(mention(0), mention(300, realis=Realis.PLANNED))
    assert {event.realis for event in found} == {Realis.ACTUAL, Realis.PLANNED}


def test_a_habit_is_no_event():
    assert events(mention(0, realis=Realis.GENERIC)) == ()


def test_claims_are_kept_apart_by_claimant():
    first = mention(0, place=GOMA, casualties=killed(3, "police", 10))
    second = mention(300, place=GOMA, casualties=killed(5, "rebels", 310))
    [event] = events(first, second)
    assert {(claim.claimant, claim.number) for claim in event.casualties.killed.claims} == {
        ("police", 3),
        ("rebels", 5),
    }
    assert (event.casualties.killed.low, event.casualties.killed.high) == (3, 5)


def test_silence_about_deaths_is_not_zero():
    [event] = events(mention(0))
    assert event.casualties.killed is None


def test_the_exact_mode_wins_over_the_vague_one():
    [event] = events(mention(0, mode="attack"), mention(100, mode="firearms"))
    assert event.mode == "firearms"


@pytest.mark.parametrize(("dead", "mode"), [(9, "attack"), (0, "abduct")])
def test_abduction_is_the_mode_only_where_nobody_was_harmed(dead, mode):
    told = [mention(0, mode="abduct"), mention(100, mode="attack", casualties=killed(dead, "police", 110))]
    assert specific_mode(told) == mode


def test_police_without_a_country_are_those_of_the_place():
    police = Participant(text="police", sector="COP", spans=(Span(start=1, end=2),))
    [event] = events(mention(0, place=GOMA, actors=(police,)))
    assert event.actors[0].country == "COD"


def test_police_abroad_are_forces():
    police = Participant(text="Ugandan police", country="UGA", sector="COP", spans=(Span(start=1, end=2),))
    [event] = events(mention(0, place=GOMA, actors=(police,)))
    assert event.actors[0].sector == "MIL"


def test_an_id_survives_an_update_that_leaves_the_event_alone():
    before = events(mention(0, place=GOMA, day="2024-02-02"))
    longer = msgspec.structs.replace(ARTICLE, version=2)
    extraction = Extraction(
        mentions=(mention(50, place=GOMA, day="2024-02-02"), mention(700, kind=EventType.COERCE, mode="arrest"))
    )
    after = assemble(longer, extraction, coder=CODER)
    assert before[0].event_id in {event.event_id for event in after}


def test_equal_events_of_a_story_have_ids_of_their_own():
    found = events(
        mention(0, day="2024-02-02"), mention(300, day="2024-01-20"), mention(600, kind=EventType.PROTEST, mode="demo")
    )
    assert len({event.event_id for event in found}) == len(found) == 3


@given(st.lists(st.tuples(st.integers(0, 3900), st.sampled_from(["firearms", "attack", "bomb", "clash"])), max_size=12))
def test_assembly_is_deterministic_and_loses_no_mention(drawn):
    mentions = [mention(at, mode=mode) for at, mode in sorted(set(drawn))]
    found = events(*mentions)
    assert found == events(*mentions)
    assert sum(event.n_mentions for event in found) == len(mentions)


NOTHING = Evidence(*[0.0] * len(Evidence._fields))


@pytest.mark.parametrize("name", Evidence._fields)
def test_evidence_never_lowers_confidence(name):
    some = NOTHING._replace(**{name: 1.0})
    for violent in (True, False):
        for dated in (True, False):
            before = confidence_of(NOTHING, violent=violent, dated=dated)
            assert before < confidence_of(some, violent=violent, dated=dated) < 1
    assert is_told(some) or not is_told(NOTHING)


def test_a_date_raises_confidence_and_words_of_violence_are_trusted_less():
    told = NOTHING._replace(verb=1.0)
    assert confidence_of(told, violent=True, dated=False) < confidence_of(told, violent=True, dated=True)
    assert confidence_of(told, violent=True, dated=True) < confidence_of(told, violent=False, dated=True)


def test_what_nothing_speaks_for_is_not_put_out():
    assert not is_told(NOTHING)
    assert is_told(NOTHING._replace(verb=1.0))


def where(told: Mention, *places: dict) -> list[str | None]:
    named = tuple(Place(start=2000 + 20 * n, end=2004 + 20 * n, text=p["name"], **p) for n, p in enumerate(places))
    found = assemble(ARTICLE, Extraction(mentions=(told,), places=named), coder=CODER)
    return [place.name for event in found for place in event.locations]


def test_a_homonym_abroad_under_another_spelling_is_no_place_of_an_event():
    assert where(mention(0, place=KAMPALA), GOMA, BENI) == []
    assert where(mention(0, place=KAMPALA), GOMA, BENI, {**KAMPALA, "name": "Entebbe", "geonameid": 1}) == ["Kampala"]


def test_a_continent_is_no_place_of_an_event():
    africa = {"name": "Africa", "geonameid": 2, "lat": 7.0, "lon": 21.0, "feature_code": "CONT"}
    assert where(mention(0, place={**africa, "level": PlaceLevel.REGION}), GOMA) == []


def test_a_division_stays_beside_a_town_of_another_one():
    ituri = {"name": "Ituri", "geonameid": 3, "lat": 1.6, "lon": 29.9, "country": "COD", "level": PlaceLevel.ADMIN1}
    goma = {**GOMA, "admin1": "North Kivu"}
    (both,) = events(mention(0, place=ituri, coreference=1), mention(300, place=goma, coreference=1))
    assert {place.name for place in both.locations} == {"Ituri", "Goma"}


COUNTRY = {"level": PlaceLevel.COUNTRY, "score": 0.5}
SALVADORAN = Place(
    start=3000, end=3010, text="Salvadoran", name="El Salvador", country="SLV", lat=13.7, lon=-88.9, **COUNTRY
)


def test_an_event_without_any_place_happened_in_the_country_that_adjectives_name():
    (event,) = assemble(ARTICLE, Extraction(mentions=(mention(0),), countries=(SALVADORAN,)), coder=CODER)
    assert [(place.country, place.geo_precision, place.role) for place in event.locations] == [
        ("SLV", 3, PlaceRole.EVENT)
    ]


def test_the_country_of_the_dateline_gives_way_to_one_the_text_speaks_of_more_often():
    line = msgspec.structs.replace(SALVADORAN, country="USA", text="WASHINGTON", role=PlaceRole.DATELINE)
    once = assemble(ARTICLE, Extraction(mentions=(mention(0),), countries=(line, SALVADORAN)), coder=CODER)
    twice = assemble(ARTICLE, Extraction(mentions=(mention(0),), countries=(line, SALVADORAN, SALVADORAN)), coder=CODER)
    assert [event.locations[0].country for event in (*once, *twice)] == ["USA", "SLV"]


def told_in(words: str, at: int) -> Article:
    """The article with these words before the trigger that stands at a place."""
    text = TEXT[: at - len(words)] + words + TEXT[at:]
    return msgspec.structs.replace(ARTICLE, text=text, body_text=text)


def test_what_happened_nationwide_is_one_event_in_several_towns():
    first, later = mention(60, place=GOMA), mention(400, place=BENI)
    first = msgspec.structs.replace(first, sentence=Span(start=0, end=120))
    apart = assemble(ARTICLE, Extraction(mentions=(first, later)), coder=CODER)
    (event,) = assemble(told_in("A nationwide ", 60), Extraction(mentions=(first, later)), coder=CODER)
    assert len(apart) == 2
    assert {place.name for place in event.locations} == {"Goma", "Beni"}


@pytest.mark.parametrize(("words", "events"), [("Meanwhile a ", 2), ("Meanwhile the ", 1)])
def test_meanwhile_opens_another_event_unless_the_known_one_is_pointed_at(words, events):
    second = mention(400, mode="attack")
    second = msgspec.structs.replace(second, sentence=Span(start=400 - len(words), end=460))
    article = told_in(words, 400)
    article = msgspec.structs.replace(article, text=article.text[: 400 - len(words) - 1] + " " + words + TEXT[400:])
    found = assemble(article, Extraction(mentions=(mention(0, place=GOMA, mode="attack"), second)), coder=CODER)
    assert len(found) == events


def test_an_event_of_another_year_does_not_take_the_place_of_the_story():
    near = mention(300, place=GOMA, mode="abduct")
    near = msgspec.structs.replace(
        near,
        place_cues=(msgspec.structs.replace(near.place_cues[0], weight=0.2, relation="headline"),),
        time=EventTime(start="2017", end="2017", precision=DatePrecision.YEAR, basis="explicit", text="2017"),
    )
    kivu = msgspec.structs.replace(SALVADORAN, text="Congo", country="COD")
    (event,) = assemble(ARTICLE, Extraction(mentions=(near,), places=(kivu,)), coder=CODER)
    assert [place.country for place in event.locations] == ["COD"]
    assert event.locations[0].level is PlaceLevel.COUNTRY


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_house_says_more_than_the_town_it_stands_in(order):
    town, house = mention(0, place=GOMA), mention(300, place={**GOMA, "level": PlaceLevel.POINT})
    places = (town.locations[0], msgspec.structs.replace(house.locations[0], text="Hotel Karibu"))
    cues = (town.place_cues[0], msgspec.structs.replace(house.place_cues[0], weight=0.7))
    told = [
        msgspec.structs.replace(mention(300 * number), locations=(places[which],), place_cues=(cues[which],))
        for number, which in enumerate(order)
    ]
    (event,) = events(*told)
    assert [place.text for place in event.locations] == ["Hotel Karibu"]


def test_a_place_abroad_that_only_stands_near_gives_way_to_the_country_of_the_story():
    near = mention(300, place=KAMPALA)
    near = msgspec.structs.replace(
        near, place_cues=(msgspec.structs.replace(near.place_cues[0], weight=0.2, relation="headline"),)
    )
    kivu = msgspec.structs.replace(SALVADORAN, text="Congo", country="COD")
    extraction = Extraction(mentions=(near,), places=(*near.locations, kivu, kivu))
    (event,) = assemble(ARTICLE, extraction, coder=CODER)
    assert [place.country for place in event.locations] == ["COD"]


DUHOK = {"country": "IRQ", "admin1": "Duhok Governorate"}
ZAKHO = {"name": "Zaxo", "geonameid": 1, "lat": 37.14, "lon": 42.69, "level": PlaceLevel.CITY, **DUHOK}
DIHOK = {"name": "Dihok", "geonameid": 2, "lat": 36.87, "lon": 43.0, "level": PlaceLevel.CITY, **DUHOK}


def test_a_division_spelt_otherwise_goes_beside_a_town_of_it():
    (event,) = events(mention(0, place=ZAKHO, coreference=1), mention(80, place=DIHOK, coreference=1))
    assert [place.name for place in event.locations] == ["Zaxo"]


@pytest.mark.parametrize(("km", "left"), [(0.1, ["Goma"]), (1.0, ["Goma", "Nyiragongo"])])
def test_a_district_goes_beside_a_town_within_it(km, left):
    district = {**GOMA, "name": "Nyiragongo", "geonameid": 3, "lat": GOMA["lat"] + km, "level": PlaceLevel.ADMIN2}
    (event,) = events(mention(0, place=GOMA, coreference=1), mention(80, place=district, coreference=1))
    assert [place.name for place in event.locations] == left


@pytest.mark.parametrize(("text", "events"), [("in May", 2), ("on Monday", 1)])
def test_in_an_undated_story_a_month_is_another_time_than_a_weekday(text, events):
    first, second = mention(0, place=GOMA), mention(300, place=GOMA)
    told = [
        msgspec.structs.replace(first, time=EventTime(text="on Monday", basis="explicit")),
        msgspec.structs.replace(second, time=EventTime(text=text, basis="explicit")),
    ]
    assert len(assemble(ARTICLE, Extraction(mentions=tuple(told)), coder=CODER)) == events


def test_an_event_abroad_in_a_country_nobody_speaks_of_is_no_place_of_a_story_full_of_its_own():
    kivu = msgspec.structs.replace(SALVADORAN, text="Congolese", country="COD")
    told = mention(300, place={**KAMPALA, "feature_code": "PPL"})
    stray = msgspec.structs.replace(told.locations[0], text="Kampala")
    told = msgspec.structs.replace(told, locations=(stray,))
    few, many = (
        assemble(ARTICLE, Extraction(mentions=(told,), places=(stray,), countries=(kivu,) * n), coder=CODER)
        for n in (3, 9)
    )
    assert [event.locations[0].country for event in (*few, *many)] == ["UGA", "COD"]


def test_a_phrase_that_holds_another_of_the_same_people_is_no_second_party():
    short, long = (
        Participant(text=text, country="COD", sector="UAF", spans=(Span(start=at, end=at + 5),))
        for text, at in (("local militias", 20), ("posts of local militias in Goma", 320))
    )
    other = msgspec.structs.replace(long, text="posts of local militias near Beni", sector="CVL")
    (event,) = events(mention(0, recipients=(long, other)), mention(300, recipients=(short,)))
    texts = {party.text: party for party in event.recipients}
    assert set(texts) == {"local militias", "posts of local militias near Beni"}
    assert set(texts["local militias"].spans) == {*short.spans, *long.spans}


NICARAGUA = msgspec.structs.replace(SALVADORAN, text="Nicaragua", name="Nicaragua", country="NIC", start=3100, end=3109)


def loosely(at: int, place: dict, weight: float = 0.3, **other) -> Mention:
    told = mention(at, place=place, **other)
    cue = msgspec.structs.replace(told.place_cues[0], weight=weight, relation="sentence")
    named = tuple(msgspec.structs.replace(p, text=p.name) for p in told.locations)
    return msgspec.structs.replace(told, place_cues=(cue,), locations=named)


def countries_of(*mentions: Mention, countries: tuple[Place, ...]) -> set[str | None]:
    extraction = Extraction(
        mentions=mentions, places=tuple(p for m in mentions for p in m.locations), countries=countries
    )
    return {place.country for event in assemble(ARTICLE, extraction, coder=CODER) for place in event.locations}


def test_an_event_happened_in_the_country_of_its_parties_rather_than_where_talks_were_held():
    rebels = Participant(text="FMLN", name="FMLN", country="SLV", sector="REB", spans=(Span(start=1, end=2),))
    managua = {**KAMPALA, "name": "Managua", "country": "NIC", "feature_code": "PPLC"}
    told = loosely(0, managua, actors=(rebels,))
    assert countries_of(told, countries=(SALVADORAN, SALVADORAN)) == {"SLV"}
    firmly = loosely(0, managua, 0.9, actors=(rebels,))
    assert countries_of(firmly, countries=(SALVADORAN, SALVADORAN)) == {"NIC"}


def test_parties_say_what_country_a_story_is_about():
    army = Participant(text="army", name="army", country="SLV", sector="MIL", spans=(Span(start=1, end=2),))
    armed = [mention(at, day=f"2024-01-{at // 100 + 10}", actors=(army,)) for at in (0, 300, 600)]
    assert countries_of(*armed, countries=(NICARAGUA, SALVADORAN)) == {"SLV"}
    bare = [msgspec.structs.replace(told, actors=()) for told in armed]
    assert countries_of(*bare, countries=(NICARAGUA, SALVADORAN)) == {"NIC"}


def set_off(mention_: Mention, words: str, day: str | None = None) -> Mention:
    """The same mention, its day told by words of its own sentence from what was told before."""
    start = mention_.trigger.start + 10
    time = EventTime(start=day, end=day, text=words, span=Span(start=start, end=start + len(words)), basis="narrative")
    return msgspec.structs.replace(mention_, time=time)


def test_what_came_a_day_after_is_another_event():
    later = mention(0, place=GOMA, day="2024-02-02")
    assert len(events(later, set_off(mention(300, place=GOMA), "a day after", "2024-02-01"))) == 2
    assert len(events(later, set_off(mention(300, place=GOMA), "weeks after"))) == 2
    assert len(events(later, set_off(mention(300, place=GOMA), "that night", "2024-02-02"))) == 1


def test_what_came_before_a_decree_may_be_what_the_story_tells():
    decreed = mention(300, kind=EventType.COERCE, mode="emergency")
    sentence = decreed.sentence
    shot = msgspec.structs.replace(mention(330, place=GOMA), sentence=sentence)
    time = EventTime(text="hours after", span=Span(start=312, end=323), basis="narrative")
    told = events(mention(0, place=GOMA), decreed, msgspec.structs.replace(shot, time=time))
    assert [event.event_type for event in told] == [EventType.ASSAULT, EventType.COERCE]


@pytest.mark.parametrize(
    ("words", "events_told"),
    [("14 other troops were ", 1), ("in a separate, smaller ", 2), ("another 12 were ", 1), ("a second ", 2)],
)
def test_other_people_are_no_other_event(words, events_told):
    text = TEXT[: 300 - len(words)] + words + TEXT[300:]
    article = msgspec.structs.replace(ARTICLE, text=text, body_text=text)
    mentions = (mention(0, day="2024-02-02"), mention(300, day="2024-02-02"))
    assert len(assemble(article, Extraction(mentions=mentions), coder=CODER)) == events_told


def test_a_number_without_a_claimant_below_the_best_bounds_nothing():
    lower = killed(2, "", 300)
    nobody = msgspec.structs.replace(lower.killed.claims[0], claimant=None)
    detail = Casualties(killed=msgspec.structs.replace(lower.killed, claims=(nobody,)))
    (event,) = events(
        mention(0, day="2024-02-02", casualties=killed(9, "police", 0)),
        mention(300, day="2024-02-02", casualties=detail),
        mention(600, day="2024-02-02", casualties=killed(9, "police", 600)),
    )
    assert (event.casualties.killed.best, event.casualties.killed.low) == (9, 9)
