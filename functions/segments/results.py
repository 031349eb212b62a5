"""The files of a refresh: what it looks for, who is in what, and what has to change, in parts.

exports/segments/<refresh id>/<run>/plan.json       the definitions and queries as they were when its turn came
exports/segments/<refresh id>/<run>/members.gz      the result: a line a member, sorted
exports/segments/<refresh id>/<run>/outs.json       who was taken out by hand of the law since the refresh before
exports/segments/<refresh id>/<run>/<n>.json        the n-th part of the moves

Two runs of a step write files of different names, and the job's row names those that count: so what is read is never
overwritten, be it by a run that was thought dead. Files live 30 days; a result that is gone is read from the rows.
"""

import gzip
import io
import json
import secrets
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import batched
from typing import Any

from functions.segments.difference import Standing
from loyalty.imports import files

FOLDER = "exports/segments"
LINES_AT_ONCE = 2000
PART_BYTES = 6 * 1024 * 1024
"""S3 wants 5 MiB of every part but the last."""
GZIP_WINDOW = 31


def new_run(job_id: str) -> str:
    """Return a folder that no other run of a job uses."""
    return f"{FOLDER}/{job_id}/{secrets.token_hex(4)}"


def write_json(name: str, content: object) -> str:
    """Write a small file and return its name."""
    files.write(name, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")
    return name


def read_json(name: str) -> Any:
    """Read a small file that must be there."""
    return json.loads(files.read(name))


def write_members(name: str, segment_ids: Sequence[str], standings: Iterable[Standing]) -> str:
    """Write a result of any size, in memory bounded by one part; return its name."""
    number = {segment_id: str(place) for place, segment_id in enumerate(segment_ids)}
    lines = (f"{member_id}\t{' '.join(sorted(map(number.__getitem__, own)))}\n" for member_id, own in standings)
    files.write_parts(name, _packed([json.dumps(list(segment_ids)) + "\n"], lines), "application/gzip")
    return name


def read_members(name: str) -> Iterator[Standing] | None:
    """Return the standings of a result, to be read once; None where the file is gone."""
    answer = files.open_object(name)
    return _standings(answer["Body"]) if answer else None


def _standings(body: Any) -> Iterator[Standing]:
    lines = io.TextIOWrapper(gzip.GzipFile(fileobj=body), encoding="utf-8")
    segment_ids = json.loads(next(lines))

    @cache
    def named(numbers: str) -> frozenset[str]:
        return frozenset(segment_ids[int(number)] for number in numbers.split())

    for line in lines:
        member_id, _, numbers = line.rstrip("\n").partition("\t")
        yield Standing(member_id, named(numbers))


def _packed(header: Iterable[str], lines: Iterable[str]) -> Iterator[bytes]:
    packer, part = zlib.compressobj(1, zlib.DEFLATED, GZIP_WINDOW), bytearray()
    for source in (header, lines):
        for some in batched(source, LINES_AT_ONCE, strict=False):
            part += packer.compress("".join(some).encode())
            if len(part) >= PART_BYTES:
                yield bytes(part)
                part.clear()
    yield bytes(part) + packer.flush()
