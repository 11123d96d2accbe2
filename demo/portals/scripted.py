"""A portal whose report pages are empty shells: a script decodes numbers and builds the text and tables in the browser."""

from __future__ import annotations

import base64
import json
from random import Random

from demo.figures import series
from demo.forms import Table
from demo.portals.base import Entry, Paths, Place, Portal, Reply
from demo.prose import ordinary
from demo.reports import Report, chapters
from demo.units import government

KEY = 0x5A
SCRIPT = """(function () {
  var bytes = Uint8Array.from(atob(window.__d), function (c) { return c.charCodeAt(0) ^ KEY; });
  var parts = JSON.parse(new TextDecoder('utf-8').decode(bytes));
  var box = document.getElementById('app');
  box.textContent = '';
  function add(parent, tag, text) {
    var e = document.createElement(tag);
    if (text) e.textContent = text;
    parent.appendChild(e);
    return e;
  }
  parts.forEach(function (part) {
    if (part[0] !== 'table') { add(box, part[0], part[1]); return; }
    var table = add(box, 'table');
    table.border = '1';
    part[1].forEach(function (cells) {
      var row = add(table, 'tr');
      cells.forEach(function (cell) {
        var td = add(row, 'td', cell[0]);
        if (cell[1] > 1) td.colSpan = cell[1];
        if (cell[2] > 1) td.rowSpan = cell[2];
      });
    });
  });
})();
""".replace("KEY", str(KEY))


class Scripted(Portal):
    """青埠区, an invented district; its registry row says `fetch=browser`."""

    place = Place(
        "449902", "449902", "青埠区", "青埠区人民政府", "4499020001", "www.qingbu.gov.cn", "generic", invented=True
    )
    paths = Paths(
        home="/",
        disclosure="/zfxxgk/",
        guide="/zfxxgk/zn/",
        rules="/zfxxgk/zd/",
        proactive="/zfxxgk/fd/",
        annual="/zfxxgk/nb/",
        apply="/zfxxgk/ysq/",
        news="/xw/",
        calendar="/rl/",
        budget="/czyjs/",
    )
    fetch = "browser"

    def build(self) -> None:
        rng = Random("qingbu")
        self.pages["/assets/page.js"] = Reply(SCRIPT.encode(), content_type="application/javascript")
        rows = []
        for year, figures in series(self.place.unit, 2021, 2022, rng, size=22).items():
            prose = ordinary(figures, "区政府", "区政府办公室", rng)
            title = f"青埠区人民政府{year}年政府信息公开工作年度报告"
            published = f"{year + 1}-01-{rng.randint(10, 28)} 10:{rng.randint(10, 59)}"
            rows.append(
                self._article(
                    government(self.place, figures, prose, title=title, published=published, source="区政府办公室")
                )
            )
        self.put(self.paths.annual, self.annual_column(f"<ul>{self.rows(rows)}</ul>"))

    def _article(self, report: Report) -> Entry:
        path = f"/zfxxgk/nb/{report.number}.html"
        parts: list[list[object]] = [["h1", report.title], ["p", f"发布时间:{report.published}"]]
        parts += [["p", text] for text in report.prose.preamble]
        for heading, items in chapters(report):
            parts.append(["h2", heading])
            for item in items:
                if isinstance(item, Table):
                    grid = [[[cell.text, cell.colspan, cell.rowspan] for cell in row] for row in item.rows]
                    parts.append(["table", grid])
                else:
                    parts.append(["p", item])
        plain = json.dumps(parts, ensure_ascii=False).encode()
        hidden = base64.b64encode(bytes(byte ^ KEY for byte in plain)).decode()
        data = f"/assets/d/{report.number}.js"
        self.pages[data] = Reply(f'window.__d="{hidden}";'.encode(), content_type="application/javascript")
        inner = f'<div id="app">正在加载…</div><script src="{data}"></script><script src="/assets/page.js"></script>'
        self.put(path, self.html(report.title, inner, metas=self.article_metas(report)))
        self.published.append((path, report))
        return Entry(path, report.title, report.date)
