"""Deduplicate: the same text again, and the mentions of one event within an article."""

from tasks.deduplicate.assemble import assemble
from tasks.deduplicate.fingerprint import fingerprint

__all__ = ["assemble", "fingerprint"]
