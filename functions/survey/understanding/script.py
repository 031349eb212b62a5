"""Makes texts comparable without moving a character: width, case, and traditional for simplified characters.

Every character is replaced by exactly one, so that a position in the readable text is the same position in the
original and the words that decided can be quoted as they were written.
"""

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_MARKS = dict(zip(map(ord, "’‘‛`´｡〜～\t\r\xa0"), map(ord, "'''''。~~   "), strict=True))


@cache
def _plain() -> dict[int, int]:
    """Return what stands for what; traditional and simplified characters come in pairs in `traditional.txt`."""
    pairs = (HERE / "traditional.txt").read_text("utf-8").split()
    return {ord(pair[0]): ord(pair[1]) for pair in pairs} | _FULL_WIDTH | _MARKS


def readable(text: str) -> str:
    """Return the text in half width, lower case and simplified characters, as long as it was."""
    plain = text.translate(_plain())
    lowered = plain.lower()
    if len(lowered) != len(plain):  # a few letters, such as the dotted capital I, are two in lower case
        lowered = "".join(low if len(low := each.lower()) == 1 else each for each in plain)
    return lowered


def is_han(character: str) -> bool:
    """Say whether a character is a Chinese one."""
    return "\u4e00" <= character <= "\u9fff"


def is_word(character: str) -> bool:
    """Say whether a character is part of a word that is written with letters or digits without accents."""
    return "a" <= character <= "z" or "0" <= character <= "9"
