"""Both memories of paragraphs pass one suite."""

import json

import pytest

from config.settings import Settings
from tasks.clean import Limits, MemoryOfThisProcess, clean
from tasks.clean.learned import ARTICLES_NEEDED
from tasks.clean.task import STAGE
from tasks.records import Outcome, Parcel, WireItem
from workers.connection import connect
from workers.embedded import start_embedded
from workers.equipment import Equipment
from workers.queue import WireQueue
from workers.sources import RedisParagraphMemory

NOTICE = "Kelvar Post is the oldest newspaper of the province and appears daily."
LABEL = "Kelvar Post Weekend Edition"
BACKGROUND = "Kelvar has changed hands three times since fighting broke out last autumn, and thousands have fled."


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory):
    with start_embedded(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["process", "redis"])
def make(request):
    if request.param == "process":
        yield MemoryOfThisProcess
        return
    client = connect(request.getfixturevalue("redis_url"), tries=1)
    client.flushall()
    yield lambda **more: RedisParagraphMemory(client, **more)
    client.close()


def read(memory, number, source="kelvar-post"):
    day = f"Shells fell on village number {number} near Kelvar on Tuesday, wounding {number + 2} people, the army said."
    more = f"Farmers of the village said that {number + 20} sheep had been killed and that the road was cut."
    text = "\n\n".join([day, LABEL, BACKGROUND, more, NOTICE])
    return clean(
        WireItem(content=text.encode(), name=f"{number}.txt", source=source), limits=Limits(), memory=memory
    ).body_text


def test_what_closes_every_article_is_learned_and_background_stays(make):
    memory = make()
    bodies = [read(memory, number) for number in range(ARTICLES_NEEDED + 2)]
    assert NOTICE in bodies[0]
    assert all(NOTICE not in body and LABEL not in body for body in bodies[ARTICLES_NEEDED:])
    assert all(BACKGROUND in body for body in bodies)


def test_another_source_is_another_matter(make):
    memory = make()
    for number in range(ARTICLES_NEEDED + 1):
        read(memory, number)
    assert NOTICE in read(memory, 99, source="other")


def test_one_article_sent_again_and_again_teaches_nothing(make):
    memory = make()
    assert all(NOTICE in read(memory, 1) for _ in range(ARTICLES_NEEDED * 2))


def test_memory_is_bounded_and_the_latest_is_kept(make):
    memory = make(lines_max=10)
    for number in range(50):
        memory.record("s", f"story {number}", [f"mark {number}"])
    for number in range(ARTICLES_NEEDED):
        memory.record("s", f"story {number}", ["mark 49", "mark 1"])
    assert memory.known("s", ["mark 1", "mark 49", "mark 2"]) == {"mark 1", "mark 49"}


def test_an_article_is_never_left_without_words(make):
    memory = make()
    for number in range(ARTICLES_NEEDED + 3):
        article = clean(
            WireItem(content=f"{NOTICE}\n\n".encode(), name=str(number), uri=f"urn:{number}", source="s"),
            limits=Limits(),
            memory=memory,
        )
        assert article.body_text == NOTICE


def article(number):
    told = f"Shells fell on village number {number} near Kelvar on Tuesday, wounding {number + 2} people."
    text = f"{told}\n\nThe road was cut for {number + 3} hours, farmers of the village said.\n\n{NOTICE}"
    return json.dumps({"uri": f"urn:{number}", "publisher": "Kelvar Post", "text": text}).encode()


@pytest.mark.parametrize("wanted", [True, False])
def test_workers_learn_together_if_the_setting_says_so(wanted, redis_url):
    client = connect(redis_url, tries=1)
    client.flushall()
    items = [WireItem(content=article(number), name=f"{number}.json") for number in range(ARTICLES_NEEDED + 3)]
    list(WireQueue(client, backlog_limit=100).push(items))
    entries = [entry.decode() for entry, _ in client.xrange("{dateline}:wire")]
    crew = [Equipment(Settings(learn_furniture=wanted), redis_url=redis_url) for _ in range(2)]
    bodies = []
    for number, entry in enumerate(entries):
        (parcel,) = STAGE.run([Parcel(entry_id=entry, name="")], crew[number % 2])
        assert parcel.outcome is not Outcome.QUARANTINED, parcel.reason
        bodies.append(parcel.article.body_text)
    for tools in crew:
        tools.client.close()
    client.close()
    kept = [not wanted or number < ARTICLES_NEEDED for number in range(len(items))]
    assert [NOTICE in body for body in bodies] == kept
    assert all("village number" in body and "farmers of the village said." in body for body in bodies)
