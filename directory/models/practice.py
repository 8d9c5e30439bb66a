from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from phonenumber_field.modelfields import PhoneNumberField
from simple_history.models import HistoricalRecords

from crpsinfo.folding import fold
from directory import freshness, states
from directory.distance import Point, box_around, nearness_at
from directory.models.doctor import Doctor, Status
from directory.models.offer import Confirmed, ForCrps, Offer
from directory.models.zip_code import ZipCode

TITLES = {"dr", "doctor"}


class PracticeQuerySet(models.QuerySet):
    def listed(self):
        return self.filter(is_listed=True)

    def stopped(self):
        """Practices of doctors who no longer offer treatments."""
        return self.filter(is_listed=False, doctor__status=Status.STOPPED)

    def real(self):
        return self.filter(doctor__is_example=False)

    def in_state(self, code):
        return self.filter(state=code)

    def offering(self, treatment=None, *, for_crps=False):
        """Practices with an offer: of this treatment, if one is given; said to be for CRPS, if asked for."""
        wanted = Q()
        if treatment:
            wanted &= Q(treatment=treatment)
        if for_crps:
            wanted &= Q(for_crps=ForCrps.YES)
        return self.filter(Exists(Offer.objects.filter(wanted, practice=OuterRef("pk")))) if wanted else self

    def named(self, text):
        """Practices where each word is part of the doctor's name, another name of theirs, the clinic's name or the
        city. Accents and capitals do not matter."""
        words, everywhere, found = fold(text).split(), Practice.objects.order_by(), self
        for word in [word for word in words if word not in TITLES] or words:
            by_clinic = everywhere.filter(search_text__contains=word).values("pk")
            by_doctor = everywhere.filter(doctor__search_text__contains=word).values("pk")
            found = found.filter(pk__in=by_clinic.union(by_doctor))  # a union lets each half use its own index
        return found

    def near(self, point, miles=None):
        """Practices within `miles` of the Point (None: at any distance), the nearest first.

        Those whose place is unknown are left out. The box is there for the index; the vectors decide.
        """
        x, y, z = point.vector
        found = self.filter(x__isnull=False).annotate(nearness=F("x") * x + F("y") * y + F("z") * z)
        if miles is not None:
            found = found.filter(in_box(box_around(point, miles)), nearness__gte=nearness_at(miles))
        return found.order_by("-nearness", "pk")

    def outside_state(self, code):
        return self.exclude(state=code)

    def in_states(self, codes):
        return self.filter(state__in=codes)

    def by_place(self):
        """In the order of a state's page."""
        return self.order_by("state", "city", "clinic_name", "pk")

    def unplaced(self):
        return self.filter(lat=None)

    def for_cards(self):
        """With all that a card shows: doctor, offers, and the practices that tell where the doctor's page is."""
        return self.select_related("doctor").prefetch_related("offers__treatment", "doctor__practices")

    def count_by_state(self):
        """{state code: number of practices}, without the states that have none."""
        return dict(self.order_by().values_list("state").annotate(Count("pk")))


def in_box(box):
    """The condition that a row with `lat` and `lon` lies in the Box."""
    around = Q()
    for west, east in box.longitudes:
        around |= Q(lon__range=(west, east))
    return Q(lat__range=(box.south, box.north)) & around


