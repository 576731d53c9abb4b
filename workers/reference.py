"""The generated part of the documentation: settings, commands and JSON Schemas, made from the code.

`make schema` writes them; a test fails while they differ from the code.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from config.settings import PREFIX, Settings
from tasks import records

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


def pages(docs: Path) -> Iterator[tuple[Path, str]]:
    """Every generated file under `docs`, with what it must contain."""
    yield docs / "settings.md", settings_page()
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
