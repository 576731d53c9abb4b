"""How well events are coded: `python -m benchmarks.evaluate_events [gold muc muc_dev plover 5w1h robust cost]`.

Runs clean, extract, geocode and assemble in this process, on the corpora in DATELINE_CORPORA. `--check-floors` compares
gold, PLOVER and the first MUC test set with `floors_events.toml`, and ends with 1 where one is missed.
"""

import contextlib
import datetime as dt
import gzip
import importlib.util
import json
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from benchmarks import floors
from benchmarks import muc as muc_slots
from benchmarks import plover as plover_records
from benchmarks.coding import Pipeline, cleaned, corpora, faults_of, pipeline, text_item
from tasks.clean import Limits, clean
from tasks.records import Article, Event, WireItem

FLOORS = Path(__file__).with_name("floors_events.toml")
Scores = dict[str, float]


def gold(pipe: Pipeline) -> Scores | None:
    """The gold articles, by score_events.py; these are development data."""
    scorer = _scorer()
    folder = corpora() / "gold"
    if scorer is None or not folder.is_dir():
        print("gold: skipped, no corpora")
        return None
    wanted = scorer.load_gold(str(folder))
    predicted, false_alarms = {}, 0
    reliability: list[tuple[float, bool]] = []
    for path in sorted(folder.glob("*.txt")):
        coded = pipe.code([text_item(path.stem, path.read_text(encoding="utf-8"))])
        events = [msgspec.to_builtins(event) for entry in coded for event in entry.events]
        scored = [
            event for event in events if event["event_type"] in scorer.TYPES and event["realis"] not in scorer.NOT_REAL
        ]
        predicted[path.stem] = [scorer.from_record(event) for event in scored]
        false_alarms += len(scored) * (not wanted[path.stem])
        right = {j for _, j in scorer.pairs(wanted[path.stem], predicted[path.stem])}
        reliability += [(event["confidence"], number in right) for number, event in enumerate(scored)]
    scores: Scores = scorer.score(wanted, predicted)
    print("gold", json.dumps(scores))
    print("gold false events in articles without any:", false_alarms)
    print_reliability(reliability)
    return scores | {"false_events": false_alarms}


def print_reliability(pairs: list[tuple[float, bool]]) -> None:
    """Confidence against how often events of that confidence are right."""
    print("confidence  events  mean  right")
    for low in (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9):
        high = {0.0: 0.3, 0.3: 0.5}.get(low, low + 0.1)
        inside = [(value, right) for value, right in pairs if low <= value < high]
        if inside:
            mean = sum(value for value, _ in inside) / len(inside)
            print(
                f"{low:.1f}-{high:.1f}     {len(inside):5}   {mean:.2f}  "
                f"{sum(right for _, right in inside) / len(inside):.2f}"
            )


def _scorer() -> ModuleType | None:
    path = corpora().parent / "tools" / "score_events.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("score_events", path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def muc(pipe: Pipeline, sets: tuple[str, ...] = ("TST1-MUC3", "TST2-MUC4")) -> Scores | None:
    """MUC-3/4 test sets; the DEV set is development data."""
    path = corpora() / "events" / "muc34.jsonl.gz"
    if not path.is_file():
        print("muc: skipped, no corpora")
        return None
    totals = {slot: [0.0, 0, 0] for slot in muc_slots.SLOTS}
    keyed = found = matched = 0
    for name, text, keys in muc_slots.stories(path, sets):
        events = [event for entry in pipe.code([text_item(name, text)]) for event in entry.events]
        incidents = [incident for _, incident in muc_slots.ours(events)]
        pairs = muc_slots.match(keys, incidents)
        keyed, found, matched = keyed + len(keys), found + len(incidents), matched + len(pairs)
        for i, j in pairs:
            for slot, score in muc_slots.slot_scores(keys[i], incidents[j]).items():
                totals[slot] = [a + b for a, b in zip(totals[slot], score, strict=True)]
    print(
        f"muc {'+'.join(sets)} incidents: recall {matched / keyed:.2f} precision {matched / max(found, 1):.2f}"
        f" ({keyed} keyed, {found} ours)"
    )
    for slot, (right, given_key, given) in totals.items():
        print(f"muc {slot:14} recall {right / max(given_key, 1):.2f} precision {right / max(given, 1):.2f}")
    recalls = {slot: right / max(given_key, 1) for slot, (right, given_key, _) in totals.items()}
    return recalls | {"incidents": matched / max(keyed, 1)}


def muc_dev(pipe: Pipeline) -> None:
    """The development set, 1,300 stories."""
    muc(pipe, ("DEV-MUC3",))


def plover(pipe: Pipeline) -> Scores | None:
    """PLOVER's gold standard records; the even ones were looked at in development."""
    path = corpora() / "events" / "plover_gold_records.txt"
    if not path.is_file():
        print("plover: skipped, no corpora")
        return None
    records = plover_records.records(path)
    found = []
    for number, record in enumerate(records):
        coded = pipe.code([text_item(f"plover-{number}", record.text)])
        found.append((record, plover_records.best(coded[0].events if coded else ())))
    for name, part in (("all", found), ("held-out half", found[1::2])):
        right, asked = plover_records.tally(part)
        print(
            f"plover {name}:",
            " ".join(f"{key} {right[key] / asked[key]:.3f} ({asked[key]})" for key in ("type", "actor", "recipient")),
        )
    right, asked = plover_records.tally(found)
    print("plover by type:", " ".join(f"{key} {right[key]}/{asked[key]}" for key in sorted(asked) if key.isupper()))
    return {key: right[key] / asked[key] for key in ("type", "actor", "recipient")}


