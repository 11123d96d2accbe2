"""Where a report belongs, as the coverage ledger has it: its division, or else its site's place where no division has one.

Development zones and places that the divisions lack have no code in `reports.region_code`; `regions` has a row of level
`other` for them, under the site's number or the registry's code. A report that could not be placed on the site of a real
division stays without a place: it may be somebody else's.
"""

PLACE = (
    "coalesce(r.region_code, (select z.code from regions z where z.level = 'other' and z.code = r.site_id), "
    "(select z.code from regions z where z.level = 'other' and z.code = p.region_code))"
)
"""Code of the place of report `r` on site `p`; null where it is not known."""

JOIN = f"left join sites p on p.site_id = r.site_id left join regions g on g.code = {PLACE}"
"""Brings in the site `p` and the place `g` of report `r`."""

IN_PROVINCE = "(:province = '' or g.province in (:province, :province || '省', :province || '市'))"
"""Whether the place `g` is in the province asked for, by its name with or without 省 or 市."""
