"""What hid a listing without an editor, and what the editor does now: in words."""

from django.utils.html import format_html

from directory.models import CheckResult, HiddenBecause

ALARMS = {HiddenBecause.NPI: CheckResult.DEACTIVATED, HiddenBecause.EXCLUSION: CheckResult.MATCH}
TO_DO = {
    HiddenBecause.NPI: (
        "Its NPI ({npi}) is deactivated in the federal registry: the doctor may have died, retired or moved, or the "
        'number was replaced. Look it up in the <a href="https://npiregistry.cms.hhs.gov/search">NPI registry</a> and '
        "call. If they practice under another number, enter that one. If they stopped, choose “No longer offers "
        "treatment” with date and source. If it is a mistake, list them again."
    ),
    HiddenBecause.EXCLUSION: (
        'Its NPI ({npi}) is on the <a href="https://exclusions.oig.hhs.gov/">federal exclusion list</a>: no federal '
        "program may pay them, often after fraud or harm. Look there whether it is the same person. If it is, choose "
        "“Hide”, which keeps it hidden as your decision. If it is somebody else, or the exclusion is over, write down "
        "in the source how you know, and list them again."
    ),
}


def what_to_do(doctor):
    """Why the doctor is hidden and what to do about it, as HTML; "" if an editor hid it, or nobody did."""
    if not doctor.hidden_because:
        return ""
    alarm = doctor.checks.filter(result=ALARMS[doctor.hidden_because]).first()
    npi = alarm.facts["npi"] if alarm else doctor.npi  # an editor may have entered another one since
    return format_html(TO_DO[doctor.hidden_because], npi=npi or "taken out")
