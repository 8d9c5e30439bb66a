"""Whether a listing and the registry speak of the same name and place. The registry's addresses are often old, so a
difference is something to ask about, and no error."""

import re

from crpsinfo.folding import fold

LEGAL = {"inc", "llc", "llp", "lp", "pllc", "pc", "pa", "ltd", "co", "corp", "corporation", "incorporated", "the"}
DIRECTIONS = {"n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west"}
ORDINALS = {
    **{"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th"},
    **{"seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th"},
}


def differences(doctor, entry):
    """{"kind", "name" or "address": what the RegisterEntry says}, for what is not the same in the listing."""
    found = {}
    if doctor.is_clinic != entry.is_organization:
        found["kind"] = "an organization" if entry.is_organization else "a person"
    elif not (same_clinic if doctor.is_clinic else same_person)(doctor, entry):
        found["name"] = " / ".join(filter(None, [entry.name, entry.other_name]))
    practices = doctor.practices.all()
    if practices and not any(same_place(practice, entry) for practice in practices):
        zip_and_state = f"{entry.state} {entry.zip_code}".strip()
        found["address"] = ", ".join(filter(None, [entry.address, entry.address_2, entry.city, zip_and_state]))
    return found


def same_person(doctor, entry):
    return same_last_name(doctor, entry) and same_first_name(doctor, entry)


def same_last_name(doctor, entry):
    """One may have a part that the other lacks (García, García López), or be the other's former name."""
    ours, theirs = words(doctor.last_name), words(entry.last_name)
    return ours <= theirs or theirs <= ours or ours <= words(entry.other_name) or theirs <= words(doctor.other_names)


def same_first_name(doctor, entry):
    """One may be short for the other, or its middle name."""
    ours, theirs = fold(doctor.first_name), fold(entry.first_name)
    return (
        ours.startswith(theirs)
        or theirs.startswith(ours)
        or ours == fold(entry.middle_name)
        or theirs == fold(doctor.middle_name)
    )


def same_clinic(doctor, entry):
    """Under any of the names that the listing or the registry has for it."""
    ours = {doctor.organization, doctor.other_names, *(practice.clinic_name for practice in doctor.practices.all())}
    return bool(set(map(bare, ours)) & {bare(entry.organization), bare(entry.other_name)} - {""})


def same_place(practice, entry):
    """The same ZIP code, and if the listing has an address, the same house in the same street."""
    if practice.zip_code != entry.zip_code:
        return False
    return not practice.address or house(practice.address) in (house(entry.address), house(entry.address_2))


def house(address):
    """(number, first word of the street's name), which is what spellings of one address have in common."""
    said = [ORDINALS.get(word, word) for word in fold(address).split() if word not in DIRECTIONS]
    numbered = [place for place, word in enumerate(said) if re.match(r"\d", word)]
    return tuple(said[numbered[0] : numbered[0] + 2]) if numbered else tuple(said[:2])


def bare(name):
    """A clinic's name without what lawyers add."""
    return " ".join(word for word in fold(name.replace("&", " and ")).split() if word not in LEGAL)


def words(text):
    return set(fold(text).split())
