"""What the local cloud saved at its last stop, made fit for its next start.

Two things in it are only true of the run that ended:

- The port. Queue URLs and API endpoints carry it, and they are kept in the services' data, in the environment of
  functions, in stack outputs and in `stack.json`. When somebody else took the port meanwhile, all of them move.
- How far each consumer has read a DynamoDB stream. ministack 1.5.33 saves that, but not the stream itself, so a
  consumer would skip as many new records as it had read old ones. Without it, it reads the new stream from the start.
"""

import json
import re
import shutil
from pathlib import Path

_TAIL_BYTES = 4_000_000  # positions are the last thing in their file


def with_port(text: str, old: int, new: int) -> str:
    """The text with every `127.0.0.1:old` replaced by `127.0.0.1:new`."""
    return re.sub(rf"127\.0\.0\.1:{old}(?!\d)", f"127.0.0.1:{new}", text)


def move_to_port(state_dir: Path, old: int, new: int) -> None:
    """Rewrite the addresses in what the cloud saved.

    Args:
        state_dir: the directory of a cloud that does not run.
        old: the port it had.
        new: the port it will have.
    """
    for path in [*(state_dir / "data" / "services").glob("*.json"), state_dir / "stack.json"]:
        if path.exists():
            path.write_text(with_port(path.read_text(), old, new))


def forget_last_run(state_dir: Path) -> None:
    """Drop stream positions and temporary files of the run that ended."""
    shutil.rmtree(state_dir / "tmp", ignore_errors=True)
    path = state_dir / "data" / "services" / "lambda.json"
    if path.exists():
        _blank_positions(path)


def _blank_positions(path: Path) -> None:
    """Overwrite the positions with an empty object and spaces, in place: the file holds all code, over 100 MB of it."""
    with path.open("r+b") as file:
        begin = max(0, path.stat().st_size - _TAIL_BYTES)
        file.seek(begin)
        before, key, rest = file.read().rpartition(b'"dynamodb_stream_positions": ')
        if key:
            _, length = json.JSONDecoder().raw_decode(rest.decode("ascii"))
            file.seek(begin + len(before) + len(key))
            file.write(b"{}".ljust(length))


def forget_deployment(state_dir: Path) -> None:
    """Drop what is known of the deployment: after a crash the cloud may hold less than that."""
    for name in ("stack.json", "deployed"):
        (state_dir / name).unlink(missing_ok=True)
