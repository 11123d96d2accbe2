"""What stands around a report on a portal: menus, paths, neighbours' links, footers, dates that are not the report's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .markup import escape
from .units import Unit


@dataclass(frozen=True, slots=True)
class Dates:
    published: date | None
    year: int


def publication(rng: Random, unit: Unit, year: int) -> date:
    """In time: offices, bureaus and towns by 31 January, governments by 31 March."""
    last = date(year + 1, 3, 31) if unit.kind == "government" else date(year + 1, 1, 31)
    return date(year + 1, 1, 4) + timedelta(days=rng.randint(0, (last - date(year + 1, 1, 4)).days))


def title(rng: Random, unit: Unit, year: int) -> str:
    words = rng.choice(
        (
            "政府信息公开工作年度报告",
            "政府信息公开工作年度报告",
            "政府信息公开年度报告",
            "政府信息公开工作报告",
            "政府信息公开年报",
        )
    )
    return rng.choice(
        (
            f"{unit.title}{year}年{words}",
            f"{unit.title}{year}年{words}",
            f"{unit.title}{year}年度{words}",
            f"{year}年{unit.title}{words}",
            f"{unit.title}关于{year}年{words}" if words.endswith("报告") else f"{unit.title}{year}年{words}",
        )
    )


def printed(rng: Random, on: date) -> str:
    return rng.choice(
        (
            on.isoformat(),
            f"{on.year}年{on.month}月{on.day}日",
            f"{on.isoformat()} {rng.randint(8, 17):02d}:{rng.randint(0, 59):02d}",
            on.strftime("%Y/%m/%d"),
        )
    )


def _neighbours(rng: Random, unit: Unit, year: int) -> str:
    links = [
        f'<li><a href="./t{y}0112_{rng.randint(1000, 9999)}.html">{unit.short}{y - 1}年政府信息公开工作年度报告</a><span>{y}-01-12</span></li>'
        for y in range(year - 2, year + 4)
        if y != year + 1
    ]
    return f'<div class="xglj"><h3>相关链接</h3><ul>{"".join(links)}</ul></div>'


def _menu(rng: Random) -> str:
    names = [
        "首页",
        "政府信息公开指南",
        "政府信息公开制度",
        "法定主动公开内容",
        "行政许可",
        "行政处罚",
        "行政强制",
        "规范性文件",
        "财政信息",
        "政府信息公开年报",
        "依申请公开",
        "行政复议",
    ]
    some = rng.sample(names, rng.randint(4, len(names)))
    return f'<div class="menu"><ul>{"".join(f"<li><a href=#>{name}</a></li>" for name in some)}</ul></div>'


def html_page(rng: Random, body: str, unit: Unit, year: int, headline: str, on: date | None, code: bool) -> str:
    """The whole page. `on` is the labelled date of publication; `code` says whether the footer names the site's code."""
    metas = [f'<meta name="SiteName" content="{unit.place}人民政府">']
    if code and rng.random() < 0.5:
        metas.append(f'<meta name="SiteIDCode" content="{unit.code}{rng.randint(1, 99):04d}">')
    if on and rng.random() < 0.5:
        metas.append(f'<meta name="PubDate" content="{on.isoformat()} {rng.randint(8, 17):02d}:30">')
    if rng.random() < 0.4:
        metas.append(f'<meta name="ArticleTitle" content="{headline}">')
    if rng.random() < 0.4:
        metas.append(
            '<meta name="ColumnName" content="政府信息公开年报"><meta name="ColumnType" content="信息公开年报">'
        )
    shown = f"{headline}_{unit.place}人民政府" if rng.random() < 0.5 else headline
    top = [
        rng.choice(
            ('<div class="today">今天是2026年3月2日 星期一</div>', "", "", "<div>2026年11月08日 星期日 多云 12℃</div>")
        )
    ]
    if rng.random() < 0.7:
        top.append(_menu(rng))
    top.append(
        rng.choice(
            (
                "",
                f"<div>您现在的位置：首页 &gt; 政务公开 &gt; 政府信息公开年报 &gt; {year + 1}年</div>",
                f'<div class="crumb"><a href="/">首页</a>&gt;&gt;<a href=#>{unit.short}</a>&gt;&gt;<a href="#">信息公开年报</a></div>',
            )
        )
    )
    line = ""
    if on:
        label = rng.choice(("发布时间：", "发布日期：", "日期：", "发布时间:", "时间："))
        source = rng.choice(("", f"来源：{unit.short}", f"信息来源：{unit.place}人民政府办公室"))
        views = rng.choice(("", "浏览次数：1234", "字体：[大 中 小]", '<a href="#">打印</a>'))
        line = f'<div class="info"><span>{label}{printed(rng, on)}</span> <span>{source}</span> {views}</div>'
    if rng.random() < 0.3:
        index = f"<table class='index'><tr><td>索引号：</td><td>{rng.randint(100000, 999999)}/{year + 1}-{rng.randint(100, 99999):05d}</td><td>发布机构：</td><td>{unit.title if unit.kind != 'government' else unit.place + '人民政府'}</td></tr><tr><td>文号：</td><td>无</td><td>名称：</td><td>{headline}</td></tr></table>"
        top.append(index)
    heading = f"<h1>{escape(headline)}</h1>" if rng.random() < 0.8 else f'<div class="title">{escape(headline)}</div>'
    article = f'<div class="TRS_Editor">{body}</div>' if rng.random() < 0.5 else f'<div id="zoom">{body}</div>'
    if rng.random() < 0.15:
        article = f'<table width="980"><tr><td>{heading}{line}</td></tr><tr><td>{article}</td></tr></table>'
        heading = line = ""
    foot = [_neighbours(rng, unit, year) if rng.random() < 0.4 else ""]
    foot.append(
        rng.choice(
            (
                "",
                '<div class="share">分享到：<a>微信</a><a>微博</a></div>',
                "<div>上一篇：没有了<br>下一篇：没有了</div>",
            )
        )
    )
    mark = f"网站标识码：{unit.code}{rng.randint(1, 99):04d}" if code else ""
    foot.append(
        f"<div class=footer>主办：{unit.place}人民政府 {mark} 冀ICP备{rng.randint(10000000, 99999999)}号-1 联系电话：0318-{rng.randint(1000000, 9999999)}</div>"
    )
    return (
        f"<!DOCTYPE html>\n<html><head>@CHARSET@<title>{shown}</title>{''.join(metas)}"
        f"<script>var countPage = 3; var total='12';</script><style>td{{width:10px}}</style></head>\n<body>{''.join(top)}\n"
        f"<div class=main>{heading}{line}\n{article}</div>\n{''.join(foot)}</body></html>"
    )


def text_page(rng: Random, body: str, unit: Unit, year: int, headline: str, on: date | None, code: bool) -> str:
    """The page as a text export: lines only."""
    lines = []
    if rng.random() < 0.4:
        lines += ["首页 政务公开 政府信息公开年报", "您现在的位置： 首页 政府信息公开 详细页面", ""]
    lines += [headline, ""]
    if on:
        lines += [
            rng.choice(
                (
                    f"发布时间：{printed(rng, on)}",
                    f"（{on.year}年{on.month}月{on.day}日）",
                    f"发布日期：{printed(rng, on)} 来源：{unit.short}",
                )
            ),
            "",
        ]
    lines.append(body)
    if code:
        lines += ["", f"网站标识码：{unit.code}{rng.randint(1, 99):04d}"]
    return "\n".join(lines)
