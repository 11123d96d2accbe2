"""What the archive holds is what a server on a bare socket sent and saw, byte for byte where the format allows it."""

from __future__ import annotations

import gzip
import os
import socketserver
import subprocess
import sys
import threading
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

BODY = gzip.compress("<html><title>测试县</title><p>没有栏目".encode("gbk"), mtime=0)
HEAD = (
    b"HTTP/1.1 200 Tout va bien\r\nx-lower: 1\r\nSET-COOKIE: a=1; path=/\r\nSet-Cookie: b=2; path=/\r\n"
    b"X-Raw: \xd6\xd0\xce\xc4\r\nContent-type: text/html; charset=GBK\r\nContent-Encoding: gzip\r\n"
    b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
)


class Answer(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            head += line
        self.server.seen.append(head)  # type: ignore[attr-defined]
        if head.startswith(b"GET /robots.txt "):
            self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        middle = len(BODY) // 2
        self.wfile.write(HEAD)
        for part in (BODY[:middle], BODY[middle:], b""):
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")


def test_heads_and_bodies_are_those_of_the_wire(tmp_path: Path) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        server.seen = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        home = f"http://127.0.0.1:{server.server_address[1]}/"
        registry = tmp_path / "sites.csv"
        registry.write_text(f"site_id,region_code,name,home_url\n999901,999901,测试县,{home}\n", encoding="utf-8")
        words = ["crawl", "--sites", str(registry), "--data", str(tmp_path / "data"), "--delay", "0"]
        subprocess.run(
            [sys.executable, "-m", "crawler.cli", *words],
            capture_output=True,
            timeout=100,
            env={**os.environ, "NIANBAO_CONTACT": "mailto:wire@example.org"},
        )
        server.shutdown()
    responses, requests = {}, []
    for path in (tmp_path / "data" / "warc").glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                block = record.raw_stream.read()
                if record.rec_type == "response":
                    responses[record.rec_headers.get_header("WARC-Target-URI")] = block
                elif record.rec_type == "request":
                    requests.append(block)
    sent = HEAD.replace(b"Transfer-Encoding: chunked", b"X-Orig-Transfer-Encoding: chunked")
    head, _, body = responses[home].partition(b"\r\n\r\n")
    # The body is stored dechunked, so its length is stated; nothing else of the head may differ.
    assert [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")] == sent.split(
        b"\r\n"
    )[:-2]
    assert body == BODY
    assert sorted(requests) == sorted(server.seen)  # type: ignore[attr-defined]
    assert all(b"mailto:wire@example.org" in request for request in requests)
