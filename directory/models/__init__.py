from directory.models.doctor import Doctor, NotListable, OldSlug, Status
from directory.models.offer import Confirmed, ForCrps, Offer, Setting, Treatment
from directory.models.practice import Practice
from directory.models.zip_code import ZipCode

__all__ = [
    "Confirmed",
    "Doctor",
    "ForCrps",
    "NotListable",
    "Offer",
    "OldSlug",
    "Practice",
    "Setting",
    "Status",
    "Treatment",
    "ZipCode",
]
