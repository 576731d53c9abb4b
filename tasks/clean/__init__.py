"""Clean: bytes of any wire format into one `Article`, the story and nothing but the story."""

from tasks.clean.cleaning import article_name, clean, split, split_file
from tasks.clean.learned import MemoryOfThisProcess, ParagraphMemory
from tasks.clean.limits import Limits

__all__ = ["Limits", "MemoryOfThisProcess", "ParagraphMemory", "article_name", "clean", "split", "split_file"]
