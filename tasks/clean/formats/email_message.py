"""E-mail (RFC 5322) with a text or HTML body, and mailboxes (mbox) of several; the email package reads it."""

import datetime as dt
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr, parsedate_to_datetime
from typing import cast

from tasks.clean.charset import decode as decode_text
from tasks.clean.charset import without_surrogates
from tasks.clean.dates import Found
from tasks.clean.draft import Draft, lay_out
from tasks.clean.fields import language_of, number_of, tidy
from tasks.clean.furniture import find_story
from tasks.clean.limits import Limits
from tasks.clean.members import bounded, member
from tasks.clean.paragraphs import paragraphs as split_paragraphs
from tasks.clean.richtext import html_paragraphs, story_only
from tasks.errors import ArticleError, ArticleTooLarge, MalformedArticle
from tasks.records import WireItem

MEDIA_TYPE = "message/rfc822"
_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]?[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n", re.MULTILINE)
_NAMES = frozenset(
    b"from to subject date message-id mime-version received content-type return-path delivered-to reply-to".split()
)
_MBOX = re.compile(rb"^From [^\r\n]{0,200}\d{4}\r?\n(?=[A-Za-z-]+:)", re.MULTILINE)
_PREFIX = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg|tr|rv)\s*:|\s*\[[^\]]{1,40}\])+\s*", re.IGNORECASE)
# '-- ' on a line of its own ends what was written (RFC 3676, section 4.3).
_SIGNATURE = re.compile(r"^-- ?\r?$", re.MULTILINE)
_MAX_PARTS = 200
_HEADER_BYTES = 256_000
# The package takes 60 microseconds for every part.
_BOUNDARIES_MAX = 5_000
_FIELD_CHARS = 2_000
_HEADER_END = re.compile(rb"\r?\n\r?\n")


class _Bounded(EmailPolicy):
    """Reads the beginning of a header field: the package takes quadratic time and memory for a long one."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        parsed: str = super().header_fetch_parse(name, value[:_FIELD_CHARS] if type(value) is str else value)
        return parsed


_POLICY = _Bounded()


def sniff(head: bytes, media_type: str | None) -> float:
    """Header fields at the very beginning, three of them of e-mail."""
    start = _MBOX.match(head)
    at = start.end() if start else 0
    names: set[bytes] = set()
    while found := _HEADER.match(head, at):
        names.add(found.group(1).lower())
        at = found.end()
    known = names & _NAMES
    if (len(known) >= 3 and b"from" in names) or (start and len(known) >= 2):
        return 0.9
    return 0.85 if media_type == MEDIA_TYPE and known else 0.0


def split(item: WireItem, limits: Limits) -> Iterator[WireItem]:
    """The messages of a mailbox."""
    starts = [found.start() for found in _MBOX.finditer(item.content)]
    if len(starts) < 2 or starts[0] != 0:
        return
    ends = [*starts[1:], len(item.content)]
    members = (
        member(item, re.sub(rb"(?m)^>(>*From )", rb"\1", item.content[start:end]), str(number), media_type=MEDIA_TYPE)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )
    yield from bounded(members, item, limits)


def decode(item: WireItem, limits: Limits) -> Draft:
    """The story in a message: its text part, else its HTML part; attachments are not read."""
    content = _MBOX.sub(b"", item.content, count=1) if item.content.startswith(b"From ") else item.content
    if not _HEADER_END.search(content[:_HEADER_BYTES]) and len(content) > _HEADER_BYTES:
        raise ArticleTooLarge(f"{item.name}: e-mail with more than {_HEADER_BYTES} bytes of header")
    if content.count(b"\n--") > _BOUNDARIES_MAX and b"multipart/" in content[:_HEADER_BYTES].lower():
        raise ArticleTooLarge(f"{item.name}: e-mail with more than {_BOUNDARIES_MAX} parts")
    try:
        message = cast("EmailMessage", message_from_bytes(content, policy=_POLICY))
        headers = {name: _header(message, name) for name in _WANTED}
        story, notes = _story(message, item, limits)
    except ArticleError:
        raise
    except Exception as error:
        raise MalformedArticle(f"{item.name}: malformed e-mail: {type(error).__name__}: {error}") from error
    headline = tidy(_PREFIX.sub("", headers["Subject"] or ""))
    if not story and not headline:
        raise MalformedArticle(f"{item.name}: e-mail without subject and text")
    text, title, paragraphs = lay_out(headline, story_only(story, headline))
    published = _date(headers["Date"])
    name, address = parseaddr(headers["From"] or "")
    return Draft(
        media_type=MEDIA_TYPE,
        text=text,
        headline=title,
        paragraphs=paragraphs,
        uri=_message_uri(headers["Message-ID"]),
        language=language_of(headers["Content-Language"]),
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        urgency=number_of((headers["X-Priority"] or "")[:1], 1, 5),
        publisher=tidy(name) or tidy(address.rpartition("@")[2]),
        notes=notes,
    )


_WANTED = ("Subject", "Date", "From", "Message-ID", "Content-Language", "X-Priority")


def _header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return tidy(without_surrogates(str(value))) if value is not None else None


def _message_uri(value: str | None) -> str | None:
    """RFC 2392: the address of a message by its id."""
    return f"mid:{value.strip('<> ')}" if value and value.strip("<> ") else None


def _date(value: str | None) -> Found | None:
    try:
        parsed = parsedate_to_datetime(value) if value else None
    except (ValueError, TypeError, OverflowError):
        return None
    if parsed is None or not 1900 <= parsed.year <= 2100:
        return None
    zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
    return Found(at=zoned.astimezone(dt.UTC), precision="second")


def _story(message: EmailMessage, item: WireItem, limits: Limits) -> tuple[list[str], tuple[str, ...]]:
    texts: dict[str, str] = {}
    attached = 0
    for number, part in enumerate(message.walk()):
        if number > _MAX_PARTS:
            break
        kind = part.get_content_type()
        if part.is_multipart():
            continue
        if part.get_content_disposition() == "attachment" or kind not in {"text/plain", "text/html"}:
            attached += 1
            continue
        texts.setdefault(kind, _decoded(part))
    notes = (f"{attached} attachment(s) not read",) if attached else ()
    plain = _SIGNATURE.split(texts.get("text/plain", ""))[0][: limits.max_text_chars]
    page = texts.get("text/html", "")[: limits.max_text_chars]
    if len(plain.split()) >= 20 or not page:
        return _plain_paragraphs(plain), notes
    return _plain_paragraphs("\n\n".join(html_paragraphs(page, name=item.name, limits=limits))), notes


def _decoded(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    return decode_text(content, declared=part.get_content_charset())[0]


def _plain_paragraphs(text: str) -> list[str]:
    layout = find_story(text, split_paragraphs(text))
    spans = [*([layout.headline] if layout.headline else []), *layout.paragraphs]
    return [text[span.start : span.end] for span in spans]
