"""`python -m bench`: the performance table; `python -m bench truth`: real reports against their truth; `python -m bench
ocr`: figures read from spoiled pictures."""

from __future__ import annotations

import argparse
import io
import os
import platform
import tempfile
import zlib
from itertools import cycle, pairwise
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.capture import Site
from archive.exchange import Exchange, utc_now
from archive.records import knowledge
from archive.writer import ArchiveWriter
from bench import ocr, truth
from bench.measure import Pair, pair, table
from bench.pages import CLEAN, WORD, pages, styled
from pipelines.extract import extract
from pipelines.model import Source

COUNT = 60


def reading(name: str, *runs: list[bytes]) -> Pair:
    """Decode, extract and check a page against decoding and parsing it. Every run of ours takes the next of `runs` in
    turn, the floor always the first."""
    turns = cycle([[Source(body=body, mime="text/html") for body in bodies] for bodies in runs])
    size = sum(map(len, runs[0])) / COUNT / 1000

    def ours() -> int:
        for source in next(turns):
            reading = extract(source)
            # The county is invented, so its division stays unknown; nothing else may be found.
            found = [check for check in reading.checks if check.severity and check.rule != "ENTITY_KNOWN"]
            if found or any(fact.state != "reported" for fact in reading.facts) or not reading.facts:
                raise SystemExit(f"bench: a lawful page was not read well: {found or reading}")
        return COUNT

    def floor() -> int:
        for body in runs[0]:
            LexborHTMLParser(body.decode("utf-8"))
        return COUNT

    return pair(f"read a report, {name}, {size:.0f} KB", "page", ours, floor, target="≤ 3")


def archiving(*, known: bool) -> Pair:
    """Store an exchange with its index line, manifest and digest against warcio's bare request and response, or, with
    what is `known` of it as a third record, the same records as ours, each a gzip member of the same level."""
    bodies = pages(COUNT)
    site = Site("999999", "999999", "测试县", "http://www.example.gov.cn/")
    headers = (("Content-Type", "text/html"), ("Server", "bench"))
    knowledge_of_it = knowledge(site, "report", "http", "b", {}, None)

    def ours() -> int:
        with (
            tempfile.TemporaryDirectory() as folder,
            ArchiveWriter(Path(folder, "warc"), run_id="b", operator="bench") as out,
        ):
            for number, body in enumerate(bodies):
                out.write(
                    Exchange(
                        method="GET",
                        url=f"http://www.example.gov.cn/{number}.html",
                        status=200,
                        reason="OK",
                        headers=headers,
                        payload=body,
                        fetched_at=utc_now(),
                        site=site,
                        request_headers=(("Host", "www.example.gov.cn"),),
                    )
                )
        return COUNT

    def floor() -> int:
        with tempfile.TemporaryDirectory() as folder, (Path(folder) / "raw.warc.gz").open("wb") as raw:
            for number, body in enumerate(bodies):
                url = f"http://www.example.gov.cn/{number}.html"
                block = io.BytesIO()
                out = WARCWriter(block, gzip=False, warc_version="WARC/1.1")
                response = out.create_warc_record(
                    url,
                    "response",
                    payload=io.BytesIO(body),
                    http_headers=StatusAndHeaders("200 OK", list(headers), protocol="HTTP/1.1"),
                )
                request = out.create_warc_record(
                    url,
                    "request",
                    http_headers=StatusAndHeaders(
                        "GET / HTTP/1.1", [("Host", "www.example.gov.cn")], is_http_request=True
                    ),
                )
                ends = [0]
                out.write_record(response)
                ends.append(block.tell())
                out.write_record(request)
                ends.append(block.tell())
                if known:
                    out.write_record(
                        out.create_warc_record(
                            url,
                            "metadata",
                            payload=io.BytesIO(knowledge_of_it),
                            length=len(knowledge_of_it),
                            warc_content_type="application/json",
                        )
                    )
                    ends.append(block.tell())
                # warcio itself always compresses at level 9.
                for start, end in pairwise(ends):
                    raw.write(zlib.compress(block.getbuffer()[start:end], 3, 16 + zlib.MAX_WBITS))
        return COUNT

    name = "archive an exchange, the same three records" if known else "archive an exchange, request and response alone"
    return pair(name, "exchange", ours, floor, target="≤ 1.15")


def performance() -> None:
    """Print the machine and the table."""
    print(
        f"Python {platform.python_version()}, {platform.machine()}; CPU time, medians of 7 rounds, ours and floor in turn\n"
    )
    clean = pages(COUNT, CLEAN)
    new = [[styled(body, 1000 + run * COUNT + page) for page, body in enumerate(clean)] for run in range(8)]
    print(
        table(
            [
                reading("clean tables", clean),
                reading("Word paste", pages(COUNT, WORD)),
                reading("styled tables", [styled(body, 70) for body in clean]),
                reading("styled tables, no layout ever twice", *new),
                archiving(known=True),
                archiving(known=False),
            ]
        )
    )


def main() -> None:
    """The table asked for, on stdout."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, epilog="example: python -m bench truth --reports ~/reports"
    )
    parser.add_argument("table", nargs="?", choices=("performance", "truth", "ocr"), default="performance")
    parser.add_argument(
        "--reports",
        type=Path,
        default=Path(os.environ.get("NIANBAO_REPORTS") or Path(__file__).resolve().parents[2] / "shared" / "reports"),
        help="folder of real reports with truth.jsonl (default: $NIANBAO_REPORTS, else the folder beside the checkout)",
    )
    parser.add_argument(
        "--count", type=int, default=2, help="invented reports that `ocr` prints and reads (default: 2)"
    )
    chosen = parser.parse_args()
    if chosen.table == "performance":
        performance()
    elif chosen.table == "ocr":
        ocr.main(chosen.count)
    elif not (chosen.reports / "truth.jsonl").is_file():
        parser.error(f"{chosen.reports}: no truth.jsonl there; name the folder of real reports with --reports")
    else:
        print(truth.table(truth.rows(chosen.reports)))


if __name__ == "__main__":
    main()
