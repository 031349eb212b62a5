"""Processes are found again by pid, ended with their children, and never taken for somebody else's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.checkout import ROOT
from local.cloud import LocalCloud
from local.lock import alone_in
from local.processes import command_line, end_group, wait_until

WAITS = "import signal; print('ready', flush=True); signal.pause()"
IGNORES = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()"


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def start(script: str, processes: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    command = [sys.executable, "-X", "mark=mine", "-c", script]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    processes.append(process)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_process_is_recognised_by_its_command_line(started: list[subprocess.Popen[str]]) -> None:
    assert "mark=mine" in command_line(start(WAITS, started).pid)


def test_a_process_that_is_not_ours_is_left_alone(started: list[subprocess.Popen[str]]) -> None:
    process = start(WAITS, started)
    assert end_group(process.pid, lambda: False, 1)
    assert process.poll() is None


def test_a_process_of_ours_ends_when_asked(started: list[subprocess.Popen[str]]) -> None:
    process = start(WAITS, started)
    assert end_group(process.pid, lambda: "mark=mine" in command_line(process.pid), 10)
    assert not command_line(process.pid)


def test_a_process_that_does_not_end_is_killed(started: list[subprocess.Popen[str]]) -> None:
    process = start(IGNORES, started)
    assert not end_group(process.pid, lambda: "mark=mine" in command_line(process.pid), 0.1)
    assert not command_line(process.pid)


def test_waiting_is_bounded() -> None:
    assert wait_until(lambda: True, 0)
    assert not wait_until(lambda: False, 0.01)


def test_a_pid_that_now_belongs_to_somebody_else_is_not_the_cloud(tmp_path: Path) -> None:
    (tmp_path / "cloud.json").write_text(f'{{"pid": {os.getpid()}, "port": 23456}}')
    cloud = LocalCloud(tmp_path)
    assert not cloud.is_running()
    assert cloud.endpoint_url == "http://127.0.0.1:23456"


def test_the_cloud_sees_nothing_of_the_users_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("AWS_PROFILE", "production")
    environment = LocalCloud(tmp_path)._server_environment()
    assert environment.keys().isdisjoint({"PYTHONPATH", "AWS_PROFILE", "VIRTUAL_ENV"})
    assert environment["BIND_HOST"] == "127.0.0.1"
    assert environment["AUTH"] == "true"


TAKES_A_TURN = """
import sys
from pathlib import Path
from local.lock import alone_in
with alone_in(Path(sys.argv[1])):
    print("its turn", flush=True)
"""


def test_commands_take_turns_in_a_directory(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        command = [sys.executable, "-c", TAKES_A_TURN, str(tmp_path)]
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert other.stdout
        assert other.stdout.readline().startswith("Another command is at work")
    assert other.communicate(timeout=30)[0] == "its turn\n"
