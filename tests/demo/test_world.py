"""The portals over real HTTP: everything linked is there, every report shows its figures, lists are whole, the log is true."""

from __future__ import annotations

import base64
import csv
import gzip
import http.client
import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from archive.capture import payload_digest
from demo.portals import PORTALS
from demo.server import ExpectedReport, PortTaken, World

SITES = [kind.place.site_id for kind in PORTALS]


@dataclass
class Answer:
    url: str
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.raw) if self.headers.get("content-encoding") == "gzip" else self.raw

    @property
    def text(self) -> str:
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            return self.body.decode("gbk")


class Client:
    """A plain keep-alive client, one connection a host."""

    def __init__(self) -> None:
        self.open: dict[str, http.client.HTTPConnection] = {}

    def get(self, url: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
        parts = urlsplit(url)
        connection = self.open.setdefault(parts.netloc, http.client.HTTPConnection(parts.netloc, timeout=10))
        target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body or None, sent)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(url, response.status, found, response.read())

    def close(self) -> None:
        for connection in self.open.values():
            connection.close()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as running:
        yield running


@pytest.fixture
def client() -> Iterator[Client]:
    plain = Client()
    yield plain
    plain.close()


def linked(page: Answer) -> set[str]:
    if not page.headers["content-type"].startswith("text/html"):
        return set()
    tree = LexborHTMLParser(page.text)
    found = {node.attributes.get("href") or "" for node in tree.css("a[href]")}
    found |= {node.attributes.get("src") or "" for node in tree.css("[src]")}
    for node in tree.css("meta[http-equiv=refresh]"):
        found.add((node.attributes.get("content") or "").partition("url=")[2])
    for script in tree.css("script"):
        for count, stem, ext in re.findall(r'createPageHTML\((\d+), ?\d+, ?"(\w+)", ?"(\w+)"\)', script.text()):
            found |= {f"{stem}_{page}.{ext}" for page in range(1, int(count))}
        for count, stem, ext in re.findall(r"createPageHTML\('page_div',(\d+), ?\d+,'(\w+)','(\w+)'", script.text()):
            found |= {f"{stem}_{page}.{ext}" for page in range(2, int(count) + 1)}
        found |= set(re.findall(r"<a href='([^']+)'", script.text()))
    return {urldefrag(urljoin(page.url, link))[0] for link in found if link}


def walk(client: Client, home: str) -> dict[str, Answer]:
    """Every page that links of the same host lead to; of the calendar only three months."""
    host = urlsplit(home).netloc
    pages: dict[str, Answer] = {}
    waiting = [home]
    while waiting:
        url = waiting.pop()
        endless = "month=" in url and sum("month=" in known for known in pages) >= 3
        if url in pages or endless or urlsplit(url).netloc != host:
            continue
        pages[url] = client.get(url)
        waiting += linked(pages[url])
    return pages


@pytest.mark.parametrize("number", range(len(PORTALS)), ids=SITES)
def test_every_link_leads_somewhere(world: World, client: Client, number: int) -> None:
    pages = walk(client, world.sites[number].home_url)
    assert {url: page.status for url, page in pages.items() if page.status != 200} == {}
    # gkmlpt lists and the second jpage group stand behind interfaces; theirs have tests of their own.
    if PORTALS[number].place.platform not in ("gkmlpt", "hanweb_jpage"):
        expected = {report.url for report in world.expected() if report.site_id == SITES[number]}
        assert expected <= set(pages)


def rows_of(answer: Answer, client: Client) -> list[list[str]]:
    """The texts of cells, a list a table row, of whatever the page keeps them in."""
    html = answer.text
    if "window._CONFIG" in html:
        config = re.search(r"window\._CONFIG = (\{.*?\});</script>", html, re.S)
        assert config is not None
        detail = json.loads(config[1])["DETAIL"]
        if detail["attachment"]:
            return [pdf_strings(client.get(detail["attachment"][0]["url"]).body)]
        html = detail["content"]
    hidden = re.search(r'src="(/assets/d/\d+\.js)"', html)
    if hidden:
        script = client.get(urljoin(answer.url, hidden[1])).text
        coded = base64.b64decode(script.partition('"')[2].rpartition('"')[0])
        parts = json.loads(bytes(byte ^ 0x5A for byte in coded))
        return [[cell[0] for cell in row] for kind, rows in parts if kind == "table" for row in rows]
    tree = LexborHTMLParser(html)
    rows = [
        [re.sub(r"[\s\xa0]+", "", cell.text()) for cell in row.css("td")]
        for row in tree.css("tr")
        if not row.css_first("table")
    ]
    return [*rows, [node.text().strip() for node in tree.css("p")]]


