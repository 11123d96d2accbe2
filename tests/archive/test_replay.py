"""What a browser is shown: the text is there, and nothing that acts or loads is."""

from __future__ import annotations

import gzip
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from archive.capture import Capture
from archive.harmless import harmless
from archive.replay import CONTENT_SECURITY_POLICY, decode, replay


def _capture(payload: bytes, mime: str = "text/html", status: int = 200, **headers: str) -> Capture:
    pairs = (("Content-Type", mime), *((name.replace("_", "-"), value) for name, value in headers.items()))
    return Capture("http://x.gov.cn/", "2026-01-01T00:00:00.000000Z", status, pairs, payload)


_ACTS = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "meta",
    "link",
    "base",
    "svg",
    "math",
    "frame",
    "video",
}


def _assert_harmless(out: str) -> None:
    """No acting element, attribute or load in what a real HTML parser makes of it."""
    tree = LexborHTMLParser(out)
    for node in tree.root.traverse() if tree.root else []:
        if node.tag == "meta":
            assert node.attributes == {"charset": "utf-8"}
            continue
        assert node.tag not in _ACTS, out
        for name, value in node.attributes.items():
            assert not name.startswith("on"), out
            assert name not in ("srcdoc", "action", "formaction", "background", "srcset", "poster", "data"), out
            if name == "href":
                assert (value or "").strip().startswith("#"), out
            if name == "src":
                assert (value or "").strip().lower().startswith("data:image/"), out
            if name == "style":
                assert not re.search(r"url\s*\(|@import|image-set", value or "", re.IGNORECASE), out


ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT\n>alert(1)</script  >x",
    "<scr<script>ipt>alert(1)</script>",
    "<script><!--<script></script>--></script><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror='alert(1)'>",
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    "<svg onload=alert(1)><style><img src=x onerror=alert(1)></style>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<title></title><script>alert(1)</script>",
    "<title><img src=x onerror=alert(1)></title>",
    "<textarea></textarea><script>x</script>",
    "<style>@import 'http://x/';body{background:u\\72l(http://x/)}</style>",
    "<style></style><script>alert(1)</script></style>",
    "<style>a{}<!--</style><script>x</script>-->",
    '<p style="background:&#117;rl(http://x/)">',
    "<p style=\"background:image-set('http://x/' 1x)\">",
    '<a href="javascript:alert(1)">x</a><a href="&#106;avascript:x">y</a><a href=" #ok">z</a>',
    '<meta http-equiv=refresh content="0;url=http://x/"><base href="http://x/"><link rel=stylesheet href=//x>',
    "<form action=http://x/><input name=a><button formaction=//x>go</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml <script>alert(1)</script>?>",
    '<p title="a\' onclick=\'x" onclick="alert(1)">',
    "<p title='\"><script>alert(1)</script>'>",
    "<p\x0conclick=alert(1)>",
    "<p =onclick=alert(1)>",
    "<p/onclick=alert(1)//",
    "<a\x00 href=javascript:x onc\x00lick=x>",
    "<plaintext><script>",
    "<xmp><script>alert(1)</script></xmp><noembed><img onerror=x></noembed>",
    "<table background=http://x/ style='behavior:url(x)'><td onmouseover=x>",
    "</script><script>alert(1)//",
    "<",
    "</",
    "<a",
    "<a href='",
    "<style>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_come_out_harmless(attack: str) -> None:
    out = harmless(attack)
    _assert_harmless(out)
    assert harmless(out.removeprefix('<meta charset="utf-8">')) == out, "what is harmless stays as it is"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([*ATTACKS, "<p ", ">", '"', "'", "=", "<!--", "-->", "年", "&lt;", "</p>", " "]), max_size=8
    )
)
def test_attacks_in_any_order_come_out_harmless(parts: list[str]) -> None:
    _assert_harmless(harmless("".join(parts)))


def test_the_page_itself_stays() -> None:
    page = (
        "<!doctype html><html><head><title>年报 &amp; 附件</title><style>td{border:1px solid #ccc}</style></head><body>"
        '<h1 align="center">2025年</h1><table border=1><tr><td colspan=2 style="width: 5%">1&lt;2</td></tr></table>'
        '<a href="/a.pdf">附件</a><a href="#s">下</a><o:p>词</o:p> 3 < 5 <img src="data:image/png;base64,AAAA"><br/></body></html>'
    )
    out = harmless(page)
    for piece in (
        "<!DOCTYPE html>",
        "<title>年报 &amp; 附件</title>",
        "<style>td{border:1px solid #ccc}</style>",
        '<h1 align="center">2025年</h1>',
        '<td colspan="2" style="width: 5%">1&lt;2</td>',
        '<a data-href="/a.pdf">附件</a>',
        '<a href="#s">下</a>',
        "词 3 &lt; 5 ",
        '<img src="data:image/png;base64,AAAA">',
    ):
        assert piece in out


