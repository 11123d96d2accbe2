"""Folding of text: white space as printed matter has it, and labels as they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e]")
_SPACE = re.compile(r"\s+")
_CJK_GAP = re.compile(
    r"(?<=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff0f])\s*\n\s*(?=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff0f])"
)
_NUMBERING = re.compile(
    r"^(?:[(\[]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)\].、,:]|[(\[](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)\]])"
)
_CIRCLED = re.compile(r"^\s*[\u2460-\u2473\u2776-\u277f]")
_PUNCTUATION = re.compile(r"[\W_]+")
# Copies of portals print traditional characters; these are the ones that labels and rules look for.
TRADITIONAL = str.maketrans(
    "條項規範製發廢現數總計機關檔屬於國祕處罰強許業會組織務構種請補內屢複審結論訴訟復議維糾費額萬採購記錄舉報"
    "訪與無當續辦轉終開資訊門覆區縣鄉鎮島灣東廣號間標題們據導點個編統環應書簡讀圖網",
    "条项规范制发废现数总计机关档属于国秘处罚强许业会组织务构种请补内屡复审结论诉讼复议维纠费额万采购记录举报"
    "访与无当续办转终开资讯门复区县乡镇岛湾东广号间标题们据导点个编统环应书简读图网",
)


_CACHED = 80
"""Labels and figures come again on every page; prose does not and is not kept."""


def visible(text: str) -> str:
    """The text without characters that print nothing (zero-width, direction marks)."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def squeeze(text: str) -> str:
    """One line: invisible characters dropped, a line break between two Chinese characters dropped, every other run of
    white space (no-break and ideographic included) made one space, none at the ends."""
    return _squeezed(text) if len(text) <= _CACHED else _squeeze(text)


def _squeeze(text: str) -> str:
    text = visible(text)
    if "\n" in text:
        text = _CJK_GAP.sub("", text.strip())
    return " ".join(text.split())


_squeezed = lru_cache(maxsize=16_384)(_squeeze)


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """A label as it is compared: NFKC, no white space, no punctuation, no numbering in front, simplified characters.

    Numbering is `1.`, `1、`, `①`, `(一)`, `一、`, `㈠` and the like. `○` and `〇` are one. '' stays ''.
    """
    text = unicodedata.normalize("NFKC", _CIRCLED.sub("", visible(text))).replace("○", "〇")
    text = _SPACE.sub("", text).translate(TRADITIONAL)
    bare = _NUMBERING.sub("", text)
    while bare != text and bare:
        text, bare = bare, _NUMBERING.sub("", bare)
    return _PUNCTUATION.sub("", text)
