import pytest

from tasks.clean import Limits, clean
from tasks.clean.markers import is_note, read_marks
from tasks.records import Signal, Status, WireItem

STORY = "MOSUL, Iraq (NW) - Three people were killed by a bomb in Mosul on Saturday, police said.\n\nTen were wounded."


@pytest.mark.parametrize(
    "head",
    [
        "KILL",
        "KILL: Iraq-blast",
        "MANDATORY KILL",
        "BULLETIN KILL - Iraq blast",
        "WITHDRAWN: Three killed",
        "Three killed in Mosul (WITHDRAWN)",
        "STORY KILLED",
        "Iraq-blast - WITHDRAWN",
        "RETRACTED: Mosul story",
    ],
)
def test_kills_in_words_are_recognised(head):
    assert read_marks([head], [], "").status is Status.CANCELED


@pytest.mark.parametrize(
    "text",
    [
        "Please kill the story slugged Iraq-blast.",
        "EDITORS: The story headlined 'Three killed' has been withdrawn. No substitute.",
        "Attention editors: kindly disregard the item sent at 1015 GMT.",
    ],
)
def test_kills_in_notes_are_recognised(text):
    assert read_marks([], [], text).status is Status.CANCELED


@pytest.mark.parametrize(
    "head",
    [
        "Air strikes kill three in Mosul",
        "KILLERS OF MAYOR ARRESTED",
        "TROOPS KILL NINE REBELS",
        "Troops withdrawn from Goma",
        "Killed: three in Mosul blast?",
        "Army withdrawal begins",
        "Kill switch found in trucks",
        "Correction officers strike",
        "Repeat offenders jailed",
        "Update on the way, says minister",
        "Leads found in murder case",
        "Adds up: why prices rise",
    ],
)
def test_stories_about_such_things_are_no_marks(head):
    marks = read_marks([head], [], "The army said that its troops had been withdrawn and nine rebels killed.")
    assert (
        (marks.status, marks.signal) in {(None, None), (Status.CANCELED, None)}
        if head.startswith("Killed:")
        else (marks.status, marks.signal) == (None, None)
    )


@pytest.mark.parametrize(
    ("head", "signal", "version"),
    [
        ("UPDATE 1-Bomb kills three in Mosul", Signal.UPDATE, 2),
        ("UPDATE 3-Bomb kills three in Mosul", Signal.UPDATE, 4),
        ("WRAPUP 2-Bombs across Iraq", Signal.UPDATE, 3),
        ("CORRECTED-Bomb kills three", Signal.CORRECTION, None),
        ("CORRECTED-UPDATE 2-Bomb kills three", Signal.CORRECTION, 3),
        ("Correction: Iraq-Blast story", Signal.CORRECTION, None),
        ("REFILE-Bomb kills three", Signal.REFILE, None),
        ("RPT-Bomb kills three", Signal.REPEAT, None),
        ("Iraq-Blast, 2nd Ld-Writethru", Signal.UPDATE, 3),
        ("Bombing kills three (LEAD)", Signal.UPDATE, None),
        ("ADDS police quote", None, None),
        ("Bomb kills three in Mosul", None, None),
    ],
)
def test_signals_and_versions_in_headlines(head, signal, version):
    marks = read_marks([head], [], "")
    assert (marks.signal, marks.version) == (signal, version)


def test_notes_of_the_desk_are_no_part_of_the_story():
    text = f"CORRECTED-Bomb kills three in Mosul\n\n(Corrects death toll in paragraph 1)\n\n{STORY}"
    article = clean(WireItem(content=text.encode(), name="a.txt"), limits=Limits())
    assert article.signal is Signal.CORRECTION
    assert article.editorial_note == "Corrects death toll in paragraph 1"
    assert "Corrects death" not in article.body_text
    assert article.body_text.endswith("Ten were wounded.")


def test_an_embargo_in_words_waits_for_its_time():
    text = f"EMBARGOED UNTIL 0001 GMT, February 3, 2024\n\nBomb kills three in Mosul\n\n{STORY}"
    marks = read_marks([], [], "EMBARGOED UNTIL 00:01 GMT, February 3, 2024")
    assert marks.status is Status.EMBARGOED
    assert marks.embargoed_until.isoformat() == "2024-02-03T00:01:00+00:00"
    assert clean(WireItem(content=text.encode(), name="a.txt"), limits=Limits()).text == text


def test_a_kill_in_words_is_not_overlooked_where_metadata_says_usable():
    content = b"""{"uri": "urn:x", "type": "text", "pubstatus": "usable", "headline": "KILL: Mosul blast",
        "versioncreated": "2024-02-03T10:00:00Z", "body_text": "Please kill this story."}"""
    assert clean(WireItem(content=content, name="x"), limits=Limits()).status is Status.CANCELED


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("(Adds details, quote)", True),
        ("Eds: UPDATES with police quote.", True),
        ("(Recasts, adds background)", True),
        ("(Police said so)", False),
        ("Eds are not always right.", False),
        ("Corrects the record, he said, and left.", False),
    ],
)
def test_notes_are_told_from_sentences(text, note):
    assert is_note(text) is note
