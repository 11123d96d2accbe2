from __future__ import annotations
from pathlib import Path
import sys


def test_home(get, ids):
    r = get("/")
    assert r.status_code == 200, r.text[:3000]
    for i in ids.values():
        r = get("/report/" + i)
        assert r.status_code == 200, r.text[:3000]
    for p in [
        "/region/120106",
        "/search",
        "/search?q=过程性",
        "/nianbao",
        "/nianbao/reports",
        "/nianbao/checks",
        "/nianbao/facts",
        "/nianbao/coverage",
        "/nianbao/report_wide",
        "/nope",
        "/report/nope",
    ]:
        r = get(p)
        print(p, r.status_code)
        if r.status_code not in (200, 404):
            print(r.text[-1500:])
