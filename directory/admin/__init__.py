"""What editors work with: listings, what is on record about them, and what they are checked against."""

from directory.admin.board import StateBoardAdmin
from directory.admin.doctor import DoctorAdmin
from directory.admin.offer import OfferAdmin
from directory.admin.practice import PracticeAdmin
from directory.admin.record import CheckAdmin, NotListedAdmin, ReportAdmin
from directory.admin.register import RegisterEntryAdmin
from directory.admin.tables import TreatmentAdmin, ZipCodeAdmin

__all__ = [
    "CheckAdmin",
    "DoctorAdmin",
    "NotListedAdmin",
    "OfferAdmin",
    "PracticeAdmin",
    "RegisterEntryAdmin",
    "ReportAdmin",
    "StateBoardAdmin",
    "TreatmentAdmin",
    "ZipCodeAdmin",
]
