"""From bytes to text: byte order mark, declared character set, UTF-8, then what the bytes look like.

Nothing is dropped: what cannot be decoded becomes U+FFFD and a note says so.
"""

import codecs
import re
from collections.abc import Iterable

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Single-byte and East Asian sets in which news text is still found; UTF-8 is tried before them.
_CANDIDATES = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "shift_jis", "euc_jp",
    "gb18030", "big5", "euc_kr", "cp874",
]  # fmt: skip
_SAMPLE_BYTES = 20_000
_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,30})""", re.IGNORECASE)
# Below this share of bytes over 0x7F a text is in the Latin alphabet (measured on French, Vietnamese, Czech news:
# under 0.20; Cyrillic, Greek, Arabic in their single-byte sets: over 0.60).
_LATIN_SHARE = 0.3
_CONTROL = re.compile(rb"[\x05-\x06\x0e-\x10\x14-\x15\x17-\x1a\x1c-\x1e\x7f]")
_BINARY_SHARE = 0.02
_BINARY_COUNT = 8
# Surrogates encoded as if they were characters (CESU-8 and worse): three bytes that no UTF-8 text holds.
_ENCODED_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def decode(content: bytes, *, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The text of `content`, and notes on what could not be read. Line ends stay as they are."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode_noting(content[len(mark) :], encoding)
    wide = _wide(content)
    if wide:
        return _decode_noting(content, wide)
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        mended, count = _ENCODED_SURROGATE.subn("\ufffd".encode(), content)
        if count:
            return decode(mended, declared=declared)[0], (f"{count} lone surrogate(s) replaced",)
        return _decode_narrow(content, declared, error)


def declared_charset(head: bytes) -> str | None:
    """The character set that markup or a media type names for itself, if Python knows it."""
    found = _DECLARED.search(head[:2048])
    return _known(found.group(1).decode("ascii")) if found else None


def without_surrogates(text: str) -> str:
    """The text with lone surrogates (from JSON escapes) replaced, so that it can be stored."""
    return _SURROGATES.sub("\ufffd", text)


def _known(name: str | None) -> str | None:
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None


def _wide(content: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin text is NUL."""
    sample = content[:4096]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _decode_noting(content: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text = content.decode(encoding, errors="replace")
    bad = text.count("\ufffd")
    return text, ((f"{bad} character(s) invalid in {encoding} replaced",) if bad else ())


def looks_binary(head: bytes) -> bool:
    """Whether bytes hold more control characters than any text does; random bytes hold 9 %."""
    return len(_CONTROL.findall(head)) > max(_BINARY_SHARE * len(head), _BINARY_COUNT)


def _decode_narrow(content: bytes, declared: str | None, error: UnicodeDecodeError) -> tuple[str, tuple[str, ...]]:
    high = sum(1 for byte in content[:_SAMPLE_BYTES] if byte > 0x7F)
    lenient = content.decode("utf-8", errors="replace")
    bad = lenient.count("\ufffd")
    if bad * 10 <= len(lenient.encode("utf-8")) - len(lenient):  # UTF-8 with a few broken places
        return lenient, (f"{bad} character(s) invalid in utf-8 replaced",)
    encoding: str | None = _known(declared)
    if encoding in {None, "utf-8", "ascii"}:
        encoding = _looks_like(content[max(0, error.start - 200) :][:_SAMPLE_BYTES], high, len(content))
    if encoding in {"iso8859-1", "cp1252"}:  # what senders call latin-1 is cp1252 (WHATWG Encoding, section 4.2)
        return _cp1252(content), ()
    return _decode_noting(content, encoding or "cp1252")


def _looks_like(sample: bytes, high: int, size: int) -> str:
    if high < _LATIN_SHARE * min(size, _SAMPLE_BYTES):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=list(_candidates()), threshold=0.4).best()
    return best.encoding if best else "cp1252"


def _candidates() -> Iterable[str]:
    return _CANDIDATES


def _cp1252(content: bytes) -> str:
    """cp1252 with its five unassigned bytes as C1 controls, as browsers read it: never fails, loses nothing."""
    return "".join(
        piece.decode("cp1252") if index % 2 == 0 else piece.decode("latin-1")
        for index, piece in enumerate(re.split(rb"([\x81\x8d\x8f\x90\x9d]+)", content))
    )
