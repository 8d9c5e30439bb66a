import signal

from django.core.management.base import BaseCommand

from crpsinfo.worker import Worker, work_off


class Command(BaseCommand):
    help = (
        "Do the background work: check comments for spam, report decisions, purge. Runs until it is stopped; any "
        "number may run, on any number of machines. Example: manage.py worker --threads 4"
    )

    def add_arguments(self, parser):
        parser.add_argument("--threads", type=int, default=4, help="pieces of work at the same time (default 4)")
        parser.add_argument("--idle", type=float, default=1.0, help="seconds between looks for work (default 1)")
        parser.add_argument("--once", action="store_true", help="do what is due now and end")

    def handle(self, *, threads, idle, once, **options):
        if once:
            work_off()
            self.stdout.write("Nothing is due any more.")
            return
        worker = Worker(threads=threads, idle=idle)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, worker.stop)
        self.stdout.write(f"Worker with {threads} threads. Stop it with Ctrl-C.")
        worker.run()
        self.stdout.write("Worker stopped; nothing was left half done.")
