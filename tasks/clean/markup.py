"""Markup read safely: no entities, no network, bounded in size, number and depth before anything is built from it."""

import re
from html.entities import name2codepoint
from typing import cast

from lxml import etree, html

from tasks.clean.limits import Limits
from tasks.errors import ArticleTooLarge, MalformedArticle

_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
# Possessive: what is never closed is given up at once, not character by character.
_TAG = re.compile(rb"<(/?)[A-Za-z_][^<>]*+>")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding", re.IGNORECASE)
# References to halves of surrogate pairs, which are no characters.
_SURROGATE = re.compile(rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5(?:529[6-9]|5[3-9]\d\d|[67]\d{3}));")
_NAMED = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos);)([A-Za-z]{2,8}\d{0,2});")
_REFERENCES = {
    name.encode(): b"&#%d;" % code
    for name, code in name2codepoint.items()
    if name not in {"amp", "lt", "gt", "quot", "apos"}
}
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)


def parse_xml(content: bytes, *, name: str, limits: Limits) -> etree._Element:
    """The root of an XML document.

    Raises: MalformedArticle, ArticleTooLarge.
    """
    check_xml(content, name=name, limits=limits)
    try:
        return etree.fromstring(_numbered(content.strip()), _xml_parser(recover=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedArticle(f"{name}: not well-formed XML: {error}") from error


def parse_xml_leniently(content: bytes, *, name: str, limits: Limits) -> etree._Element:
    """As `parse_xml`, but what is not well-formed is repaired where it can be, as feeds on the web need it."""
    check_xml(content, name=name, limits=limits)
    if not _ENCODING.search(content[:200]):
        content = content.decode("utf-8", "replace").encode()
    try:
        root = etree.fromstring(_numbered(content.strip()), _xml_parser(recover=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedArticle(f"{name}: no XML: {error}") from error
    if root is None:
        raise MalformedArticle(f"{name}: no XML element in it")
    return root


def check_xml(content: bytes, *, name: str, limits: Limits) -> None:
    """Bounds that hold before anything is parsed.

    Raises: MalformedArticle, ArticleTooLarge.
    """
    if _ENTITY.search(content):
        raise MalformedArticle(f"{name}: declares XML entities; news items have no need of them and they are refused")
    if content.count(b"<") > 2 * limits.max_elements:
        raise ArticleTooLarge(f"{name}: more than {limits.max_elements} elements")
    _check_depth(content, name=name, limits=limits)


def without_surrogate_references(content: bytes) -> bytes:
    """The markup with references to what is no character replaced."""
    return _SURROGATE.sub(b"&#xFFFD;", content) if b"&#" in content else content


def _numbered(content: bytes) -> bytes:
    """Named characters of HTML (&eacute;), which DTDs of NITF and NewsML define, as numbers: no DTD is loaded."""
    if b"&" not in content:
        return content
    content = without_surrogate_references(content)
    return _NAMED.sub(lambda found: _REFERENCES.get(found.group(1), found.group()), content)


def _xml_parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def parse_html(text: str, *, name: str, limits: Limits) -> html.HtmlElement:
    """The root of a page, however untidy.

    Raises: MalformedArticle, ArticleTooLarge.
    """
    if text.count("<") > 2 * limits.max_elements:
        raise ArticleTooLarge(f"{name}: more than {limits.max_elements} elements in one page")
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False, collect_ids=False
    )
    bare = _XML_HEAD.sub("", text.replace("\0", " "), count=1)
    try:
        root = html.document_fromstring(bare.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise MalformedArticle(f"{name}: no HTML page in it: {error}") from error
    if depth_over(root, limits.max_nesting):
        raise ArticleTooLarge(f"{name}: elements nested deeper than {limits.max_nesting}")
    return cast("html.HtmlElement", root)


def depth_over(root: etree._Element, limit: int) -> bool:
    """Whether elements nest deeper than the limit."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False


def _check_depth(content: bytes, *, name: str, limits: Limits) -> None:
    """XML closes what it opens, so depth can be counted before parsing."""
    depth = 0
    for found in _TAG.finditer(content):
        if found.group(1):
            depth -= 1
        elif not found.group().endswith(b"/>"):
            depth += 1
            if depth > limits.max_nesting:
                raise ArticleTooLarge(f"{name}: elements nested deeper than {limits.max_nesting}")
