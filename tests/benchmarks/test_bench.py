"""What the bench says of the stages is what the workers' logs say."""

import json
from pathlib import Path

from benchmarks.bench import cpu_of_stages
from config.celeryconfig import STAGES


def test_cpu_of_stages_is_summed_over_workers_and_batches(tmp_path: Path) -> None:
    passed = {"event": "stage_passed", "articles": 16, "failed": 0, "duration_ms": 900.0}
    first = [passed | {"stage": "clean", "cpu_ms": 40.0}, passed | {"stage": "extract", "cpu_ms": 500.0}]
    (tmp_path / "worker1.log").write_text("".join(f"{json.dumps(entry)}\n" for entry in first) + "celery@host ready.\n")
    (tmp_path / "worker2.log").write_text(json.dumps(passed | {"stage": "extract", "cpu_ms": 250.0}))
    (tmp_path / "dispatcher.log").write_text(json.dumps(passed | {"stage": "sink", "cpu_ms": 1.0}))
    assert cpu_of_stages(tmp_path) == dict.fromkeys(STAGES, 0.0) | {"clean": 0.04, "extract": 0.75}
