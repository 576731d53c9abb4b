"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files or folders in any format; - is stdin.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="File to write; - or none is standard output.")]
Workers = Annotated[int, typer.Option("--workers", "-w", min=1, max=64, help="Worker processes.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
