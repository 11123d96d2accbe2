"""大汉 xxgk: the list comes by POST to search.jsp, the oldest reports are pages of a unit and a year without an id."""

from __future__ import annotations

from collections.abc import Sequence

from demo.portals.base import Entry, Reply, Request
from demo.portals.family import Family, invented, parts

AREA = "11370826004329268"


class Xxgk(Family):
    """search.jsp does not filter by column: rows of other columns come with it."""

    slug = "xxgk"
    place = invented(21, "清溪县", "hanweb_xxgk")

    def address(self, number: int, date: str) -> str:
        if date < "2021-06":
            return f"/module/xxgk/xxgkAnnualReport.jsp?area={AREA}&fbtime={int(date[:4]) - 1}"
        year, month, day = date.split("-")
        return f"/art/{year}/{int(month)}/{int(day)}/art_1229_{number}.html"

    def lists(self, rows: Sequence[Entry]) -> None:
        others = [
            Entry(f"/art/2022/5/{n}/art_88_{n}.html", f"县政府常务会议纪要{n}", f"2022-05-0{n}") for n in (1, 2, 3)
        ]
        for other in others:
            self.simple(other.href, other.title, "正文略。")
        self.found = parts([*rows, *others], 4)
        script = (
            "<script>$.ajax({type:'POST', url:'/module/xxgk/search.jsp', data:{infotypeId:'A0212', jdid:'3096', "
            f"area:'{AREA}', divid:'div1229', currpage:1}}, success:function(h){{ $('#div1229').html(h); }});</script>"
        )
        tree = f"<iframe src='/module/xxgk/tree.jsp?area={AREA}'></iframe>"
        self.put("/module/xxgk/tree.jsp", "<ul><li>机构职能</li></ul>")
        self.put(self.paths.annual, self.annual_column(f"{tree}<div id='div1229'></div>{script}"))

    def respond(self, request: Request) -> Reply:
        if request.path != "/module/xxgk/search.jsp":
            return super().respond(request)
        page = request.form.get("currpage", "")
        if request.method != "POST" or request.form.get("infotypeId") != "A0212" or not page.isdigit():
            return Reply(b"", 200)
        lines = "".join(
            f"<tr class='tr_main_value_{('even', 'odd')[at % 2]}'><td><a href='{row.href}' title='{row.title}'>"
            f"{row.title[:8]}</a></td><td>{row.date}</td></tr>"
            for at, row in enumerate(self.found[int(page) - 1] if 0 < int(page) <= len(self.found) else ())
        )
        return Reply(f"<table>{lines}</table>&nbsp;&nbsp;共{len(self.found)}页&nbsp;".encode())
