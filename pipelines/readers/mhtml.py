"""Word's "single file web page" (MHTML, RFC 2557): the HTML that such a file holds, whatever it is named."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import Message

from pipelines.readers.guard import Unreadable

_HEAD = re.compile(rb"\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:MIME-Version|Content-Type)\s*:", re.IGNORECASE)
_LIKELY = re.compile(rb"content-type\s*:\s*(?:multipart/(?:related|mixed|alternative)|text/html)", re.IGNORECASE)


def is_mhtml(body: bytes) -> bool:
    """Whether bytes begin with the head of a MIME message that holds HTML."""
    start = body[:4096].lstrip(b"\xef\xbb\xbf\r\n \t")
    return bool(re.match(rb"[A-Za-z-]+:", start) and _HEAD.match(start) and _LIKELY.search(start))


def html_of(body: bytes) -> tuple[bytes, str]:
    """The first part that is HTML, and its declared charset. Raises `Unreadable` (`damaged`) when there is none."""
    # The package's modern policy parses headers eagerly and stumbles over damaged ones; the old one does neither.
    message = email.message_from_bytes(body.lstrip(b"\xef\xbb\xbf\r\n \t"), policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = _payload(part)
            if payload.strip():
                return payload, str(part.get_param("charset") or "")
    raise Unreadable("damaged", "a web page in one file, without its page")


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return payload if isinstance(payload, bytes) else b""
