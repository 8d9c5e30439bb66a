"""What a page says, again for machines: https://schema.org in JSON-LD. Only what the page shows; no ratings."""

from django.conf import settings


def item_list(practices):
    """The doctors of a list, each once, in its order."""
    addresses = dict.fromkeys(practice.doctor.get_absolute_url() for practice in practices)
    items = [
        {"@type": "ListItem", "position": position, "url": settings.SITE_URL + path}
        for position, path in enumerate(addresses, 1)
    ]
    return {"@type": "ItemList", "itemListElement": items}


def listing(doctor):
    """One person, or a clinic that names none, and the places where they practise."""
    if doctor.is_clinic:
        return organization(doctor)
    return known(
        {
            "@type": "IndividualPhysician",
            "name": doctor.plain_name,
            "honorificSuffix": doctor.credentials,
            "url": settings.SITE_URL + doctor.get_absolute_url(),
            "usNPI": doctor.npi,
            "practicesAt": [clinic(practice) for practice in doctor.practices.all()],
        }
    )


def organization(doctor):
    """A clinic: its only place, or its places as parts of it."""
    own = {
        "@type": "MedicalClinic",
        "name": doctor.plain_name,
        "mainEntityOfPage": settings.SITE_URL + doctor.get_absolute_url(),
        "usNPI": doctor.npi,
    }
    places = [clinic(practice) for practice in doctor.practices.all()]
    return known(places[0] | own if len(places) == 1 else own | {"department": places})


def clinic(practice):
    offers = practice.offers.all()
    return known(
        {
            "@type": "MedicalClinic",
            "name": practice.clinic_name or practice.doctor.plain_name,
            "address": known(
                {
                    "@type": "PostalAddress",
                    "streetAddress": ", ".join(filter(None, [practice.address, practice.address_2])),
                    "addressLocality": practice.city,
                    "addressRegion": practice.state,
                    "postalCode": practice.zip_code,
                    "addressCountry": "US",
                }
            ),
            "telephone": practice.phone.as_e164 if practice.phone else "",
            "url": practice.website,
            "isAcceptingNewPatients": agreed([offer.accepting_new for offer in offers]),
            "availableService": [{"@type": "MedicalTherapy", "name": offer.treatment.name} for offer in offers],
        }
    )


def agreed(answers):
    """What all answers say; None when they differ or there are none."""
    return answers[0] if len(set(answers)) == 1 else None


def known(thing):
    """The thing without what is not known."""
    return {name: value for name, value in thing.items() if value not in (None, "", [])}
