"""JSON read without surprises."""

import json
from typing import Any

from tasks.errors import ArticleTooLarge, MalformedArticle


def read_json(text: str, *, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The value of a JSON text; the parser itself stops at a nesting of about a thousand.

    Raises: MalformedArticle, ArticleTooLarge.
    """
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise ArticleTooLarge(f"{name}: JSON nested too deep") from error
    except ValueError as error:
        raise MalformedArticle(f"{name}: not JSON: {str(error)[:120]}") from error
