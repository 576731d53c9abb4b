"""extract: the second stage. Entities and event mentions, with the words they came from."""

from tasks.extract.coding import extract
from tasks.extract.nlp import LanguageModel, load_model

__all__ = ["LanguageModel", "extract", "load_model"]
