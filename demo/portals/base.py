"""What all demo portals share: requests and replies, the page furniture, the mandated columns and the noise around them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from archive.capture import Site
from demo.reports import Report, body
from demo.tables import Style

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63b8bab41e000477020d"
    "0c0c7f5a0000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Request:
    """`query` and `form` hold the first value of each name; header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    chunked: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Who runs the portal: `unit` owns it, `code` is its 网站标识码, `domain` what its META tags call it.

    `invented`: no division has its region code.
    """

    site_id: str
    region_code: str
    name: str
    unit: str
    code: str
    domain: str
    platform: str
    invented: bool = False

    @property
    def division(self) -> str | None:
        """The division code that its reports belong to; None when no such division exists."""
        return None if self.invented else self.region_code


@dataclass(frozen=True, slots=True)
class Paths:
    """Addresses of the fixed pages of a portal."""

    home: str
    disclosure: str
    guide: str
    rules: str
    proactive: str
    annual: str
    apply: str
    news: str
    calendar: str
    budget: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a list."""

    href: str
    title: str
    date: str


COLUMNS = ("政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开")


class Portal(ABC):
    """A portal on one origin. Subclasses set `place`, `paths` and `style`, and fill `self.pages` in `build`."""

    place: Place
    paths: Paths
    style = Style()
    encoding = "utf-8"
    content_type = "text/html; charset=utf-8"
    chunked = False
    gzip = False
    etags = False
    disallowed: tuple[str, ...] = ("/search/",)
    fetch = "http"
    # Rules broken on purpose: rule, unit, year, indicator, applicant, message.
    breaks: tuple[tuple[str, str, int, str, str, str], ...] = ()

    def __init__(self, origin: str, mirror: str) -> None:
        self.origin, self.mirror = origin, mirror
        self.pages: dict[str, Reply] = {}
        self.published: list[tuple[str, Report]] = []
        self._furniture()
        self.build()

    @abstractmethod
    def build(self) -> None:
        """Put the portal's own pages into `self.pages` and its reports into `self.published`."""

    @property
    def site(self) -> Site:
        return Site(
            site_id=self.place.site_id,
            region_code=self.place.region_code,
            name=self.place.name,
            home_url=f"{self.origin}/",
            fetch="browser" if self.fetch == "browser" else "http",
        )

    def respond(self, request: Request) -> Reply:
        """The answer to a request; query strings that no page was built for fall back to the bare path."""
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        for address in (f"{request.path}?{query}" if query else request.path, request.path):
            if address in self.pages:
                return self.pages[address]
        if request.path == self.paths.calendar:
            return self._calendar(request.query.get("month", "2022-01"))
        return self.missing()

    def missing(self) -> Reply:
        return Reply(
            self.encode(self.html("404", "<h1>404</h1><p>您访问的页面不存在或已删除。</p>")), 404, self.content_type
        )

    # -- pages -----------------------------------------------------------------------------------------------------

    def encode(self, text: str) -> bytes:
        return text.encode(self.encoding)

    def put(self, path: str, html: str) -> None:
        self.pages[path] = Reply(self.encode(html), content_type=self.content_type, chunked=self.chunked)

    def html(self, title: str, inner: str, *, metas: Iterable[tuple[str, str]] = (), head: str = "") -> str:
        """A whole page: site META tags, header, `inner`, footer with the 网站标识码."""
        place = self.place
        tags = (("SiteName", place.unit), ("SiteDomain", place.domain), ("SiteIDCode", place.code), *metas)
        printed = "\n".join(f'<meta name="{name}" content="{escape(value)}">' for name, value in tags)
        return f"""<!DOCTYPE html>
<html lang="zh-CN"><head>
<meta http-equiv="Content-Type" content="text/html; charset={self.encoding}">
<title>{escape(title)}_{place.unit}</title>
{printed}
<style>body{{font-family:"Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:1000px;margin:0 auto}}
.header{{background:#a61b1b;color:#fff;padding:14px}}.header a{{color:#fff}}.menu a{{display:inline-block;margin:8px}}
table{{border-collapse:collapse}}.footer{{border-top:2px solid #a61b1b;color:#666;font-size:13px}}</style>
{head}</head><body>
<div class="header"><a href="{self.paths.home}">{place.unit}</a> {self.header_note()}</div>
{inner}
<div class="footer"><p>主办:{place.unit}办公室 | <a href="/about.html">关于我们</a> | <a href="/map.html">网站地图</a></p>
<p>网站标识码:{place.code} 演示门户,所载数字仅供软件演示</p></div>
</body></html>
"""

    def header_note(self) -> str:
        return "无障碍 | 繁體"

    def menu(self) -> str:
        """The mandated columns; their names are broken over two lines as the guideline's page design has them."""
        paths = self.paths
        targets = (paths.guide, paths.rules, paths.proactive, paths.annual, paths.apply)
        links = "\n".join(
            f'<a href="{target}">{name[: len(name) - 2]}<br>{name[len(name) - 2 :]}</a>'
            for name, target in zip(COLUMNS, targets, strict=True)
        )
        return f'<div class="menu">{links}</div>'

    def column(self, name: str, inner: str, *, kind: str = "", head: str = "") -> str:
        """A column page of the disclosure section."""
        described = (("ColumnDescription", f"{name}栏目"), ("ColumnKeywords", name), ("ColumnType", kind or name))
        metas = (("ColumnName", name), *described)
        crumbs = f'<p>您的位置: <a href="{self.paths.home}">首页</a> &gt; 政府信息公开 &gt; {name}</p>'
        return self.html(name, f"{crumbs}{self.menu()}{inner}", metas=metas, head=head)

    def annual_column(self, inner: str, head: str = "") -> str:
        return self.column("政府信息公开年报", inner, kind="信息公开年报", head=head)

    def article_metas(self, report: Report) -> tuple[tuple[str, str], ...]:
        return (
            ("ColumnName", "政府信息公开年报"),
            ("ColumnType", "信息公开年报"),
            ("ArticleTitle", report.title),
            ("PubDate", report.published),
            ("ContentSource", report.source),
        )

    def report_body(self, report: Report) -> str:
        return body(report, self.style)

    def rows(self, entries: Sequence[Entry], cut: int = 0) -> str:
        """List rows; with `cut`, the link text is shortened and the title attribute is whole."""
        return "\n".join(
            f'<li><a href="{escape(entry.href)}" title="{escape(entry.title)}" target="_blank">'
            f"{escape(shortened(entry.title, cut))}</a><span>{entry.date}</span></li>"
            for entry in entries
        )

    def simple(self, path: str, title: str, *paragraphs: str) -> None:
        """A page that is no report."""
        text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        metas = (("ArticleTitle", title), ("PubDate", "2022-03-01 09:00"), ("ContentSource", self.place.unit))
        self.put(path, self.html(title, f"<h1>{title}</h1><div class='content'>{text}</div>", metas=metas))

    # -- furniture and noise ---------------------------------------------------------------------------------------

    def _furniture(self) -> None:
        place, paths = self.place, self.paths
        rules = "".join(f"Disallow: {path}\n" for path in self.disallowed)
        self.pages["/robots.txt"] = Reply(f"User-agent: *\n{rules}Crawl-delay: 0\n".encode(), content_type="text/plain")
        self.pages["/images/tj.png"] = Reply(PICTURE, content_type="image/png")
        self.simple("/about.html", "关于我们", "本网站由办公室主办,提供政务信息查询。")
        self.simple("/search/all.html", "全站检索", "请输入检索词。")
        links = (
            ("政府信息公开", paths.disclosure),
            ("要闻动态", paths.news),
            ("日程", f"{paths.calendar}?month=2022-01"),
            ("财政预决算", paths.budget),
            ("检索", "/search/all.html"),
        )
        nav = "\n".join(f'<a href="{target}">{name}</a>' for name, target in links)
        news = "\n".join(
            f'<li><a href="/news/{number}.html">{title}</a></li>'
            for number, title in enumerate(("春季农业生产全面展开", "全区召开安全生产会议", "图书馆延长开放时间"), 1)
        )
        friend = (
            f'<p>友情链接:<a href="{self.mirror}/zwgk/nb/1.html">{place.name}2020年政府信息公开年度报告(备用站)</a></p>'
        )
        self.put(paths.home, self.html("首页", f'<div class="menu">{nav}</div><ul>{news}</ul>{friend}'))
        self.put("/map.html", self.html("网站地图", f'<div class="menu">{nav}</div>'))
        for number in (1, 2, 3):
            self.simple(f"/news/{number}.html", f"要闻 {number}", "工作人员介绍,有关工作正按计划推进。")
        self.put(paths.news, self.html("要闻动态", f"<ul>{news}</ul>"))
        self.simple(paths.budget, "财政预决算", "部门预算和决算按年度在此公布。")
        self.put(paths.disclosure, self.column("政府信息公开", "<p>请选择左侧栏目。</p>", kind="信息公开目录"))
        self.put(paths.guide, self.column(COLUMNS[0], "<p>本指南说明公开的范围、形式和申请办法。</p>"))
        rules_row = '<li><a href="/about.html">政府信息公开年度报告编制办法</a></li>'
        self.put(paths.rules, self.column(COLUMNS[1], f"<ul>{rules_row}</ul>"))
        items = "".join(f'<li><a href="/news/{n}.html">{t}</a></li>' for n, t in ((1, "机构职责"), (2, "行政许可")))
        self.put(paths.proactive, self.column(COLUMNS[2], f"<ul>{items}</ul>"))
        self.put(paths.apply, self.column(COLUMNS[4], "<p>可当面、来信或者网上提出申请。</p>"))

    def _calendar(self, month: str) -> Reply:
        """A month's page with a link to the next month, for ever."""
        year, _, number = month.partition("-")
        if not (year.isdigit() and number.isdigit()):
            return self.missing()
        ahead = int(year) * 12 + int(number)
        text = f"{ahead // 12}-{ahead % 12 + 1:02d}"
        inner = f"<p>{month} 没有日程安排。</p><a href='{self.paths.calendar}?month={text}'>下个月</a>"
        return Reply(self.encode(self.html("日程", inner)), content_type=self.content_type)


def shortened(title: str, cut: int) -> str:
    return f"{title[:cut]}…" if cut and len(title) > cut else title
