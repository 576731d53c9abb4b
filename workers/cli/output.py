"""Where commands write: files, standard output, progress bars."""

import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import msgspec
import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

STDOUT = Path("-")
FAILED = 1
PLAIN_WIDTH = 120


@contextmanager
def open_out(path: Path | None) -> Iterator[IO[bytes]]:
    """The file to write, or standard output for None and `-`."""
    if path is None or path == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        yield file


@contextmanager
def open_if_named(path: Path | None) -> Iterator[IO[bytes] | None]:
    """The file to write (`-` is standard output), or nothing for None."""
    if path is None:
        yield None
        return
    with open_out(path) as file:
        yield file


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar."""

    progress: Progress
    task: TaskID

    def advance(self, count: int) -> None:
        """So many more are done."""
        self.progress.advance(self.task, count)

    def update(self, done: int, total: int) -> None:
        """So many are done of so many known by now."""
        self.progress.update(self.task, completed=done, total=total)


@contextmanager
def progress(what: str, *, total: int | None) -> Iterator[Bar]:
    """A progress bar on standard error while the block runs; silent where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        yield Bar(bar, bar.add_task(what, total=total))


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever a command reports
    """One value as JSON on standard output, readable and in stable order."""
    encoded = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.buffer.write(encoded + b"\n")
    sys.stdout.buffer.flush()


def print_line(value: Any) -> None:  # noqa: ANN401
    """One value as one line of JSON, at once."""
    print_raw(msgspec.json.encode(value))


def print_raw(line: bytes) -> None:
    """One line of bytes, at once."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def print_pairs(values: Mapping[str, Any]) -> None:
    """Names and values, one pair a line."""
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        print(f"{name:<{width}}  {value}")


def finish(*, well: bool) -> None:
    """End the command, with exit code 1 where it did not go well."""
    if not well:
        raise typer.Exit(FAILED)


def print_rich(content: RenderableType, file: IO[bytes]) -> None:
    """Something of rich, in colour where the file is a terminal."""
    text = io.TextIOWrapper(cast("BinaryIO", file), encoding="utf-8", write_through=True)
    Console(file=text, width=None if text.isatty() else PLAIN_WIDTH).print(content)
    text.detach()
