"""Values of metadata fields, read the same way whatever format they came in."""

import datetime as dt
import re

from tasks.clean.dates import Found, find_moment, parse_iso
from tasks.records import Signal, Status

_STATUS = {
    "usable": Status.USABLE,
    "withheld": Status.WITHHELD,
    "embargoed": Status.EMBARGOED,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    "killed": Status.CANCELED,
    "kill": Status.CANCELED,
    "retracted": Status.CANCELED,
    "withdrawn": Status.CANCELED,
    "deleted": Status.CANCELED,
}
_SIGNAL = {
    "update": Signal.UPDATE,
    "updated": Signal.UPDATE,
    "writethru": Signal.UPDATE,
    "writethrough": Signal.UPDATE,
    "rewrite": Signal.UPDATE,
    "add": Signal.UPDATE,
    "addition": Signal.UPDATE,
    "lead": Signal.UPDATE,
    "sub": Signal.UPDATE,
    "substitute": Signal.UPDATE,
    "replacement": Signal.UPDATE,
    "correction": Signal.CORRECTION,
    "corrected": Signal.CORRECTION,
    "corrective": Signal.CORRECTION,
    "correct": Signal.CORRECTION,
    "clarification": Signal.CORRECTION,
    "refile": Signal.REFILE,
    "resend": Signal.REFILE,
    "repeat": Signal.REPEAT,
    "rerun": Signal.REPEAT,
    "new": Signal.NEW,
}
_SPACE = re.compile(r"\s+")


def tidy(value: object) -> str | None:
    """A string on one line without surrounding space; None for anything else or nothing."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = _SPACE.sub(" ", value).strip() if isinstance(value, str) else ""
    return text or None


def code_of(value: str | None) -> str:
    """The code of a QCode or an address, lower case: 'stat:usable' and '.../pubstatus/usable' are 'usable'."""
    return re.split(r"[:/#]", (value or "").strip().rstrip("/"))[-1].strip().lower()


def status_of(value: str | None) -> Status | None:
    """The status a sender's code names, None for one that is not known."""
    return _STATUS.get(code_of(value))


def signal_of(value: str | None) -> Signal | None:
    """The signal a sender's code names; a kill is a status, not a signal."""
    code = re.sub(r"[^a-z]", "", code_of(value))
    return _SIGNAL.get(code) or next(
        (signal for name, signal in _SIGNAL.items() if len(name) > 5 and code.startswith(name)), None
    )


def is_kill(value: str | None) -> bool:
    """Whether a signal or editorial type takes the story back."""
    return status_of(value) is Status.CANCELED


def version_of(value: object) -> int | None:
    """A version number; None for what is none ('3.1' and '2024-02-03' are not)."""
    text = tidy(value)
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else None


def number_of(value: object, low: int, high: int) -> int | None:
    """A whole number within bounds."""
    number = version_of(value)
    return number if number is not None and low <= number <= high else None


def moment_of(value: object, *, time_zone: str | None = None) -> Found | None:
    """A date or time in ISO 8601, else in the words of the sender."""
    text = tidy(value)
    if text is None:
        return None
    return parse_iso(text, time_zone=time_zone) or find_moment(text[:80], time_zone=time_zone)


def time_of(value: object, *, time_zone: str | None = None) -> dt.datetime | None:
    """As `moment_of`, only the time."""
    found = moment_of(value, time_zone=time_zone)
    return found.at if found else None


def language_of(value: object) -> str | None:
    """A BCP 47 tag as it should be written: 'en_us' is 'en-US'."""
    text = (tidy(value) or "").replace("_", "-")
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", text) or text.lower() == "und":
        return None
    head, *rest = text.split("-")
    return "-".join(
        [head.lower(), *(part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in rest)]
    )


_MEDIA_TOPIC = re.compile(r"(?:medtop|mediatopic|subj(?:ectcode|ref)?)", re.IGNORECASE)


def subject_of(*, code: object, scheme: object, name: object) -> str | None:
    """A subject as 'scheme:code', with IPTC's schemes by their usual alias; else its name."""
    value = tidy(code)
    context = tidy(scheme) or ""
    if value is None:
        return tidy(name)
    if ":" in value and not value.startswith("http"):
        return value
    last = re.split(r"[/#]", value.rstrip("/"))[-1]
    found = _MEDIA_TOPIC.search(context or value)
    if found and last.isdigit():
        return f"{'medtop' if found.group().lower().startswith('med') else 'subj'}:{last}"
    return last if re.fullmatch(r"\d{6,8}|[\w.-]{1,40}", last) else tidy(name) or last
