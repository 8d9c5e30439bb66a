"""Addresses for many new doctors at once, which have to differ from one another as well as from those there are."""


def give_slugs(doctors):
    """Gives each new doctor an address that nobody has, nor another one of them."""
    taken = {doctor.slug for doctor in doctors}
    for doctor in [doctor for doctor in doctors if not doctor.slug]:
        slug, number = doctor.free_slug(), 1
        wanted = slug
        while slug in taken or (number > 1 and not doctor.may_have_slug(slug)):
            number += 1
            slug = f"{wanted}-{number}"
        doctor.slug = slug
        taken.add(slug)
