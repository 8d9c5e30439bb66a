"""Whether a text speaks of a doctor in the directory."""

from crpsinfo.folding import fold
from directory.models import Doctor

TITLES = ("dr", "doctor")
PARTICLE = 3  # letters: "de", "la" and "van" alone are nobody's name


def names_a_listed_doctor(name, text):
    """Whether a comment names a doctor who has a page. What is said about a person is for a person to judge."""
    said = words(f"{name} {text}")
    people = Doctor.objects.with_page().people().values_list("first_name", "last_name")
    return any(is_named(first, last, said) for first, last in people.iterator())


def is_named(first, last, said):
    """Whether the last name is among the `words`, with a doctor's title or the first name anywhere beside it."""
    return called(last, said) and (called(first, said) or any(stands(title, said) for title in TITLES))


def words(text):
    """The text folded, with a space before and after each word. A dot ends a word: "dr.smith" are two."""
    return f" {fold(text.replace('.', ' '))} "


def called(name, said):
    """Whether the name is said, or of a name of several words any that is more than a particle."""
    whole = words(name).strip()
    return any(stands(part, said) for part in [whole, *(part for part in whole.split() if len(part) > PARTICLE)])


def stands(name, said):
    """Whether the name is said as it is, as a possessive or as a plural, which folding leaves with an s."""
    return bool(name) and (f" {name} " in said or f" {name}s " in said)
