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


PARTS: dict[str, Callable[[Pipeline], None]] = {"gold": gold}


def main(arguments: list[str]) -> None:
    """Run the parts named, or all."""
    pipe = pipeline(next((Path(a.removeprefix("--model=")) for a in arguments if a.startswith("--model=")), None))
    names = [name for name in arguments if not name.startswith("--")] or list(PARTS)
    for name in names:
        PARTS[name](pipe)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1:])