def five_ws(pipe: Pipeline) -> None:
    """Where and when of the first event of each 5W1H article, against its annotators' phrases."""
    path = corpora() / "events" / "5w1h_gold.jsonl.gz"
    if not path.is_file():
        print("5w1h: skipped, no corpora")
        return
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            story = json.loads(line)
            article = _dated(pipe, story["text"], story.get("date_publish"))
            events = [event for entry in pipe.code_articles([article]) for event in entry.events]
            main = max(events, key=lambda event: event.n_mentions, default=None)
            answers = story["fiveWoneH"]
            for key, hit in (("where", _where(answers, main)), ("when", _when(answers, main))):
                if hit is not None:
                    asked[key] += 1
                    right[key] += hit
    print("5w1h:", " ".join(f"{key} {right[key] / asked[key]:.3f} ({asked[key]})" for key in sorted(asked)))


def _dated(pipe: Pipeline, text: str, published: str | None) -> Article:
    del pipe
    article = clean(text_item("5w1h", text), limits=Limits())
    if not published or not published[:4].isdigit():
        return article
    day = dt.datetime.fromisoformat(published).replace(tzinfo=dt.UTC)
    return msgspec.structs.replace(article, published=day, published_precision="day")


def _where(answers: dict[str, Any], event: Event | None) -> bool | None:
    wanted = [entry["text"].lower() for entry in answers.get("where", {}).get("annotated", []) if entry.get("text")]
    if not wanted:
        return None
    places = [
        name.lower() for place in (event.locations if event else ()) for name in (place.text, place.name or "") if name
    ]
    return any(name in phrase or phrase in name for name in places for phrase in wanted)


def _when(answers: dict[str, Any], event: Event | None) -> bool | None:
    wanted = [entry["parsed"][:10] for entry in answers.get("when", {}).get("annotated", []) if entry.get("parsed")]
    if not wanted:
        return None
    start = (event.date_start or event.date_end or "") if event else ""
    return any(start[:10] and (day.startswith(start[:10]) or start.startswith(day)) for day in wanted)


def robust(pipe: Pipeline, most: int = 500) -> None:
    """Articles chosen by chance from EWN and Reuters: nothing raised, spans are text, words license every number."""
    items = _chance_items(most)
    faults: Counter[str] = Counter()
    for item in items:
        try:
            for coded in pipe.code([item]):
                faults.update(faults_of(coded))
        except Exception as error:  # noqa: BLE001 - that nothing is raised is what is measured
            faults[f"raised {type(error).__name__}"] += 1
            print("robust:", item.name, repr(error)[:200])
    print(f"robust: {len(items)} articles, faults: {dict(faults) or 'none'}")


def _chance_items(most: int) -> list[WireItem]:
    chance = random.Random(7)
    found: list[WireItem] = []
    for name, key in (("ner/ewn.train.jsonl.gz", "raw"), ("stories/reuters21578.jsonl.gz", "body")):
        path = corpora() / name
        if path.is_file():
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                texts = [text for line in lines if (text := json.loads(line).get(key))]
            found += [
                text_item(f"{path.stem}-{number}", text)
                for number, text in enumerate(chance.sample(texts, min(len(texts), most // 2)))
            ]
    return found


def cost(pipe: Pipeline, most: int = 100, rounds: int = 4) -> None:
    """CPU seconds of the language model, and of everything after it: the least of some rounds taken in turn."""
    articles = [article for item in _chance_items(most) if (article := cleaned(item)) is not None]
    words = sum(len(article.body_text.split()) for article in articles)
    pipe.code_articles(articles[:8])
    model = whole = geocode = math.inf
    for _ in range(rounds):
        began = time.process_time()
        for start in range(0, len(articles), 16):
            pipe.model.read([article.body_text for article in articles[start : start + 16]])
        model = min(model, time.process_time() - began)
        began = time.process_time()
        pipe.seconds.clear()
        pipe.code_articles(articles)
        whole = min(whole, time.process_time() - began)
        geocode = min(geocode, pipe.seconds["geocode"])
    after = whole - model
    print(
        f"cost: model {model:.2f} s ({words / model:.0f} words/s), after it {after:.2f} s = {after / model:.0%} of it,"
        f" geocode {geocode:.2f} s ({geocode / model:.0%})"
    )


PARTS: dict[str, Callable[[Pipeline], object]] = {
    "gold": gold,
    "muc": muc,
    "muc_dev": muc_dev,
    "plover": plover,
    "5w1h": five_ws,
    "robust": robust,
    "cost": cost,
}


def check_floors(pipe: Pipeline) -> int:
    """Measure what has floors; how many are missed."""
    measured = {"gold": gold(pipe), "muc": muc(pipe, ("TST1-MUC3",)), "plover": plover(pipe)}
    return floors.check(floors.read(FLOORS), {name: found for name, found in measured.items() if found}, corpora())


def main(arguments: list[str]) -> int:
    """Run the parts named, or all; 1 where a floor is missed."""
    pipe = pipeline(next((Path(a.removeprefix("--model=")) for a in arguments if a.startswith("--model=")), None))
    if "--check-floors" in arguments:
        return min(1, check_floors(pipe))
    names = [name for name in arguments if not name.startswith("--")] or [name for name in PARTS if name != "muc_dev"]
    for name in names:
        PARTS[name](pipe)
    return 0


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main(sys.argv[1:]))
