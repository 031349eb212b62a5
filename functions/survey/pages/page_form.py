"""What a person filled in, as a browser sends it without a script, and as the rules read it. Pure.

A field's name says what it holds and for which question: `n.ease` a number, `c.visit` one choice, `m.liked` several,
`t.why` text. So what was typed is understood without knowing the survey, and can be shown again as it was.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from loyalty.errors import InvalidRequestError

FORM = "application/x-www-form-urlencoded"
PREFIXES = {"scale": "n.", "recommendation": "n.", "single": "c.", "multiple": "m.", "text": "t."}
MOST_FIELDS = 500
LATER = "later"


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent.

    Attributes:
        fields: by name, everything sent under it, in order.
    """

    fields: Mapping[str, list[str]]

    @property
    def complete(self) -> bool:
        """Whether it was submitted, and not put aside for later."""
        return self.fields.get("do") != [LATER]

    def answers(self) -> dict[str, Any]:
        """Return the answers by question, as the rules take them."""
        return {name[2:]: _answer(name[:2], sent) for name, sent in self.asked().items()}

    def asked(self) -> Mapping[str, list[str]]:
        """Return what was sent for questions."""
        return {name: sent for name, sent in self.fields.items() if name[:2] in PREFIXES.values()}


def filled(event: Mapping[str, Any]) -> Filled:
    """Read a form from a request; the gateway may have encoded it once more.

    Raises:
        InvalidRequestError: it is no form.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if not headers.get("content-type", FORM).lower().startswith(FORM):
        raise InvalidRequestError
    try:
        sent = event.get("body") or ""
        text = base64.b64decode(sent, validate=True).decode() if event.get("isBase64Encoded") else sent
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError:
        raise InvalidRequestError from None
    return Filled(fields)


def name_of(kind: str, code: str) -> str:
    """Return the name of a question's field."""
    return PREFIXES[kind] + code


def as_filled(kinds: Mapping[str, str], answers: Mapping[str, Any]) -> Filled:
    """Return answers that were kept as the form that gave them."""
    known = {code: value for code, value in answers.items() if code in kinds}
    return Filled(
        {
            name_of(kinds[code], code): list(value) if isinstance(value, list) else [str(value)]
            for code, value in known.items()
        }
    )


def _answer(prefix: str, sent: list[str]) -> Any:
    last = sent[-1]
    match prefix:
        case "m.":
            return sent
        case "n." if last.isascii() and last.isdigit() and len(last) < 4:
            return int(last)
    return last
