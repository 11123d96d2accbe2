from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.decode import decode

TEXT = "<p>某县2020年政府信息公开工作年度报告</p>" * 20


@pytest.mark.parametrize(
    ("body", "header", "declared", "used"),
    [
        (TEXT.encode(), "", "", "utf-8"),
        (TEXT.encode("gb18030"), "", "", "gb18030"),
        (TEXT.encode("gb18030"), "utf-8", "utf-8", "gb18030"),
        (TEXT.encode(), "gbk", "gbk", "utf-8"),
        (TEXT.encode(), "ISO-8859-1", "iso-8859-1", "utf-8"),
        (b'<meta charset="gb2312">' + TEXT.encode(), "", "gb2312", "utf-8"),
        (b"<meta http-equiv=x content='text/html; charset=GBK'>" + TEXT.encode("gbk"), "", "gbk", "gb18030"),
        (codecs.BOM_UTF8 + TEXT.encode(), "gbk", "gbk", "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "", "", "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "", "", "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16le", "utf-16le", "utf-16-le"),
    ],
)
def test_bytes_speak_before_labels(body: bytes, header: str, declared: str, used: str) -> None:
    decoded = decode(body, header)
    assert (decoded.declared, decoded.used) == (declared, used)
    assert decoded.text.endswith(TEXT)


def test_utf8_cut_in_mid_character_stays_utf8() -> None:
    decoded = decode(TEXT.encode()[:-6], "gbk")
    assert decoded.used == "utf-8"
    assert "政府信息公开" in decoded.text


def test_a_stray_byte_does_not_turn_utf8_into_gb18030() -> None:
    before, after = TEXT.encode().split(b"\xe5\xb9\xb4", 1)
    decoded = decode(before + b"\xff" + after)
    assert decoded.used == "utf-8"
    assert decoded.text.count("\ufffd") == 1


def test_a_stray_byte_does_not_spoil_gb18030() -> None:
    body = TEXT.encode("gb18030")
    assert decode(body + b"\xff", "utf-8").used == "gb18030"


@given(st.binary(max_size=300), st.text(max_size=12))
def test_no_bytes_raise(body: bytes, label: str) -> None:
    assert isinstance(decode(body, label).text, str)


@pytest.mark.parametrize("label", ["\0", "hex", "idna", "unicode_escape", "base64", "x" * 100, "utf-16\0", "undefined"])
def test_labels_that_are_no_charset_of_pages(label: str) -> None:
    assert isinstance(decode(b"\x80\xff\0", label).text, str)
