"""What a web address says: the site it belongs to."""

from urllib.parse import urlsplit


def host_of(url: str | None) -> str | None:
    """The site an address belongs to, without 'www.'."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None