def pdf_strings(body: bytes) -> list[str]:
    return [bytes.fromhex(code.decode()).decode("utf-16-be") for code in re.findall(rb"<([0-9A-F]+)> Tj", body)]


def stands_in(sequence: list[str], rows: list[list[str]]) -> bool:
    size = len(sequence)
    return any(row[at : at + size] == sequence for row in rows for at in range(len(row) - size + 1))


@pytest.mark.parametrize("number", range(len(PORTALS)), ids=SITES)
def test_every_report_shows_its_figures(world: World, client: Client, number: int) -> None:
    portal = world.portals[number]
    assert portal.published
    for path, report in portal.published:
        answer = client.get(f"{portal.origin}{path}")
        assert answer.status == 200
        if report.form == "legacy_prose":
            assert report.figures.text("prose_requests_closed") in answer.text
            continue
        rows = rows_of(answer, client)
        cells: dict[str, list[str]] = {}
        for indicator, applicant in report.figures.facts:
            group = indicator if applicant else indicator.rpartition("_")[0] if "art20" not in indicator else indicator
            cells.setdefault(group, []).append(report.figures.text(indicator, applicant))
        for indicator, texts in cells.items():
            assert stands_in(texts, rows), (report.title, indicator, texts)


def test_expected_agrees_with_the_world(world: World) -> None:
    expected = world.expected()
    assert len({(report.site_id, report.url) for report in expected}) == len(expected) >= 45
    assert Counter(len(report.facts) for report in expected).keys() == {198, 200, 2}
    canonical = Counter((each.unit_name, each.year) for each in expected if each.canonical)
    assert set(canonical.values()) == {1}
    replaced = [each for each in expected if not each.canonical]
    assert [(each.unit_name, each.year) for each in replaced] == [("石家庄市新华区人民政府", 2021)]
    newer = next(
        each for each in expected if each.canonical and (each.unit_name, each.year) == ("石家庄市新华区人民政府", 2021)
    )
    assert newer.published_on > replaced[0].published_on
    differs = [key for key in newer.facts if newer.facts[key] != replaced[0].facts[key]]
    assert differs == [("art20_6_penalty_decisions", "")]
    kinds = {each.unit_kind for each in expected}
    assert kinds == {"government", "office", "department", "township", "zone"}


def of(world: World, unit: str, year: int) -> ExpectedReport:
    return next(each for each in world.expected() if (each.unit_name, each.year) == (unit, year) and each.canonical)


def test_blanks_money_and_signs_are_as_printed_by_the_known_reports(world: World) -> None:
    hongqiao = of(world, "天津市红桥区人民政府", 2020).facts
    assert hongqiao["art20_5_licensing_items_change", ""] == -75
    assert hongqiao["requests_new", "research"] is None
    assert hongqiao["requests_handled", "total"] == 310
    assert of(world, "沧州市运河区人民政府", 2020).facts["art20_9_procurement_amount", ""] == 24785.180874
    office = of(world, "深州市人民政府办公室", 2021)
    assert office.facts["requests_other_other", "total"] is None
    assert (office.published_on, office.unit_kind) == ("2022-01-12", "office")
    assert of(world, "淮安经济技术开发区", 2020).region_code is None


