"""What could not be processed can be listed, shown, sent again and dropped."""

import datetime as dt
from collections.abc import Callable

import pytest
from redis import Redis

from tasks.records import WireItem
from workers import keys
from workers.dead import DeadLetters, NoSuchLetter
from workers.queue import WireQueue
from workers.status import ledger
from workers.stores import RedisLedger, quarantine

ITEM = WireItem(content=b"\xff\x00bytes", name="a.xml", source="feed", uri="u")


@pytest.fixture
def bury(client: Redis) -> Callable[..., DeadLetters]:
    def put(*items: WireItem) -> DeadLetters:
        list(WireQueue(client, backlog_limit=1000).push(items))
        client.xreadgroup(keys.GROUP, keys.QUEUED, {keys.WIRE: ">"}, count=1000)
        store = RedisLedger(client, window=dt.timedelta(days=1), dead_letter_bytes=100_000)
        for entry_id, _ in client.xrange(keys.WIRE):
            quarantine(store, entry_id.decode(), stage="clean", reason="UnknownFormat: no decoder \udcff")
        return DeadLetters(client)

    return put


def test_a_letter_keeps_reason_and_original_bytes(bury: Callable) -> None:
    letters = bury(ITEM)
    [letter] = letters.list()
    assert (letter.name, letter.stage, letter.content_bytes, letter.cut) == ("a.xml", "clean", 7, False)
    assert letter.reason.startswith("UnknownFormat: no decoder")
    assert letters.show(letter.letter_id) == (letter, ITEM)


def test_a_redriven_letter_is_an_open_entry_again_and_counted_once(bury: Callable, client: Redis) -> None:
    letters = bury(ITEM)
    [letter] = letters.list()
    letters.redrive(letter.letter_id)
    assert letters.count() == 0
    book = ledger(client)
    assert (book.accepted, book.open, book.quarantined, book.redriven) == (1, 1, 0, 1)
    with pytest.raises(NoSuchLetter):
        letters.redrive(letter.letter_id)


def test_a_dropped_letter_stays_in_the_ledger(bury: Callable, client: Redis) -> None:
    letters = bury(ITEM)
    [letter] = letters.list()
    letters.drop(letter.letter_id)
    assert letters.count() == 0
    assert ledger(client).quarantined == 1
    with pytest.raises(NoSuchLetter):
        letters.show(letter.letter_id)


def test_what_is_too_large_is_cut_and_says_so(bury: Callable) -> None:
    letters = bury(WireItem(content=b"x" * 200_000, name="large"))
    [letter] = letters.list()
    assert (letter.content_bytes, letter.cut) == (200_000, True)
    assert len(letters.show(letter.letter_id)[1].content) == 65_536
    with pytest.raises(NoSuchLetter, match="too large"):
        letters.redrive(letter.letter_id)


def test_many_letters_are_listed_in_pages(bury: Callable) -> None:
    letters = bury(*[ITEM] * 250)
    assert len(list(letters.list())) == 250
    assert len(list(letters.list(limit=120))) == 120
