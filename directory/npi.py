"""The National Provider Identifier: ten digits that name a provider in the federal registry (NPPES)."""

from django.core.exceptions import ValidationError

CARD_PREFIX = "80840"  # what makes an NPI a card issuer's number: "80" for health, "840" for the United States


def is_npi(text):
    """Whether these are ten digits of which the last is right: Luhn's sum over 80840 and the ten digits is a
    multiple of ten (CMS, "NPI check digit")."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(CARD_PREFIX + text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def validate_npi(text):
    if not is_npi(text):
        raise ValidationError(
            "This is not an NPI: ten digits, of which the last checks the others.", code="invalid_npi"
        )
