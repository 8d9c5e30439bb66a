"""Whether a text speaks of a doctor in the directory."""

from directory.folding import fold
from directory.models import Doctor


def names_a_listed_doctor(name, text):
    """Whether a comment names a doctor who has a page: first and last name, or "Dr." and the last name. What is said
    about a person is for a person to judge."""
    said = f" {fold(f'{name} {text}')} "
    for first, last in Doctor.objects.with_page().values_list("first_name", "last_name").iterator():
        if any(f" {called} {fold(last)} " in said for called in (fold(first), "dr", "doctor")):
            return True
    return False
