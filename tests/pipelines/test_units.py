"""Every county's name before every kind of body: the kind and the place must be told."""

from __future__ import annotations

import pytest

from pipelines import regions
from pipelines.units import split


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("人民政府", "government"),
        ("", "government"),
        ("人民政府办公室", "office"),
        ("政府办公室", "office"),
        ("财政局", "department"),
        ("双河镇人民政府", "township"),
        ("柳林街道办事处", "township"),
    ],
)
def test_bodies_of_all_counties(body: str, kind: str) -> None:
    counties = [region for region in regions.all_regions().values() if region.level == "county" and not region.valid_to]
    assert len(counties) > 2800
    for region in counties:
        unit = split(region.prefecture + region.name + body)
        assert (unit.kind, region in unit.regions) == (kind, True), unit
