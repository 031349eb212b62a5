"""The catalogue under `events/` says what the code publishes, and keeps what it said."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from events import generate
from loyalty.events.catalogue import CATALOGUE
from loyalty.events.envelope import BUS_SOURCE, Event, schema_url

SAMPLES = sorted((generate.FOLDER / "samples").glob("*.json"))
BY_NAME = {model.__name__: model for model in CATALOGUE}
FORMATS = jsonschema.Draft202012Validator.FORMAT_CHECKER


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def validator(model: type[Event]) -> jsonschema.Draft202012Validator:
    schema = load(generate.schema_path(model))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=FORMATS)


def test_schemas_samples_and_table_are_those_of_the_code() -> None:
    stale = [path.name for path, text in generate.files() if path.read_text(encoding="utf-8") != text]

    assert stale == [], "run `make generate`"
    assert {path.name for path in SAMPLES} == set(generate.samples())
    assert {path.name for path in (generate.FOLDER / "schemas").iterdir()} == {
        generate.schema_path(model).name for model in CATALOGUE
    }


def test_every_event_has_a_sample() -> None:
    assert {path.name.split(".")[0] for path in SAMPLES} == set(BY_NAME)


@pytest.mark.parametrize("model", CATALOGUE, ids=lambda model: model.__name__)
def test_name_type_and_schema_of_an_event_agree(model: type[Event]) -> None:
    assert model.model_fields["type"].default == model.__name__
    assert model.model_fields["dataschema"].default == schema_url(model.__name__, 1)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_obeys_its_schema(path: Path) -> None:
    sample = load(path)

    assert sample["source"] == BUS_SOURCE
    validator(BY_NAME[sample["detail-type"]]).validate(sample["detail"])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_survives_the_model_unchanged(path: Path) -> None:
    detail = load(path)["detail"]
    read = BY_NAME[detail["type"]].model_validate(detail)

    assert json.loads(read.model_dump_json(exclude_none=True)) == detail


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_without_a_promised_field_is_refused(path: Path) -> None:
    """The schema can fail: each required field, left out, is missed."""
    detail = load(path)["detail"]
    check = validator(BY_NAME[detail["type"]])

    for name in load(generate.schema_path(BY_NAME[detail["type"]]))["required"]:
        assert not check.is_valid({key: value for key, value in detail.items() if key != name}), name


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_field_of_a_later_edition_is_let_pass(path: Path) -> None:
    detail = load(path)["detail"]
    later = {**detail, "tracestate": "x", "data": {**detail["data"], "invented_later": {"deep": True}}}
    model = BY_NAME[detail["type"]]

    validator(model).validate(later)
    assert model.model_validate(later) == model.model_validate(detail)


def test_generation_refuses_to_break_a_promise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = "TierChanged.v1.json"
    promised = load(generate.FOLDER / "schemas" / name)
    promised["$defs"]["TierChangedData"]["properties"]["reason"] = {"type": "string"}
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / name).write_text(json.dumps(promised))
    monkeypatch.setattr(generate, "FOLDER", tmp_path)

    with pytest.raises(generate.BrokenPromiseError, match=r"TierChanged needs a new version: .*`reason` is gone"):
        generate.check_promises()
