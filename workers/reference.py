"""The generated part of the documentation: settings, commands and JSON Schemas, made from the code.

`make schema` writes them; a test fails while they differ from the code.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import typer

from config.settings import PREFIX, Settings
from tasks import records
from workers.cli import app

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
PUBLISHED: tuple[type[records.Record], ...] = (records.Article, records.Entity, records.Place, records.Event)
"""Records that a program outside may meet."""

SETTINGS_HEAD = f"""# Settings

Every setting is a key of `dateline.toml` in the folder a command is started in (or of the file that `DATELINE_CONFIG`
names), or a variable `{PREFIX}` + the key in capitals; the variable wins. Lists are comma-separated in a variable.
An unknown key or a wrong value stops the start with one message that lists them all. `dateline settings` prints what
is in force. This page is generated (`make schema`).

`DATELINE_CORPORA` is no setting: it names the folder of the corpora that `make evaluate` measures on.

| key | default | what it is |
| --- | --- | --- |
"""


def settings_page() -> str:
    """docs/settings.md."""
    rows = (
        f"| `{key}` | {_default(field.default)} | {field.description} |\n"
        for key, field in Settings.model_fields.items()
    )
    return SETTINGS_HEAD + "".join(rows)


def _default(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return f"`{','.join(str(part) for part in value)}`" if value else "none"
    return f"`{value}`"


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """File name and JSON Schema of every published record."""
    for record in PUBLISHED:
        schema = msgspec.json.schema(record, ref_template="#/$defs/{name}")
        name = record.__name__.lower()
        title = f"Dateline {name}, record version {records.RECORD_VERSION}"
        version = f"v{records.RECORD_VERSION}"
        head = {"$schema": SCHEMA_DIALECT, "$id": f"urn:dateline:schema:{name}:{version}", "title": title}
        yield f"{name}.{version}.json", head | schema


COMMANDS_HEAD = """# Commands

`dateline COMMAND --help` says the same. Settings apply to every command ([settings](settings.md)). What the user can
put right (wrong settings, a missing file, no Redis) is one message and exit code 2; a job whose ledger does not close
ends with 1. This page is generated (`make schema`).
"""


def commands_page() -> str:
    """docs/commands.md."""
    return COMMANDS_HEAD + "".join(_command(name, command) for name, command in commands())


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by its full name, in the order of `dateline --help`."""
    root = typer.main.get_command(app)
    yield from _leaves("dateline", root)


def _leaves(name: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's own copy of click
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for word, sub in inner.items():
        yield from _leaves(f"{name} {word}", sub)


def _command(name: str, command: Any) -> str:  # noqa: ANN401
    arguments = " ".join(_placeholder(one) for one in command.params if one.param_type_name == "argument")
    rows = "".join(f"| `{_spelling(one)}` | {one.help or ''}{_default_of(one)} |\n" for one in command.params)
    table = f"\n| | |\n| --- | --- |\n{rows}" if rows else ""
    return f"\n## `{name}{' ' if arguments else ''}{arguments}`\n\n{command.help or ''}\n{table}"


def _placeholder(argument: Any) -> str:  # noqa: ANN401
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def _spelling(parameter: Any) -> str:  # noqa: ANN401
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    return ", ".join(parameter.opts)


def _default_of(parameter: Any) -> str:  # noqa: ANN401
    shown = parameter.default not in (None, False, "", ()) and parameter.param_type_name == "option"
    return f" Default: `{parameter.default}`." if shown else ""


def pages(docs: Path) -> Iterator[tuple[Path, str]]:
    """Every generated file under `docs`, with what it must contain."""
    yield docs / "settings.md", settings_page()
    yield docs / "commands.md", commands_page()
    for name, schema in schemas():
        text = msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2).decode()
        yield docs / "schema" / name, text + "\n"


def write(docs: Path) -> None:
    """Bring the generated files under `docs` up to date."""
    for path, text in pages(docs):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path("docs"))