def test_real_pages_keep_their_text(real_reports: Path) -> None:
    pages = sorted(path for path in real_reports.rglob("*") if path.suffix in (".html", ".htm"))
    assert pages
    for path in pages:
        text = decode(path.read_bytes())
        out = harmless(text)
        _assert_harmless(out)
        seen = [_words(source) for source in (text, out)]
        assert seen[0] == seen[1], path.name


def _words(page: str) -> str:
    tree = LexborHTMLParser(page)
    tree.strip_tags(["script", "style", "noscript", "iframe", "textarea", "svg", "select", "noframes", "object"])
    return re.sub(r"\s+", "", tree.body.text() if tree.body else "")


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 200_000,
        "<b i>" * 200_000,
        "<a " + "x=1 " * 200_000 + ">",
        "<p title='" * 100_000,
        '<p title="' * 100_000,
        "<" * 500_000,
        "<!--" * 200_000,
        "<p " + " " * 500_000,
        "<p a" + " " * 500_000 + "b>",
        "<script" * 100_000,
        "<script>" * 100_000,
        "<style>" + "url(" * 200_000,
        "<style>" + "@import " * 100_000,
        "&#60;" * 200_000,
    ],
)
def test_time_is_linear(bomb: str) -> None:
    start = time.process_time()
    harmless(bomb)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("body", "declared", "text"),
    [
        ("年报".encode(), "", "年报"),
        ("年报".encode(), "gbk", "年报"),
        ("年报".encode(), "iso-8859-1", "年报"),
        ("年报公开".encode("gbk"), "", "年报公开"),
        ("年报公开".encode("gbk"), "utf-8", "年报公开"),
        ("年报公开".encode("gb18030"), "iso-8859-1", "年报公开"),
        ("㐂年".encode("gb18030"), "gb2312", "㐂年"),
        ("\ufeff年".encode("utf-16"), "", "\ufeff年"),
        ("\ufeff年".encode(), "gbk", "年"),
        (b"<meta charset=big5>" + "臺灣".encode("big5"), "", "<meta charset=big5>臺灣"),
        (b"<meta charset=no-such>" + "年报".encode("gbk"), "base64", "<meta charset=no-such>年报"),
        ("年报".encode()[:-1], "utf-8", "年"),
        ("年报公开".encode("gbk")[:-1], "gbk", "年报公"),
        (("年" * 50).encode() + b"\xff", "utf-8", "年" * 50 + "\ufffd"),
        (b"", "", ""),
    ],
)
def test_decode(body: bytes, declared: str, text: str) -> None:
    assert decode(body, declared) == text


def test_html_is_utf8_whatever_it_was() -> None:
    page = "<meta charset=gb2312><p onclick=x>依申请公开</p>".encode("gbk")
    shown = replay(_capture(gzip.compress(page), "text/html; charset=gb2312", Content_Encoding="gzip"))
    assert (shown.status, shown.mime) == (200, "text/html; charset=utf-8")
    assert shown.body.decode() == '<meta charset="utf-8"><p>依申请公开</p>'


@pytest.mark.parametrize(
    ("payload", "mime", "shown"),
    [
        (b"%PDF-1.4", "application/pdf", "application/pdf"),
        (b"%PDF-1.4", "application/octet-stream", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png", "image/png"),
        (b"<svg onload=x>", "image/svg+xml", "text/plain; charset=utf-8"),
        (b"alert(1)", "application/javascript", "text/plain; charset=utf-8"),
        (b'{"a":1}', "application/json", "text/plain; charset=utf-8"),
        (b"<html><p>x", "", "text/html; charset=utf-8"),
        (
            b"PK\x03\x04",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/octet-stream",
        ),
        (b"\x00\x01", "", "application/octet-stream"),
    ],
)
def test_other_types(payload: bytes, mime: str, shown: str) -> None:
    out = replay(_capture(payload, mime))
    assert out.mime == shown
    assert shown.startswith("text/html") or out.body == payload


def test_a_redirect_is_told_not_followed() -> None:
    shown = replay(_capture(b"<p>moved", status=302, Location="http://x/a?b=年".encode().decode("latin-1")))
    assert (shown.status, shown.mime) == (200, "text/plain; charset=utf-8")
    assert shown.body.decode() == "302 → http://x/a?b=年\n"


def test_the_policy_lets_nothing_load_or_run() -> None:
    assert CONTENT_SECURITY_POLICY.startswith("sandbox; default-src 'none'; ")
    assert "script" not in CONTENT_SECURITY_POLICY
