from django.db import models
from django.db.models import Avg

from directory import states
from directory.distance import Point


class ZipCodeQuerySet(models.QuerySet):
    def middle_of(self, code):
        """The Point in the middle of a state's ZIP codes, or None when none is known."""
        middle = self.filter(state=code).aggregate(lat=Avg("lat"), lon=Avg("lon"))
        return None if middle["lat"] is None else Point(middle["lat"], middle["lon"])


class ZipCode(models.Model):
    """The middle of a ZIP code's area. Filled by `load_zip_codes`."""

    zip = models.CharField("ZIP", max_length=5, primary_key=True)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=2, choices=states.CHOICES)
    lat = models.FloatField("latitude")
    lon = models.FloatField("longitude")

    objects = ZipCodeQuerySet.as_manager()

    class Meta:
        verbose_name = "ZIP code"

    def __str__(self):
        return f"{self.zip} {self.city}, {self.state}"

    @property
    def point(self):
        return Point(self.lat, self.lon)
