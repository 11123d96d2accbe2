"""The documents are held against the program."""

from __future__ import annotations

import argparse
import re
import sqlite3
from pathlib import Path

import pytest

from crawler.cli import build_parser

TOP = Path(__file__).resolve().parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    [group] = [a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(group.choices)


def test_the_readme_names_every_command_and_no_other() -> None:
    named = set(re.findall(r"`nianbao ([a-z]+)", README))
    assert named == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_has_help_with_an_example(name: str) -> None:
    help_text = commands()[name].format_help()
    assert re.search(rf"^\s+nianbao {name}\b", help_text.partition("xample")[2], re.MULTILINE), help_text


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{p.name}" for p in (TOP / "docs").glob("*.md"))])
def test_files_that_the_documents_name_exist(page: str) -> None:
    text = (TOP / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    code = [word for word in re.findall(r"`([a-z_./]+\.(?:py|toml|csv|md))`", text) if "/" in word]
    for path in links:
        assert ((TOP / page).parent / path).exists(), path
    for path in code:
        assert (TOP / path).exists() or (TOP / "pipelines" / path).exists(), path


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (TOP / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_readmes_query_runs(tmp_path: Path) -> None:
    from pipelines.store.store import Store

    Store.open(tmp_path / "empty.db").close()
    [query] = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)
    with sqlite3.connect(tmp_path / "empty.db") as database:
        assert database.execute(query).fetchall() == []
    database.close()
