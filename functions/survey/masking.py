"""Words in which nobody can be called or written to: long numbers and e-mail addresses are hidden. Pure.

People leave telephone, card and member numbers in answers that marketers read; who must see them reads the raw words.
"""

import re

MASK = "***"
LEAST_DIGITS = 5
"""How many digits in a row, whatever separates them, are hidden; a price or a year is shorter."""
_SEPARATOR = r"[\s.,()\[\]/_+·•–—−‐‑‒―－（）．，、﹣:：\u200b-\u200f\u2060\ufeff-]"
_DIGITS = re.compile(rf"[+＋]?\d(?:{_SEPARATOR}{{0,3}}\d){{{LEAST_DIGITS - 1},}}")
_LETTER = r"A-Za-z0-9\u00c0-\u024fＡ-Ｚａ-ｚ０-９"
_LABEL = rf"[{_LETTER}-]{{1,63}}"
_EMAIL = re.compile(rf"[{_LETTER}._%+'＿．-]{{1,64}}\s?[@＠]\s?{_LABEL}(?:[.．。]{_LABEL}){{1,8}}")


def masked(text: str) -> str:
    """Return a text with e-mail addresses and runs of five or more digits (with their separators) hidden."""
    return _DIGITS.sub(MASK, _EMAIL.sub(MASK, text))
