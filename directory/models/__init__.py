from directory.models.check import Check, CheckOf, CheckResult
from directory.models.doctor import Doctor, Kind, OldSlug
from directory.models.listing import HiddenBecause, NotListable, Status
from directory.models.not_listed import NotListed
from directory.models.offer import Confirmed, ForCrps, Offer, Setting, Treatment
from directory.models.practice import Practice
from directory.models.register import RegisterEntry
from directory.models.report import Outcome, Report, ReportKind, ReportState
from directory.models.state import StateBoard, StateCount
from directory.models.zip_code import ZipCode

__all__ = [
    "Check",
    "CheckOf",
    "CheckResult",
    "Confirmed",
    "Doctor",
    "ForCrps",
    "HiddenBecause",
    "Kind",
    "NotListable",
    "NotListed",
    "Offer",
    "OldSlug",
    "Outcome",
    "Practice",
    "RegisterEntry",
    "Report",
    "ReportKind",
    "ReportState",
    "Setting",
    "StateBoard",
    "StateCount",
    "Status",
    "Treatment",
    "ZipCode",
]
