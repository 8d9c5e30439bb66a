"""The lock-out: after some wrong passwords for one user name from one address, that name is refused there for a while.
django-axes counts and refuses; here stands by which address, what is answered, and when its rows go."""

import ipaddress
import math
from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db.models import Max
from django.shortcuts import render
from django.utils import timezone

from crpsinfo.caching import mark_private
from crpsinfo.client import client_address
from crpsinfo.retention import delete, in_batches
from crpsinfo.signin.waiting import in_words

NOWHERE = "::"  # stands for every address that cannot be told; else nobody would count what comes from there


def network(request):
    """The address under which wrong passwords are counted, as text. Of IPv6 it is the first one of the /64: a household
    has all of those, and could take a new one for each guess."""
    address = client_address(request)
    if address is None:
        return NOWHERE
    if ipaddress.ip_address(address).version == 4:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)


def locked_out(request, response, credentials):
    """The answer to a sign-in that is locked out: 429, and when to try again. (Called by axes with these three.)"""
    left = seconds_left(credentials["username"], network(request))
    context = {**admin.site.each_context(request), "title": "Too many wrong passwords", "wait": in_words(left)}
    page = render(request, "admin/signin/locked_out.html", context, status=429)
    page.headers["Retry-After"] = str(left)
    return mark_private(page)


def seconds_left(username, address):
    """How long the name stays locked for this address: counted from the last wrong password that was compared."""
    attempts = AccessAttempt.objects.filter(username=username, ip_address=address)
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    return max(1, math.ceil((last + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds()))


def purge(*, dry_run=False):
    """Delete what was counted, some time after the last wrong password. (Each sign-in deletes more, but perhaps nobody
    signs in.)"""
    over = AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - timedelta(settings.LOCKOUT_RETENTION_DAYS))
    return {"lock-out rows deleted": in_batches(over, delete, dry_run)}
