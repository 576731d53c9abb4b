"""Throw broken inputs at every decoder: `python -m benchmarks.fuzz_clean [--inputs 200000] [--seed 1]`.

Inputs are the golden cases, cut, spliced, flipped and sprinkled with what breaks parsers, and plain noise. Anything but
an article that keeps its promises or an `ArticleError` is a failure; each is printed with the seed that makes it again.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tasks.clean import Limits, clean, split
from tasks.errors import ArticleError
from tasks.offsets import to_text_span
from tasks.records import Article, WireItem, to_json

GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "clean"
LIMITS = Limits(max_members=200, max_unpacked_bytes=4_000_000)
MAX_BYTES = 60_000
SLOW_S = 2.0
NASTY = [
    b"\0",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\x1f\x8b\x08",
    b"PK\x03\x04",
    b"\x01",
    b"\x02",
    b"\x03",
    b"\x04",
    b"&#0;",
    b"&#xD800;",
    b"&lol;",
    b'<!DOCTYPE x [<!ENTITY a "b">]>',
    b"<![CDATA[",
    b"]]>",
    b"-->",
    b"<!--",
    b"<?xml",
    b"<p>" * 400,
    b"</p>",
    b"[" * 400,
    b"{" * 400,
    b"\\ud800",
    b"\\u0000",
    b'"',
    b"'",
    b"1e999",
    b"NaN",
    b"-1",
    b"9999-12-31T23:59:59Z",
    b"0000-00-00",
    b"99999999999999999999",
    b"2024-02-30",
    b"31 FEB 99",
    b"%s%n",
    b"\r\r\n",
    b"\n\n\n",
    b"\t" * 50,
    b" " * 300,
    b"A" * 3000,
    "\u202e\u00ad\u200b".encode(),
    "e\u0301".encode() * 50,
    "\u1112\u1161\u11ab".encode(),
    "Ã¢â‚¬â„¢".encode(),
    "مقالات ذات صلة".encode(),
    b"Content-Type: text/plain; charset=x-unknown\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"=?utf-8?b?//8=?=",
    b"Date: Thu, 99 Foo 99999 99:99:99 +9999\r\n",
    b"From \n",
    b"WARC/1.0\r\n",
    b"KILL",
]


def seeds() -> list[bytes]:
    """The golden inputs."""
    paths = sorted(path for path in GOLDEN.glob("*/*") if path.is_file() and not path.name.endswith(".expected.json"))
    return [path.read_bytes()[:MAX_BYTES] for path in paths]


def inputs(count: int, *, seed: int) -> Iterator[tuple[int, bytes]]:
    """Inputs and the seed of each; the same for the same arguments."""
    golden = seeds()
    for number in range(count):
        chance = random.Random(seed * 1_000_003 + number)
        yield number, _noise(chance) if chance.random() < 0.08 else _broken(chance, golden)


def _noise(chance: random.Random) -> bytes:
    size = chance.choice([1, 3, 20, 200, 2000])
    kind = chance.random()
    if kind < 0.4:
        return chance.randbytes(size)
    if kind < 0.7:
        return "".join(
            chr(chance.choice([32, 46, 10, 97, 0xE9, 0x627, 0x4E2D, 0x1F600, 0x300])) for _ in range(size)
        ).encode()
    return b" ".join(chance.choice(NASTY) for _ in range(min(size, 30)))


def _broken(chance: random.Random, golden: list[bytes]) -> bytes:
    content = bytearray(chance.choice(golden))
    for _ in range(chance.choice([1, 1, 2, 4, 8])):
        at = chance.randrange(len(content) + 1)
        way = chance.randrange(6)
        if way == 0:
            del content[at : at + chance.choice([1, 10, 100, 5000])]
        elif way == 1:
            content[at:at] = chance.choice(NASTY)
        elif way == 2:
            other = chance.choice(golden)
            start = chance.randrange(len(other))
            content[at:at] = other[start : start + chance.choice([10, 100, 2000])]
        elif way == 3:
            content[at : at + 1] = bytes([chance.randrange(256)])
        elif way == 4:
            piece = content[at : at + chance.choice([5, 50, 500])]
            content[at:at] = piece * chance.choice([1, 3, 20])
        else:
            del content[at:]
    return bytes(content[:MAX_BYTES])


def try_one(content: bytes) -> str:
    """What came of one input: an article's media type, or the kind of refusal. Raises what should not happen."""
    item = WireItem(content=content, name="fuzz")
    try:
        members = list(split(item, limits=LIMITS))
    except ArticleError as error:
        return f"container {type(error).__name__}"
    kinds = [_outcome(member) for member in members[:20] or [item]]
    return kinds[0] if not members else "container"


def _outcome(item: WireItem) -> str:
    try:
        article = clean(item, limits=LIMITS)
    except ArticleError as error:
        if not str(error):
            raise AssertionError("a refusal without a reason") from error
        return type(error).__name__
    check(article)
    return article.media_type


def check(article: Article) -> None:
    """The promises of an article. Raises: AssertionError."""
    assert to_json(article)
    size = len(article.text)
    assert 0 <= article.body.start <= article.body.end <= size
    body = article.body_text
    assert not any("\ud800" <= char <= "\udfff" for char in body + article.text)
    assert [pair[0] for pair in article.body_map] == sorted(pair[0] for pair in article.body_map)
    for start in range(0, len(body), max(1, len(body) // 20)):
        span = to_text_span(article.body_map, start, min(start + 10, len(body)))
        assert 0 <= span.start <= span.end <= size + 10, (start, span, size)
    if article.dateline:
        span = article.dateline.span
        assert 0 <= span.start <= span.end <= size


def run(count: int, *, seed: int) -> tuple[Counter[str], list[str]]:
    """Outcomes by kind, and what should not have happened."""
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    for number, content in inputs(count, seed=seed):
        started = time.process_time()
        try:
            outcomes[try_one(content)] += 1
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            failures.append(f"input {number} of seed {seed}: {type(error).__name__}: {str(error)[:200]}")
        if time.process_time() - started > SLOW_S:
            failures.append(
                f"input {number} of seed {seed}: {time.process_time() - started:.1f} s for {len(content)} bytes"
            )
    return outcomes, failures


def main() -> int:
    """Print outcomes and failures; 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="run this input alone and let it fail")
    arguments = parser.parse_args()
    if arguments.only is not None:
        content = next(
            one for number, one in inputs(arguments.only + 1, seed=arguments.seed) if number == arguments.only
        )
        print(repr(content[:2000]))
        print(try_one(content))
        return 0
    outcomes, failures = run(arguments.inputs, seed=arguments.seed)
    for kind, count in outcomes.most_common():
        print(f"{count:8}  {kind}")
    print(f"{sum(outcomes.values())} inputs, {len(failures)} failures")
    print("\n".join(failures[:50]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
