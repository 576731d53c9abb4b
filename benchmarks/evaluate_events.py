"""How well events are coded: `python -m benchmarks.evaluate_events [gold muc plover 5w1h robust cost]`.

Runs clean, extract, geocode and assemble in this process, on the corpora in DATELINE_CORPORA.
"""

import contextlib
import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import msgspec

from benchmarks import muc as muc_slots
from benchmarks import plover as plover_records
from benchmarks.coding import Pipeline, corpora, pipeline, text_item


def gold(pipe: Pipeline) -> None:
    """The gold articles, by score_events.py; these are development data."""
    scorer = _scorer()
    folder = corpora() / "gold"
    if scorer is None or not folder.is_dir():
        print("gold: skipped, no corpora")
        return
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
    print("gold", json.dumps(scorer.score(wanted, predicted)))
    print("gold false events in articles without any:", false_alarms)
    print_reliability(reliability)


def print_reliability(pairs: list[tuple[float, bool]]) -> None:
    """Confidence against how often events of that confidence are right."""
    print("confidence  events  mean  right")
    for low in (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9):
        high = {0.0: 0.3, 0.3: 0.5}.get(low, low + 0.1)
        inside = [(value, right) for value, right in pairs if low <= value < high]
        if inside:
            mean = sum(value for value, _ in inside) / len(inside)
            print(
                f"{low:.1f}-{high:.1f}     {len(inside):5}   {mean:.2f}  {sum(right for _, right in inside) / len(inside):.2f}"
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


def muc(pipe: Pipeline, sets: tuple[str, ...] = ("TST1-MUC3", "TST2-MUC4")) -> None:
    """MUC-3/4 test sets; the DEV set is development data."""
    path = corpora() / "events" / "muc34.jsonl.gz"
    if not path.is_file():
        print("muc: skipped, no corpora")
        return
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
        f"muc {'+'.join(sets)} incidents: recall {matched / keyed:.2f} precision {matched / max(found, 1):.2f} ({keyed} keyed, {found} ours)"
    )
    for slot, (right, given_key, given) in totals.items():
        print(f"muc {slot:8} recall {right / max(given_key, 1):.2f} precision {right / max(given, 1):.2f}")


def muc_dev(pipe: Pipeline) -> None:
    """The first stories of the development set."""
    muc(pipe, ("DEV-MUC3",))


def plover(pipe: Pipeline) -> None:
    """PLOVER's gold standard records; the even ones were looked at in development."""
    path = corpora() / "events" / "plover_gold_records.txt"
    if not path.is_file():
        print("plover: skipped, no corpora")
        return
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


PARTS: dict[str, Callable[[Pipeline], None]] = {"gold": gold, "muc": muc, "plover": plover}


def main(arguments: list[str]) -> None:
    """Run the parts named, or all."""
    pipe = pipeline(next((Path(a.removeprefix("--model=")) for a in arguments if a.startswith("--model=")), None))
    names = [name for name in arguments if not name.startswith("--")] or list(PARTS)
    for name in names:
        PARTS[name](pipe)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1:])
