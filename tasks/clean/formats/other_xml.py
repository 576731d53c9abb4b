"""XML of no known kind: refused by the name of its root, rather than read as if it were text."""

import re

from tasks.clean.draft import Draft
from tasks.clean.limits import Limits
from tasks.errors import UnknownFormat
from tasks.records import WireItem

_ROOT = re.compile(rb"<(?![?!])([A-Za-z_][\w:.-]{0,80})")
_MARKED = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*<(?:\?xml\b|!DOCTYPE\s+(?!html)|[A-Za-z_][\w:.-]*\s[^<>]*xmlns)", re.IGNORECASE
)


def sniff(head: bytes, media_type: str | None) -> float:  # noqa: ARG001 - the content alone tells
    """An XML declaration, a document type other than HTML, or a root with a namespace."""
    return 0.45 if _MARKED.match(head) else 0.0


def decode(item: WireItem, limits: Limits) -> Draft:  # noqa: ARG001 - every format takes both
    """Never an article that we know how to read."""
    root = _ROOT.search(item.content[:4096])
    name = root.group(1).decode("ascii", "replace") if root else "?"
    raise UnknownFormat(f"{item.name}: XML with root element {name}; NewsML, NITF, RSS, Atom or XHTML was expected")