class Practice(models.Model):
    """One place where a doctor sees patients. What a search finds: treatments and facts differ between places.

    Access facts and other yes/no facts are None while nobody has asked: unknown is not "no".
    """

    doctor = models.ForeignKey(Doctor, models.CASCADE, related_name="practices")
    clinic_name = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=150, blank=True)
    address_2 = models.CharField("address, second line", max_length=150, blank=True)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=2, choices=states.CHOICES)
    zip_code = models.CharField("ZIP code", max_length=5, validators=[RegexValidator(r"^\d{5}\Z", "Five digits.")])
    lat = models.FloatField(
        "latitude",
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text="Left empty, it is the middle of the ZIP code.",
    )
    lon = models.FloatField(
        "longitude", null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    # The place on a sphere of radius 1, derived from lat and lon (see distance.Point.vector).
    x = models.FloatField(null=True, editable=False)
    y = models.FloatField(null=True, editable=False)
    z = models.FloatField(null=True, editable=False)
    phone = PhoneNumberField(blank=True)
    phone_ext = models.CharField(
        "extension", max_length=10, blank=True, validators=[RegexValidator(r"^\d+\Z", "Digits only.")]
    )
    website = models.URLField(blank=True)
    step_free = models.BooleanField("step-free from street to chair", null=True, blank=True)
    recliner_or_bed = models.BooleanField("recliner or bed", null=True, blank=True)
    quiet_dim_room = models.BooleanField("quiet room with dim light", null=True, blank=True)
    parking_at_door = models.BooleanField("parking at the door", null=True, blank=True)
    spares_affected_limb = models.BooleanField(
        "leaves the affected limb alone", null=True, blank=True, help_text="No needle or cuff there."
    )
    checked_on = models.DateField(
        null=True, blank=True, help_text="When address, phone, website and access were last checked."
    )
    checked_how = models.CharField(max_length=10, choices=Confirmed.choices, blank=True)
    # Whether the doctor is listed: here too, so that one index serves the lists and the counts of the states.
    is_listed = models.BooleanField(default=False, editable=False)
    search_text = models.TextField(editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PracticeQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["search_text", "is_listed", "x", "y", "z"])

    PLACE = ("lat", "lon", "x", "y", "z")
    ACCESS = ("step_free", "recliner_or_bed", "quiet_dim_room", "parking_at_door", "spares_affected_limb")

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["is_listed", "state", "city", "clinic_name", "id"], name="practice_place"),
            models.Index(fields=["lat", "lon"], name="practice_lat_lon"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="practice_state_known"),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__isnull=False, lon__isnull=False),
                name="practice_lat_with_lon",
                violation_error_message="Give latitude and longitude, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(checked_on__isnull=True, checked_how="")
                | Q(checked_on__isnull=False, checked_how__in=Confirmed.values),
                name="practice_checked_when_and_how",
                violation_error_message="Say when and how it was checked, or neither.",
            ),
        ]

    def __str__(self):
        return f"{self.clinic_name or self.address or 'Practice'}, {self.city}, {self.state}"

    def save(self, *args, **kwargs):
        if self.lat is None and (code := ZipCode.objects.filter(pk=self.zip_code).first()):
            self.lat, self.lon = code.point
        self.x, self.y, self.z = self.point.vector if self.point else (None, None, None)
        self.search_text = fold(f"{self.clinic_name} {self.city}")
        with transaction.atomic():
            # As stored, and locked until this is: else a doctor who is hidden meanwhile would stay in the lists.
            doctor = Doctor.objects.select_for_update().only("status").get(pk=self.doctor_id)
            self.is_listed = doctor.is_listed
            super().save(*args, **kwargs)

    def clean(self):
        freshness.refuse_future(self, "checked_on")

    @property
    def place(self):
        return states.STATES[self.state]

    @property
    def point(self):
        return None if self.lat is None or self.lon is None else Point(self.lat, self.lon)

    @property
    def one_line_address(self):
        return ", ".join(filter(None, [self.address, self.address_2, self.city, f"{self.state} {self.zip_code}"]))

    @property
    def phone_text(self):
        return f"{self.phone.as_national} ext. {self.phone_ext}" if self.phone_ext else self.phone.as_national

    @property
    def phone_url(self):
        """RFC 3966: the extension is dialled too."""
        return f"tel:{self.phone.as_e164};ext={self.phone_ext}" if self.phone_ext else f"tel:{self.phone.as_e164}"

    @property
    def band(self):
        return freshness.band(self.checked_on, timezone.localdate())

    @property
    def checked(self):
        """When and how address, phone, website and access were checked, in words."""
        return freshness.in_words(self.get_checked_how_display(), self.checked_on, timezone.localdate())

    def access_facts(self):
        """[(what, True/False/None)], None for what nobody knows."""
        return [(self._meta.get_field(name).verbose_name, getattr(self, name)) for name in self.ACCESS]

    def unknown_access(self):
        """What nobody knows yet, in words."""
        return [what for what, answer in self.access_facts() if answer is None]
