"""The panels about members: how large segments are, and the table of recency and frequency. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from local.demo.report import words
from local.demo.report.asking import Row
from local.demo.report.charts import Bar, BarChart, HeatMap, Tile
from local.demo.report.figures import Cell, Text, count, yuan
from local.demo.report.panels import Panel, Table

QUINTILES = 5
SHIPPED_AS = "rfm_"
"""How the ids of the segments begin that are groups of the table."""


def segments_panel(segments: Sequence[Row]) -> Panel:
    """Sizes of all segments that were looked for, the largest first."""
    found = [one for one in segments if one["size"] is not None]
    found.sort(key=lambda one: (-one["size"], one["segment_id"]))
    as_of = found[0]["as_of"] if found else "—"
    said = words.SEGMENTS_SAID.filled(as_of=as_of, found=len(found), nobody=sum(not one["size"] for one in found))
    bars = tuple(Bar(_name(one), (count(one["size"]),)) for one in found)
    rows = tuple((_name(one), Text.code(one["segment_id"]), count(one["size"])) for one in found)
    columns = (words.SEGMENT, words.SEGMENT_ID, words.MEMBERS)
    return Panel(
        "segments",
        words.SEGMENTS,
        (said,),
        (BarChart(words.SEGMENT_SIZES, (words.MEMBERS,), bars),),
        (Table(words.SEGMENT_SIZES, columns, rows, repeats=True),),
    )


def rfm_panel(rfm: Row, segments: Sequence[Row]) -> Panel:
    """Who bought within a year, by how lately and how often."""
    names = {one["segment_id"]: _name(one) for one in segments}
    said = words.RFM_SAID.filled(as_of=rfm["as_of"], customers=rfm["customers"])
    columns = (words.GROUP, words.RECENCY, words.FREQUENCY, words.MEMBERS, words.RECEIPTS, words.SPENT)
    rows = tuple(tuple(_row(cell, names)) for cell in rfm["cells"])
    tiles = tuple(_tile(cell, names) for cell in rfm["cells"])
    chart = HeatMap(words.RFM_CELLS, words.FREQUENCY, words.RECENCY, QUINTILES, QUINTILES, tiles)
    table = Table(words.RFM_CELLS, columns, rows, repeats=True)
    return Panel("rfm", words.RFM, (said,), (chart,), (table,))


def _tile(cell: Row, names: Mapping[str, Text]) -> Tile:
    return Tile(cell["frequency"], cell["recency"], count(cell["members"]), _group(cell["group"], names))


def _row(cell: Row, names: Mapping[str, Text]) -> Iterator[Cell]:
    yield _group(cell["group"], names)
    for name in ("recency", "frequency", "members", "purchases"):
        yield count(cell[name])
    yield yuan(cell["spent_fen"])


def _group(code: str, names: Mapping[str, Text]) -> Text:
    """The group's name: that of its shipped segment, without what all of them begin with."""
    name = names.get(f"{SHIPPED_AS}{code}", Text.code(code))
    return Text(name.zh.removeprefix("RFM：").strip(), name.en.removeprefix("RFM:").strip())


def _name(segment: Row) -> Text:
    return Text(segment["name_zh"], segment["name_en"] or segment["name_zh"])
