"""The name a member chooses to be shown by to other members, on the leaderboard (requirements P12, M6). Pure.

It is chosen to be public, so it must not carry what lets strangers reach anybody: it would be an advertisement, or
somebody else's number.
"""

import re
import unicodedata

SHORTEST, LONGEST = 2, 20
MOST_DIGITS = 6
"""Seven digits are a telephone number, whatever stands between them and in whichever script they are written."""
_CHINESE_DIGITS = "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_ADDRESS = re.compile(r"@|://|www[.。]|\w[.。][^\W\d_]{2,}", re.IGNORECASE)
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def checked(name: str) -> str:
    """Return the name as it is kept: in its compatible form, with single spaces.

    Raises:
        ValueError: saying what is wrong with it, never quoting it.
    """
    plain = unicodedata.normalize("NFKC", name)
    if any(unicodedata.category(one) in _INVISIBLE for one in plain):
        raise ValueError("write characters that can be seen")
    kept = " ".join(plain.split())
    if not SHORTEST <= len(kept) <= LONGEST:
        raise ValueError(f"write {SHORTEST} to {LONGEST} characters")
    if not any(one.isalnum() for one in kept):
        raise ValueError("write at least one letter or digit")
    if _digits(kept) > MOST_DIGITS:
        raise ValueError("a telephone number is not a name")
    if _ADDRESS.search(kept):
        raise ValueError("an address is not a name")
    return kept


def _digits(text: str) -> int:
    return sum(one.isdigit() or one in _CHINESE_DIGITS for one in text)
