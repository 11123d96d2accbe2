"""The structure of the program, held against its imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "archive": set(),
    "demo": {"archive"},
    "spiders": {"archive"},
    "pipelines": {"archive"},
    "browse": {"pipelines", "archive"},
    "crawler": {"archive", "spiders", "pipelines", "browse", "demo"},
}
CRAWLING_LIBRARIES = {"scrapy", "twisted", "scrapy_playwright"}


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide the layer"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package: str) -> None:
    files = list((TOP / package).rglob("*.py"))
    assert files
    for file in files:
        foreign = (set(imports(file)) & set(MAY_IMPORT)) - {package} - MAY_IMPORT[package]
        assert not foreign, f"{file.relative_to(TOP)} imports {foreign}"


@pytest.mark.parametrize("package", sorted(set(MAY_IMPORT) - {"spiders", "crawler"}))
def test_only_spiders_and_crawler_know_scrapy(package: str) -> None:
    for file in (TOP / package).rglob("*.py"):
        assert not set(imports(file)) & CRAWLING_LIBRARIES, file


def test_packages_are_installed_whole() -> None:
    """A folder with Python in it that pyproject does not name would be missing from an installation."""
    named = set(
        ast.literal_eval((TOP / "pyproject.toml").read_text("utf-8").split("packages = ")[1].split("]")[0] + "]")
    )
    found = {
        ".".join(file.parent.relative_to(TOP).parts) for package in MAY_IMPORT for file in (TOP / package).rglob("*.py")
    }
    assert found == named
