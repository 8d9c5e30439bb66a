"""What readers send about listings: stored rows, and what their forms post."""

from django.urls import reverse

from directory.models import Outcome, Report, ReportKind

SUGGESTED = {"name": "Bea Brown", "city": "Newark", "state": "NJ"}


def make_report(kind, **values):
    return Report.objects.create(kind=kind, **{"reader": "a-reader", **values})


def make_suggestion(**values):
    """Of Bea Brown in Newark, unless `proposed` says otherwise."""
    return make_report(
        ReportKind.SUGGESTION, **{"proposed": SUGGESTED, "relation": "heard", "ip": "192.0.2.7", **values}
    )


def make_call(practice, outcome=Outcome.STOPPED, **values):
    return make_report(ReportKind.CALLED, doctor=practice.doctor, practice=practice, outcome=outcome, **values)


def make_correction(practice, proposed=None, **values):
    """That the clinic is called otherwise, unless `proposed` says something else."""
    proposed = {"clinic_name": "New Clinic"} if proposed is None else proposed
    return make_report(
        ReportKind.CORRECTION, doctor=practice.doctor, practice=practice, **{"proposed": proposed, **values}
    )


def make_request(doctor, **values):
    """To be taken off."""
    known = {"name": "Alma Tester", "relation": "self", "email": "alma@example.org"}
    return make_report(ReportKind.REMOVAL, doctor=doctor, **known | values)


# --- Over HTTP --------------------------------------------------------------------------------------------


def address_of(doctor):
    return reverse("listing-report", args=[doctor.home_state.slug, doctor.slug])


def sent_address(doctor, kind):
    return reverse("listing-report-sent", args=[doctor.home_state.slug, doctor.slug, kind])


def other_reader(number):
    """Somebody in another network."""
    return {"REMOTE_ADDR": f"198.51.{number}.7"}


def post_call(client, doctor, outcome="stopped", headers=None, **fields):
    return client.post(address_of(doctor), {"kind": "called", "outcome": outcome, **fields}, **headers or {})


def post_request(client, doctor, headers=None, **fields):
    known = {"kind": "removal", "relation": "self", "name": "Alma Tester"}
    return client.post(address_of(doctor), known | fields, **headers or {})


def shown_by(practice):
    """What the form of a correction shows of a practice, as a browser sends it back unchanged."""
    plain = {name: getattr(practice, name) for name in ("clinic_name", "address", "address_2", "city", "state")}
    plain |= {"zip_code": practice.zip_code, "phone_ext": practice.phone_ext, "website": practice.website}
    plain["phone"] = practice.phone.as_national if practice.phone else ""
    facts = {name: getattr(practice, name) for name in practice.ACCESS}
    facts |= {f"offer_{offer.pk}": offer.accepting_new for offer in practice.offers.all()}
    return plain | {name: {None: "", True: "yes", False: "no"}[value] for name, value in facts.items()}


def post_correction(client, practice, shown=None, headers=None, **fields):
    """The form as the page `shown` it (by default as the listing is now), with these fields changed."""
    shown = shown or shown_by(practice)
    hidden = {f"initial-{name}": value for name, value in shown.items()}
    known = {"kind": "correction", "practice": practice.pk}
    return client.post(address_of(practice.doctor), shown | hidden | known | fields, **headers or {})


def post_suggestion(client, headers=None, **fields):
    known = SUGGESTED | {"relation": "heard"}
    return client.post(reverse("suggest-doctor"), known | fields, **headers or {})
