"""The promises under fire, whole: `python -m benchmarks.drills [--articles N] kill-workers|kill-redis|...|all`.

Each drill runs the real pipeline (`dateline run`, two workers, a private Redis in a folder of its own) and counts what
went in and what came out. `--compare` runs once more in peace and compares the events, byte for byte.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import psutil

from benchmarks import articles
from tasks.records import WireItem
from workers import keys
from workers.connection import connect
from workers.dead import DeadLetters
from workers.embedded import socket_url, start_embedded
from workers.queue import CHUNK_ENTRIES, WireQueue, memory_share

STALL_S = "90"
GIVE_UP_S = 3600
GIVEN_UP = "tries alone"
"""How the sweeper words it when it puts an article away; under fire this may be the fire's doing."""

Strike = Callable[[psutil.Process, Path], bool]
"""Kills something; whether there was anything to kill."""


@dataclass
class Result:
    """What a drill has shown."""

    name: str
    articles: int
    seconds: float
    strikes: int
    ledger: dict[str, int]
    events: list[bytes] = field(repr=False)
    refused: list[str]
    """Why articles were quarantined."""
    exit_code: int

    def faults(self) -> list[str]:
        """What is wrong; nothing, it is hoped."""
        ids = Counter(json.loads(event)["id"] for event in self.events)
        twice = [name for name, count in ids.items() if count > 1]
        ended = sum(self.ledger[name] for name in keys.OUTCOMES)
        checks = {
            f"exit code {self.exit_code}": self.exit_code != 0,
            f"{self.articles} articles in, {self.ledger['accepted']} accepted": self.ledger["accepted"] < self.articles,
            f"{self.ledger['accepted'] - ended} without an outcome": ended != self.ledger["accepted"],
            f"{len(twice)} event versions twice: {twice[:3]}": bool(twice),
            f"{self.ledger['events']} events counted, {len(self.events)} read": self.ledger["events"] != len(ids),
            "versions out of order": not _in_order(self.events),
            "articles given up that nothing was wrong with": any(GIVEN_UP in reason for reason in self.refused),
        }
        return [fault for fault, wrong in checks.items() if wrong]

    def report(self) -> bool:
        """Print it; whether it is without fault."""
        faults = self.faults()
        book = ", ".join(f"{name} {self.ledger[name]}" for name in (*keys.OUTCOMES, "open", "held"))
        print(f"{self.name}: {self.articles} articles in, {self.strikes} kills, {self.seconds:.0f} s")
        print(f"  {book}; event versions {len(self.events)}")
        for reason, number in Counter(reason[:100] for reason in self.refused).most_common(5):
            print(f"  quarantined: {number} x {reason}")
        print("  " + ("nothing lost, nothing twice, in order" if not faults else "FAULTS: " + "; ".join(faults)))
        return not faults


def _in_order(events: list[bytes]) -> bool:
    latest: dict[str, int] = {}
    for event in map(json.loads, events):
        version = event["data"]["event_version"]
        if version != latest.get(event["subject"], 0) + 1:
            return False
        latest[event["subject"]] = version
    return True


def run(name: str, inbox: Path, *, count: int, strike: Strike | None, every_s: float) -> Result:
    """`dateline run` on a folder, with a blow every few seconds once the first article is through."""
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        data = Path(folder)
        started = monotonic()
        process = _start(inbox, data)
        strikes = _strike_until_done(process, data, strike, every_s=every_s) if strike else 0
        output, errors = process.communicate(timeout=GIVE_UP_S)
        if process.returncode:
            print(errors[-2000:], file=sys.stderr)
        return Result(
            name=name,
            articles=count,
            seconds=monotonic() - started,
            strikes=strikes,
            ledger=json.loads(output)["ledger"],
            events=(data / "out.jsonl").read_bytes().splitlines(),
            refused=_refused(data),
            exit_code=process.returncode,
        )


def _refused(data: Path) -> list[str]:
    with start_embedded(data) as url:
        return [f"{letter.stage}: {letter.reason}" for letter in DeadLetters(connect(url)).list()]


