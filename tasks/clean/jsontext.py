"""JSON read without surprises."""

import json
import re
from typing import Any

from tasks.errors import ArticleTooLarge, MalformedArticle

# An escaped surrogate without its other half: no character, and nothing that can be stored.
_LONE_SURROGATE = re.compile(
    r"(?<!\\)(?<!\\u[dD][89abAB][0-9a-fA-F]{2})((?:\\\\)*)\\u[dD]"
    r"(?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})|[c-fC-F][0-9a-fA-F]{2})"
)


def read_json(text: str, *, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The value of a JSON text; the parser itself stops at a nesting of about a thousand.

    Raises: MalformedArticle, ArticleTooLarge.
    """
    try:
        return json.loads(_LONE_SURROGATE.sub(r"\1\\ufffd", text) if "\\u" in text else text, strict=False)
    except RecursionError as error:
        raise ArticleTooLarge(f"{name}: JSON nested too deep") from error
    except ValueError as error:
        raise MalformedArticle(f"{name}: not JSON: {str(error)[:120]}") from error
