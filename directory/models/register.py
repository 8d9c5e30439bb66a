"""Providers of pain medicine in the federal registry (NPPES), for editors to look up. What is here was said by the
providers themselves; none of it is shown to readers."""

from django.db import models
from django.db.models import F, Q

from crpsinfo.folding import fold
from directory.names import forms_of
from directory.npi import validate_npi


class RegisterQuerySet(models.QuerySet):
    def active(self):
        """Those whose NPI is in force: never deactivated, or active again."""
        is_back = Q(reactivated_on__isnull=False, reactivated_on__gte=F("deactivated_on"))
        return self.filter(Q(deactivated_on=None) | is_back)


class RegisterEntry(models.Model):
    npi = models.CharField("NPI", max_length=10, primary_key=True, validators=[validate_npi])
    is_organization = models.BooleanField(default=False)
    organization = models.CharField(max_length=150, blank=True)
    other_name = models.CharField(max_length=150, blank=True, help_text="Such as the name it does business as.")
    last_name = models.CharField(max_length=80, blank=True)
    first_name = models.CharField(max_length=60, blank=True)
    middle_name = models.CharField(max_length=60, blank=True)
    suffix = models.CharField(max_length=20, blank=True)
    credentials = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=150, blank=True)
    address_2 = models.CharField(max_length=150, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField("ZIP code", max_length=5, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    taxonomies = models.CharField(max_length=200, blank=True, help_text="Codes of pain medicine, in any of 15 places.")
    primary_taxonomy = models.CharField(max_length=10, blank=True)
    enumerated_on = models.DateField(null=True, blank=True)
    updated_on = models.DateField(null=True, blank=True)
    deactivated_on = models.DateField(null=True, blank=True)
    reactivated_on = models.DateField(null=True, blank=True)
    seen_on = models.DateField(help_text="The date of the file that said this.")
    search_text = models.TextField(editable=False)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        ordering = ["npi"]
        verbose_name = "provider in the NPI registry"
        verbose_name_plural = "providers in the NPI registry"
        indexes = [models.Index(fields=["state", "last_name", "npi"], name="register_state")]

    def __str__(self):
        return f"{self.name}, {self.city}, {self.state}".strip(", ")

    def save(self, *args, **kwargs):
        self.search_text = self.searched()
        super().save(*args, **kwargs)

    @property
    def name(self):
        return self.organization or " ".join(filter(None, [self.first_name, self.middle_name, self.last_name]))

    @property
    def forms(self):
        """The folded forms of the name, of an organization also of its other name: see `directory.names`."""
        return forms_of(self) | ({fold(self.other_name)} - {""} if self.is_organization else set())

    @property
    def is_active(self):
        is_back = self.reactivated_on and self.deactivated_on and self.reactivated_on >= self.deactivated_on
        return self.deactivated_on is None or bool(is_back)

    def searched(self):
        """What `search_text` holds: bulk imports do not call `save`."""
        return fold(f"{self.name} {self.other_name} {self.city} {self.npi}")
