"""What can go wrong with an article or with the world around it.

DatelineError
├── ArticleError          this article is bad: it is quarantined with the message as its reason
│   ├── UnknownFormat     no decoder recognises the bytes
│   ├── MalformedArticle  the format is known, the content breaks its rules
│   └── ArticleTooLarge   a size, depth or count limit is passed
└── WorldError            the world is bad (a store, a broker, a model): the article is tried again later
"""


class DatelineError(Exception):
    """Anything Dateline itself raises."""


class ArticleError(DatelineError):
    """This article cannot be processed, now or later."""


class UnknownFormat(ArticleError):  # noqa: N818 - named for the reader of a dead-letter list
    """No decoder recognises the bytes."""


class MalformedArticle(ArticleError):  # noqa: N818
    """The format is known, but the content breaks its rules."""


class ArticleTooLarge(ArticleError):  # noqa: N818
    """A limit on size, depth or count is passed."""


class WorldError(DatelineError):
    """A service or resource is unavailable; the article itself may be fine."""
