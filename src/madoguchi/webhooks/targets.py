"""Where messages may go: public addresses, and the private networks that an installation names."""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from madoguchi.people.sayings import SaidError, say

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MAX_URL = 500
PORTS = {"http": 80, "https": 443}
# IPv6 that carries an IPv4 address inside: 6to4 and Teredo are told by the library, the translators' prefixes are not
TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class TargetError(SaidError):
    """The address is none that messages may go to."""


def parts_of(url: str) -> SplitResult:
    """Return an address in its parts. Raises TargetError for one that is no plain http or https address."""
    if len(url) > MAX_URL or not url.isascii() or any(each <= " " or each == "\x7f" for each in url):
        text = say("%(url)s は、空白のない英数字と記号で%(n)s文字までにしてください。", url=repr(url[:60]), n=MAX_URL)
        raise TargetError(text)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise TargetError(say("%(url)s はURLとして読めません。", url=repr(url[:60]))) from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or port == 0:
        raise TargetError(
            say(
                "%(url)s は、http:// か https:// で始まり、利用者名とパスワードを含まないURLにしてください。",
                url=repr(url[:60]),
            )
        )
    return parts


def carried(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and any(address in network for network in TRANSLATED):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


def is_in_named_network(address: str, *, allowed: Sequence[Network]) -> bool:
    """Return whether an address lies in one of the private networks that the installation names."""
    inner = carried(ipaddress.ip_address(address))
    return any(inner.version == network.version and inner in network for network in allowed)


def may_be_reached(address: Address, *, allowed: Sequence[Network]) -> bool:
    """Return whether messages may go to an address: a public one, or one in a network the installation names."""
    inner = carried(address)
    if any(inner.version == network.version and inner in network for network in allowed):
        return True
    is_public = inner.is_global and not inner.is_multicast and not inner.is_reserved and not inner.is_unspecified
    # what is translated to a public address may still be caught on the way: such addresses have to be named
    return is_public and inner == address


def resolved(host: str, port: int, *, allowed: Sequence[Network]) -> str:
    """Return the first address of a host, as a text, asked for once. Raises TargetError unless all may be reached.

    All: a name with a public and a private address is a trap or a mistake.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TargetError(say("%(host)s という名前は見つかりません。", host=host)) from error
    addresses = [ipaddress.ip_address(str(each[4][0]).split("%", 1)[0]) for each in found]
    refused = [str(each) for each in addresses if not may_be_reached(each, allowed=allowed)]
    if not addresses:
        raise TargetError(say("%(host)s という名前は見つかりません。", host=host))
    if refused:
        raise TargetError(
            say(
                "%(host)s のアドレス %(refused)s は公開されていません。"
                "送るには、サーバーの設定 MADOGUCHI_PRIVATE_TARGETS に加えてください。",
                host=host,
                refused=", ".join(refused),
            )
        )
    return str(addresses[0])
