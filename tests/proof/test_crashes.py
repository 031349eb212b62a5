"""Every operation, struck at every one of its calls, then asked for again: it happened exactly once."""

import time
from itertools import count

import pytest
from botocore.exceptions import BotoCoreError

from loyalty.errors import BusyError
from loyalty.remembering import forget_everything
from tests.proof import offer_scenes
from tests.proof.crashes import Blow, ProcessGoneError, cleared, heard, struck
from tests.proof.requests import Answer, Request
from tests.proof.scenes import NOW, SCENES, Scene

IN_PROCESS = [
    Blow.ERROR_BEFORE,
    Blow.ANSWER_LOST,
    Blow.REPEATED_UNSENT,
    Blow.REPEATED_SENT,
    Blow.GONE_BEFORE,
    Blow.GONE_AFTER,
]
_numbers = count(1)

pytestmark = pytest.mark.usefixtures("mall")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries need not wait here: nobody else is there."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def _name() -> str:
    return f"scene{next(_numbers):05d}"


def _sentence(value: object) -> str:
    return str(getattr(value, "__name__", value)).replace("_", " ")


@pytest.mark.parametrize("how", IN_PROCESS, ids=_sentence)
@pytest.mark.parametrize("scene", [*SCENES, *offer_scenes.SCENES], ids=_sentence)
def test_struck_at_any_call_it_happens_exactly_once(scene: Scene, how: Blow) -> None:
    calls, expected, books = _undisturbed(scene)
    assert calls
    for at, call in enumerate(calls):
        name = _name()
        request = scene(name)
        first = _ask_while_struck(request, how, at)
        again = _ask_in_a_new_process(request)
        assert first in (None, again), f"{call} ({at}): answered otherwise"
        assert heard(again, name) == expected, f"{call} ({at})"
        assert cleared(name) == books, f"{call} ({at}): the books differ"


def _undisturbed(scene: Scene) -> tuple[list[str], object, list[dict[str, object]]]:
    """Return the calls of a scene nobody disturbs, what its caller hears, and the rows it leaves."""
    name = _name()
    request = scene(name)
    forget_everything()
    with struck(Blow.NONE) as quiet:
        answer = request.ask(NOW)
    return quiet.calls, heard(answer, name), cleared(name)


def _ask_while_struck(request: Request, how: Blow, at: int) -> Answer:
    """Ask once; None where the caller heard nothing."""
    forget_everything()
    with struck(how, at) as blow:
        try:
            return request.ask(NOW)
        except (BotoCoreError, BusyError, ProcessGoneError):
            return None
        finally:
            assert len(blow.calls) > at, "the blow fell on nothing"


def _ask_in_a_new_process(request: Request) -> Answer:
    forget_everything()
    return request.ask(NOW)
