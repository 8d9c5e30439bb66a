import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from directory.models import Doctor, Offer, Practice
from tests.directory_factories import make_doctor, make_listing, make_offer, make_practice

pytestmark = pytest.mark.django_db
PRACTICES = {f"practices-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}

TEXTS = [
    *["first_name", "middle_name", "last_name", "suffix", "credentials", "specialty"],
    *["other_names", "slug", "source", "licence_checked_how"],
]


@pytest.fixture
def editor(client):
    """May write listings, but not list them."""
    user = User.objects.create_user("editor", is_staff=True)
    wanted = ["view_doctor", "add_doctor", "change_doctor", "change_practice", "view_practice"]
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    client.force_login(user)
    return user


@pytest.fixture
def publisher(editor):
    """An editor who may list, too."""
    editor.user_permissions.add(Permission.objects.get(codename="publish_doctor"))
    return editor


def form_of(doctor, **changes):
    """What the admin's form for this doctor posts."""
    data = {name: getattr(doctor, name) for name in TEXTS}
    data |= {
        "npi": doctor.npi or "",
        "licence_checked_on": doctor.licence_checked_on or "",
        "physician_supervised": "on",
    }
    return data | PRACTICES | {"decision": ""} | changes


def change(client, doctor, **changes):
    return client.post(reverse("admin:directory_doctor_change", args=[doctor.pk]), form_of(doctor, **changes))


def complete(**fields):
    doctor = make_doctor(**fields)
    make_offer(make_practice(doctor))
    return doctor


def test_the_form_lists_a_doctor_who_has_everything(client, publisher):
    doctor = complete()
    assert change(client, doctor, decision="listed").status_code == 302
    assert Doctor.objects.get().is_listed
    assert Doctor.history.first().history_user == publisher


def test_the_form_refuses_to_list_and_names_what_is_missing(client, publisher):
    doctor = complete(source="")
    response = change(client, doctor, decision="listed")
    assert response.status_code == 200
    assert b"A listed doctor needs a source. Until then it stays hidden." in response.content
    assert not Doctor.objects.get().is_listed


def test_what_the_form_itself_brings_counts(client, publisher):
    doctor = complete(source="")
    change(client, doctor, decision="listed", source="A telephone call")
    assert Doctor.objects.get().is_listed


def test_a_listed_doctor_cannot_lose_what_a_listing_needs(client, publisher):
    doctor = make_listing().doctor
    response = change(client, doctor, source="")
    assert b"A listed doctor needs a source" in response.content
    assert Doctor.objects.get().source


def test_without_the_permission_the_form_lists_nobody(client, editor):
    doctor = complete()
    change(client, doctor, decision="listed", status="listed", specialty="Pain medicine")
    doctor.refresh_from_db()
    assert (doctor.is_listed, doctor.specialty) == (False, "Pain medicine")


def test_a_changed_address_leaves_the_old_one_behind(client, publisher):
    doctor = complete()
    change(client, doctor, slug="alma-new")
    assert Doctor.objects.get().slug == "alma-new"
    assert doctor.old_slugs.get().slug == "alma-tester"


def test_an_address_of_somebody_else_is_refused(client, publisher):
    complete().rename("alma-new")
    response = change(client, make_doctor(last_name="Other"), slug="alma-tester")
    assert b"leads, or led, to another doctor" in response.content


def test_a_new_doctor_is_hidden_and_gets_an_address(client, publisher):
    response = client.post(reverse("admin:directory_doctor_add"), form_of(Doctor(first_name="Ana", last_name="Nueva")))
    assert response.status_code == 302
    assert (Doctor.objects.get().slug, Doctor.objects.get().status) == ("ana-nueva", "hidden")


def act(client, action, *doctors):
    data = {"action": action, "_selected_action": [doctor.pk for doctor in doctors]}
    return client.post(reverse("admin:directory_doctor_changelist"), data, follow=True)


def test_actions_list_those_who_can_be_and_say_why_not_the_others(client, publisher):
    ready, unready = complete(), make_doctor(last_name="Unready")
    response = act(client, "list_doctors", ready, unready)
    assert "Alma Unready, MD: Missing for listing: a practice with a treatment." in response.content.decode()
    assert list(Doctor.objects.listed()) == [ready]


@pytest.mark.parametrize(
    ("action", "status"), [("hide_doctors", "hidden"), ("stop_doctors", "stopped"), ("dispute_doctors", "disputed")]
)
def test_actions_move_doctors(client, publisher, action, status):
    act(client, action, make_listing().doctor)
    assert Doctor.objects.get().status == status


def test_actions_need_the_permission(client, editor):
    doctor = make_listing().doctor
    act(client, "hide_doctors", doctor)
    assert Doctor.objects.get().is_listed


@pytest.mark.parametrize("name", ["directory_doctor", "directory_practice", "directory_treatment", "directory_zipcode"])
def test_the_lists_and_forms_of_the_admin_open(client, admin_client, name):
    make_listing()
    assert (
        admin_client.get(
            reverse(f"admin:{name}_changelist"), {"q": "test"} if "treatment" not in name else {}
        ).status_code
        == 200
    )
    assert admin_client.get(reverse(f"admin:{name}_add")).status_code == 200


def test_the_form_shows_the_offers_of_each_practice(admin_client):
    practice = make_listing()
    response = admin_client.get(reverse("admin:directory_doctor_change", args=[practice.doctor_id]))
    assert b"Ketamine infusions, outpatient, for CRPS: Phone checked 12 Sep 2026" in response.content


def test_the_history_has_no_inline_style_and_shows_who_did_what(client, publisher):
    doctor = complete()
    change(client, doctor, decision="listed")
    response = client.get(reverse("admin:directory_doctor_history", args=[doctor.pk]))
    assert b"style=" not in response.content.split(b'id="change-history"')[1]
    assert b"<strong>Status:</strong> hidden \xe2\x86\x92 listed" in response.content
    assert b"editor" in response.content
    record = doctor.history.last()
    assert client.get(reverse("admin:directory_doctor_simple_history", args=[doctor.pk, record.pk])).status_code == 200


def test_bringing_an_older_version_back_brings_no_status_back(client, publisher):
    doctor = make_listing(specialty="Pain medicine").doctor
    doctor.specialty = "Mistake"
    doctor.save()
    hidden = doctor.history.last()
    url = reverse("admin:directory_doctor_simple_history", args=[doctor.pk, hidden.pk])
    assert client.post(url, form_of(doctor, specialty=hidden.specialty)).status_code == 302
    doctor.refresh_from_db()
    assert (doctor.specialty, doctor.is_listed) == ("Pain medicine", True)


def test_a_practice_that_moves_to_another_zip_code_loses_its_old_place(admin_client):
    practice = make_listing()
    data = {"doctor": practice.doctor_id, "city": "Denver", "state": "CO", "zip_code": "80202", "clinic_name": "Moved"}
    data |= {"lat": practice.lat, "lon": practice.lon}
    data |= {name.replace("practices", "offers"): value for name, value in PRACTICES.items()}
    admin_client.post(reverse("admin:directory_practice_change", args=[practice.pk]), data)
    moved = Practice.objects.get()
    assert (moved.state, moved.point) == ("CO", None)
    assert Offer.objects.count() == 1