def test_deliberate_breaks_break_what_they_say_and_nothing_else_does(world: World) -> None:
    named = {(each.rule, each.unit_name, each.year) for each in world.expected_findings}
    broken = set()
    found = {(each.unit_name, each.year): each for each in world.expected() if each.canonical and len(each.facts) > 2}
    for (unit, year), report in found.items():
        rows: dict[str, dict[str, float]] = {}
        for (indicator, applicant), value in report.facts.items():
            if applicant:
                rows.setdefault(indicator, {})[applicant] = value or 0
        if any(row["total"] != sum(row.values()) - row["total"] for row in rows.values()):
            broken.add(("T3_ROW_SUM", unit, year))
        leaves = [row for name, row in rows.items() if name.split("_")[1] not in ("new", "carried", "handled")]
        if any(sum(row[a] for row in leaves) != rows["requests_handled"][a] for a in rows["requests_new"]):
            broken.add(("T3_RESULT_SUM", unit, year))
        previous = found.get((unit, year - 1))
        if previous is not None:
            for (indicator, applicant), value in report.facts.items():
                out = previous.facts.get(("requests_carried_out", applicant))
                if indicator == "requests_carried_in" and (out or 0) != (value or 0):
                    broken.add(("CARRY", unit, year))
    assert (
        broken
        == named
        == {
            ("CARRY", "沧州市运河区人民政府", 2022),
            ("T3_ROW_SUM", "石家庄市新华区人民政府", 2022),
            ("T3_RESULT_SUM", "石家庄市新华区人民政府", 2022),
        }
    )


def test_trs_lists_are_whole(world: World, client: Client) -> None:
    base = f"{world.sites[0].home_url}zwgk/zfxxgkqzf/qzf/zfxxgknb2/"
    first = client.get(base).text
    pages = int(re.search(r"countPage = (\d+)", first)[1])  # type: ignore[index]
    assert pages == 3
    found = set()
    for name in ("index.html", *(f"index_{page}.html" for page in range(1, pages))):
        found |= linked(client.get(f"{base}{name}"))
    assert {report.url for report in world.expected() if report.site_id == "120106"} <= found
    assert client.get(f"{base}index_{pages}.html").status == 404


def test_jpage_ignores_startrecord_and_ends(world: World, client: Client) -> None:
    site = world.sites[2]
    proxy = f"{site.home_url}module/web/jpage/dataproxy.jsp"
    form = "webid=73&columnid=11356&unitid=764752&startrecord=13&endrecord=24&perpage=4"
    posted = client.get(proxy, "POST", form, Content_Type="application/x-www-form-urlencoded")
    assert posted.headers["content-type"].startswith("text/xml")
    seen: list[str] = []
    for page in range(1, 9):
        answer = client.get(f"{proxy}?page={page}&webid=73&columnid=11356&unitid=764752")
        seen += re.findall(r"<a href='([^']+)'", answer.text)
    assert re.findall(r"<a href='([^']+)'", posted.text) == seen[:4]
    assert len(seen) == len(set(seen)) == int(re.search(r"<totalrecord>(\d+)", posted.text)[1])  # type: ignore[index]
    expected = {urlsplit(report.url).path for report in world.expected() if report.site_id == "320800-hakfq"}
    assert expected <= set(seen)
    # Part of the reports stands only behind the interface.
    column = client.get(f"{site.home_url}col/col11356/index.html").text
    assert any(path not in column for path in expected)
    assert any(path in column for path in expected)
    wrong = client.get(f"{proxy}?page=1&columnid=1&unitid=1")
    assert (wrong.status, len(wrong.body)) == (200, 54)


def test_gkmlpt_pages_of_a_hundred(world: World, client: Client) -> None:
    site = world.sites[5]
    api = f"{site.home_url}gkmlpt/api/all"
    zero, one = (client.get(f"{api}/0?page={page}&sid=449001") for page in (0, 1))
    assert zero.body == one.body
    whole = json.loads(one.body)
    rest = json.loads(client.get(f"{api}/0?page=2&sid=449001").body)
    assert len(whole["articles"]) == 100
    assert len(whole["articles"]) + len(rest["articles"]) == whole["classify"]["post_count"]
    assert client.get(f"{api}/0?page=3&sid=449001").status == 404
    annual = json.loads(client.get(f"{api}/2629?page=1&sid=449001").body)
    expected = {report.url for report in world.expected() if report.site_id == "449901"}
    assert expected <= {article["url"] for article in annual["articles"]}
    assert client.get(f"{api}/2629?page=2&sid=449001").status == 404
    assert client.get(f"{api}/2629?page=1&sid=1").status == 404


