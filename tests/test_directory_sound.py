"""Questions to the pages of the directory that those of `test_site.py` do not meet."""

import re

import pytest

from directory.models import Practice
from tests.directory_factories import STOPPED, make_listing, make_offer, make_practice, make_treatment, make_zip
from tests.test_site import assert_well_formed, links

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
KINDS = {
    "found by ZIP code": "/doctors/?zip=10001",
    "found elsewhere": "/doctors/?zip=82001&miles=25",
    "found whatever they offer": "/doctors/?zip=82001&miles=25&accepting=on",
    "found by name": "/doctors/?name=tester&state=ny",
    "found nothing": "/doctors/?name=nobody&for_crps=on",
    "refused": "/doctors/?zip=1",
    "second page of a search": "/doctors/?name=alma&after={first}",
    "state": "/doctors/new-york/",
    "second page of a state": "/doctors/new-york/?after={first}",
    "narrowed state": "/doctors/new-york/?for_crps=on&step_free=on",
    "state without what was asked": "/doctors/new-york/?accepting=on",
    "state without listings": "/doctors/wyoming/",
    "state refused": "/doctors/new-york/?treatment=magic",
    "state with a sheet": "/doctors/new-york/?doctor={chosen}",
    "doctor": "/doctors/new-york/alma-tester/",
    "clinic": "/doctors/new-york/harbor-infusion/",
    "stopped": "/doctors/new-york/alma-stopped/",
    "disputed": "/doctors/new-york/alma-disputed/",
    "removed": "/doctors/new-york/alma-removed/",
    "empty sheet": "/doctors/call-sheet/",
    "sheet": "/doctors/call-sheet/?doctor={chosen}&doctor={stopped}&doctor=999999",
}


@pytest.fixture
def addresses(monkeypatch):
    """{what: address} of pages of every kind, in a directory that has something of everything."""
    monkeypatch.setattr("directory.views.PAGE_SIZE", 1)
    make_zip("10001")
    make_zip("82001")
    practice = make_listing(npi="1234567893", other_names="Alma <b>")
    practice.told_by_reader(step_free=True, phone="+12125550123", address="1 <Main> St & Co")
    practice.save()
    make_offer(practice, make_treatment("sympathetic-nerve-block"), price_note="$1 & more")
    make_offer(make_practice(practice.doctor, "07102"))
    make_listing(kind="clinic", organization="Harbor Infusion", first_name="", last_name="", credentials="")
    stopped = make_listing(last_name="Stopped").doctor
    stopped.stop(**STOPPED)
    make_listing(last_name="Disputed").doctor.dispute()
    make_listing(last_name="Removed").doctor.remove_on_request(by=None)
    first = Practice.objects.in_default_list().in_state("NY").by_place().first()
    numbers = {"first": first.pk, "chosen": practice.doctor_id, "stopped": stopped.pk}
    return {what: address.format(**numbers) for what, address in KINDS.items()}


def test_every_page_is_valid_html_with_help_in_a_crisis(client, addresses):
    for what, address in addresses.items():
        page = client.get(address).text
        assert_well_formed(page, what)
        assert 'href="tel:988"' in page, what


def test_every_link_within_the_directory_leads_somewhere(client, addresses):
    found = {link for address in addresses.values() for link in links(client.get(address).text)}
    for link in {link.removeprefix("http://testserver") for link in found}:
        assert not link.startswith("/doctors/") or client.get(link).status_code in (200, 302), link


def test_anchors_and_descriptions_lead_somewhere(client, addresses):
    for what, address in addresses.items():
        page = client.get(address).text
        for name in re.findall(r'(?:href="#|aria-labelledby="|aria-describedby="|form="| for=")([^"]+)"', page):
            assert all(f'id="{each}"' in page for each in name.split()), f"{what} {name}"


def test_no_page_sets_a_cookie_hands_out_a_token_or_takes_its_words_from_the_request(client, addresses):
    for what, address in addresses.items():
        response = client.get(f"{address}{'&' if '?' in address else '?'}utm=%3Cevil%3E")
        assert not response.cookies, what
        assert "csrf" not in response.text.lower(), what
        assert "evil" not in response.text, what
