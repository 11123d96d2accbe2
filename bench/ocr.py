"""`python -m bench ocr`: figures read from pictures, one line a way in which they were spoiled.

A lawful invented report is printed by Chromium, drawn page by page, spoiled, and read like a scan. Counted are the
form's cells: read right, read wrong, withheld.
"""

from __future__ import annotations

import io
import math
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bench.pages import CLEAN
from crawler.browser import find_chromium
from demo.figures import Figures, lawful
from demo.prose import ordinary
from demo.reports import Report, body
from pipelines.extract import extract
from pipelines.model import Source
from pipelines.readers.scans import can_recognise

Spoil = Callable[[Image.Image], Image.Image]
_STYLE = (
    "body{font-size:14px}h1{font-size:22px;text-align:center}table{border-collapse:collapse}"
    "td{border:1px solid #000;padding:2px 4px}"
)


@dataclass(frozen=True, slots=True)
class Count:
    """`wrong` are numbers that are not printed there; `seconds` is processor time a page."""

    name: str
    right: int
    wrong: int
    withheld: int
    seconds: float


def turned(degrees: float) -> Spoil:
    return lambda page: page.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor="white")


def grainy(page: Image.Image) -> Image.Image:
    """Noise of a standard deviation of 25 of 255."""
    grain = Image.effect_noise(page.size, 25).convert("L")
    return ImageChops.add(page, Image.merge("RGB", [grain] * 3), offset=-128)


def jpeg(quality: int) -> Spoil:
    def spoil(page: Image.Image) -> Image.Image:
        packed = io.BytesIO()
        page.save(packed, "JPEG", quality=quality)
        return Image.open(packed).convert("RGB")

    return spoil


def blurred(page: Image.Image) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(1))


def sealed(page: Image.Image) -> Image.Image:
    """A round red seal with a star over the middle of the page, the print shining through."""
    ink = Image.new("RGB", page.size, "white")
    draw = ImageDraw.Draw(ink)
    reach, x, y, red = page.width // 9, page.width * 0.6, page.height * 0.45, (225, 70, 70)
    draw.ellipse((x - reach, y - reach, x + reach, y + reach), outline=red, width=max(3, reach // 12))
    for arm in range(5):
        angle = arm * 2 * math.pi / 5
        end = (x + reach * 0.5 * math.cos(angle), y + reach * 0.5 * math.sin(angle))
        draw.line((x, y, *end), fill=red, width=reach // 6)
    return ImageChops.multiply(page, ink)


WAYS: tuple[tuple[str, int, tuple[Spoil, ...]], ...] = (
    ("100 dpi", 100, ()),
    ("150 dpi", 150, ()),
    ("200 dpi", 200, ()),
    ("300 dpi", 300, ()),
    ("turned by 2.5° to the left, 150 dpi", 150, (turned(2.5),)),
    ("turned by 2.5° to the right, 200 dpi", 200, (turned(-2.5),)),
    ("noise, 150 dpi", 150, (grainy,)),
    ("JPEG quality 25, 150 dpi", 150, (jpeg(25),)),
    ("JPEG quality 25, 100 dpi", 100, (jpeg(25),)),
    ("blurred, 150 dpi", 150, (blurred,)),
    ("red seal, 150 dpi", 150, (sealed,)),
    ("seal, turned by 1.3°, JPEG quality 35, 130 dpi", 130, (sealed, turned(1.3), jpeg(35))),
)


def report(seed: int) -> tuple[Figures, str]:
    """A lawful report and its page."""
    unit, year, rng = "测试县教育局", 2019 + seed % 6, Random(seed)
    figures = lawful(unit, year, rng, size=300)
    title = f"{unit}{year}年政府信息公开工作年度报告"
    prose = ordinary(figures, "我局", unit, rng)
    told = Report(unit, "department", None, figures, title, f"{year + 1}-01-20 09:00", unit, prose, seed)
    return figures, f'<meta charset="utf-8"><style>{_STYLE}</style><h1>{title}</h1>{body(told, CLEAN)}'


def printed(page: str) -> bytes:
    """The page as Chromium prints it, as PDF. Raises SystemExit where there is no Chromium."""
    browser = find_chromium()
    if browser is None:
        raise SystemExit("bench: Chromium prints the pages that are read; it is not installed")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page, encoding="utf-8")
        words = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        subprocess.run([browser, *words, f"--print-to-pdf={target}", str(source)], capture_output=True, check=True)
        return target.read_bytes()


def scan(pdf: bytes, dpi: int, spoils: tuple[Spoil, ...] = ()) -> tuple[bytes, int]:
    """The PDF as pictures of its pages, each spoiled, in a PDF without text; and how many pages."""
    library: Any = pypdfium2
    document = library.PdfDocument(pdf)
    pages = []
    for page in document:
        picture: Image.Image = page.render(scale=dpi / 72).to_pil().convert("RGB")
        for spoil in spoils:
            picture = spoil(picture)
        pages.append(picture)
    document.close()
    packed = io.BytesIO()
    pages[0].save(packed, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=92)
    return packed.getvalue(), len(pages)


def compare(figures: Figures, scanned: bytes) -> tuple[int, int, int]:
    """Cells right, wrong, withheld."""
    facts = {(fact.indicator, fact.applicant): fact.value for fact in extract(Source(scanned, name="scan.pdf")).facts}
    right = sum(facts.get(key) == value for key, value in figures.facts.items() if value is not None)
    wrong = sum(value is not None and value != figures.facts.get(key) for key, value in facts.items())
    return right, wrong, len(figures.facts) - right - wrong


def counts(reports: int) -> Iterator[Count]:
    """Each way of spoiling, over so many reports."""
    sources = [(figures, printed(page)) for figures, page in map(report, range(reports))]
    for name, dpi, spoils in WAYS:
        right = wrong = withheld = pages = 0
        begun = time.process_time()
        for figures, pdf in sources:
            scanned, count = scan(pdf, dpi, spoils)
            found = compare(figures, scanned)
            right, wrong, withheld = right + found[0], wrong + found[1], withheld + found[2]
            pages += count
        yield Count(name, right, wrong, withheld, (time.process_time() - begun) / pages)


def main(reports: int) -> None:
    """Print the table, a line as soon as it is known."""
    if not can_recognise():
        raise SystemExit("bench: the reader of pictures is not installed; `make ocr` installs it")
    print("| picture | right | wrong | withheld | s CPU a page |")
    print("| --- | --- | --- | --- | --- |")
    for one in counts(reports):
        print(f"| {one.name} | {one.right} | {one.wrong} | {one.withheld} | {one.seconds:.1f} |", flush=True)
    print(f"\nmost memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
