"""No way out of the site: neither to other hosts nor, by whatever name, into a private network."""

from __future__ import annotations

import socket
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from spiders.addresses import is_public


def ok(body: bytes = b"<p>text</p>", **more: Any) -> Any:
    return SimpleNamespace(**{"body": body, "status": 200, "headers": {}, "raw": b"", "wait": 0.0, **more})


NAMES = (
    "127.0.0.1:{}", "localhost:{}", "LOCALHOST.:{}", "2130706433:{}", "0x7f000001:{}", "0177.0.0.1:{}", "127.1:{}",
    "[::1]:{}", "[::ffff:127.0.0.1]:{}", "0.0.0.0:{}", "x@127.0.0.1:{}", "169.254.169.254", "10.0.0.1", "192.168.1.1",
    "①②⑦.0.0.1:{}",
)  # fmt: skip


@pytest.fixture
def secret(make_portal: Any) -> Any:
    """What listens beside the portal, and must never be asked."""
    return make_portal({"/": ok(b"secret"), "/robots.txt": ok(b"secret")}, site_id="999902")


def test_links_and_redirects_to_private_places_are_not_followed(make_portal, run, secret, link_page, archived, data):
    places = [f"http://{name.format(secret.port)}/" for name in NAMES]
    moves = {f"/r{i}": ok(status=302, headers={"Location": url}) for i, url in enumerate(places) if url.isascii()}
    portal = make_portal({"/": ok(link_page("/report/1", *moves, *places)), "/report/1": ok(), **moves})
    row = run(portal.site).rows[0]
    assert secret.log == []
    assert row["reports_found"] == 1
    assert len(portal.log) == 3 + len(moves), "each is asked for once"
    assert "leads to another host" in row["message"]
    assert {capture.url for capture in archived(data)} == {portal.url(path) for path in portal.paths}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name under test.gov.cn is this machine."""
    real = socket.getaddrinfo

    def look(host: Any, *args: Any, **more: Any) -> Any:
        text = host.decode() if isinstance(host, bytes) else host
        return real("127.0.0.1" if str(text).endswith(".test.gov.cn") else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look)


def test_a_name_below_the_portals_own_that_is_a_private_address_is_refused(make_portal, run, names):
    portal = make_portal({})
    inner = f"http://inner.test.gov.cn:{portal.port}/secret"
    portal.pages.update({"/": ok(f'<a href="/report/1"><a href="{inner}">'.encode()), "/report/1": ok()})
    portal.pages["/moved"] = ok(status=302, headers={"Location": inner})
    site = replace(portal.site, home_url=f"http://www.test.gov.cn:{portal.port}/")
    row = run(site).rows[0]
    assert row["reports_found"] == 1, "the registry names www.test.gov.cn, wherever it stands"
    assert portal.paths == ["/robots.txt", "/", "/report/1"]
    assert "inner.test.gov.cn is 127.0.0.1, no public address, and the registry does not name it" in row["message"]
    assert row["requests"] == 3


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("114.114.114.114", True),
        ("2400:3200::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:114.114.114.114", True),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("localhost", False),
    ],
)
def test_public_addresses(address, public):
    assert is_public(address) is public
