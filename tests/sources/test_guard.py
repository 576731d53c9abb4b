import httpx
import pytest

from workers.sources.guard import AddressRefused, checked, is_public

PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.9",
    "169.254.169.254",
    "0.0.0.0",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.1.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "localhost",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_of_this_machine_and_its_network_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111"])
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


def ask(url, addresses, **more):
    return checked(httpx.URL(url), allow_private=False, resolver=lambda host, port: addresses, **more)


def test_the_request_goes_to_the_address_that_was_checked():
    request = ask("https://news.example/feed?x=1", ["93.184.216.34"])
    assert str(request.url) == "https://93.184.216.34/feed?x=1"
    assert request.headers["Host"] == "news.example"
    assert request.extensions["sni_hostname"] == "news.example"


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.5"):
        ask("https://news.example/", ["93.184.216.34", "10.0.0.5"])


@pytest.mark.parametrize(
    "url",
    ["ftp://news.example/", "file:///etc/passwd", "http://news.example:6379/", "http://user:secret@news.example/"],
)
def test_other_schemes_ports_and_credentials_are_refused(url):
    with pytest.raises(AddressRefused):
        ask(url, ["93.184.216.34"])


def test_a_host_without_an_address_is_refused():
    with pytest.raises(AddressRefused, match="no address"):
        ask("http://news.example/", [])
