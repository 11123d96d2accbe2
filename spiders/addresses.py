"""Addresses: cleaning hrefs, and which hosts belong to a site."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from archive.capture import Site

_PORTS = {"http": 80, "https": 443}
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_ASPNET_SESSION = re.compile(r"/\(S\([0-9a-z]+\)\)", re.IGNORECASE)
_IN_SCRIPT = re.compile(
    r"""(?:window\.open|(?:location|top|parent|self|window)(?:\.\w+)*\.(?:replace|assign|href)|location|open\w*)"""
    r"""\s*(?:=|\()\s*(['"])(?P<url>[^'"]+)\1""",
    re.IGNORECASE,
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GOV = re.compile(r"(?:^|\.)gov\.cn$")


def clean(url: str) -> str:
    """The address without fragment, default port and session id, with only ASCII in it; '' when it is no web address."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not host:
        return ""
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        netloc += f":{port}"
    path = _ASPNET_SESSION.sub("", _SESSION.sub("", parts.path)) or "/"
    safe = "%/:=&?~#+!$,;'@()*[]|"
    return urlunsplit((parts.scheme, netloc, quote(path, safe=safe), quote(parts.query, safe=safe), ""))


def join(base: str, href: str) -> str:
    """The absolute cleaned address of an href as written in a page, out of a script call too; '' when it leads nowhere."""
    href = "".join(href.split("\n")).strip().strip("\r\t ")
    if re.match(r"(?i)javascript:", href):
        href = from_script(href)
    if (
        not href
        or href.startswith("#")
        or re.search(r"\{\{|<%|\$\{", href)
        or re.match(r"(?i)(?:mailto|tel|data|about|javascript|file|ftp):", href)
    ):
        return ""
    try:
        return clean(urljoin(base, href.replace("\\", "/")))
    except ValueError:
        return ""


def from_script(script: str) -> str:
    """The address that an onclick or javascript: href opens; '' when it is none that can be read."""
    for found in _IN_SCRIPT.finditer(script):
        # Functions of the portal's own (openColumn('gk')) are given names and ids as often as addresses.
        if not re.match(r"open\w", found[0], re.IGNORECASE) or re.search(r"[/.]", found["url"]):
            return found["url"]
    return ""


def host_of(url: str) -> str:
    """Host in lower case, with the port where it is not the scheme's own; '' when there is none."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    return f"{host}:{port}" if host and port not in (None, _PORTS.get(parts.scheme)) else host


def is_official(host: str) -> bool:
    """Whether a host (port allowed) is under gov.cn, the suffix that only government bodies get."""
    return bool(_GOV.search(host.partition(":")[0].lower().rstrip(".")))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: no loopback, private, link-local or reserved one, and none of
    these wrapped in an IPv6 address (RFC 4291 §2.5.5.2, RFC 3056, RFC 6052)."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


class Hosts:
    """The hosts of one site: those its registry line names, with and without `www.`, and what lies below a gov.cn name.

    A host is host and port; http and https on their own ports are one host, because portals move between them.
    """

    def __init__(self, site: Site, others: Collection[str] = ()) -> None:
        named = (host_of(url) for url in (site.home_url, site.list_url, *others) if url)
        self.named = frozenset(host.removeprefix("www.") for host in named if host)

    def names(self, url: str) -> bool:
        """Whether the registry line itself names the host of an address, as against one below it."""
        return host_of(url).removeprefix("www.") in self.named

    def __contains__(self, url: object) -> bool:
        host = host_of(str(url)).removeprefix("www.")
        if not host:
            return False
        return host in self.named or (
            is_official(host) and any(host.endswith("." + name) for name in self.named if _is_own_domain(name))
        )


def _is_own_domain(name: str) -> bool:
    return is_official(name) and name.count(".") >= 2
