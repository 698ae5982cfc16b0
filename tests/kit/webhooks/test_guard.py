import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.webhooks import Guard, UnsafeEndpoint, UnsafeHost
from kit.webhooks.addresses import is_public

OUTSIDE = Guard()
DEVELOPMENT = Guard(allow_loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://bank.example.com/hooks",
        "https://bank.example.com:8443/hooks?tenant=1",
        "https://bank.example.com:443/",
        "https://xn--ngnhng-7xa.vn/hook",
        "https://8.8.8.8/hook",
        "https://[2606:4700::1111]/hook",
    ],
)
def test_an_address_on_the_public_internet_is_taken(url: str) -> None:
    assert OUTSIDE.check(url).host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "bank.example.com/hooks",
        "//bank.example.com/hooks",
        "http://bank.example.com/hooks",
        "ftp://bank.example.com/hooks",
        "file:///etc/passwd",
        "gopher://bank.example.com:443/",
        "https://bank.example.com:22/",
        "https://bank.example.com:0/",
        "https://bank.example.com:99999/",
        "https://user@bank.example.com/",
        "https://user:secret@bank.example.com/",
        "https://@bank.example.com/",
        "https://bank.example.com\\@10.0.0.1/",
        "https://bank.example.com/#fragment",
        "https:///hooks",
        "https://bank.example.com /hooks",
        "https://bank.example.com/\nhooks",
        "https://bank.example.com/\0",
        "https://ngânhàng.vn/",
        "https://bank.example.com/" + "a" * 2048,
    ],
)
def test_any_other_kind_of_address_is_refused(url: str) -> None:
    with pytest.raises(UnsafeEndpoint):
        OUTSIDE.check(url)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "intranet",
        "db.home.arpa",
        "bank.example.com.",
        "2130706433",  # 127.0.0.1 as one number
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "0177.0.0.1",
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:8.8.8.8]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
        "[2001:0:53aa:64c::1]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fec0::1]",
        "[ff02::1]",
        "[2606:4700::1111%25eth0]",
    ],
)
def test_a_host_inside_any_house_is_refused(host: str) -> None:
    with pytest.raises(UnsafeEndpoint):
        OUTSIDE.check(f"https://{host}/hook")


def test_the_own_machine_is_there_for_development_only() -> None:
    for url in ("http://127.0.0.1:9000/a", "http://localhost:9000/a", "https://[::1]:1234/a"):
        assert DEVELOPMENT.check(url).host
        with pytest.raises(UnsafeEndpoint):
            OUTSIDE.check(url)
    for url in (
        "http://10.0.0.1/",
        "http://bank.example.com/",
        "https://10.0.0.1/",
        "http://user@localhost/",
    ):
        with pytest.raises(UnsafeEndpoint):
            DEVELOPMENT.check(url)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_no_v4_address_that_python_knows_as_special_is_public(address: IPv4Address) -> None:
    if not address.is_global or address.is_multicast:
        assert not is_public(str(address))


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_no_v6_address_that_python_knows_as_special_is_public(address: IPv6Address) -> None:
    if not address.is_global or address.is_multicast:
        assert not is_public(str(address))


@given(st.integers(0, 2**32 - 1))
def test_no_v6_address_that_carries_a_v4_one_is_public(number: int) -> None:
    for prefix, shift in (
        (0, 0),
        (0xFFFF << 32, 0),
        (0x64FF9B << 96, 0),
        (0x2002 << 112, 80),
        (0x20010000 << 96, 0),
    ):
        assert not is_public(str(IPv6Address(prefix | number << shift)))


@given(st.text())
def test_any_text_is_taken_or_refused_by_name(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/hook"):
        try:
            checked = OUTSIDE.check(url)
        except UnsafeEndpoint:
            continue
        assert checked.scheme == "https"


@pytest.mark.parametrize("name", ["localhost", "ip6-localhost", "no-such-host.invalid"])
async def test_a_name_that_stands_for_the_own_machine_or_for_nothing_is_not_connected_to(name: str) -> None:
    with pytest.raises(UnsafeHost):
        await OUTSIDE.resolver().resolve(name, 443, socket.AF_UNSPEC)


async def test_in_development_the_own_machine_resolves_to_itself() -> None:
    found = await DEVELOPMENT.resolver().resolve("localhost", 443, socket.AF_INET)
    assert found
    assert all(ip_address(result["host"]).is_loopback for result in found)
