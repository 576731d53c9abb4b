import datetime as dt

import pytest

from tasks.clean.dateline import parse_dateline, resolve_year
from tasks.clean.dates import at_day, date_in_url, find_date, find_moment, is_date_line, parse_iso, published_in

STORY = "A bomb killed three people on Friday, police said."
CASES = [
    # dateline, place, agency, date, month and day
    ("DAMASCUS, Feb 2 (Reuters) - ", "DAMASCUS", "Reuters", None, (2, 2)),
    ("BUENOS AIRES, 13 DEC 89 (AFP) -- [TEXT] ", "BUENOS AIRES", "AFP", dt.date(1989, 12, 13), None),
    ("(AFP) – ", None, "AFP", None, None),
    ("afrol News, 26 June - ", None, "afrol News", None, (6, 26)),
    ("BEIRUT/BAGHDAD (AP) — ", "BEIRUT/BAGHDAD", "AP", None, None),
    ("KABUL, Afghanistan (AP) _ ", "KABUL, Afghanistan", "AP", None, None),
    ("BEIJING, Feb. 2 (Xinhua) -- ", "BEIJING", "Xinhua", None, (2, 2)),
    ("MOSCOW, January 5. /TASS/. ", "MOSCOW", "TASS", None, (1, 5)),
    ("ROME, Nov 3 (ANSA) - ", "ROME", "ANSA", None, (11, 3)),
    ("(ANSA) - ROMA, 02 FEB - ", "ROMA", "ANSA", None, (2, 2)),
    ("Madrid, 2 feb (EFE).- ", "Madrid", "EFE", None, (2, 2)),
    ("Berlin (dpa) - ", "Berlin", "dpa", None, None),
    ("Port-au-Prince (AFP) – ", "Port-au-Prince", "AFP", None, None),
    ("Paris, 1er mars 2024 (AFP) - ", "Paris", "AFP", dt.date(2024, 3, 1), None),
    ("ST. JOSEPH, Mich. (AP) — ", "ST. JOSEPH, Mich", "AP", None, None),
    ("TOKYO, Feb. 2, Kyodo - ", "TOKYO", "Kyodo", None, (2, 2)),
    (
        "SAN SALVADOR, 3 JAN 90 -- [REPORT] [ARMED FORCES PRESS COMMITTEE] [TEXT] ",
        "SAN SALVADOR",
        None,
        dt.date(1990, 1, 3),
        None,
    ),
    ("LONDON, March 3 - ", "LONDON", None, None, (3, 3)),
    ("TEHRAN – ", "TEHRAN", None, None, None),
    ("HIROSHIMA--", "HIROSHIMA", None, None, None),
    ("RAIPUR: ", "RAIPUR", None, None, None),
    ("Muscat: ", "Muscat", None, None, None),
    ("UNITED NATIONS, Oct. 7, 2023 (AP) - ", "UNITED NATIONS", "AP", dt.date(2023, 10, 7), None),
]


@pytest.mark.parametrize(("dateline", "place", "agency", "date", "month_day"), CASES, ids=[case[0] for case in CASES])
def test_datelines_are_taken_apart(dateline, place, agency, date, month_day):
    paragraph = dateline + STORY
    found = parse_dateline(paragraph)
    assert found is not None
    assert (found.place, found.agency, found.date, found.month_day) == (place, agency, date, month_day)
    assert paragraph[found.end :].lstrip() == STORY
    if place:
        assert paragraph[found.place_start :].startswith(place)


@pytest.mark.parametrize(
    "opening",
    [
        "The army said on Friday - for the second time - that it had won.",
        "Opinion: The war must end.",
        "UPDATE: Three people were killed in a bombing in Mosul.",
        "EXCLUSIVE - The minister was warned of the attack.",
        "“We will not leave” - that was what they said.",
        "Police said: The man was armed.",
        "WHAT HAPPENED: Three people were killed.",
        "It was Feb 2 - the day the strikes began.",
        "- a list entry of some kind",
        "",
        "A - B",
        "((((((((((",
    ],
)
def test_other_openings_are_no_datelines(opening):
    assert parse_dateline(opening) is None


