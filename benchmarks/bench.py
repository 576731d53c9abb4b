"""Speed, in one run on the same cores: the bare language model, and the whole pipeline with task events on.

`python -m benchmarks.bench [--articles N] [--workers N]`. CPU time is what counts on a shared machine; wall time is
printed beside it. Words are runs of non-space in the cleaned bodies, the same for both.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, process_time, sleep

import psutil
import spacy
from spacy.language import Language

from benchmarks import articles
from config.celeryconfig import STAGES
from config.settings import Settings
from tasks.clean import clean
from tasks.deduplicate import assemble, fingerprint
from tasks.errors import ArticleError
from tasks.extract import extract
from tasks.extract.nlp import SHIPPED
from tasks.geocode import geocode
from tasks.records import Article, WireItem
from workers import children
from workers.connection import connect
from workers.embedded import start_embedded
from workers.equipment import Equipment
from workers.inprocess import process
from workers.queue import WireQueue
from workers.status import ledger

TARGET = 0.80
WARM_UP = 64
"""Articles read before the clock starts, other ones than those measured: a stream of news meets few new words."""
GIVE_UP_S = 3600


@dataclass(frozen=True)
class Speed:
    """One measurement."""

    articles: int
    words: int
    wall_s: float
    cpu_s: float

    @property
    def words_per_cpu_s(self) -> float:
        """Words per second of CPU: words/s of one core that does nothing else."""
        return self.words / self.cpu_s


def bare(items: Sequence[WireItem], tools: Equipment, *, warm: Sequence[WireItem]) -> tuple[Speed, dict[str, float]]:
    """`nlp.pipe` over the cleaned bodies in this process; beside it the CPU seconds of our stages, one by one."""
    process(warm, tools)
    spent: dict[str, float] = {}
    with _clocked(spent, "clean"):
        cleaned = [article for item in items if (article := _cleaned(item, tools))]
    bodies = [article.body_text for article in cleaned]
    warm_bodies = [article.body_text for item in warm if (article := _cleaned(item, tools))]
    wall = _pipe(spacy.load(SHIPPED), bodies, spent, "nlp.pipe", warm=warm_bodies)
    extracted = []
    with _clocked(spent, "extract"):
        for start in range(0, len(cleaned), 16):
            extracted += extract(cleaned[start : start + 16], model=tools.model)
    pairs = [(article, found) for article, found in zip(cleaned, extracted, strict=True) if not _failed(found)]
    with _clocked(spent, "geocode"):
        placed = [geocode(article, found, gazetteer=tools.gazetteer) for article, found in pairs]
    with _clocked(spent, "deduplicate"):
        for (article, _), found in zip(pairs, placed, strict=True):
            fingerprint(article)
            assemble(article, found, coder=tools.coder)
    words = sum(len(body.split()) for body in bodies)
    return Speed(len(items), words, wall, spent["nlp.pipe"]), spent


def _pipe(nlp: Language, bodies: Sequence[str], spent: dict[str, float], name: str, *, warm: Sequence[str]) -> float:
    """Time a model on the bodies, warmed up; wall seconds."""
    for _ in nlp.pipe(warm):
        pass
    began = monotonic()
    with _clocked(spent, name):
        for _ in nlp.pipe(bodies, batch_size=16):
            pass
    return monotonic() - began


def _cleaned(item: WireItem, tools: Equipment) -> Article | None:
    try:
        return clean(item, limits=tools.limits)
    except ArticleError:
        return None


def _failed(found: object) -> bool:
    return isinstance(found, Exception)


@contextmanager
def _clocked(spent: dict[str, float], name: str) -> Iterator[None]:
    began = process_time()
    yield
    spent[name] = process_time() - began


def pipeline(
    items: Sequence[WireItem], words: int, *, warm: Sequence[WireItem], settings: Settings, workers: int
) -> tuple[Speed, dict[str, float]]:
    """The same articles through queue, dispatcher, workers and sink; start and warm-up are not counted."""
    with start_embedded(settings.data_dir) as url:
        client = connect(url)
        queue = WireQueue(client, backlog_limit=len(items) + len(warm) + 1)
        queue.ensure()
        environment = {**children.environment(settings, redis_url=url), "DATELINE_LOG_FORMAT": "json"}
        logs = settings.data_dir / "logs"
        crew = children.Children(children.crew(workers), environment=environment, logs=logs)
        crew.start()
        try:
            _push_and_drain(queue, warm)
            before = cpu_of_stages(logs)
            with _watched(crew, settings) as usage:
                began = monotonic()
                _push_and_drain(queue, items)
                wall = monotonic() - began
        finally:
            crew.stop()
        book = ledger(client)
    for stage, seconds in cpu_of_stages(logs).items():
        usage[stage] = seconds - before.get(stage, 0.0)
    usage["between stages"] = usage.pop("children") - sum(usage[stage] for stage in STAGES)
    print(
        f"  ledger: {book.accepted} in = {book.done} done + {book.duplicate} duplicate + {book.quarantined} quarantined"
    )
    return Speed(len(items), words, wall, sum(usage.values())), usage


def _push_and_drain(queue: WireQueue, items: Sequence[WireItem]) -> None:
    list(queue.push(items))
    until = monotonic() + GIVE_UP_S
    while queue.backlog() and monotonic() < until:
        sleep(0.05)


def cpu_of_stages(logs: Path) -> dict[str, float]:
    """CPU seconds that each stage has used so far, as its tasks log them."""
    spent = dict.fromkeys(STAGES, 0.0)
    for path in logs.glob("worker*.log"):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line) if line.startswith("{") else {}
            if entry.get("event") == "stage_passed":
                spent[entry["stage"]] += entry["cpu_ms"] / 1000
    return spent


@contextmanager
def _watched(crew: children.Children, settings: Settings) -> Iterator[dict[str, float]]:
    """CPU seconds that each kind of process uses within the context; filled when it ends."""
    usage: dict[str, float] = {}
    latest: dict[tuple[int, float], tuple[str, float]] = {}
    first: dict[tuple[int, float], float] = {}
    stop = threading.Event()
    pids = {**crew.pids, "redis": int((settings.data_dir / "redis" / "redis.pid").read_text())}

    def look() -> None:
        for name, pid in pids.items():
            for kind, relative in _family(name, pid):
                with suppress(psutil.NoSuchProcess):
                    times = relative.cpu_times()
                    key = (relative.pid, relative.create_time())
                    first.setdefault(key, times.user + times.system)
                    latest[key] = (kind, times.user + times.system)

    def keep_looking() -> None:
        while not stop.wait(0.25):
            look()

    look()
    watcher = threading.Thread(target=keep_looking)
    watcher.start()
    yield usage
    stop.set()
    watcher.join()
    look()
    sums: dict[str, float] = defaultdict(float)
    for key, (kind, seconds) in latest.items():
        sums[kind] += seconds - first[key]
    usage.update(sums)


def _family(name: str, pid: int) -> Iterator[tuple[str, psutil.Process]]:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        kind = "worker mains" if name.startswith("worker") else name
        yield kind, process
        for child in process.children(recursive=True):
            yield "children", child


def report(model: Speed, whole: Speed, spent: dict[str, float], usage: dict[str, float], *, workers: int) -> bool:
    """Print both and their ratio; whether the target is met."""
    cores = min(workers, os.cpu_count() or 1)
    clock = model.words / model.wall_s
    print(f"bare model   {model.words_per_cpu_s:8,.0f} words/s of CPU   {clock:8,.0f} words/s by the clock")
    print(
        f"pipeline     {whole.words_per_cpu_s:8,.0f} words/s of CPU   {whole.words / whole.wall_s:8,.0f} words/s"
        f" by the clock   {whole.articles / whole.wall_s:6.1f} articles/s   ({workers} workers)"
    )
    per_article = ", ".join(f"{name} {1000 * value / whole.articles:.1f}" for name, value in sorted(usage.items()))
    print(f"  CPU ms per article: {per_article}")
    stages = ", ".join(f"{name} {1000 * value / model.articles:.1f}" for name, value in spent.items())
    print(f"  CPU ms per article, in one process: {stages}")
    ratio = whole.words_per_cpu_s / model.words_per_cpu_s
    by_clock = (whole.words / whole.wall_s / cores) / clock
    verdict = "reached" if ratio >= TARGET else "MISSED"
    print(f"ratio per core: {ratio:.2f} by CPU time, {by_clock:.2f} by the clock (target {TARGET:.2f}: {verdict})")
    return ratio >= TARGET


def main() -> int:
    """Exit code 0 if the target is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args()
    count = options.articles
    every = [WireItem(content=text.encode(), name=f"{name}.txt") for name, text in articles.texts(count + WARM_UP)]
    items, warm = every[:count], every[count:]
    gazetteer = Path(os.environ.get("DATELINE_GAZETTEER", "data/gazetteer")).resolve()
    gazetteer.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = Settings(data_dir=Path(folder), gazetteer=gazetteer, log_level="WARNING")
        model, spent = bare(items, Equipment(settings), warm=warm)
        print(f"{len(items)} articles, {model.words:,} words: {articles.origin()}")
        whole, usage = pipeline(items, model.words, warm=warm, settings=settings, workers=options.workers)
    return 0 if report(model, whole, spent, usage, workers=options.workers) else 1


if __name__ == "__main__":
    sys.exit(main())
