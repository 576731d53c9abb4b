"""Sources: where wire items come from. Each gives plain iterators of `WireItem`; the queue is somebody else's room."""

from workers.sources.check import Check, check_sources
from workers.sources.description import SourceDescription, SourceError, read_sources
from workers.sources.folder import watch_folder
from workers.sources.following import FolderLook, Look, Sleep, follow, looks_at
from workers.sources.guard import AddressRefused
from workers.sources.learned import RedisParagraphMemory
from workers.sources.memory import FileMemory, Memory, PollState, SourceMemory
from workers.sources.originals import Originals, keeping
from workers.sources.polling import Fetcher, Poller
from workers.sources.push import PushServer
from workers.sources.replay import paced

__all__ = [
    "AddressRefused",
    "Check",
    "Fetcher",
    "FileMemory",
    "FolderLook",
    "Look",
    "Memory",
    "Originals",
    "PollState",
    "Poller",
    "PushServer",
    "RedisParagraphMemory",
    "Sleep",
    "SourceDescription",
    "SourceError",
    "SourceMemory",
    "check_sources",
    "follow",
    "keeping",
    "looks_at",
    "paced",
    "read_sources",
    "watch_folder",
]
