"""What a file says about our listings, as dated checks; and what takes a listing out of sight until an editor has
looked."""

from collections import Counter

from django.db.models import Q

from directory.models import Check, CheckOf, CheckResult, Doctor, HiddenBecause, Status

AT_ONCE = 500
BECAUSE = {CheckResult.DEACTIVATED: HiddenBecause.NPI, CheckResult.MATCH: HiddenBecause.EXCLUSION}
SINCE = {CheckResult.DEACTIVATED: "deactivated_on", CheckResult.MATCH: "excluded_on"}  # among the facts


def checkable():
    """The doctors of whom such a file can say something: those with an NPI, but for those who asked to be removed."""
    return Doctor.objects.real().exclude(Q(npi=None) | Q(status=Status.REMOVED))


def by_npi(npis):
    """The checkable doctors with these NPIs, with their practices, as lists of some hundreds."""
    npis = sorted(npis)
    for start in range(0, len(npis), AT_ONCE):
        yield list(checkable().filter(npi__in=npis[start : start + AT_ONCE]).prefetch_related("practices"))


class Checks:
    """Records what one file says, of a day. To be used in a transaction.

    Safe to do again: what this file has said already is not recorded twice, nor anything older than what a later file
    has said since.
    """

    def __init__(self, what, on, note):
        self.what, self.on, self.note = what, on, note
        self.results, self.hidden, self.known, self.outdated = Counter(), 0, 0, 0

    def record(self, found):
        """`found`: [(doctor, CheckResult, facts)], some hundreds at most."""
        last = self.last([doctor for doctor, _, _ in found])
        new = [self.check(*each) for each in found if self.is_news(last.get(each[0].pk), *each[1:])]
        decided = self.alarms_so_far([check.doctor_id for check in new if check.result in BECAUSE])
        Check.objects.bulk_create(new)
        self.results.update(check.result for check in new)
        self.hide([check for check in new if check.result in BECAUSE and alarm(check) not in decided])

    def check(self, doctor, result, facts):
        return Check(doctor=doctor, what=self.what, result=result, on=self.on, note=self.note[:300], facts=facts)

    def imports(self, doctors):
        """What files, and no people, have said about these before."""
        return Check.objects.filter(doctor__in=doctors, what=self.what, by=None)

    def last(self, doctors):
        return {check.doctor_id: check for check in self.imports(doctors).latest()}

    def is_news(self, last, result, facts):
        outdated = last is not None and last.on > self.on
        known = last is not None and (last.on, last.result, last.facts) == (self.on, result, facts)
        self.outdated += outdated
        self.known += known
        return not (outdated or known)

    def alarms_so_far(self, doctors):
        """The alarms that editors had before them: each hides a listing once, so that their decision stands."""
        return {alarm(check) for check in self.imports(doctors).filter(result__in=BECAUSE)}

    def hide(self, checks):
        results = {check.doctor_id: check.result for check in checks}
        for doctor in Doctor.objects.select_for_update().filter(pk__in=results):
            if may_be_hidden(doctor, self.what):
                doctor.hide(because=BECAUSE[results[doctor.pk]])
                self.hidden += 1


def alarm(check):
    """What is the same alarm whichever file says it: the doctor, the NPI, and since when."""
    return check.doctor_id, check.facts["npi"], check.facts[SINCE[check.result]]


def may_be_hidden(doctor, what):
    """An exclusion is put before an editor even if the NPI is already. Otherwise what an editor has before them stays
    as it is; so does the page of a doctor who is known to have stopped, when all that is new is that the NPI is no
    longer in force."""
    if what == CheckOf.EXCLUSION:
        return not (doctor.hidden_because == HiddenBecause.EXCLUSION or doctor.is_removed)
    return not (doctor.hidden_because or doctor.is_removed or doctor.has_stopped)
