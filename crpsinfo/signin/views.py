"""The pages between the password and the admin, and the page about one's own second step."""

from functools import partial, wraps

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django_otp import login as remember_second_step

from crpsinfo.caching import mark_private
from crpsinfo.signin import devices, qr, shown_codes
from crpsinfo.signin.forms import AnyCodeForm, CodeForm
from crpsinfo.signin.gate import is_staff, is_through, next_step, onward, wanted
from crpsinfo.signin.sessions import sessions_of, sign_out_everywhere

BEGUN = "phone_being_set_up"  # in the session


def page(request, name, title, *, status=200, **context):
    context = {**admin.site.each_context(request), "title": title, "next": wanted(request), **context}
    return mark_private(render(request, f"admin/signin/{name}.html", context, status=status))


def lead_to(request, name):
    """Redirect to one of these pages, and let it know where the user wants to go on."""
    address = reverse(f"admin:{name}", query={"next": wanted(request)})
    return mark_private(HttpResponseRedirect(address))


def pass_second_step(request, device):
    """From now on this session may more, so it gets a new key."""
    request.session.cycle_key()
    remember_second_step(request, device)


def after_the_password(view):
    """For pages of staff who are perhaps not through yet."""

    @wraps(view)
    def inner(request):
        if not is_staff(request.user):
            return next_step(request, then=wanted(request))
        return view(request)

    return inner


@after_the_password
def second_step(request):
    if is_through(request.user):
        return onward(request)
    if not devices.has_phone(request.user):
        return lead_to(request, "set-up-two-factor")
    is_recovery, is_post = "recovery-code" in request.POST, request.method == "POST"
    by_phone = CodeForm(request.POST if is_post and not is_recovery else None)
    by_paper = AnyCodeForm(request.POST if is_recovery else None, prefix="recovery")
    form = (by_paper if is_recovery else by_phone).focused()
    device = is_post and form.spend(request.user)
    if not device:
        context = {"by_phone": by_phone, "by_paper": by_paper, "is_recovery": is_recovery}
        return page(request, "second_step", "Second step", status=400 if is_post else 200, **context)
    pass_second_step(request, device)
    if is_recovery:
        say_what_is_left(request)
    return onward(request)


def say_what_is_left(request):
    left = len(devices.recovery_codes(request.user))
    where = "Make new ones, or set up another phone, under Two-factor and sessions."
    messages.warning(request, f"Recovery codes that are left: {left}. {where}")


@after_the_password
def set_up(request):
    """GET shows how to set up a phone, or the phone's secret once that was begun; POST takes it into use."""
    if devices.has_phone(request.user) and not request.user.is_verified():
        return lead_to(request, "second-step")
    begun = request.session.get(BEGUN)
    phone = devices.being_set_up(request.user, begun).first()
    if phone is None and devices.has_phone(request.user):  # nothing begun, or a double tap finished it already
        return lead_to(request, "recovery-codes")
    if phone is None:
        return page(request, "begin", "Protect your sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not (form.is_bound and (in_use := form.spend(request.user, use=partial(devices.confirm, begun=begun)))):
        status = 400 if form.is_bound else 200
        return page(request, "set_up", "Set up your phone", status=status, form=form, **secret_of(phone))
    pass_second_step(request, in_use)
    shown_codes.allow(request)
    return lead_to(request, "recovery-codes")


def secret_of(phone):
    return {
        "address": phone.config_url,
        "picture": qr.picture(phone.config_url),
        "groups": qr.secret_in_groups(phone.bin_key),
    }


@after_the_password
def begin(request):
    """Have a phone to set up. Whoever has one in use shows with a code that it is them: an open browser will not do."""
    if devices.has_phone(request.user):
        if not request.user.is_verified():
            return lead_to(request, "second-step")
        form = AnyCodeForm(request.POST, auto_id="new-phone-%s")
        if not form.spend(request.user):
            return two_factor(request, status=400, new_phone=form)
    request.session[BEGUN] = devices.begin(request.user, request.session.get(BEGUN))
    return lead_to(request, "set-up-two-factor")


def recovery_codes(request):
    """GET shows the codes for a short while after they were made; POST says that they are kept."""
    if request.method == "POST":
        shown_codes.forbid(request)
        return onward(request)
    if not shown_codes.is_allowed(request):
        return lead_to(request, "two-factor")
    return page(request, "recovery_codes", "Your recovery codes", codes=devices.recovery_codes(request.user))


def two_factor(request, *, status=200, **forms):
    """The page about the own second step; `forms` are those that were sent and refused."""
    context = {
        "new_codes": CodeForm(auto_id="new-codes-%s"),
        "new_phone": AnyCodeForm(auto_id="new-phone-%s"),
        "off": AnyCodeForm(auto_id="off-%s"),
        "phone": devices.phone_of(request.user),
        "left": len(devices.recovery_codes(request.user)),
        "is_begun": devices.being_set_up(request.user, request.session.get(BEGUN)).exists(),
        "is_required": settings.REQUIRE_2FA,
        "sessions": sessions_of(request.user).count(),
    }
    return page(request, "two_factor", "Two-factor and sessions", status=status, **context | forms)


def new_codes(request):
    form = CodeForm(request.POST, auto_id="new-codes-%s")
    device = form.spend(request.user)
    if not device:
        return two_factor(request, status=400, new_codes=form)
    devices.make_recovery_codes(request.user)
    pass_second_step(request, device)  # this session may have been opened with one of the former codes
    shown_codes.allow(request)
    return lead_to(request, "recovery-codes")


def switch_off(request):
    if settings.REQUIRE_2FA:
        raise PermissionDenied
    form = AnyCodeForm(request.POST, auto_id="off-%s")
    if not form.spend(request.user):
        return two_factor(request, status=400, off=form)
    devices.forget(request.user)
    messages.success(request, "The second step is switched off: from now on your password alone opens the admin.")
    return lead_to(request, "two-factor")


def end_sessions(request):
    """Sign out everywhere, here too."""
    sign_out_everywhere(request.user)
    logout(request)
    messages.success(request, "You are signed out everywhere.")
    return mark_private(HttpResponseRedirect(reverse("admin:login")))
