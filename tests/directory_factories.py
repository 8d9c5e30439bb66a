"""Plain functions that make the rows of the directory. What a test does not name is ordinary."""

from datetime import date

from directory.models import Confirmed, Doctor, ForCrps, Offer, Practice, Treatment, ZipCode

TODAY = date(2026, 11, 22)  # for tests of pages, whose words depend on how long ago something was checked

STOPPED = {"since": date(2026, 9, 20), "source": "The clinic, by phone"}  # what `stop` asks for

# Real places of real ZIP codes.
PLACES = {
    "10001": ("New York", "NY", 40.7484, -73.9967),
    "07102": ("Newark", "NJ", 40.7320, -74.1765),
    "19103": ("Philadelphia", "PA", 39.9513, -75.1741),
    "64108": ("Kansas City", "MO", 39.0837, -94.5868),
    "66102": ("Kansas City", "KS", 39.1132, -94.6693),
    "80202": ("Denver", "CO", 39.7491, -104.9946),
    "82001": ("Cheyenne", "WY", 41.1400, -104.8202),
    "99501": ("Anchorage", "AK", 61.2225, -149.8677),
    "99546": ("Adak", "AK", 51.8800, -176.6581),
    "96813": ("Honolulu", "HI", 21.3179, -157.8521),
    "96910": ("Hagatna", "GU", 13.4762, 144.7516),
    "96950": ("Saipan", "MP", 15.1869, 145.7542),
    "00901": ("San Juan", "PR", 18.4654, -66.1044),
}


def make_zip(code="10001"):
    city, state, lat, lon = PLACES[code]
    return ZipCode.objects.update_or_create(zip=code, defaults={"city": city, "state": state, "lat": lat, "lon": lon})[
        0
    ]


def make_treatment(slug="ketamine-outpatient", **fields):
    return Treatment.objects.get_or_create(slug=slug, defaults={"name": slug, "description": "A treatment.", **fields})[
        0
    ]


def make_doctor(**fields):
    """A doctor who lacks only a practice with a treatment for being listed."""
    defaults = {
        "first_name": "Alma",
        "last_name": "Tester",
        "credentials": "MD",
        "source": "Website of the clinic",
        "licence_checked_on": date(2026, 9, 1),
        "licence_checked_how": "DocInfo",
        "physician_supervised": True,
        "supervision_checked_on": date(2026, 9, 2),
    }
    return Doctor.objects.create(**defaults | fields)


def make_practice(doctor, code="10001", **fields):
    """A practice in the middle of a ZIP code of PLACES."""
    city, state, lat, lon = PLACES[code]
    defaults = {
        **{"clinic_name": "Test Clinic", "city": city, "state": state, "zip_code": code, "lat": lat, "lon": lon},
        **{"checked_on": date(2026, 9, 5), "checked_how": Confirmed.WEBSITE},
    }
    return Practice.objects.create(doctor=doctor, **defaults | fields)


def make_offer(practice, treatment=None, **fields):
    defaults = {"for_crps": ForCrps.YES, "confirmed_on": date(2026, 9, 12), "confirmed_how": Confirmed.PHONE}
    return Offer.objects.create(practice=practice, treatment=treatment or make_treatment(), **defaults | fields)


def make_listing(code="10001", *, treatment=None, for_crps=ForCrps.YES, clinic_name="Test Clinic", **doctor_fields):
    """The practice of a new listed doctor."""
    practice = make_practice(make_doctor(**doctor_fields), code, clinic_name=clinic_name)
    make_offer(practice, treatment, for_crps=for_crps)
    practice.doctor.publish()
    practice.refresh_from_db()
    return practice
