import contextlib

import httpx
import pytest

from workers.sources import (
    Fetcher,
    FileMemory,
    Memory,
    Poller,
    PollState,
    SourceDescription,
    check_sources,
    follow,
    looks_at,
)

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Acme</title><lastBuildDate>%s</lastBuildDate>
<item><title>Blast kills three in Mosul</title><guid>tag:acme,1</guid>
<description>A blast killed three people on Saturday.</description></item>
%s</channel></rss>"""
SECOND = b"""<item><title>Two held</title><guid>tag:acme,2</guid>
<description>Police held two men on Sunday.</description></item>"""


@pytest.fixture
def fetcher():
    client = httpx.Client(trust_env=False)
    with contextlib.closing(client):
        yield Fetcher(client)


def source(site, **more):
    return SourceDescription(**({"id": "acme", "url": site.url, "allow_private": True, "language": "en"} | more))


def poller(site, fetcher, now, memory=None, **more):
    return Poller(source(site, **more), memory or Memory(), fetcher, now=now)


def test_entries_come_once_even_when_the_feed_names_a_new_build_time(site, fetcher, now):
    site.answers = [(200, {}, FEED % (b"10:00", SECOND)), (200, {}, FEED % (b"10:05", SECOND))]
    one = poller(site, fetcher, now)
    first, second = list(one.poll()), list(one.poll())
    assert [item.source for item in first] == ["acme", "acme"]
    assert second == []


def test_a_changed_entry_comes_again(site, fetcher, now):
    site.answers = [
        (200, {}, FEED % (b"", SECOND)),
        (200, {}, (FEED % (b"", SECOND)).replace(b"Two held", b"Three held")),
    ]
    one = poller(site, fetcher, now)
    list(one.poll())
    assert len(list(one.poll())) == 1


def test_validators_are_sent_back_and_304_gives_nothing(site, fetcher, now):
    site.answers = [
        (200, {"ETag": '"v1"', "Last-Modified": "Sat, 03 Feb 2024 10:00:00 GMT"}, FEED % (b"", b"")),
        (304, {}, b""),
    ]
    one = poller(site, fetcher, now)
    assert len(list(one.poll())) == 1
    assert list(one.poll()) == []
    assert one.problem is None
    headers = site.requests[1][1]
    assert headers["If-None-Match"] == '"v1"'
    assert headers["If-Modified-Since"] == "Sat, 03 Feb 2024 10:00:00 GMT"


def test_failures_back_off_and_success_ends_it(site, fetcher, now):
    site.answers = [(500, {}, b""), (503, {"Retry-After": "900"}, b""), (200, {}, FEED % (b"", b""))]
    one = poller(site, fetcher, now, cadence_s=60)
    waits = []
    for _ in range(3):
        list(one.poll())
        waits.append(one.wait_s)
    assert waits == [120, 900, 60]


def test_a_feed_that_is_gone_is_not_asked_again(site, fetcher, now):
    site.answers = [(410, {}, b"")]
    one = poller(site, fetcher, now)
    list(one.poll())
    list(one.poll())
    assert len(site.requests) == 1


def test_an_answer_over_the_size_limit_is_given_up(site, fetcher, now):
    site.answers = [(200, {}, b"x" * 200_000)]
    one = poller(site, fetcher, now, max_bytes=100_000)
    assert list(one.poll()) == []
    assert "100000 bytes" in one.problem


def test_private_addresses_are_refused_unless_allowed(site, fetcher, now):
    site.answers = [(200, {}, FEED % (b"", b""))]
    one = poller(site, fetcher, now, allow_private=False)
    assert list(one.poll()) == []
    assert "port" in one.problem or "not public" in one.problem
    assert site.requests == []


def test_a_redirect_is_checked_like_the_first_address(site, now):
    site.answers = [(302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b"")]
    asked = []

    def answer(request):
        asked.append(request.url.host)
        return httpx.Response(302, headers={"Location": "http://metadata.example/"})

    client = httpx.Client(transport=httpx.MockTransport(answer))
    hosts = {"news.example": ["93.184.216.34"], "metadata.example": ["169.254.169.254"]}
    fetcher = Fetcher(client, resolver=lambda host, port: hosts[host])
    one = Poller(SourceDescription(id="a", url="http://news.example/feed"), Memory(), fetcher, now=now)
    assert list(one.poll()) == []
    assert asked == ["93.184.216.34"]
    assert "169.254.169.254" in one.problem


def test_endless_redirects_end(site, fetcher, now):
    site.answers = [(302, {"Location": site.url}, b"")]
    one = poller(site, fetcher, now)
    assert list(one.poll()) == []
    assert "redirects" in one.problem


def test_what_was_seen_outlives_the_process(site, fetcher, now, tmp_path):
    site.answers = [(200, {"ETag": '"v1"'}, FEED % (b"", SECOND))]
    assert len(list(poller(site, fetcher, now, FileMemory(tmp_path / "acme.json")).poll())) == 2
    memory = FileMemory(tmp_path / "acme.json")
    assert memory.state == PollState(etag='"v1"')
    assert list(poller(site, fetcher, now, memory).poll()) == []


def test_a_broken_memory_file_is_begun_anew(tmp_path):
    (tmp_path / "acme.json").write_text('{"seen": 3')
    assert FileMemory(tmp_path / "acme.json").is_new("a")


def test_memory_is_bounded():
    memory = Memory(seen_max=3)
    assert all(memory.is_new(str(number)) for number in range(5))
    assert memory.is_new("0")
    assert not memory.is_new("4")


def test_several_sources_are_looked_at_when_due(site, fetcher, now, tmp_path):
    site.answers = [(200, {}, FEED % (b"", SECOND))]
    (tmp_path / "a.txt").write_text("The army said that five soldiers died on Tuesday.")
    sources = [source(site, cadence_s=100), SourceDescription(id="inbox", path=str(tmp_path), cadence_s=30)]
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        return sum(slept) >= 200

    looks = looks_at(sources, lambda one: Memory(), fetcher, now=lambda: now().replace(year=2090))
    items = list(follow(looks, sleep=sleep))
    assert sorted(item.source for item in items) == ["acme", "acme", "inbox"]
    assert len(site.requests) == 2
    assert slept[0] == 30


def test_a_check_tells_what_a_source_gives(site, fetcher, now):
    site.answers = [(200, {}, FEED % (b"", SECOND)), (404, {}, b"")]
    well, ill = check_sources([source(site), source(site, id="b")], fetcher=fetcher, now=now)
    assert (well.is_well, well.items, well.readable, well.formats) == (True, 2, 2, ("application/rss+xml",))
    assert (ill.is_well, ill.problem) == (False, "HTTP 404")
