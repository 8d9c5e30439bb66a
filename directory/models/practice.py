from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from phonenumber_field.modelfields import PhoneNumberField
from simple_history.models import HistoricalRecords

from crpsinfo import search
from crpsinfo.folding import fold
from directory import freshness, states
from directory.distance import Point
from directory.freshness import Age
from directory.models.doctor import Doctor
from directory.models.offer import Confirmed
from directory.models.practice_queryset import PracticeQuerySet
from directory.models.told import Told
from directory.models.zip_code import ZipCode


class Practice(Told):
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
    # Of the doctor, here too, so that one index serves the lists and the counts of the states.
    is_listed = models.BooleanField(default=False, editable=False)
    is_off_the_lists = models.BooleanField(default=False, editable=False)
    sort_name = models.CharField(max_length=120, default="", editable=False)
    # When an editor last checked a treatment here, else address and phone; and where that puts the practice in a list.
    # The daily job `directory.freshness_job` moves it on.
    fresh_on = models.DateField(null=True, editable=False)
    age = models.PositiveSmallIntegerField(choices=Age.choices, default=Age.STALE, editable=False)
    search_text = models.TextField(editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PracticeQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["search_text", "is_listed", "is_off_the_lists", "sort_name", "fresh_on", "age", "x", "y", "z"]
    )

    stored_state = None
    PLACE = ("lat", "lon", "x", "y", "z")
    FROM_DOCTOR = ("is_listed", "is_off_the_lists", "sort_name", "search_text")
    FROM_OFFERS = ("fresh_on", "age")
    ACCESS = ("step_free", "recliner_or_bed", "quiet_dim_room", "parking_at_door", "spares_affected_limb")

    class Meta:
        ordering = ["pk"]
        indexes = [
            # In the order of the lists. With a condition: no column of an index helps SQLite with a bare "is_listed".
            models.Index(
                fields=["state", "age", "sort_name", "id"], condition=Q(is_listed=True), name="practice_place"
            ),
            models.Index(fields=["age", "sort_name", "id"], condition=Q(is_listed=True), name="practice_name"),
            models.Index(
                fields=["state", "age", "sort_name", "id"], condition=Q(is_listed=False), name="practice_unlisted"
            ),
            models.Index(
                fields=["state", "age", "sort_name", "id", "search_text"],
                condition=Q(is_off_the_lists=True),
                name="practice_off_the_lists",
            ),
            # All that a search around a place asks, so that it reads nothing but this index.
            models.Index(
                fields=["lat", "lon", "is_listed", "age", "x", "y", "z", "search_text", "id"],
                condition=Q(is_listed=True),
                name="practice_around",
            ),
            models.Index(fields=["age", "fresh_on"], name="practice_freshness"),
            models.Index(fields=["state", "-updated_at"], condition=Q(is_listed=True), name="practice_changed"),
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

    @classmethod
    def from_db(cls, *args):
        """Remembers the state, whose count changes when the practice moves to another."""
        practice = super().from_db(*args)
        practice.stored_state = practice.__dict__.get("state")
        return practice

    # --- What follows from what was entered -----------------------------------------------------

    def save(self, *args, **kwargs):
        self.derive(ZipCode.objects.filter(pk=self.zip_code).first() if self.lat is None else None)
        with transaction.atomic():
            # As stored, and locked until this is: else a doctor who is hidden meanwhile would stay in the lists.
            self.derive_from_doctor(self.locked_doctor())
            self.derive_from_offers(self.offers.all() if self.pk else [])
            super().save(*args, **kwargs)
            Practice.objects.recount(*filter(None, {self.state, self.stored_state}))
            search.refresh("doctor", self.doctor_id)
        self.stored_state = self.state

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            gone = super().delete(*args, **kwargs)
            Practice.objects.recount(self.state)
            search.refresh("doctor", self.doctor_id)
        return gone

    def refresh(self):
        """After an offer changed: how fresh the practice is now. Its row may say something else by now than this one
        does, and another offer may be changed at the same moment."""
        with transaction.atomic():
            self.locked_doctor()
            now = Practice.objects.get(pk=self.pk)
            now.derive_from_offers(now.offers.order_by())
            Practice.objects.bulk_update([now], self.FROM_OFFERS)
            Practice.objects.recount(now.state)
            search.refresh("doctor", now.doctor_id)
        self.fresh_on, self.age = now.fresh_on, now.age

    def locked_doctor(self):
        """The Doctor as stored, locked until the end of the transaction: before a practice or an offer is written."""
        return Doctor.objects.select_for_update().get(pk=self.doctor_id)

    def derive(self, zip_code):
        """`zip_code`: the ZipCode that says where the practice is while no place is given; None if it is unknown."""
        if self.lat is None and zip_code:
            self.lat, self.lon = zip_code.point
        self.x, self.y, self.z = self.point.vector if self.point else (None, None, None)
        self.forget_what_was_told("checked_on", self.checked_how)

    def derive_from_doctor(self, doctor):
        """Sets FROM_DOCTOR. The names are here, too, so that a search asks one column of one table."""
        self.is_listed, self.is_off_the_lists = doctor.is_listed, doctor.is_off_the_lists
        self.sort_name = doctor.sort_name
        self.search_text = fold(f"{doctor.search_text} {self.clinic_name} {self.city}")

    def derive_from_offers(self, offers):
        """Sets FROM_OFFERS: a reader's word is no check."""
        checked = [offer.confirmed_on for offer in offers if offer.confirmed_how != Confirmed.READER]
        checked_on = None if self.checked_how == Confirmed.READER else self.checked_on
        self.fresh_on = max(filter(None, checked), default=checked_on)
        self.age = freshness.age(self.fresh_on, timezone.localdate())

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
