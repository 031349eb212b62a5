"""A mall's lake of any size, made by a seed: Parquet files such as the compaction leaves, for `make bench-lake`.

Rows are functions of their number, computed by DuckDB itself: ten million receipts take minutes, not hours. Members
differ as people do: a member's share of the receipts falls off with the square, a tenth never bought.
"""

from pathlib import Path

import duckdb

from loyalty.lake.tables import BY_NAME, TABLES, Type

LAST_DAY = "2026-11-22"
DAYS = 730
RECEIPTS_A_MEMBER = 10
ROWS_A_GROUP = 122_880
SHARES = {"lines": 1.0, "returns": 0.03, "points": 1.0, "coupons": 0.5, "surveys": 0.05, "activity": 0.1}
"""How many events of each table there are for each receipt."""
_TYPES = {Type.TEXT: "VARCHAR", Type.WHOLE: "BIGINT", Type.DAY: "DATE"}
_MACROS = """
CREATE MACRO chance(n, salt) AS (hash(n, salt) % 1000000) / 1000000.0;
CREATE MACRO one_of(n, salt, words) AS words[1 + (hash(n, salt) % len(words))::BIGINT];
CREATE MACRO member(n) AS substr(md5('member' || n), 1, 26);
CREATE MACRO event(n, salt) AS md5(salt || n)::UUID::VARCHAR;
"""
_DAY = f"DATE '{LAST_DAY}' - floor({DAYS} * chance(i, 2))::INTEGER"
_BASE = {
    "biz_date": _DAY,
    "biz_hour": "(10 + floor(12 * chance(i, 3)))::BIGINT",
    "tenant_id": "'tenant-' || (hash(i, 4) % 200)",
    "channel": "one_of(i, 6, ['till', 'till', 'till', 'app'])",
    "tier": "one_of(i, 7, ['regular', 'regular', 'regular', 'silver', 'gold', 'diamond'])",
    "receipt_no": "'R' || i",
}
_CATEGORIES = "['dining', 'womens_wear', 'toys', 'fresh_food', 'menswear', 'cosmetics', 'jewellery', 'tea_coffee']"
_COLUMNS = {
    "receipts": {"entry_id": "event(i, 'entry')", "is_first": "0", "gross": "paid", "points": "paid // 100"},
    "lines": {
        "sku": "'sku-' || (hash(i, line_no, 8) % 20000)",
        "category": f"one_of(i, line_no, {_CATEGORIES})",
        "brand": "'brand-' || (hash(i, line_no, 9) % 500)",
        "quantity": "1",
        "amount": "net",
        "is_payable": "1",
    },
    "returns": {"entry_id": "event(i, 'return')", "amount": "paid", "money_back": "paid", "taken_back": "paid // 100"},
    "points": {
        "reason_no": "1",
        "entry_id": "event(i, 'entry')",
        "member_seq": "i",
        "movement": "'purchase'",
        "purse": "'points'",
        "code": "'base'",
        "points": "paid // 100",
        "balance": "hash(i, 10) % 20000",
    },
    "coupons": {
        "coupon_ref": "md5('coupon' || (i // 3))",
        "coupon_seq": "1 + i % 3",
        "what": "one_of(i, 11, ['sent', 'claimed', 'seen', 'redeemed', 'expired'])",
        "template_id": "'template-' || (hash(i, 12) % 40)",
        "kind": "'amount_off'",
        "way": "'claim'",
        "category": f"one_of(i, 13, {_CATEGORIES})",
        "unit_cost": "0",
    },
    "surveys": {
        "score_no": "1",
        "what": "'answered'",
        "series_id": "'series'",
        "survey_id": "'survey'",
        "dimension": "one_of(i, 14, ['ease', 'service', 'usefulness'])",
        "score": "1 + hash(i, 15) % 10",
    },
    "activity": {"action_no": "1", "what": "'seen'", "kind": "'category'", "ref": f"one_of(i, 16, {_CATEGORIES})"},
}
_ENROLLED = {
    "what": "'enrolled'",
    "at": "'2024-06-01T02:00:00.000Z'",
    "seq": "0",
    "biz_date": "DATE '2024-06-01'",
    "status": "'active'",
    "channel": "one_of(i, 20, ['app', 'counter', 'mini_program'])",
    "member_kind": "'person'",
}
_PROFILED = {
    "what": "'profiled'",
    "at": "'2025-06-01T02:00:00.000Z'",
    "seq": "0",
    "biz_date": "DATE '2025-06-01'",
    "profiling": "one_of(i, 21, ['granted', 'granted', 'granted', 'refused'])",
    "birth_year": "1950 + hash(i, 22) % 58",
    "interests": "one_of(i, 23, ['|fashion|', '|dining|sports|', '|childrens_wear|'])",
}


def make(folder: Path, receipts: int, connection: duckdb.DuckDBPyConnection) -> None:
    """Write the Parquet files of a mall with so many receipts, and a member for every ten, as `<table>/*.parquet`."""
    connection.execute(_MACROS)
    members = max(receipts // RECEIPTS_A_MEMBER, 1)
    people = f"range({members}) AS t(i)"
    _write(folder, connection, "members", people, {**_ENROLLED, **_who("i", "enrolled")}, "enrolled")
    _write(folder, connection, "members", people, {**_PROFILED, **_who("i", "profiled")}, "profiled")
    who = f"floor(power(chance(i, 1), 2) * {members} * 0.9)::BIGINT"
    columns = {**_BASE, **_who(who, "receipt"), "pieces": "1 + hash(i, 5) % 4"}
    source = f"(SELECT i, 500 + hash(i, 17) % 50000 AS paid FROM range({receipts}) AS t(i))"
    _write(folder, connection, "receipts", source, {**columns, "paid": "paid", **_COLUMNS["receipts"]})
    for table, share in SHARES.items():
        source = f"(SELECT i, 500 + hash(i, 17) % 50000 AS paid FROM range({int(receipts * share)}) AS t(i))"
        if table == "lines":
            source = _lines(receipts)
        salt = "receipt" if table == "lines" else table
        _write(folder, connection, table, source, {**columns, **_who(who, salt), **_COLUMNS[table]})
    for table in {one.name for one in TABLES} - {"members", "receipts", *SHARES}:
        _write(folder, connection, table, "range(0) AS t(i)", {})


def _lines(receipts: int) -> str:
    numbered = f"SELECT i, unnest(range(1, 2 + (hash(i, 5) % 4)::BIGINT)) AS line_no FROM range({receipts}) AS t(i)"
    return f"(SELECT i, line_no, 200 + hash(i, line_no, 18) % 20000 AS net FROM ({numbered}))"


def _who(number: str, salt: str) -> dict[str, str]:
    return {"member_id": f"member({number})", "event_id": f"event(i, '{salt}')"}


def _write(
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: str,
    values: dict[str, str],
    part: str = "all",
) -> None:
    own = {"line_no": "line_no", "net": "net"} if table == "lines" else {}
    known = {**values, **own}
    columns = ", ".join(
        f'cast({known.get(column.name, "NULL")} AS {_TYPES[column.type]}) AS "{column.name}"'
        for column in BY_NAME[table].columns
    )
    (folder / table).mkdir(parents=True, exist_ok=True)
    target = folder / table / f"{part}.parquet"
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_A_GROUP}"
    connection.execute(f"COPY (SELECT {columns} FROM {source}) TO '{target}' ({options})")
