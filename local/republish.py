"""`make republish FROM=... TO=...`: publish the events of a period again, from members and ledger.

They carry the ids they had, so no consumer counts them twice. Without MALL and STAGE it is the local cloud's mall.
"""

import json
import sys
from collections import Counter
from datetime import datetime
from typing import Any

import boto3

from local.clients import client
from local.stack import NoStackError, Stack

FUNCTION = "outbox-republish"
TABLES = ("members", "ledger")
"""Who is there, then what happened to them; consumers rely on no order, but people who watch do."""


def period(start: str, end: str) -> dict[str, str]:
    """The function's payload for a period.

    Args:
        start: an RFC 3339 instant with offset.
        end: likewise, later.

    Raises:
        ValueError: with a sentence for the person who typed them.
    """
    try:
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    except ValueError:
        raise ValueError("FROM and TO must be instants such as 2026-11-01T00:00:00+08:00.") from None
    if first.tzinfo is None or last.tzinfo is None:
        raise ValueError("FROM and TO must carry an offset, such as +08:00.")
    if first >= last:
        raise ValueError("FROM must be before TO.")
    return {"from": first.isoformat(), "to": last.isoformat()}


def main(start: str, end: str, mall: str = "", stage: str = "") -> int:
    """Start it and print what it answers; the exit code for the shell."""
    try:
        payload = period(start, end)
        lambdas, name = _target(mall, stage)
    except (ValueError, NoStackError) as mistake:
        print(mistake, file=sys.stderr)
        return 2
    counted: Counter[str] = Counter()
    for table in TABLES:
        rest: dict[str, Any] | None = {**payload, "table": table}
        while rest:
            answer = lambdas.invoke(FunctionName=name, Payload=json.dumps(rest))
            content = answer["Payload"].read().decode()
            if "FunctionError" in answer:
                print(content, file=sys.stderr)
                return 1
            part = json.loads(content)
            rest = part.pop("next")  # where the function stopped because its time was over
            counted.update(part)
            print(f"  {counted['rows']:,} entries read, {counted['events']:,} events published", flush=True)
    return 0


def _target(mall: str, stage: str) -> tuple[Any, str]:
    """The client and the name of the function: AWS where mall and stage are named, the local cloud otherwise."""
    if mall and stage:
        return boto3.client("lambda"), f"{mall}-{stage}-{FUNCTION}:live"
    stack = Stack.load()
    lambdas = client("lambda", endpoint_url=stack.endpoint_url, region=stack.region)
    return lambdas, stack.function(FUNCTION)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