def _start(inbox: Path, data: Path) -> "subprocess.Popen[str]":
    gazetteer = Path(os.environ.get("DATELINE_GAZETTEER", "data/gazetteer")).resolve()
    gazetteer.parent.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")}
    environment |= {
        "DATELINE_DATA_DIR": str(data),
        "DATELINE_GAZETTEER": str(gazetteer),
        "DATELINE_STALL_S": STALL_S,
        "DATELINE_LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "workers.cli", "run", str(inbox), "--workers", "2", "--json"]
    return subprocess.Popen(
        [*command, "--out", str(data / "out.jsonl")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _strike_until_done(process: "subprocess.Popen[str]", data: Path, strike: Strike, *, every_s: float) -> int:
    parent = psutil.Process(process.pid)
    strikes = 0
    while process.poll() is None and not _settled(data):
        sleep(0.2)
    while process.poll() is None:
        sleep(every_s)
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            strikes += strike(parent, data)
    return strikes


def _settled(data: Path) -> int:
    client = connect(socket_url(data / "redis"), tries=0)
    with suppress(Exception):
        return sum(int(value) for value in client.hgetall(keys.COUNTS).values())
    return 0


def _kill(parent: psutil.Process, command: str) -> bool:
    """Kill -9 for one of the processes that run a command: mains and their forked children alike."""
    found = [process for process in parent.children(recursive=True) if command in process.cmdline()]
    if found:
        os.kill(random.choice(found).pid, signal.SIGKILL)
    return bool(found)


def kill_worker(parent: psutil.Process, _data: Path) -> bool:
    """One process of one worker."""
    return _kill(parent, "worker")


def kill_dispatcher(parent: psutil.Process, _data: Path) -> bool:
    """The dispatcher."""
    return _kill(parent, "dispatch")


def kill_redis(_parent: psutil.Process, data: Path) -> bool:
    """The private Redis."""
    os.kill(int((data / "redis" / "redis.pid").read_text()), signal.SIGKILL)
    return True


STRIKES: dict[str, tuple[Strike, float]] = {
    "kill-workers": (kill_worker, 4.0),
    "kill-redis": (kill_redis, 15.0),
    "kill-dispatcher": (kill_dispatcher, 5.0),
}


def flood(count: int) -> bool:
    """Many producers push more than the queue takes while nothing drains fast: they wait, and nothing is lost."""
    limit, producers = max(200, count // 20), 4
    body = b"x" * 2_000
    with tempfile.TemporaryDirectory(prefix="drill-") as folder, start_embedded(Path(folder)) as url:
        queue = WireQueue(connect(url), backlog_limit=limit)
        queue.ensure()
        items = [WireItem(content=body, name=str(number)) for number in range(count // producers)]
        threads = [threading.Thread(target=lambda: list(queue.push(items))) for _ in range(producers)]
        with _consumer(url) as eaten:
            for thread in threads:
                thread.start()
            highest, memory = _watch(threads, queue)
        rest = queue.backlog()
    lost = producers * len(items) - eaten[0] - rest
    bound = limit + producers * CHUNK_ENTRIES
    print(f"flood: {producers} producers, {producers * len(items)} articles, limit {limit}")
    print(f"  highest backlog {highest} (bound {bound}), Redis memory at most {memory:.0%}, lost {lost}")
    return highest <= bound and memory < 0.7 and lost == 0


@contextmanager
def _consumer(url: str) -> Iterator[list[int]]:
    """Something that settles entries more slowly than the producers push."""
    client, stop, eaten = connect(url), threading.Event(), [0]

    def eat() -> None:
        while not stop.is_set():
            rows = client.xrange(keys.WIRE, count=50)
            eaten[0] += client.xdel(keys.WIRE, *(entry_id for entry_id, _ in rows)) if rows else 0
            stop.wait(0.01)

    thread = threading.Thread(target=eat)
    thread.start()
    yield eaten
    stop.set()
    thread.join()


def _watch(threads: list[threading.Thread], queue: WireQueue) -> tuple[int, float]:
    highest, memory = 0, 0.0
    while any(thread.is_alive() for thread in threads):
        highest = max(highest, queue.backlog())
        memory = max(memory, memory_share(queue._client))
        sleep(0.005)
    return highest, memory


def compare(struck: Result, inbox: Path) -> bool:
    """Whether a run in peace gives the same events."""
    peaceful = run("in peace", inbox, count=struck.articles, strike=None, every_s=0)
    well = peaceful.report()
    only = set(struck.events) ^ set(peaceful.events)
    print(f"  events that differ from the run under fire: {len(only)} of {len(peaceful.events)}")
    return well and not only


def main() -> int:
    """Exit code 0 if every drill is without fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drill", choices=[*STRIKES, "flood", "all"])
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--every", type=float, help="seconds between two kills")
    parser.add_argument("--compare", action="store_true", help="run once more in peace, compare the events")
    options = parser.parse_args()
    random.seed(1)
    wanted = [*STRIKES, "flood"] if options.drill == "all" else [options.drill]
    well = True
    with tempfile.TemporaryDirectory(prefix="drill-in-") as folder:
        inbox = Path(folder)
        count = articles.write(options.articles, inbox)
        print(f"{count} articles: {articles.origin()}")
        for name in wanted:
            if name == "flood":
                well &= flood(10 * count)
                continue
            strike, every_s = STRIKES[name]
            result = run(name, inbox, count=count, strike=strike, every_s=options.every or every_s)
            well &= result.report()
            if options.compare:
                well &= compare(result, inbox)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
