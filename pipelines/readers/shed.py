"""What a page too large to parse can do without: embedded pictures, scripts, styles, comments."""

from __future__ import annotations

import re

from pipelines.readers.guard import MAX_BYTES

_EMBEDDED = re.compile(rb"data:[a-zA-Z0-9.+/-]{1,80};base64,[A-Za-z0-9+/=%]{200,}+")
_OPENING = re.compile(rb"<(?:(!--)|(script|style)[\s>])", re.IGNORECASE)
_CLOSING = {
    b"!--": re.compile(rb"-->"),
    b"script": re.compile(rb"</script[^<>]{0,100}>", re.IGNORECASE),
    b"style": re.compile(rb"</style[^<>]{0,100}>", re.IGNORECASE),
}


def shed(body: bytes) -> bytes:
    """The bytes of a page without what no reader looks at, if there are more than a parser is given; else unchanged.

    Pictures written into the page go first; only if that does not suffice, comments, scripts and styles. One that is
    never closed takes the rest with it, as it does in the parser. In time linear in the bytes.
    """
    if len(body) > MAX_BYTES:
        body = _EMBEDDED.sub(b"", body)
    return b"".join(_unscripted(body)) if len(body) > MAX_BYTES else body


def _unscripted(body: bytes) -> list[bytes]:
    kept: list[bytes] = []
    done = 0
    while opening := _OPENING.search(body, done):
        kept.append(body[done : opening.start()])
        closing = _CLOSING[(opening[1] or opening[2]).lower()].search(body, opening.end())
        if closing is None:
            return kept
        done = closing.end()
    kept.append(body[done:])
    return kept
