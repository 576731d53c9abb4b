"""All settings of Dateline: typed, read from `DATELINE_*` variables and one optional TOML file.

Order of precedence: environment, then the file named by DATELINE_CONFIG (default: dateline.toml, if there is one),
then the defaults here. An empty variable counts as not set, for compose files pass such. An unknown key or a wrong
value stops the start with one message that lists them all.
"""

import os
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from config.errors import SettingsError

PREFIX = "DATELINE_"
CONFIG_VARIABLE = "DATELINE_CONFIG"
DEFAULT_FILE = "dateline.toml"
NOT_SETTINGS = {CONFIG_VARIABLE, "DATELINE_CORPORA", "DATELINE_TEST_POSTGRES"}

LISTS = {"sinks", "emit_realis", "webhook_urls", "webhook_secrets"}
"""Comma-separated in a variable."""

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Settings(BaseModel):
    """One value per key; `dateline settings` prints them, docs/settings.md lists them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # where things are
    redis_url: SecretStr | None = Field(None, description="Redis to use; none starts a private one.")
    data_dir: Path = Field(Path("data"), description="Folder of the private Redis, the gazetteer index, outputs.")
    model: Path | None = Field(None, description="Folder or name of a spaCy model; none uses the shipped one.")
    gazetteer: Path | None = Field(None, description="Gazetteer index; none builds the shipped one in data_dir.")
    user_places: Path | None = Field(None, description="TSV of places of your own to add to the gazetteer.")

    # limits on what comes in
    max_item_bytes: Positive = Field(8_000_000, description="Largest wire item taken; larger ones are quarantined.")
    max_text_chars: Positive = Field(500_000, description="Longest text read; the rest is cut off with a note.")
    max_body_words: Positive = Field(20_000, description="Longest body analysed; the rest is cut off with a note.")
    max_members: Positive = Field(100_000, description="Most members read from one container (zip, WARC, feed).")

    # cleaning
    learn_furniture: bool = Field(
        default=False,
        description="Take out lines that 5 other stories of a source had. Then results depend on what was read before.",
    )

    # the wire queue and the chain
    batch_size: Positive = Field(16, description="Most articles in one chain message. Measured: no gain past 32.")
    batch_wait_ms: Positive = Field(200, description="Longest wait for a batch to fill, milliseconds.")
    in_flight_batches: Positive = Field(16, description="Batches under way at once; the rest waits in the stream.")
    stall_s: Seconds = Field(120.0, description="An entry without news for so long is dispatched again, alone.")
    max_attempts: Positive = Field(3, description="Solo tries of an entry before it is quarantined.")
    backlog_limit: Positive = Field(10_000, description="Entries waiting before producers are held back.")

    # deduplication
    story_window_d: Positive = Field(7, description="Days for which stories and fingerprints are remembered.")
    duplicate_similarity: Fraction = Field(0.85, description="Jaccard similarity from which texts are the same.")

    # sinks
    sinks: tuple[Literal["jsonl", "topic", "postgres", "webhook"], ...] = Field(
        (), description="Relays besides the event stream."
    )
    jsonl_path: Path = Field(Path("data/events.jsonl"), description="File of the JSONL sink.")
    topic_url: SecretStr | None = Field(None, description="Broker URL of the topic sink (any kombu transport).")
    postgres_dsn: SecretStr | None = Field(
        None, description="Database of the postgres sink: postgresql://user@host/name, or libpq's key=value words."
    )
    postgres_schema: str = Field(
        "dateline",
        pattern="^[a-z_][a-z0-9_]{0,62}$",
        description="Schema of its tables; a pipeline that codes otherwise wants one of its own.",
    )
    webhook_urls: tuple[SecretStr, ...] = Field((), description="Addresses that the webhook sink posts to.")
    webhook_secrets: tuple[SecretStr, ...] = Field(
        (), description="Keys of its signatures, whsec_ and base64; several while one replaces another."
    )
    webhook_batch: Positive = Field(1, description="Most events in one request; above 1 it is a CloudEvents batch.")
    webhook_timeout_s: Seconds = Field(15.0, description="Longest wait for a receiver's whole answer.")
    webhook_tries: Positive = Field(5, description="Tries of an event that its receiver refuses; then it is set aside.")
    event_stream_max: Positive = Field(1_000_000, description="Events kept in the event stream at most.")
    emit_realis: tuple[str, ...] = Field(
        ("actual", "ongoing", "historical"), description="Only events of these realis go out."
    )

    # originals
    originals_keep_d: Positive = Field(30, description="Days for which `feed --keep` keeps original bytes.")

    # running
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level logged.")
    log_format: Literal["json", "console"] = Field("console", description="Log lines for machines or for people.")
    push_token: SecretStr | None = Field(None, description="Token of `dateline serve`; none makes one up.")
    flower_user: str = Field("dateline", description="User name of the Flower page.")
    flower_password: SecretStr | None = Field(None, description="Password of the Flower page; none makes one up.")


def read_settings(environ: Mapping[str, str], *, folder: Path) -> Settings:
    """The settings that environment and file give.

    Raises: SettingsError, naming every unknown key and wrong value at once.
    """
    named = environ.get(CONFIG_VARIABLE)
    path = folder / (named or DEFAULT_FILE)
    values = _from_file(path, required=named is not None) | _from_environment(environ)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explain(error, path)) from None


def _from_file(path: Path, *, required: bool) -> dict[str, object]:
    if not path.exists() and not required:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"settings file {path}: {error}") from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in environ.items():
        if value and name.startswith(PREFIX) and name not in NOT_SETTINGS:
            key = name.removeprefix(PREFIX).lower()
            found[key] = _as_list(value) if key in LISTS else value
    return found


def _as_list(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _explain(error: ValidationError, path: Path) -> str:
    lines = [f"{len(error.errors())} wrong setting(s) in the environment ({PREFIX}*) or {path.name}:"]
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        lines.append(f"  {key} (or {PREFIX}{key.upper()}): {problem['msg']}")
    lines.append("Known settings: " + ", ".join(sorted(Settings.model_fields)))
    return "\n".join(lines)


@lru_cache(maxsize=1)
def current() -> Settings:
    """The settings of this process, read once."""
    return read_settings(os.environ, folder=Path.cwd())
