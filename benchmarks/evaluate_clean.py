"""Measure decoding and cleaning: `python -m benchmarks.evaluate_clean [--corpora FOLDER]`.

All pages and articles used here were looked at while cleaning was developed: the figures say that it does what it
should on them, not how it does on others.
"""

import argparse
import gzip
import json
import os
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.clean import Limits, clean, split
from tasks.clean.dates import date_in_url
from tasks.errors import ArticleError
from tasks.records import Article, WireItem

LIMITS = Limits()
_TOKEN = re.compile(r"\w+")

Shares = tuple[float, float, float]


def main() -> int:
    """Print every figure; parts whose corpus is missing are named and skipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=Path(os.environ.get("DATELINE_CORPORA", "../shared/data")))
    folder = parser.parse_args().corpora
    clean(WireItem(content=b"Det var en sag for politiet, siger han til avisen.", name="warm"), limits=LIMITS)
    for part in (pages, gold, wire, speed):
        try:
            part(folder)
        except FileNotFoundError as error:
            print(f"{part.__name__}: skipped, {error.filename} is missing")
    return 0


# --- pages ------------------------------------------------------------------------------------------------


def pages(folder: Path) -> None:
    """Body F1 on the pages of scrapinghub's article extraction benchmark, by its own metric."""
    truth = json.loads((folder / "extract/scrapinghub/ground-truth.json").read_text(encoding="utf-8"))
    with_headline: list[Shares] = []
    without: list[Shares] = []
    dates: Counter[bool] = Counter()
    times: list[tuple[float, str]] = []
    for key, entry in truth.items():
        content = gzip.decompress((folder / f"extract/scrapinghub/html/{key}.html.gz").read_bytes())
        started = time.process_time()
        article = _read(WireItem(content=content, name=f"{key}.html"))
        times.append((time.process_time() - started, key[:12]))
        body = article.body_text if article else ""
        with_headline.append(shingle_shares(entry["articleBody"], body))
        without.append(shingle_shares(entry["articleBody"], _story(article)))
        stated = date_in_url(entry["url"])
        if stated and article:
            dates[article.published is not None and abs((article.published.date() - stated).days) <= 1] += 1
    print(f"scrapinghub, {len(truth)} pages: body F1 {_f1(without)} (headline counted as body: {_f1(with_headline)})")
    print(f"  publication date within a day of the one in the address: {_share(dates)}")
    print(
        f"  {len(times) / sum(spent for spent, _ in times):.0f} pages/s per core; slowest {max(times)[0]:.2f} "
        f"s ({max(times)[1]})"
    )


def _story(article: Article | None) -> str:
    if article is None:
        return ""
    headline = article.headline or ""
    return article.body_text.removeprefix(headline)


def shingle_shares(true: str, found: str) -> Shares:
    """True positives, false positives and false negatives among 4-grams of tokens, as shares of all."""
    wanted, given = _shingles(true), _shingles(found)
    hits = sum((wanted & given).values())
    extra, missed = sum((given - wanted).values()), sum((wanted - given).values())
    total = hits + extra + missed
    return (hits / total, extra / total, missed / total) if total else (0.0, 0.0, 0.0)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    return Counter(tuple(tokens[at : at + 4]) for at in range(max(1, len(tokens) - 3)) if tokens)


def _f1(shares: list[Shares]) -> str:
    precision = statistics.mean(hits / (hits + extra) for hits, extra, _ in shares if hits + extra)
    recall = statistics.mean(hits / (hits + missed) for hits, _, missed in shares if hits + missed)
    return f"{2 * precision * recall / (precision + recall):.4f} (precision {precision:.4f}, recall {recall:.4f})"


# --- plain text -------------------------------------------------------------------------------------------


def gold(folder: Path) -> None:
    """Character F1 of the body's bounds, and publication dates, on the gold articles."""
    paths = sorted((folder / "gold").glob("*.json"))
    if not paths:
        raise FileNotFoundError(2, "no gold", str(folder / "gold"))
    scores: list[float] = []
    dates: Counter[bool] = Counter()
    for path in paths:
        entry = json.loads(path.read_text(encoding="utf-8"))
        article = _read(WireItem(content=path.with_suffix(".txt").read_bytes(), name=path.with_suffix(".txt").name))
        scores.append(_overlap(article, entry["body_start"], entry["body_end"]))
        url = article.uri if article else ""
        if entry.get("dateline_date") and date_in_url(url):
            dates[article is not None and str(article.published)[:10] == entry["dateline_date"]] += 1
    print(f"gold, {len(paths)} articles: body character F1 {statistics.mean(scores):.4f}, least {min(scores):.4f}")
    print(f"  publication date, where the text carries one: {_share(dates)}")


def _overlap(article: Article | None, start: int, end: int) -> float:
    if article is None:
        return 0.0
    shared = max(0, min(article.body.end, end) - max(article.body.start, start))
    return 2 * shared / (article.body.end - article.body.start + end - start)


# --- wire formats -----------------------------------------------------------------------------------------


def wire(folder: Path) -> None:
    """IPTC's example items: decoded, or refused with what reason."""
    paths = sorted(path for path in (folder / "wire").rglob("*") if path.suffix in {".json", ".xml"})
    if not paths:
        raise FileNotFoundError(2, "no wire", str(folder / "wire"))
    decoded = 0
    reasons: Counter[str] = Counter()
    for path in paths:
        item = WireItem(content=path.read_bytes(), name=path.name)
        outcomes = [_outcome(member) for member in _members(item)]
        decoded += any(reason is None for reason in outcomes)
        if all(outcomes):
            reasons[outcomes[0] or ""] += 1
    print(f"IPTC examples, {len(paths)} files: {decoded} decoded, {sum(reasons.values())} refused")
    for reason, count in reasons.most_common():
        print(f"  {count:3}  {reason}")


def _members(item: WireItem) -> list[WireItem]:
    return list(split(item, limits=LIMITS)) or [item]


def _outcome(item: WireItem) -> str | None:
    try:
        clean(item, limits=LIMITS)
    except ArticleError as error:
        return str(error).partition(": ")[2]
    return None


# --- speed ------------------------------------------------------------------------------------------------


def speed(folder: Path) -> None:
    """Articles of plain text per second of one core."""
    items = [
        WireItem(content=entry["raw"].encode(), name=f"{entry['id']}.txt")
        for entry in _lines(folder / "ner/ewn.train.jsonl.gz")
    ]
    started = time.process_time()
    done = sum(_read(item) is not None for item in items)
    spent = time.process_time() - started
    print(f"plain text, {len(items)} articles ({done} read): {len(items) / spent:.0f} articles/s per core")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _read(item: WireItem) -> Article | None:
    try:
        return clean(item, limits=LIMITS)
    except ArticleError:
        return None


def _share(counts: Counter[bool]) -> str:
    total = counts[True] + counts[False]
    return f"{counts[True] / total:.3f} ({counts[True]} of {total})" if total else "none carries one"


if __name__ == "__main__":
    sys.exit(main())
