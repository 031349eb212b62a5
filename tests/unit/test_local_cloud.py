"""The local cloud itself: what it keeps between stop and start, where it listens, what it does after a crash."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import cloud as cloud_module
from local.clients import client
from local.cloud import CloudError, LocalCloud
from local.processes import wait_until

PROC = Path("/proc")


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    with LocalCloud(tmp_path) as running:
        yield running


def service(cloud: LocalCloud, name: str) -> Any:
    return client(name, endpoint_url=cloud.endpoint_url, region=cloud.region)


def make_queue(cloud: LocalCloud) -> str:
    url: str = service(cloud, "sqs").create_queue(QueueName="kept")["QueueUrl"]
    service(cloud, "sqs").send_message(QueueUrl=url, MessageBody="still here")
    return url


def received(cloud: LocalCloud, url: str) -> str:
    body: str = service(cloud, "sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"]
    return body


def pid_of(cloud: LocalCloud) -> int:
    return cloud._noted()["pid"]


def addresses_listened_on(pid: int) -> set[str]:
    """The local addresses of all listening TCP sockets of a process."""
    if not PROC.exists():
        command = ["lsof", "-nP", "-a", "-p", str(pid), "-iTCP", "-sTCP:LISTEN", "-Fn"]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        return {line[1:].rpartition(":")[0] for line in lines if line.startswith("n")}
    inodes = {os.readlink(link) for link in (PROC / str(pid) / "fd").iterdir()}
    rows = [row.split() for name in ("tcp", "tcp6") for row in (PROC / "net" / name).read_text().splitlines()[1:]]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes}


def test_it_listens_on_the_loopback_address_and_nowhere_else(cloud: LocalCloud) -> None:
    assert addresses_listened_on(pid_of(cloud)) in ({"0100007F"}, {"127.0.0.1"})


def test_data_is_there_again_after_a_stop(cloud: LocalCloud) -> None:
    url, port = make_queue(cloud), cloud.port
    cloud.stop()
    cloud.start()
    assert cloud.port == port
    assert received(cloud, url) == "still here"


def test_data_moves_along_when_somebody_else_took_the_port(cloud: LocalCloud) -> None:
    url, port = make_queue(cloud), cloud.port
    cloud.stop()
    with socket.socket() as somebody:
        somebody.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        somebody.bind(("127.0.0.1", port))
        somebody.listen()
        cloud.start()
        (moved,) = service(cloud, "sqs").list_queues()["QueueUrls"]
        assert cloud.port != port
        assert moved == url.replace(str(port), str(cloud.port))
        assert received(cloud, moved) == "still here"


def test_after_a_crash_the_deployment_is_no_longer_believed(
    cloud: LocalCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    (cloud.state_dir / "stack.json").write_text("{}")
    pid = pid_of(cloud)
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not cloud.is_running(), 10)
    cloud.start()
    assert pid_of(cloud) != pid
    assert not (cloud.state_dir / "stack.json").exists()
    assert "was not stopped by `make down`" in capsys.readouterr().out


def test_starting_what_runs_changes_nothing(cloud: LocalCloud) -> None:
    pid = pid_of(cloud)
    cloud.start()
    LocalCloud(cloud.state_dir).start()
    assert pid_of(cloud) == pid


def test_two_clouds_run_side_by_side(cloud: LocalCloud, tmp_path: Path) -> None:
    with LocalCloud(tmp_path / "other") as other:
        assert other.port != cloud.port
        make_queue(cloud)
        assert not service(other, "sqs").list_queues().get("QueueUrls")


def test_a_cloud_that_cannot_start_says_so_with_the_end_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such module\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(cloud_module, "CLOUD_PYTHON", broken)
    with pytest.raises(CloudError, match=r"(?s)ended with code 3 at its start.*no such module") as failed:
        LocalCloud(tmp_path).start()
    assert "cloud.log" in str(failed.value)


def test_a_missing_environment_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud_module, "CLOUD_PYTHON", tmp_path / "nothing")
    with pytest.raises(CloudError, match="run `make setup` first"):
        LocalCloud(tmp_path).start()