@pytest.mark.parametrize(
    ("near", "month_day", "expected"),
    [
        ("2024-02-03", (2, 2), dt.date(2024, 2, 2)),
        ("2024-01-02", (12, 31), dt.date(2023, 12, 31)),
        ("2023-12-31", (1, 1), dt.date(2024, 1, 1)),
        ("2024-03-01", (2, 29), dt.date(2024, 2, 29)),
        ("2023-06-01", (2, 29), None),
    ],
)
def test_a_dateline_without_a_year_takes_it_from_context(near, month_day, expected):
    assert resolve_year(month_day, dt.datetime.fromisoformat(near).replace(tzinfo=dt.UTC)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Published: 9 March 2024, 14:20 GMT", "2024-03-09T14:20:00+00:00"),
        ("March 9, 2024 2:20 PM EST", "2024-03-09T19:20:00+00:00"),
        ("2024-03-09 14:20:05 +0530", "2024-03-09T08:50:05+00:00"),
        ("2024-03-09T14:20Z", "2024-03-09T14:20:00+00:00"),
        ("9 de marzo de 2024", "2024-03-09T00:00:00+00:00"),
        ("le 9 mars 2024 à 14h20", "2024-03-09T14:20:00+00:00"),
        ("9. März 2024, 14.20 Uhr", "2024-03-09T14:20:00+00:00"),
        ("09.03.2024", "2024-03-09T00:00:00+00:00"),
        ("2024年3月9日", "2024-03-09T00:00:00+00:00"),
        ("9 марта 2024", "2024-03-09T00:00:00+00:00"),
        ("31/12/2023", "2023-12-31T00:00:00+00:00"),
        ("12/31/2023", "2023-12-31T00:00:00+00:00"),
    ],
)
def test_dates_are_read_as_written(text, expected):
    assert find_moment(text).at == dt.datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["03/04/2024", "31 December 9999", "0000-00-00", "2024-02-30", "99 Foo 2024", "", "no date", "1.2.3.2024.5"]
)
def test_dates_that_are_none_or_could_be_two_are_not_guessed(text):
    assert find_date(text) is None


def test_times_without_a_zone_are_of_the_source():
    assert find_moment("9 March 2024, 14:20", time_zone="Asia/Baghdad").at == dt.datetime(
        2024, 3, 9, 11, 20, tzinfo=dt.UTC
    )
    assert parse_iso("2024-03-09T14:20", time_zone="Asia/Baghdad").precision == "minute"
    assert parse_iso("20240309T142030Z").precision == "second"
    assert parse_iso("2024-03-09").precision == "day"
    assert parse_iso("9999-12-31T23:59:59-12:00") is None


def test_published_comes_before_updated():
    lines = ["Last updated 10 March 2024", "Published 9 March 2024"]
    assert published_in(lines).at == at_day(dt.date(2024, 3, 9)).at
    assert published_in(lines[:1]).at == at_day(dt.date(2024, 3, 10)).at
    assert published_in(["In a story of 9 March 2024 about something else entirely, by a writer"]) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/2023/05/12/story", dt.date(2023, 5, 12)),
        ("https://a.example/news/2023/may/12/story", dt.date(2023, 5, 12)),
        ("https://a.example/stories/202207260345.html", dt.date(2022, 7, 26)),
        ("https://a.example/article/27/07/2022/title", dt.date(2022, 7, 27)),
        ("https://a.example/news/474953/title", None),
        ("https://a.example/2023/13/45/x", None),
    ],
)
def test_dates_in_addresses(url, expected):
    assert date_in_url(url) == expected


def test_date_lines_are_told_from_sentences():
    assert is_date_line("Updated 10:45 AM EST, Tue February 6, 2024")
    assert is_date_line("Tuesday, July 26")
    assert not is_date_line("On 6 February 2024 the army shelled the town of Velm.")
