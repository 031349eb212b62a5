"""Coupon codes: fifteen characters no one can guess, and one that catches slips of the hand.

The alphabet is Crockford's base 32 (no I, L, O, U), so fifteen characters hold 75 bits. They are the output of
HMAC-SHA-256 under the mall's secret, or under the 256-bit seed a batch draws from the system's generator: a
pseudo-random function in counter mode, so a repeated request finds the code it made (ADR 0602). The sixteenth is a
Luhn check modulo 32: it catches every single wrong character and every swap of neighbours but the pair `0Z`.
"""

import hashlib
import hmac
import re

from loyalty.pepper import mac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 15
REFERENCE_LENGTH = 24
"""Hexadecimal digits: 96 bits, more than a code holds, so no two coupons share a reference."""
_BITS = 5
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})
_WORD = re.compile(r"^[0-9A-Z]{4,20}$")


def derived(purpose: str, cause: str) -> str:
    """Return the code that belongs to a cause: the same one however often it is asked for."""
    return _with_check(_text(mac(f"coupon-code/{purpose}", cause)))


def of_batch(seed: bytes, number: int) -> str:
    """Return a batch's code of that number; the seed is 32 bytes of `secrets`, kept with the batch's job."""
    return _with_check(_text(hmac.new(seed, str(number).encode(), hashlib.sha256).digest()))


def normalized(text: str) -> str:
    """Return a code as it is stored: upper case, without separators, look-alikes read as what they must be."""
    return text.upper().translate(_READ_AS)


def is_code(text: str) -> bool:
    """Tell whether a normalized text is a code of ours as far as its check character says."""
    known = len(text) == LENGTH + 1 and set(text) <= set(ALPHABET)
    return known and _check_character(text[:-1]) == text[-1]


def is_word(text: str) -> bool:
    """Tell whether a text may serve as a festival code: 4 to 20 letters and digits, not mistaken for a coupon's."""
    return bool(_WORD.match(text)) and len(normalized(text)) != LENGTH + 1


def reference(code: str) -> str:
    """Return what stands for a coupon outside the product: its code has 75 bits, too many to try them all."""
    return hashlib.sha256(f"coupon {code}".encode()).hexdigest()[:REFERENCE_LENGTH]


def shown(code: str) -> str:
    """Return a code as people read it, in groups of four."""
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))


def _text(digest: bytes) -> str:
    value = int.from_bytes(digest) >> (len(digest) * 8 - LENGTH * _BITS)
    return "".join(ALPHABET[value >> (_BITS * n) & 31] for n in reversed(range(LENGTH)))


def _with_check(text: str) -> str:
    return text + _check_character(text)


def _check_character(text: str) -> str:
    """Return the Luhn check character modulo 32: every second digit, from the right, counts double."""
    total = 0
    for n, character in enumerate(reversed(text)):
        value = ALPHABET.index(character) * (2 - n % 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
