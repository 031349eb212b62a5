"""What the local cloud saved is made fit for its next start."""

import json
from pathlib import Path

from local.saved import forget_deployment, forget_last_run, move_to_port, with_port


def test_every_address_moves_to_the_new_port() -> None:
    text = '"http://127.0.0.1:2345/000000000000/queue", "127.0.0.1:2345"'
    assert with_port(text, 2345, 6789) == '"http://127.0.0.1:6789/000000000000/queue", "127.0.0.1:6789"'


def test_a_longer_port_and_another_host_stay() -> None:
    text = "http://127.0.0.1:23456/ http://10.0.0.1:2345/ 2345"
    assert with_port(text, 2345, 6789) == text


def test_services_data_and_the_stack_file_move(tmp_path: Path) -> None:
    services = tmp_path / "data" / "services"
    services.mkdir(parents=True)
    (services / "sqs.json").write_text('{"url": "http://127.0.0.1:2345/q"}')
    (tmp_path / "stack.json").write_text('{"api_url": "http://127.0.0.1:2345/x"}')
    move_to_port(tmp_path, 2345, 6789)
    assert json.loads((services / "sqs.json").read_text()) == {"url": "http://127.0.0.1:6789/q"}
    assert json.loads((tmp_path / "stack.json").read_text()) == {"api_url": "http://127.0.0.1:6789/x"}


def test_positions_in_streams_that_no_longer_exist_are_forgotten(tmp_path: Path) -> None:
    services = tmp_path / "data" / "services"
    services.mkdir(parents=True)
    positions = {"__account_region_scoped__": True, "data": {"0\0region\0'esm'": 7}}
    saved = {"__ministack_format__": 2, "payload": {"functions": {"f": 1}, "dynamodb_stream_positions": positions}}
    (services / "lambda.json").write_text(json.dumps(saved))
    forget_last_run(tmp_path)
    forget_last_run(tmp_path)
    assert json.loads((services / "lambda.json").read_text())["payload"] == {
        "functions": {"f": 1},
        "dynamodb_stream_positions": {},
    }


def test_a_first_start_has_nothing_to_forget(tmp_path: Path) -> None:
    forget_last_run(tmp_path)
    forget_deployment(tmp_path)
    move_to_port(tmp_path, 2345, 6789)
    assert list(tmp_path.iterdir()) == []
