"""The columns of the registry's main file, by name: their places have changed before.

CMS, "Data Dissemination: Readme", 1 Feb 2025: 330 columns. Until 2018 at least there were 329: without the date of
certification, and with "Gender" where it says "Sex" now.
"""

SLOTS = range(1, 16)
MAILING, PRACTICE = "Provider Business Mailing Address", "Provider Business Practice Location Address"
NPI, ENTITY = "NPI", "Entity Type Code"
OTHER_FIRST, OTHER_LAST = "Provider Other First Name", "Provider Other Last Name"
TEXTS = {  # of a RegisterEntry
    "organization": "Provider Organization Name (Legal Business Name)",
    "other_name": "Provider Other Organization Name",
    "last_name": "Provider Last Name (Legal Name)",
    "first_name": "Provider First Name",
    "middle_name": "Provider Middle Name",
    "suffix": "Provider Name Suffix Text",
    "credentials": "Provider Credential Text",
    "address": "Provider First Line Business Practice Location Address",
    "address_2": "Provider Second Line Business Practice Location Address",
    "city": f"{PRACTICE} City Name",
    "state": f"{PRACTICE} State Name",
    "zip_code": f"{PRACTICE} Postal Code",
    "phone": f"{PRACTICE} Telephone Number",
}
DATES = {
    "enumerated_on": "Provider Enumeration Date",
    "updated_on": "Last Update Date",
    "deactivated_on": "NPI Deactivation Date",
    "reactivated_on": "NPI Reactivation Date",
}
CODES = [f"Healthcare Provider Taxonomy Code_{slot}" for slot in SLOTS]
SWITCHES = [f"Healthcare Provider Primary Taxonomy Switch_{slot}" for slot in SLOTS]
NEEDED = [NPI, ENTITY, *TEXTS.values(), OTHER_FIRST, OTHER_LAST, *DATES.values(), *CODES, *SWITCHES]

IDENTIFIER = ("", " Type Code", " State", " Issuer")
OFFICIAL = ("Last Name", "First Name", "Middle Name", "Title or Position", "Telephone Number")
OFFICIAL_PARTS = ("Name Prefix Text", "Name Suffix Text", "Credential Text")
UNUSED = {
    *("Replacement NPI", "Employer Identification Number (EIN)", "Provider Name Prefix Text"),
    *("Provider Other Organization Name Type Code", "Provider Other Middle Name", "Provider Other Name Prefix Text"),
    *("Provider Other Name Suffix Text", "Provider Other Credential Text", "Provider Other Last Name Type Code"),
    *("Provider First Line Business Mailing Address", "Provider Second Line Business Mailing Address"),
    *(f"{MAILING} {part}" for part in ("City Name", "State Name", "Postal Code", "Telephone Number", "Fax Number")),
    *(f"{where} Country Code (If outside U.S.)" for where in (MAILING, PRACTICE)),
    *(f"{PRACTICE} Fax Number", "NPI Deactivation Reason Code", "Provider Gender Code", "Provider Sex Code"),
    *(f"Authorized Official {part}" for part in OFFICIAL + OFFICIAL_PARTS),
    *(f"Provider License Number_{slot}" for slot in SLOTS),
    *(f"Provider License Number State Code_{slot}" for slot in SLOTS),
    *(f"Healthcare Provider Taxonomy Group_{slot}" for slot in SLOTS),
    *(f"Other Provider Identifier{part}_{number}" for part in IDENTIFIER for number in range(1, 51)),
    *("Is Sole Proprietor", "Is Organization Subpart", "Parent Organization LBN", "Parent Organization TIN"),
    "Certification Date",
}


def unknown(columns):
    """Those that neither layout has, in their order."""
    return [name for name in columns if name not in UNUSED and name not in NEEDED]
