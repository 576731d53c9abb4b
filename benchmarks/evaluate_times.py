"""How well dates and human costs are read, apart from whether the event was found.

    python -m benchmarks.evaluate_times [--show]

Given the gold trigger of an event (gold), a word that names the incident's type (MUC stories with one incident), or the
annotated phrase (5w1h), is the date right, and are the numbers of killed and injured? The whole pipeline is measured by
`benchmarks.evaluate_events`. The corpora lie outside the repository (DATELINE_CORPORA, default ../shared/data).
"""

import argparse
import datetime as dt
import gzip
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Token

from tasks.extract.nlp import LanguageModel, load_model
from tasks.extract.times import Anchor, find_times, time_of
from tasks.extract.tolls import ClaimedToll, Toll, find_tolls, to_count, tolls_of

CORPORA = Path(os.environ.get("DATELINE_CORPORA", "../shared/data"))
MUC_DATE = re.compile(r"(?P<before>-\s*)?(?P<day>\d\d) (?P<month>[A-Z]{3}) (?P<year>\d\d)$")
MUC_DATELINE = re.compile(r"\b(\d{1,2}) ([A-Z]{3})[A-Z]* (\d\d)\b")
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
INCIDENTS = {
    "MURDER": "kill murder assassinat slain slay massacr shot",
    "BOMBING": "bomb explo dynamit blast grenade",
    "KIDNAPPING": "kidnap abduct hostage",
    "ATTACK": "attack ambush fire shot clash assault raid",
    "ARSON": "burn fire arson",
    "HIJACKING": "hijack",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print all figures; 1 if the corpora are absent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    parser.add_argument("--muc", default="DEV", help="prefix of the MUC stories to read: DEV, TST1, TST2")
    parser.add_argument("--limit", type=int, default=400)
    options = parser.parse_args(arguments)
    if not (CORPORA / "gold").is_dir():
        print(f"no corpora at {CORPORA}: set DATELINE_CORPORA", file=sys.stderr)
        return 1
    model = load_model()
    for title, scores in (
        ("gold, given the trigger", gold(model, show=options.show)),
        (f"MUC {options.muc}, one incident", muc(model, options.muc, options.limit, show=options.show)),
        ("5w1h, given the phrase", phrases(model, show=options.show)),
    ):
        print(title)
        for name in sorted({key.split(":")[0] for key in scores}):
            right, asked = scores[f"{name}:right"], scores[f"{name}:asked"]
            print(f"  {name:24} {right:5d} / {asked:5d}  {right / max(1, asked):.3f}")
    return 0


def gold(model: LanguageModel, *, show: bool) -> Counter[str]:
    """Dates and numbers of the gold events, at their triggers."""
    scores: Counter[str] = Counter()
    for path in sorted((CORPORA / "gold").glob("*.json")):
        article = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        shift = article["body_start"]
        doc = model.read([text[shift : article["body_end"]]])[0]
        day = article["dateline_date"]
        anchor = Anchor(published=dt.date.fromisoformat(day) if day else None)
        times, tolls = find_times(doc, anchor), find_tolls(doc)
        tokens = [_token_at(doc, event["trigger_start"] - shift) for event in article["events"]]
        for event, token in zip(article["events"], tokens, strict=True):
            if token is None:
                continue
            rivals = [other.i for other in tokens if other is not None]
            found = time_of(token, times, anchor)
            where = (path.stem, event["trigger"], found.text)
            _judge(scores, "date", (event["date_start"], found.start), where, show=show)
            for kind, field in (("killed", "deaths"), ("injured", "injured")):
                count = _count(tolls_of(token, tolls, doc, rivals=rivals), kind)
                told = (event[field] or {}).get("best")
                _judge(scores, field, (told, count), (path.stem, event["trigger"]), show=show)
    return scores


def _count(tolls: Sequence[Toll], kind: str) -> int | None:
    count = to_count([ClaimedToll(toll) for toll in tolls if toll.kind == kind])
    return count.best if count else None


def _token_at(doc: Doc, offset: int) -> Token | None:
    span = doc.char_span(offset, offset + 1, alignment_mode="expand") if 0 <= offset < len(doc.text) else None
    return span[0] if span else None


def _judge(
    scores: Counter[str], name: str, pair: tuple[object, object], where: tuple[object, ...], *, show: bool
) -> None:
    """Count whether what was found agrees with the gold; a date agrees as far as the gold gives it."""
    told, found = pair
    right = _agrees(told, found) if isinstance(told, str) else told == found
    scores[f"{name}:asked"] += 1
    scores[f"{name}:right"] += right
    if show and not right:
        print(f"    {name}: gold {told} found {found}", *where)


def _agrees(gold_date: str, found: object) -> bool:
    return bool(found) and str(found)[: len(gold_date)] == gold_date


def muc(model: LanguageModel, prefix: str, limit: int, *, show: bool) -> Counter[str]:
    """Dates of the only incident of a story, at the first words that may tell it."""
    scores: Counter[str] = Counter()
    for story, template in _single_incidents(prefix, limit):
        gold_date = _muc_date(template.get("INCIDENT: DATE", ["-"])[0])
        filed = MUC_DATELINE.search(story["text"][:300])
        if gold_date is None or filed is None:
            continue
        anchor = Anchor(dateline=_day(*filed.groups()))
        doc = model.read([re.sub(r"\n(?! *\n)", " ", story["text"])])[0]
        times = find_times(doc, anchor)
        stems = tuple(" ".join(INCIDENTS.values()).split())
        found = [time_of(token, times, anchor) for token in doc if token.lower_.startswith(stems)][:6]
        best = next((time for time in found if time.start and time.basis != "narrative"), None)
        best = best or next((time for time in found if time.start), None)
        told, before = gold_date
        where = (story["id"], best and best.text, best and best.basis)
        name = "no date in the text" if before else "date"
        _judge(scores, name, (None if before else told, best and best.start), where, show=show)
        if not before:
            among = told in {time.start for time in times}
            _judge(scores, "date among found", ("yes", "yes" if among else "no"), (story["id"],), show=False)
    return scores


def _single_incidents(prefix: str, limit: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    with gzip.open(CORPORA / "events" / "muc34.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            story = json.loads(line)
            templates = [entry for entry in story["templates"] if entry.get("INCIDENT: TYPE", ["*"])[0] != "*"]
            if story["id"].startswith(prefix) and len(templates) == 1 and limit > 0:
                limit -= 1
                yield story, templates[0]


def _muc_date(text: str) -> tuple[str, bool] | None:
    match = MUC_DATE.match(text.strip())
    day = _day(match["day"], match["month"], match["year"]) if match else None
    return (day.isoformat(), bool(match and match["before"])) if day else None


def _day(day: str, month: str, year: str) -> dt.date | None:
    try:
        return dt.date(1900 + int(year), MONTHS.index(month[:3]) + 1, int(day))
    except ValueError:
        return None


def phrases(model: LanguageModel, *, show: bool) -> Counter[str]:
    """Whether the annotated phrases of 5w1h resolve to the annotated day (which is itself wrong now and then)."""
    scores: Counter[str] = Counter()
    with gzip.open(CORPORA / "events" / "5w1h_gold.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            article = json.loads(line)
            told = [
                when for when in article["fiveWoneH"]["when"]["annotated"] if when.get("text") and when.get("parsed")
            ]
            published = article["date_publish"]
            if not told or not published or published == "None":
                continue
            anchor = Anchor(published=dt.date.fromisoformat(published[:10]))
            doc = model.read([article["text"]])[0]
            times = [time for time in find_times(doc, anchor) if time.start]
            phrase = told[0]["text"].strip()
            match = next((time for time in times if time.text in phrase or phrase in time.text), None)
            where = (phrase, published, match and match.text)
            _judge(scores, "phrase", (told[0]["parsed"], match and match.start), where, show=show)
    return scores


if __name__ == "__main__":
    raise SystemExit(main())
