"""The provider taxonomy codes that speak of pain medicine, or of a place where infusions are given.

Health Care Provider Taxonomy Code Set, copyright American Medical Association, maintained by the National Uniform Claim
Committee (NUCC). Codes and names are unchanged, and only those that are used here. Neither endorses this site. No code
names ketamine or CRPS: who has one may treat CRPS or not.
"""

PAIN = {
    "207LP2900X": "Anesthesiology, Pain Medicine",
    "2081P2900X": "Physical Medicine & Rehabilitation, Pain Medicine",
    "2084P2900X": "Psychiatry & Neurology, Pain Medicine",
    "208VP0000X": "Pain Medicine, Pain Medicine",
    "208VP0014X": "Pain Medicine, Interventional Pain Medicine",
    "261QP3300X": "Clinic/Center, Pain",
    "261QI0500X": "Clinic/Center, Infusion Therapy",
}
