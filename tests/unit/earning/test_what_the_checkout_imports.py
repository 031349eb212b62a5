"""The checkout's cold start has no room for definitions or calendars: rules come compiled (ADR 0802, 0803)."""

import json
import subprocess
import sys

LEFT_OUT = ("borax", "loyalty.recurrence", "functions.campaigns")
START = "functions.earn.api"
AWARDING = f"{START}, functions.earn.awards, functions.earn.given_rows"
"""What is imported besides, once a campaign runs."""


def loaded(modules: str) -> list[str]:
    ask = f"import json, sys, {modules}; print(json.dumps(sorted(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True, text=True).stdout
    return list(json.loads(answer))


def test_the_checkout_loads_neither_definitions_nor_calendars() -> None:
    found = loaded(AWARDING)
    assert "loyalty.earning.evaluation" in found
    assert [name for name in found if name.startswith(LEFT_OUT)] == []


def test_a_cold_start_waits_for_nothing_that_only_campaigns_need() -> None:
    only = ("loyalty.earning.evaluation", "loyalty.stock", "loyalty.birthdays")
    assert [name for name in loaded(START) if name.startswith(only)] == []
