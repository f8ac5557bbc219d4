"""Phone numbers as people write them, kept as E.164."""

import phonenumbers

from errors import Invalid


def to_e164(text: str, region: str, pointer: str) -> str:
    """Raises Invalid at `pointer`. Only impossible numbers are refused: valid ones exclude those kept for fiction."""
    number = read_number(text, region)
    if number is None:
        raise Invalid([{"pointer": pointer, "detail": f"this is not a phone number ({region} is assumed)"}])
    return number


def read_number(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_region(code: str) -> bool:
    return code in phonenumbers.SUPPORTED_REGIONS
