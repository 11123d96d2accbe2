"""On a cluster the same tables come out, whatever happens to a worker."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from archive.datadir import DataDir
from archive.reader import iter_archive
from demo.figures import Figures
from pipelines import cluster
from pipelines.cluster import ClusterError, DaskPool
from pipelines.finalize import finalize
from pipelines.process import process
from pipelines.reprocess import reprocess
from pipelines.store import Store
from pipelines.stored import Stored

Page = Callable[..., bytes]
Dump = Callable[[Path], dict[str, list[tuple[Any, ...]]]]
DASK = [sys.executable, "-m", "dask"]

pytestmark = pytest.mark.slow


@contextmanager
def started(folder: Path, *words: str, until: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process of the cluster, and the first line of its log with `until`."""
    quiet = {"DASK_DISTRIBUTED__DASHBOARD__LINK": "", "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s"}
    with subprocess.Popen(
        [*DASK, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder,
        env={**os.environ, **quiet, **environment}, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stderr
        try:
            line = next(line for line in process.stderr if until in line)
            # The log goes on: nobody must wait for its being read.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield process, line
        finally:
            process.kill()
            process.wait()


def worker(folder: Path, address: str, **environment: str) -> Any:
    words = ["worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
    return started(folder, *words, until="Registered to", **environment)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("scheduler")
    words = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"]
    with started(folder, *words, until="Scheduler at:") as (_, line):
        found = re.search(r"tcp://\S+", line)
        assert found
        yield found[0]


class Felling:
    """A cluster, one of whose workers is killed when the twelfth page is asked for."""

    def __init__(self, pool: DaskPool, victim: subprocess.Popen[str]) -> None:
        self._pool = pool
        self._victim = victim
        self.submitted = 0

    @property
    def ahead(self) -> int:
        return self._pool.ahead

    def submit(self, source: Stored) -> Any:
        answer = self._pool.submit(source)
        self.submitted += 1
        if self.submitted == 12:
            os.kill(self._victim.pid, signal.SIGKILL)
        return answer


def test_a_killed_worker_changes_nothing(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures], dump: Dump, tmp_path: Path, scheduler: str
) -> None:
    for number in range(5):
        for year, one in figures.items():
            archive.page(f"/{number}/{year}.html", page(one, note=f"第{number}份"))
    archive.page("/bad.html", b"\x00\x01\x02" * 500, mime="application/octet-stream")
    archive.page("/cut.html", page(figures[2021])[:3000], truncated="disconnect")
    archive.run()
    archive.writer.close()
    with Store.open(data.db) as store:
        process(data, store, iter_archive(data.warc), workers=0)
        finalize(store)
    with ExitStack() as stack:
        victim, _ = stack.enter_context(worker(tmp_path, scheduler))
        stack.enter_context(worker(tmp_path, scheduler))
        pool = Felling(stack.enter_context(DaskPool(scheduler)), victim)
        done = reprocess(data, tmp_path / "dask.db", full=True, pool=pool)
        assert victim.poll() == -signal.SIGKILL
    assert (pool.submitted, done.summary.pages) == (21, 22)
    assert sorted(unread.code for unread in done.summary.unread) == ["binary", "truncated"]
    reprocess(data, tmp_path / "full.db", full=True, workers=0)
    wanted = dump(data.db)
    assert dump(tmp_path / "full.db") == wanted
    assert dump(tmp_path / "dask.db") == wanted


def test_what_is_wrong_with_a_cluster_is_no_pages_fault(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures], tmp_path: Path, scheduler: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    archive.page("/2021.html", page(figures[2021]))
    archive.writer.close()
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:1: no cluster answers"):
        DaskPool("tcp://127.0.0.1:1")
    monkeypatch.undo()
    # Another version of the program: a copy of the code, with one wording less.
    other = tmp_path / "other"
    for package in ("archive", "pipelines"):
        top = Path(__file__).resolve().parents[2]
        shutil.copytree(top / package, other / package, ignore=shutil.ignore_patterns("__pycache__"))
    form = other / "pipelines" / "forms" / "2021.toml"
    form.write_text(form.read_text(encoding="utf-8") + "# another\n", encoding="utf-8")
    with worker(tmp_path, scheduler, PYTHONPATH=str(other)), DaskPool(scheduler) as pool:
        with pytest.raises(ClusterError, match=r"its workers read as version 2-\w{8}, this program as 2-\w{8}"):
            reprocess(data, pool=pool)
        assert not data.db.exists()
    assert reprocess(data, workers=0).resumed
