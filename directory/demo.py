"""Invented listings for a developer's machine. Every name says so, the telephone numbers are set aside for fiction
(555-0100 to 555-0199), and each doctor is marked as an example."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from crpsinfo import search
from directory.models import (
    Check,
    CheckOf,
    CheckResult,
    Confirmed,
    Doctor,
    ForCrps,
    Kind,
    Offer,
    Practice,
    Setting,
    Treatment,
)

LAST_NAMES = ("Example", "Sample", "Specimen", "Placeholder", "Makebelieve")
CLINICS = (
    "Invented Pain Clinic",
    "Made-Up Infusion Center",
    "Imaginary Hospital, Pain Service",
    "Example Medical Group",
)
SPECIALTIES = ("Pain medicine", "Anesthesiology", "Physical medicine and rehabilitation", "Neurology")
COURSES = ("", "4 hours a day on 5 days, then single visits", "", "Agreed with each patient")

# City, state, ZIP code, area code
NEW_YORK = ("New York", "NY", "10001", "212")
NEWARK = ("Newark", "NJ", "07102", "973")
ROCHESTER = ("Rochester", "NY", "14604", "585")
ALBANY = ("Albany", "NY", "12207", "518")
KANSAS_CITY = ("Kansas City", "MO", "64108", "816")
ACROSS_THE_LINE = ("Kansas City", "KS", "66102", "913")
ANCHORAGE = ("Anchorage", "AK", "99501", "907")
FAIRBANKS = ("Fairbanks", "AK", "99701", "907")
HONOLULU = ("Honolulu", "HI", "96813", "808")
HILO = ("Hilo", "HI", "96720", "808")
SAN_JUAN = ("San Juan", "PR", "00901", "787")
PONCE = ("Ponce", "PR", "00730", "787")
PHILADELPHIA = ("Philadelphia", "PA", "19103", "215")
PITTSBURGH = ("Pittsburgh", "PA", "15222", "412")
CHICAGO = ("Chicago", "IL", "60611", "312")
PEORIA = ("Peoria", "IL", "61602", "309")
BOSTON = ("Boston", "MA", "02114", "617")
DENVER = ("Denver", "CO", "80202", "303")
PHOENIX = ("Phoenix", "AZ", "85004", "602")
LOS_ANGELES = ("Los Angeles", "CA", "90024", "310")
SAN_FRANCISCO = ("San Francisco", "CA", "94107", "415")
SAN_DIEGO = ("San Diego", "CA", "92103", "619")
HOUSTON = ("Houston", "TX", "77030", "713")
AUSTIN = ("Austin", "TX", "78701", "512")
SAINT_LOUIS = ("Saint Louis", "MO", "63110", "314")
SEATTLE = ("Seattle", "WA", "98104", "206")
SPOKANE = ("Spokane", "WA", "99201", "509")
MIAMI = ("Miami", "FL", "33136", "305")
ORLANDO = ("Orlando", "FL", "32806", "407")
TAMPA = ("Tampa", "FL", "33602", "813")

# First name, and where the doctor practises
PEOPLE = [
    ("Alder", [NEW_YORK, NEWARK]),
    ("Aspen", [NEW_YORK]),
    ("Basil", [NEW_YORK]),
    ("Briar", [ROCHESTER]),
    ("Bryony", [ALBANY]),
    ("Cedar", [ANCHORAGE]),
    ("Clover", [ANCHORAGE]),
    ("Coriander", [FAIRBANKS]),
    ("Dill", [HONOLULU]),
    ("Fennel", [HONOLULU]),
    ("Fern", [HILO]),
    ("Hazel", [SAN_JUAN]),
    ("Heather", [SAN_JUAN]),
    ("Holly", [PONCE]),
    ("Ivy", [NEWARK]),
    ("Jasmine", [PHILADELPHIA]),
    ("Juniper", [PHILADELPHIA]),
    ("Laurel", [PITTSBURGH]),
    ("Lavender", [BOSTON]),
    ("Linden", [BOSTON]),
    ("Magnolia", [CHICAGO]),
    ("Maple", [CHICAGO]),
    ("Marjoram", [PEORIA]),
    ("Mint", [KANSAS_CITY, ACROSS_THE_LINE]),
    ("Myrtle", [SAINT_LOUIS]),
    ("Oakley", [HOUSTON]),
    ("Olive", [HOUSTON]),
    ("Parsley", [AUSTIN]),
    ("Peony", [DENVER]),
    ("Poppy", [DENVER]),
    ("Primrose", [PHOENIX]),
    ("Rowan", [LOS_ANGELES]),
    ("Rue", [LOS_ANGELES]),
    ("Saffron", [SAN_FRANCISCO]),
    ("Sage", [SAN_DIEGO]),
    ("Sorrel", [SEATTLE]),
    ("Tansy", [SPOKANE]),
    ("Thistle", [MIAMI]),
    ("Willow", [ORLANDO]),
    ("Yarrow", [TAMPA]),
]
# Which of them are something else than a doctor who is listed, by their place among the people.
STOPPED, DISPUTED, WITHOUT_A_NAME, FORGOTTEN = (7, 32), (19,), (13, 29), (11, 26)
CHECKED_HOW = [Confirmed.PHONE, Confirmed.WEBSITE, Confirmed.CLINIC]
LONG_AGO = 760  # days


def load(*, dry_run=False):
    """Add the examples that are not there. Returns (how many were added, how many were there)."""
    there = set(Doctor.objects.filter(is_example=True).values_list(*names(0)))
    missing = [number for number in range(len(PEOPLE)) if tuple(names(number).values()) not in there]
    if not dry_run:
        treatments = list(Treatment.objects.all())
        with transaction.atomic():
            for number in missing:
                add_doctor(number, treatments)
    return len(missing), len(PEOPLE) - len(missing)


def remove(*, dry_run=False):
    """Delete the examples and their history. Returns how many doctors."""
    doctors = Doctor.objects.filter(is_example=True)
    count = doctors.count()
    if not dry_run:
        with transaction.atomic():
            practices = dict(Practice.objects.filter(doctor__in=doctors).values_list("pk", "state"))
            keys = list(doctors.values_list("pk", flat=True))
            doctors.delete()
            search.refresh("doctor", *keys)
            Practice.objects.recount(*set(practices.values()))
            Offer.history.filter(practice_id__in=practices).delete()
            Practice.history.filter(id__in=practices).delete()
            Doctor.history.filter(is_example=True).delete()
    return count


def names(number):
    """The columns that name this example."""
    first_name, [(city, *_), *_] = PEOPLE[number]
    if number in WITHOUT_A_NAME:
        return {"first_name": "", "last_name": "", "organization": f"{CLINICS[number % len(CLINICS)]} of {city}"}
    return {"first_name": first_name, "last_name": LAST_NAMES[number % len(LAST_NAMES)], "organization": ""}


def add_doctor(number, treatments):
    is_clinic = number in WITHOUT_A_NAME
    doctor = Doctor.objects.create(
        **names(number),
        kind=Kind.CLINIC if is_clinic else Kind.PERSON,
        credentials="" if is_clinic else "DO" if number % 5 == 3 else "MD",
        specialty=SPECIALTIES[number % len(SPECIALTIES)],
        source="Invented for demonstration",
        licence_checked_on=days_ago(20 + 7 * number),
        licence_checked_how="Not really: this doctor does not exist",
        physician_supervised=True,
        supervision_checked_on=days_ago(11 * number),
        is_example=True,
    )
    for place in PEOPLE[number][1]:
        add_practice(doctor, number, place, treatments)
    add_check(doctor, number)
    doctor.publish()
    if number in STOPPED:
        doctor.stop(since=days_ago(30), source="Invented for demonstration")
    if number in DISPUTED:
        doctor.dispute()


def add_check(doctor, number):
    """What came of a call, of some."""
    if number % 3 == 0:
        result = (CheckResult.CONFIRMED, CheckResult.NO_ANSWER)[number % 2]
        Check.objects.create(doctor=doctor, what=CheckOf.PHONE, result=result, on=days_ago(number), note="Invented")


def add_practice(doctor, number, place, treatments):
    city, state, zip_code, area_code = place
    checked_on, checked_how = check(number + 3, is_old=number in FORGOTTEN)
    practice = Practice(
        doctor=doctor,
        clinic_name=f"{CLINICS[number % len(CLINICS)]} of {city}",
        address=f"{100 + number} Nowhere Street",
        city=city,
        state=state,
        zip_code=zip_code,
        phone=f"+1{area_code}55501{number:02}",
        phone_ext="4" if number % 6 == 0 else "",
        website=f"https://example.org/clinic-{number}",
        checked_on=checked_on,
        checked_how=checked_how,
        **{fact: answer(number + place) for place, fact in enumerate(Practice.ACCESS)},
    )
    if number % 7 == 2:
        practice.told_by_reader(step_free=True, parking_at_door=False)
    practice.save()
    chosen = {number % len(treatments), (3 * number + 1) % len(treatments)} if number % 3 else {0}
    for index in sorted(chosen):
        add_offer(practice, number + index, treatments[index], is_old=number in FORGOTTEN)


def add_offer(practice, number, treatment, *, is_old):
    confirmed_on, confirmed_how = check(number, is_old=is_old)
    offer = Offer(
        practice=practice,
        treatment=treatment,
        for_crps=ForCrps.values[(0, 0, 1, 0, 2)[number % 5]],
        setting=Setting.INPATIENT if "hospital" in treatment.slug else Setting.OUTPATIENT,
        course=COURSES[number % len(COURSES)],
        accepting_new=answer(number),
        driver_required=True if number % 2 else None,
        price_note="" if number % 3 else "$1,000 a visit, the clinic said (invented)",
        payers_note="" if number % 4 else "Bill to send to your insurer, the clinic said (invented)",
        confirmed_on=confirmed_on,
        confirmed_how=confirmed_how,
        confirmed_by="demo" if confirmed_on else "",
    )
    if number % 7 == 3:
        offer.told_by_reader(accepting_new=False)
    offer.save()


def check(number, *, is_old):
    """When and how something was checked: lately, long ago, or now and then never."""
    if is_old:
        return days_ago(LONG_AGO + number), CHECKED_HOW[number % len(CHECKED_HOW)]
    if number % 11 == 10:
        return None, ""
    return days_ago(number * 23 % 500), CHECKED_HOW[number % len(CHECKED_HOW)]


def answer(number):
    """Yes, no or not known, so that all three are to be seen."""
    return (True, None, False, True)[number % 4]


def days_ago(days):
    return timezone.localdate() - timedelta(days=days)
