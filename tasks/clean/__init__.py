"""Clean: bytes of any wire format into one `Article`, the story and nothing but the story."""

from tasks.clean.cleaning import article_name, clean, split
from tasks.clean.limits import Limits

__all__ = ["Limits", "article_name", "clean", "split"]
