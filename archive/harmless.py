"""HTML rewritten so that it can only be looked at: built anew from allowed tags, attributes and text.

Safety does not hang on reading broken markup as a browser would: whatever the reading, what comes out is made of
allowed tags with quoted, checked attributes, and text without `<`. Time is linear in the length of the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_TAG_NAMES = """
a abbr address article aside b big blockquote body br caption center cite code col colgroup dd del details dfn div dl dt
em fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr html i img ins kbd label legend li main mark nav
nobr ol p pre q rp rt ruby s samp section small span strike strong style sub summary sup table tbody td tfoot th thead
time title tr tt u ul var wbr
"""
_ATTRIBUTE_NAMES = """
abbr align alt bgcolor border cellpadding cellspacing class clear color colspan data-href data-src datetime dir face
headers height id lang name noshade nowrap open reversed rowspan rules scope size span start style summary title type
valign value width
"""
_TAGS = frozenset(_TAG_NAMES.split())
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_VOID = frozenset(("br", "col", "hr", "img", "wbr"))
# Elements whose content is no markup; it goes with them, except a title's and a style sheet's.
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}
_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?""")
_TAG_END = re.compile(r"[\s/=]*(>?)")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_LOADS = re.compile(
    r"url\s*\([^)]*\)?|@import[^;]*;?|(?:-webkit-)?(?:image-set|cross-fade)\s*\(|(?<![\w-])(?:src|expression)\s*\(|behavior\s*:|-moz-binding\s*:",
    re.IGNORECASE,
)


def harmless(text: str) -> str:
    """A page without scripts, handlers, forms, frames, refreshes and loads; links keep their target as `data-href`.

    In-page links (`#…`) and pictures that are `data:` URIs stay. The result declares itself UTF-8.
    """
    return "".join(_pieces(text.replace("\x00", "")))


def _pieces(text: str) -> Iterator[str]:
    if re.match(r"\s*<!doctype\b", text, re.IGNORECASE):
        yield "<!DOCTYPE html>"  # without it the page is shown in quirks mode, as the original was
    yield '<meta charset="utf-8">'
    at = 0
    while True:
        start = text.find("<", at)
        if start < 0:
            yield text[at:]
            return
        yield text[at:start]
        if text.startswith("<!--", start):
            stop = text.find("-->", start + 2)
            at = stop + 3
        elif text.startswith(("<!", "<?"), start):
            stop = text.find(">", start)
            at = stop + 1
        else:
            closing = text.startswith("</", start)
            name = _NAME.match(text, start + 1 + closing)
            if not name:
                yield "&lt;"
                at = start + 1
                continue
            tag = name[0].lower()
            pairs, stop = _attributes(text, name.end())
            at = stop
            if stop < 0:
                return
            if tag in _RAW and not closing:
                end = _RAW_END[tag].search(text, stop)
                yield from _raw(tag, text[stop : end.start() if end else len(text)])
                if not end:
                    return
                at = _attributes(text, end.end())[1]
                stop = at
            elif tag in _TAGS and tag not in _RAW:
                yield (("" if tag in _VOID else f"</{tag}>") if closing else _tag(tag, pairs))
        if stop < 0:
            return


def _attributes(text: str, at: int) -> tuple[list[tuple[str, str]], int]:
    """Attributes of the tag whose name ends at `at`, and the position behind its `>`; -1 when it has none."""
    pairs: list[tuple[str, str]] = []
    while True:
        end = _TAG_END.match(text, at)
        if end and end[1]:
            return pairs, end.end()
        found = _ATTRIBUTE.match(text, end.end() if end else at)
        if not found:
            return pairs, -1
        pairs.append((found[1].lower(), found[2] or found[3] or found[4] or ""))
        at = found.end()


def _tag(tag: str, pairs: list[tuple[str, str]]) -> str:
    out = [f"<{tag}"]
    seen = set()
    for name, raw in pairs:
        value = html.unescape(raw)
        if name == "href" and tag == "a":
            name = "href" if value.strip().startswith("#") else "data-href"
        elif name == "src" and tag == "img":
            name = "src" if _PICTURE.fullmatch(value.strip()) else "data-src"
        elif name == "style":
            value = _css(value)
        elif name not in _ATTRIBUTES:
            continue
        if name not in seen:
            seen.add(name)
            out.append(f' {name}="{html.escape(value)}"')
    return "".join([*out, ">"])


def _raw(tag: str, content: str) -> Iterator[str]:
    if tag == "title":
        yield f"<title>{content.replace('<', '&lt;')}</title>"
    elif tag == "style":
        yield f"<style>{_css(content).replace('<', '')}</style>"


def _css(text: str) -> str:
    """Style rules that load nothing; escapes go first, because they could spell `url`."""
    return _LOADS.sub("none", text.replace("\\", ""))