def test_vsb_and_jsp_lists_are_whole(world: World, client: Client) -> None:
    """The pages after the first, by number; those who follow the links to the end get every report."""
    for number, pattern, last in ((1, r"list\.jsp\?columnId=4&page=(\d+)", 2), (4, r"PAGENUM=(\d+)", 2)):
        pages = walk(client, world.sites[number].home_url)
        numbers = {int(found[1]) for found in (re.search(pattern, url) for url in pages) if found}
        assert max(numbers) == last


def test_transport_peculiarities(world: World, client: Client) -> None:
    trs, jsp, jpage, ucap, vsb, *_ = (client.get(site.home_url) for site in world.sites)
    again = client.get(trs.url, If_None_Match=trs.headers["etag"])
    assert (again.status, again.raw) == (304, b"")
    assert jsp.headers["content-type"] == vsb.headers["content-type"] == "text/html"
    assert "沧州市运河区人民政府" in jsp.body.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        jsp.body.decode()
    assert jpage.headers["transfer-encoding"] == "chunked"
    assert b'http-equiv="refresh"' in ucap.body
    assert client.get(f"{ucap.url}szs/index.shtml").headers["content-encoding"] == "gzip"
    head = client.get(vsb.url, "HEAD")
    assert (head.raw, head.headers["content-length"]) == (b"", str(len(vsb.raw)))
    missing = client.get(f"{vsb.url}nothing.htm")
    assert missing.status == 404


def test_noise_is_there(world: World, client: Client) -> None:
    for portal in world.portals:
        robots = client.get(f"{portal.origin}/robots.txt").text
        assert "Disallow: /search/" in robots
        month = client.get(f"{portal.origin}{portal.paths.calendar}?month=2031-12").text
        assert "month=2032-01" in month
        home = client.get(f"{portal.origin}{portal.paths.home}").text
        assert world.mirror in home


def test_a_script_is_needed_where_the_registry_says_so(world: World, client: Client) -> None:
    assert [site.site_id for site in world.sites if site.fetch == "browser"] == ["449902"]
    for report in world.expected():
        if report.site_id == "449902":
            assert "<table" not in client.get(report.url).text


def test_log_says_what_was_sent(client: Client) -> None:
    with World() as world:
        first = client.get(world.sites[0].home_url, User_Agent="probe/1")
        second = client.get(f"{world.sites[3].home_url}szs/index.shtml")
        third = client.get(f"{world.sites[2].home_url}nothing?x=1")
        assert client.get(f"{world.mirror}/zwgk/nb/1.html").status == 200
        log = list(world.log)
    assert [(each.portal, each.method, each.path, each.status) for each in log] == [
        ("120106", "GET", "/", 200),
        ("131182", "GET", "/szs/index.shtml", 200),
        ("320800-hakfq", "GET", "/nothing?x=1", 404),
        ("mirror", "GET", "/zwgk/nb/1.html", 200),
    ]
    for entry, answer in zip(log, (first, second, third), strict=False):
        assert (entry.bytes, entry.digest) == (len(answer.raw), payload_digest(answer.raw))
    assert log[0].user_agent == "probe/1"


def test_the_same_world_twice_on_the_same_ports() -> None:
    with World() as world:
        ports, first = world.ports, world.expected()
        pages = [dict(portal.pages) for portal in world.portals]
    with World(ports) as again:
        assert again.expected() == first
        assert [portal.pages for portal in again.portals] == pages


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)), World([*[0] * len(PORTALS), port]):
            raise AssertionError("started on a taken port")


def test_stopping_closes_idle_connections(client: Client) -> None:
    with World() as world:
        client.get(world.sites[0].home_url)
        idle = client.open[urlsplit(world.sites[0].home_url).netloc].sock
    idle.settimeout(5)
    assert idle.recv(1) == b""


def test_registry_file_has_a_line_a_portal(world: World, tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    world.write_registry(path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["site_id"] for row in rows] == SITES
    assert rows[0]["home_url"] == world.sites[0].home_url
    assert [row["delay"] for row in rows] == [""] * len(SITES)
