"""Processes really killed in the middle of an operation; the next one finishes their work exactly once."""

import pickle
import signal
import subprocess
import sys

import pytest

from local.checkout import ROOT
from loyalty.remembering import forget_everything
from tests.proof import scenes
from tests.proof.crashes import Blow, cleared, heard, struck
from tests.proof.requests import Request
from tests.proof.scale import SCALE
from tests.proof.scenes import NOW, Scene

KILLED: tuple[Scene, ...] = (scenes.spending_the_last_points, scenes.partial_return, scenes.expiring)
EVERYTHING = scenes.SCENES if SCALE > 1 else KILLED

pytestmark = pytest.mark.usefixtures("mall")


@pytest.mark.parametrize("how", [Blow.KILLED_BEFORE, Blow.KILLED_AFTER], ids=str)
@pytest.mark.parametrize("scene", EVERYTHING, ids=lambda scene: scene.__name__.replace("_", " "))
def test_killed_at_its_transaction_it_happens_exactly_once(scene: Scene, how: Blow) -> None:
    undisturbed = scene("quiet")
    forget_everything()
    with struck(Blow.NONE) as quiet:
        expected = heard(undisturbed.ask(NOW), "quiet")
    books = cleared("quiet")

    request = scene("killed")
    _kill(request, how, quiet.calls.index("TransactWriteItems"))
    assert heard(request.ask(NOW), "killed") == expected
    assert cleared("killed") == books


def _kill(request: Request, how: Blow, at: int) -> None:
    command = [sys.executable, "-m", "tests.proof.victim", how.value, str(at)]
    done = subprocess.run(command, cwd=ROOT, input=pickle.dumps((request, NOW)), capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
