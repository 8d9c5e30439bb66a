from django.db import models, transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from simple_history.models import HistoricalRecords

from crpsinfo import search
from crpsinfo.folding import fold
from directory import freshness
from directory.models.listing import Listing, Status
from directory.npi import validate_npi


class Kind(models.TextChoices):
    PERSON = "person", "a doctor"
    CLINIC = "clinic", "a clinic or hospital, without a doctor's name"


class DoctorQuerySet(models.QuerySet):
    def listed(self):
        """Those a reader finds by searching."""
        return self.filter(status=Status.LISTED)

    def disputed(self):
        return self.filter(status=Status.DISPUTED)

    def with_page(self):
        """Those whose page can be read: a doctor who stopped, or whose entry is disputed, keeps a page that says so."""
        return self.exclude(status__in=[Status.HIDDEN, Status.REMOVED])

    def placed(self):
        """Those with a practice: without one a doctor has no page."""
        return self.filter(practices__isnull=False).distinct()

    def people(self):
        """Without the clinics that name no doctor."""
        return self.filter(kind=Kind.PERSON)

    def real(self):
        """Without the invented ones of the demonstration."""
        return self.filter(is_example=False)

    def for_page(self):
        """With the practices and offers that a page shows."""
        return self.prefetch_related("practices__offers__treatment")

    def with_changed_at(self):
        """With `changed_at`, the time of the last change of the doctor, a practice or an offer."""
        practice, offer = Max("practices__updated_at"), Max("practices__offers__updated_at")
        own = F("updated_at")
        return self.annotate(changed_at=Greatest(own, Coalesce(practice, own), Coalesce(offer, own)))


