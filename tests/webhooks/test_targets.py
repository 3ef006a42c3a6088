"""Addresses that messages never go to, whatever they look like."""

from ipaddress import ip_address, ip_network

import pytest
from django.utils import translation

from madoguchi.webhooks.targets import TargetError, may_be_reached, parts_of, resolved

PRIVATE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::",
    "2002:a00:1::1", "2001:0:7f00:1::", "2001:db8::1",
)  # fmt: skip
PUBLIC = ("1.1.1.1", "203.0.114.1", "2606:4700::1111")


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not may_be_reached(ip_address(address), allowed=())


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_reached(address: str) -> None:
    assert may_be_reached(ip_address(address), allowed=())


def test_a_named_network_is_reached_also_when_it_is_mapped() -> None:
    allowed = (ip_network("10.1.0.0/16"),)
    assert may_be_reached(ip_address("10.1.2.3"), allowed=allowed)
    assert may_be_reached(ip_address("::ffff:10.1.2.3"), allowed=allowed)
    assert not may_be_reached(ip_address("10.2.0.1"), allowed=allowed)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "[::1]".strip("[]"), "no.such.invalid"])
def test_a_name_is_resolved_before_it_is_judged(host: str) -> None:
    with pytest.raises(TargetError):
        resolved(host, 80, allowed=())


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(0, 0, 0, "", ("1.1.1.1", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: both)
    with pytest.raises(TargetError, match=r"10\.0\.0\.1"):
        resolved("trap.example", 80, allowed=())
    assert resolved("trap.example", 80, allowed=(ip_network("10.0.0.0/8"),)) == "1.1.1.1"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.jp/", "file:///etc/passwd", "//example.jp/", "http:///x", "https://", "https://a:b@example.jp/",
        "https://a@example.jp/", "http://example.jp:99999/", "http://example.jp:0/", "http://exam ple.jp/",
        "http://example.jp/\r\nX: y", "http://日本語.example/", "http://[::1", "https://" + "a" * 500,
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(TargetError):
        parts_of(url)


@pytest.mark.parametrize(
    ("language", "private", "unknown"),
    [("ja", "公開されていません", "見つかりません"), ("en", "not public", "no host named")],
)
def test_why_a_target_is_refused_is_said_in_the_readers_language(language: str, private: str, unknown: str) -> None:
    with translation.override(language):
        with pytest.raises(TargetError, match=private) as refused:
            resolved("10.0.0.5", 443, allowed=())
        with pytest.raises(TargetError, match=unknown):
            resolved("no.such.invalid", 443, allowed=())
    assert "MADOGUCHI_PRIVATE_TARGETS" in str(refused.value)
