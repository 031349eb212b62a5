"""Processes of the local cloud: found again by pid, and never mistaken for somebody else's."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def command_line(pid: int) -> str:
    """The command line of a process, or "" if there is none (or it is a zombie)."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    shown = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll a condition for at most so many seconds; whether it came true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def end_group(pid: int, is_ours: Callable[[], bool], seconds: float) -> bool:
    """Ask a process (the leader of its group) to end; kill it and its children after so many seconds.

    Args:
        pid: the leader.
        is_ours: whether the pid still belongs to what we started; asked before every signal,
            because the system gives the pids of the dead to others.
        seconds: how long it may take to save its state.

    Returns:
        Whether it ended by itself.
    """
    if not is_ours():
        return True
    os.kill(pid, signal.SIGTERM)
    if wait_until(lambda: _reaped(pid) or not is_ours(), seconds):
        return True
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    wait_until(lambda: _reaped(pid) or not is_ours(), 5)
    return False


def _reaped(pid: int) -> bool:
    """Collect a child of ours that has ended; a process started by an earlier command is not ours to collect."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False