class Doctor(Listing):
    """A physician, or a clinic that names none, at one or more practices. Listed only when `missing_for_listing` finds
    nothing."""

    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.PERSON)
    organization = models.CharField("name of the clinic", max_length=150, blank=True)
    first_name = models.CharField(max_length=60, blank=True)
    middle_name = models.CharField(max_length=60, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    suffix = models.CharField(max_length=20, blank=True, help_text="Such as Jr.")
    credentials = models.CharField(max_length=40, blank=True, help_text="Such as MD or DO.")
    specialty = models.CharField(max_length=120, blank=True, help_text="In plain words, such as pain medicine.")
    other_names = models.CharField(
        max_length=200, blank=True, help_text="Former or other names that people search for."
    )
    npi = models.CharField("NPI", max_length=10, unique=True, null=True, blank=True, validators=[validate_npi])
    slug = models.SlugField(max_length=120, unique=True, blank=True, help_text="Left empty, it is made from the name.")
    source = models.CharField(
        max_length=300, blank=True, help_text="Where we know of this doctor from. Shown to readers."
    )
    licence_checked_on = models.DateField("license checked on", null=True, blank=True)
    licence_checked_how = models.CharField(
        "license checked how",
        max_length=200,
        blank=True,
        help_text="Such as: DocInfo, no discipline. Shown to readers.",
    )
    physician_supervised = models.BooleanField(
        "in person, supervised by a physician", default=False, help_text="No treatment by mail order or to take home."
    )
    supervision_checked_on = models.DateField(null=True, blank=True)
    is_example = models.BooleanField("example", default=False, editable=False)
    search_text = models.TextField(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DoctorQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["search_text"])

    class Meta:
        indexes = [
            # All that the sitemap counts and skips; and when any of it changed last.
            models.Index(fields=["status", "id", "is_example"], name="doctor_status"),
            models.Index(fields=["status", "updated_at"], condition=Q(is_example=False), name="doctor_changed"),
        ]
        permissions = [("publish_doctor", "Can list and hide doctors")]
        constraints = [
            *Listing.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind=Kind.PERSON, organization="") & ~Q(last_name="")
                | Q(kind=Kind.CLINIC, first_name="", middle_name="", last_name="", suffix="") & ~Q(organization=""),
                name="doctor_is_a_person_or_a_clinic",
                violation_error_message="Give a doctor's name, or choose “a clinic” and give its name, but not both.",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.LISTED)
                | Q(licence_checked_on__isnull=False, physician_supervised=True, supervision_checked_on__isnull=False)
                & ~Q(source="")
                & ~Q(licence_checked_how=""),
                name="doctor_listed_is_checked",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.derive()
        self.slug = self.slug or self.free_slug()
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.practices.order_by().follow(self)
            search.refresh("doctor", self.pk)

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            key, codes = self.pk, {practice.state for practice in self.practices.all()}
            gone = super().delete(*args, **kwargs)
            self.practices.model.objects.recount(*codes)
            search.refresh("doctor", key)
        return gone

    def derive(self):
        """Sets what follows from what was entered."""
        self.npi = self.npi or None
        self.search_text = fold(f"{self.name} {self.other_names} {self.npi or ''}")

    def latest_checks(self):
        """{CheckOf: its last Check}; of what is looked up by NPI, the last with the present one."""
        return {check.what: check for check in self.checks.valid_for(self.npi).latest()}

    def get_absolute_url(self):
        """The page of the doctor, under the state of the first practice."""
        state = self.home_state
        return reverse("doctor", args=[state.slug, self.slug]) if state else reverse("doctors")

    def clean(self):
        freshness.refuse_future(self, "licence_checked_on", "supervision_checked_on", "stopped_since")

    @property
    def is_clinic(self):
        return self.kind == Kind.CLINIC

    @property
    def plain_name(self):
        names = [self.first_name, self.middle_name, self.last_name, self.suffix]
        return self.organization or " ".join(filter(None, names))

    @property
    def sort_name(self):
        """What lists are sorted by: last name first, folded."""
        return fold(self.organization or f"{self.last_name} {self.first_name} {self.middle_name}")[:120]

    @property
    def name(self):
        return f"{self.plain_name}, {self.credentials}" if self.credentials else self.plain_name

    @property
    def home_state(self):
        """The State of the first practice, which the page's address names; None without a practice."""
        first = next(iter(self.practices.all()), None)
        return first and first.place

    @property
    def treatments(self):
        """The names of what is offered at any of the practices, each once."""
        offers = (offer for practice in self.practices.all() for offer in practice.offers.all())
        return list(dict.fromkeys(offer.treatment.name for offer in offers))

    def free_slug(self):
        """A slug made from the name that no doctor has or had."""
        name = self.organization or f"{self.first_name} {self.last_name} {self.suffix}"
        wanted = slugify(fold(name))[:100] or "doctor"
        slug, number = wanted, 1
        while not self.may_have_slug(slug):
            number += 1
            slug = f"{wanted}-{number}"
        return slug

    def may_have_slug(self, slug):
        """Whether the slug leads, and led, to nobody else."""
        others = Doctor.objects.filter(slug=slug).exclude(pk=self.pk)
        return not others.exists() and not OldSlug.objects.filter(slug=slug).exclude(doctor=self.pk).exists()

    def rename(self, slug):
        """Give the page another address; the old one leads to it. Raises ValueError if the slug is somebody else's."""
        with transaction.atomic():
            doctor = Doctor.objects.select_for_update().get(pk=self.pk)
            if not doctor.may_have_slug(slug):
                raise ValueError(f"The address {slug} is another doctor's.")
            if slug != doctor.slug:
                OldSlug.objects.filter(slug=slug).delete()
                OldSlug.objects.create(slug=doctor.slug, doctor=doctor)
                doctor.slug = slug
                doctor.save()
        self.refresh_from_db()


class OldSlug(models.Model):
    """A former address of a doctor's page, which leads to the present one."""

    slug = models.SlugField(max_length=120, unique=True)
    doctor = models.ForeignKey(Doctor, models.CASCADE, related_name="old_slugs")

    def __str__(self):
        return self.slug
