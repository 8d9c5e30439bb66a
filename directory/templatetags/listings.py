"""What templates ask of listings with a word more than a template's dot can say."""

from django import template

register = template.Library()


@register.filter
def told_on(row, names):
    """The last day on which a reader told us one of these facts of a practice or an offer; None if nobody did."""
    return max(filter(None, map(row.told_on, names.split())), default=None)


@register.filter
def access(practice):
    """[(what, True/False, the day on which a reader told us or None)] of the access facts that are known."""
    facts = zip(practice.ACCESS, practice.access_facts(), strict=True)
    return [(what, answer, practice.told_on(name)) for name, (what, answer) in facts if answer is not None]


@register.filter
def keeping(address, sheet):
    """The address of a page, with the listings that are on the CallSheet."""
    return sheet.kept_in(address) if sheet else address


@register.filter
def with_doctor(sheet, doctor):
    """The address of the CallSheet with this doctor on it, too."""
    return sheet.plus(doctor.pk).address


@register.filter
def without_doctor(sheet, doctor):
    """The address of the CallSheet without this doctor."""
    return sheet.minus(doctor.pk).address


@register.filter
def but_for(sheet, practices):
    """The CallSheet without the doctors of these practices."""
    return sheet.minus(*(practice.doctor_id for practice in practices))
