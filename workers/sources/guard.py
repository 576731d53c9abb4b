"""No request to this machine or its own network on behalf of a source (server-side request forgery).

The host is resolved here, every address it has must be a public one, and the request goes to the very address that was
checked: a second answer of the name server cannot lead elsewhere.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence

import httpx

from tasks.errors import DatelineError

Resolve = Callable[[str, int], Sequence[str]]
_PORTS = frozenset({80, 443, 8000, 8008, 8080, 8443})


class AddressRefused(DatelineError):  # noqa: N818 - read by whoever described the source
    """An address that may not be asked."""


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host. Raises: OSError."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def checked(url: httpx.URL, *, allow_private: bool, resolver: Resolve = resolve) -> httpx.Request:
    """A request to the address of a URL that was checked, under the URL's own name.

    Raises: AddressRefused, OSError where the name has no address.
    """
    if url.scheme not in {"http", "https"} or not url.host:
        raise AddressRefused(f"{url}: an http or https address was expected")
    if url.username or url.password:
        raise AddressRefused(f"{url.copy_with(username=None, password=None)}: credentials in addresses are not sent")
    port = url.port or (443 if url.scheme == "https" else 80)
    if allow_private:
        return httpx.Request("GET", url)
    if port not in _PORTS:
        raise AddressRefused(f"{url}: port {port} is none of the web's")
    addresses = resolver(url.host, port)
    private = [address for address in addresses if not is_public(address)]
    if private or not addresses:
        raise AddressRefused(f"{url}: {url.host} is at {', '.join(private) or 'no address'}, which is not public")
    pinned = url.copy_with(host=addresses[0])
    return httpx.Request(
        "GET", pinned, headers={"Host": url.netloc.decode("ascii")}, extensions={"sni_hostname": url.host}
    )


def is_public(address: str) -> bool:
    """Whether an address is reachable from anywhere; what stands for another one is looked through."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast
