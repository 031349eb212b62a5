"""Phone numbers: read as people write them, kept as E.164, shown masked (requirements M3, M6)."""

import phonenumbers

from loyalty.errors import InvalidRequestError

HOME_REGION = "CN"


class InvalidPhoneError(InvalidRequestError):
    """The text is no phone number that exists; the text itself is never repeated."""

    code = "invalid_phone"
    zh = "手机号码无效。"
    en = "This is not a valid phone number."


def normalized(text: str) -> str:
    """Return a phone number as E.164; numbers without a country code are Chinese.

    Raises:
        InvalidPhoneError: if there can be no such number.
    """
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise InvalidPhoneError from None
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhoneError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(phone: str) -> str:
    """Return a phone number with only its last four digits readable."""
    return f"*{phone[-4:]}"
