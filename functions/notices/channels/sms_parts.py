"""As how many text messages a text is charged (GSM 03.38). Pure."""

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters a text message holds 160 of; with any other it holds 70."""
GSM_PAIRS = frozenset("[]{}\\^~|€")
"""Characters that are two of those 160."""


def sms_parts(text: str) -> int:
    """Return as how many text messages a text is charged."""
    if set(text) <= GSM | GSM_PAIRS:
        one, of_several, size = 160, 153, len(text) + sum(letter in GSM_PAIRS for letter in text)
    else:
        one, of_several, size = 70, 67, len(text.encode("utf-16-be")) // 2
    return 1 if size <= one else -(-size // of_several)
