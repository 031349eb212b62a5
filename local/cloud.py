"""The local cloud: one ministack process on 127.0.0.1, with everything it keeps in one directory.

It runs in an environment of its own that resembles the Lambda runtime (Python and boto3, nothing of ours), with
IAM enforced, so that a missing grant or a dependency missing from a bundle fails here and not in production.
"""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from local.checkout import CLOUD_PYTHON, shown
from local.ports import choose_port
from local.processes import command_line, end_group, wait_until
from local.saved import forget_deployment, forget_last_run, move_to_port

ACCOUNT = "000000000000"
ROOT_KEY = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
START_SECONDS = 120
STOP_SECONDS = 120

_direct = build_opener(ProxyHandler({}))  # a company's proxy has no way to 127.0.0.1


class CloudError(Exception):
    """The local cloud did not do what it was asked; the message says what and shows the end of its log."""


@dataclass
class LocalCloud:
    """One local cloud and the directory in which it lives.

    Attributes:
        state_dir: holds data, log, port and pid; two clouds with two directories share nothing.
        region: the AWS region it stands for.
    """

    state_dir: Path
    region: str = "us-east-1"
    port: int = field(default=0, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.state_dir = self.state_dir.resolve()
        self.port = self._noted().get("port", 0)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def endpoint_url(self) -> str:
        """Where every service answers, e.g. `http://127.0.0.1:23456`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the cloud printed since it was started last."""
        return self.state_dir / "cloud.log"

    def start(self) -> None:
        """Start it, or leave it alone if it runs.

        Raises:
            CloudError: it did not become ready within two minutes.
        """
        if self.is_running() and self._answers():
            return
        crashed = bool(self._noted().get("pid")) and not self.is_running()
        if not self._end_leftover() or crashed:
            print("The local cloud was not stopped by `make down`; it starts with what it had saved before.")
            forget_deployment(self.state_dir)
        forget_last_run(self.state_dir)
        port = choose_port(self.port or None)
        if self.port and port != self.port:
            move_to_port(self.state_dir, self.port, port)
        self.port = port
        process = self._process = self._spawn()
        self._note(pid=process.pid, port=port)
        if not wait_until(lambda: process.poll() is not None or self._answers(), START_SECONDS):
            self.stop()
            raise CloudError(f"The local cloud was not ready after {START_SECONDS} seconds.{self._log_tail()}")
        if process.poll() is not None:
            raise CloudError(f"The local cloud ended with code {process.returncode} at its start.{self._log_tail()}")

    def stop(self) -> None:
        """Let it save its state and end; do nothing if it does not run."""
        if not self._end_leftover():
            print(
                f"The local cloud did not end within {STOP_SECONDS} seconds and was killed; "
                "what it learned since its start may be lost."
            )
        self._note(pid=0, port=self.port)

    def is_running(self) -> bool:
        """Whether the process we noted still is the one we started."""
        pid = self._noted().get("pid", 0)
        return bool(pid) and self._mark in command_line(pid)

    def environment(self) -> dict[str, str]:
        """Variables with which the AWS tools of any language reach this cloud, as its root."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": ROOT_KEY["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": ROOT_KEY["aws_secret_access_key"],
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    @property
    def _mark(self) -> str:
        """An interpreter option nobody reads: it makes the process recognisable as this directory's."""
        return f"mall-local-cloud={self.state_dir}"

    def _noted(self) -> dict[str, int]:
        try:
            noted: dict[str, int] = json.loads((self.state_dir / "cloud.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return noted

    def _note(self, **facts: int) -> None:
        (self.state_dir / "cloud.json").write_text(json.dumps(facts))

    def _end_leftover(self) -> bool:
        ended = end_group(self._noted().get("pid", 0), self.is_running, STOP_SECONDS)
        if self._process and not self.is_running():
            self._process.wait()  # a child that ended is still to be collected
        return ended

    def _answers(self) -> bool:
        try:
            with _direct.open(f"{self.endpoint_url}/_ministack/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def _spawn(self) -> subprocess.Popen[bytes]:
        if not CLOUD_PYTHON.exists():
            raise CloudError(f"{shown(CLOUD_PYTHON)} is missing: run `make setup` first.")
        for folder in ("data/services", "data/s3", "tmp", "home"):
            (self.state_dir / folder).mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [CLOUD_PYTHON, "-X", self._mark, "-m", "ministack"],
                env=self._server_environment(),
                cwd=self.state_dir,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _server_environment(self) -> dict[str, str]:
        """All that the server, and the functions it runs, get to see: nothing of the user's own environment."""
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "HOME": str(self.state_dir / "home"),
            "TMPDIR": str(self.state_dir / "tmp"),
            "PYTHONNOUSERSITE": "1",
            "PYTHONUNBUFFERED": "1",
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": self.region,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "IOT_MTLS_ENABLED": "0",  # its listener would ignore BIND_HOST
            "SFTP_ENABLED": "0",
            "LAMBDA_WARM_TTL_SECONDS": "1800",  # ending a worker, and starting it again, moves thousands of files
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state_dir / "data" / "services"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.state_dir / "data" / "s3"),
        }

    def _log_tail(self, lines: int = 20) -> str:
        """The end of the log, as the rest of an error message."""
        if not self.log.exists():
            return ""
        tail = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join([f" The end of {shown(self.log)}:", *(f"    {line}" for line in tail)])
