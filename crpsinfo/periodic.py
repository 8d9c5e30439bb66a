"""Jobs that run by the clock, once over all workers and machines."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from crpsinfo.models import PeriodicJob


def schedule():
    """Give each job of PERIODIC_JOBS its row, due now; drop the rows of jobs that are no more."""
    for name in settings.PERIODIC_JOBS:
        PeriodicJob.objects.get_or_create(name=name, defaults={"due_at": timezone.now()})
    PeriodicJob.objects.exclude(name__in=settings.PERIODIC_JOBS).delete()


def run(job):
    """Run a claimed job, and have it fall due again one period later."""
    path, seconds = settings.PERIODIC_JOBS[job.name]
    import_string(path)()
    now = timezone.now()
    PeriodicJob.objects.filter(pk=job.pk).update(last_run_at=now)
    job.finish(next_at=now + timedelta(seconds=seconds))
