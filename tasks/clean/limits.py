"""How much of one input is read before it is refused or cut off."""

from tasks.records import Record


class Limits(Record, frozen=True, kw_only=True):
    """Bounds on one wire item; the values come from the settings of the same names."""

    max_item_bytes: int = 8_000_000
    """Larger items are refused."""
    max_text_chars: int = 500_000
    """Longer texts are cut off with a note."""
    max_body_words: int = 20_000
    """Longer bodies are cut off with a note."""
    max_body_chars: int = 200_000
    """The same for scripts without spaces between words, and for what is not words at all."""
    max_paragraphs: int = 10_000
    """Paragraphs read from one text."""
    max_members: int = 100_000
    """Members read from one container."""
    max_container_bytes: int = 2_000_000_000
    """Bytes of all members of one container together; members are read one by one."""
    max_unpacked_bytes: int = 64_000_000
    """Bytes of one packed file unpacked at once."""
    max_depth: int = 3
    """Containers within containers."""
    max_ratio: int = 200
    """Unpacked bytes per packed byte; above it a container is taken for a bomb (text reaches about 20)."""
    max_nesting: int = 256
    """Depth of elements in markup, of arrays and objects in JSON."""
    max_elements: int = 200_000
    """Elements in one page or message."""
    max_page_elements: int = 8_000
    """Elements up to which a page gets the thorough search for its story; larger ones a plain one."""
