"""What every answer carries, and what is never answered: the outermost layer of the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from datasette.app import Datasette

from browse.memory import ONE_PAGE, Memory
from browse.snapshot import NAME, Snapshot

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Nothing from elsewhere, ever. Our own pages run no script at all.
OWN_PAGES = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Datasette's own pages have their scripts and some styles inside the page, and fetch facets and column types.
DATASETTE_PAGES = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
# Datasette's pages about itself that serve no reader: permission and thread debugging, log-in, folder names.
OPEN_INTERNALS = ("/-/static/", "/-/capture/", "/-/cell/", "/-/metadata", "/-/versions", "/-/settings", "/-/plugins")


def wrap(app: App, datasette: Datasette) -> App:
    """`app` with reading methods only, no cookies, no internals, and the security headers on every answer."""

    memory = Memory()

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            await _refuse(send, 405, "This site is read-only: only GET and HEAD are answered.\n")
            return
        path = str(scope["path"])
        if path.startswith("/-/") and not path.startswith(OPEN_INTERNALS):
            await _refuse(send, 404, "There is no such page.\n")
            return
        snapshot = datasette.databases[NAME]
        assert isinstance(snapshot, Snapshot)
        state = snapshot.settle()
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        address = (host, scope.get("raw_path", path), scope["query_string"])
        kept = memory.find(state, address)
        if kept is None:
            answer = _Answer(send)
            # HEAD is answered like GET; the server leaves the body out.
            await app({**scope, "method": "GET"}, receive, answer.send)
            if answer.whole and snapshot.settle() == state and not path.startswith("/-/"):
                memory.keep(state, address, answer.status, answer.headers, bytes(answer.body))
        else:
            await send({"type": "http.response.start", "status": 200, "headers": kept.headers})
            await send({"type": "http.response.body", "body": kept.body})

    return guarded


class _Answer:
    """Passes an answer on with its headers completed, and holds a copy unless it is long."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.whole = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], complete(list(message.get("headers", ())))
            message = {**message, "headers": self.headers}
        elif message["type"] == "http.response.body" and len(self.body) <= ONE_PAGE:
            self.body += message.get("body", b"")
            self.whole = not message.get("more_body", False)
        await self._send(message)


def complete(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers without cookies and with what is missing of the security headers; a page's own policy stands."""
    kept = [(name, value) for name, value in headers if name.lower() != b"set-cookie"]
    present = {name.lower() for name, _ in kept}
    wanted = (*ALWAYS, (b"content-security-policy", DATASETTE_PAGES.encode()))
    return kept + [(name, value) for name, value in wanted if name not in present]


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = complete([(b"content-type", b"text/plain; charset=utf-8"), (b"allow", b"GET, HEAD")])
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
