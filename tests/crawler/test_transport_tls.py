"""TLS against real servers with real certificates: verified first, permissive where that fails, and recorded."""

from __future__ import annotations

import socketserver
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Site


def ok(body: bytes = b"<p>text</p>", **more: Any) -> Any:
    return SimpleNamespace(**{"body": body, "status": 200, "headers": {}, "raw": b"", "wait": 0.0, **more})


PAGES = {"/": ok(b'<a href="/report/1">'), "/report/1": ok()}


@pytest.fixture
def certified(tmp_path: Path) -> Any:
    """A server's context with a certificate for `name`; `days` until it ends; `path` is where it stands as PEM."""

    def make(name: str = "127.0.0.1", days: int = 30, bits: int = 0) -> Any:
        key: Any = rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "试验")])
        where: Any = x509.DNSName(name) if name[0].isalpha() else x509.IPAddress(ip_address(name))
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([where]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        path = tmp_path / f"{name}{days}{bits}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if bits:
            context.set_ciphers("ALL:@SECLEVEL=0")
        context.load_cert_chain(path)
        return SimpleNamespace(context=context, path=path)

    return make


def fields(data: Any) -> dict[str, list[str]]:
    """WARC-Protocol of the answers by address."""
    found = {}
    for path in data.warc.glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response":
                    headers = record.rec_headers
                    found[headers.get_header("WARC-Target-URI")] = [
                        value for name, value in headers.headers if name == "WARC-Protocol"
                    ]
    return found


def test_a_trusted_certificate_is_nothing_to_tell(make_portal, run, certified, monkeypatch, archived, data):
    good = certified()
    monkeypatch.setenv("SSL_CERT_FILE", str(good.path))
    portal = make_portal(PAGES, tls=good.context)
    row = run(portal.site).rows[0]
    assert (row["outcome"], row["reports_found"], row["message"]) == ("ok", 1, "")
    assert all("tls" not in capture.context for capture in archived(data))
    assert fields(data)[portal.url("/report/1")] == ["http/1.1", "tls/1.3"]


@pytest.mark.parametrize(
    ("name", "days", "trusted", "words"),
    [
        ("127.0.0.1", 30, False, "certificate not trusted: self-signed certificate"),
        ("127.0.0.1", -5, True, "certificate not trusted: certificate has expired"),
        ("www.elsewhere.gov.cn", 30, True, "certificate not trusted: IP address mismatch"),
    ],
)
def test_a_certificate_that_proves_nothing_is_told(
    make_portal, run, certified, monkeypatch, archived, data, name, days, trusted, words
):
    bad = certified(name, days)
    monkeypatch.setenv("SSL_CERT_FILE", str(bad.path if trusted else certified("a.example").path))
    portal = make_portal(PAGES, tls=bad.context)
    row = run(portal.site).rows[0]
    assert (row["outcome"], row["reports_found"]) == ("ok", 1)
    assert row["message"].startswith(f"127.0.0.1:{portal.port}: TLSv1.3, {words}")
    assert row["message"].count("read all the same") == 1
    captures = archived(data)
    assert len(captures) == 3
    assert all(capture.context["tls"].startswith(f"TLSv1.3, {words}") for capture in captures)


@pytest.mark.parametrize(("version", "protocol"), [("TLSv1", "tls/1.0"), ("TLSv1_1", "tls/1.1")])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_versions_are_spoken_where_there_is_nothing_better(
    make_portal, run, certified, archived, data, version, protocol
):
    old = certified(bits=1024)
    old.context.minimum_version = ssl.TLSVersion.TLSv1
    old.context.maximum_version = ssl.TLSVersion[version]
    portal = make_portal({**PAGES, "/report/1": ok(headers={"x-LOWER": "1", "X-Twice": "2"})}, tls=old.context)
    row = run(portal.site).rows[0]
    assert (row["outcome"], row["reports_found"]) == ("ok", 1)
    report = archived(data)[-1]
    assert report.context["tls"].startswith(version.replace("_", ".") + ", certificate not checked: the standard")
    assert fields(data)[report.url] == ["http/1.1", protocol]
    assert [name for name, _ in report.headers if name.startswith(("x", "X"))] == ["x-LOWER", "X-Twice"], "as sent"


def test_only_the_host_that_fails_is_asked_permissively(make_portal, run, certified, monkeypatch, archived, data):
    good, bad = certified(), certified(days=-5)
    monkeypatch.setenv("SSL_CERT_FILE", str(good.path))
    first = make_portal({"/list": ok(b'<a href="/report/2">'), "/report/2": ok()}, tls=bad.context)
    portal = make_portal(
        {**PAGES, "/report/1": ok(f'<a href="{first.url("/list")}">'.encode())},
        tls=good.context,
        list_url=first.url("/list"),
    )
    row = run(portal.site).rows[0]
    assert row["reports_found"] == 2
    told = {capture.url: "tls" in capture.context for capture in archived(data)}
    assert told[portal.url("/report/1")] is False
    assert told[first.url("/list")] is True
    assert row["message"].startswith(f"127.0.0.1:{first.port}: TLSv1.3, certificate not trusted: ")


class _Plain(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.server.seen.append(self.request.recv(4096))  # type: ignore[attr-defined]
        self.wfile.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")


def test_https_that_is_refused_is_not_replaced_by_http(run):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Plain) as server:
        server.seen = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        site = Site("999901", "999901", "试验", f"https://127.0.0.1:{server.server_address[1]}/")
        row = run(site, settings={"RETRY_ENABLED": False}).rows[0]
        server.shutdown()
        thread.join()
    assert row["outcome"] == "unreachable"
    assert "no TLS connection, not even a permissive one (wrong version number)" in row["message"]
    assert server.seen  # type: ignore[attr-defined]
    assert not any(b"HTTP/" in seen for seen in server.seen), "handshakes, and no request"  # type: ignore[attr-defined]


def test_http_that_sends_to_https_is_followed(make_portal, run, certified, archived, data):
    secure = make_portal({"/": ok(b'<a href="/report/1">'), "/report/1": ok()}, tls=certified().context)
    portal = make_portal({"/": ok(status=301, headers={"Location": secure.url("/")})}, list_url=secure.url("/"))
    row = run(portal.site).rows[0]
    assert (row["outcome"], row["reports_found"]) == ("ok", 1)
    assert fields(data)[portal.url("/")] == ["http/1.1"]
