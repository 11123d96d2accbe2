"""A hijacked copy of a portal on a host of its own: advertising words stand where the place name was. No crawl may come here."""

from __future__ import annotations

from demo.portals.base import Place, Reply, Request

_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>某某彩网2020年政府信息公开年度报告</title></head>
<body><h1>某某彩网2020年政府信息公开年度报告</h1><p>某某彩网人民政府办公室发布。全年新收政府信息公开申请999件。</p></body></html>"""


class Mirror:
    """Answers everything with the same page."""

    place = Place("mirror", "", "", "", "", "", "")
    gzip = etags = False

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def respond(self, request: Request) -> Reply:
        return Reply(_PAGE.encode())
