"""What runs by the clock: (dotted path of a function without arguments, seconds between runs)."""

HOUR, DAY = 60 * 60, 24 * 60 * 60
JOBS = {
    "purge": ("crpsinfo.retention.purge", DAY),
    "close-old-comments": ("comments.closing.close_old", HOUR),
    "ask-the-checker": ("crpsinfo.spam.health.refresh_by_the_clock", HOUR),
    "keep-spam-figures": ("comments.figures.keep", DAY),
    "draw-discard-sample": ("comments.sampling.draw", DAY),
    "refresh-listings": ("directory.freshness_job.refresh", DAY),
    "look-for-moderators": ("comments.absence.look", HOUR),
    "publish-articles": ("articles.publishing.publish_due", 60),
    "remind-of-reviews": ("articles.publishing.remind", DAY),
    "schedule-staff-mails": ("crpsinfo.desk.mails.schedule", HOUR),
}

# What `purge` calls, in this order; each function takes dry_run and returns {what: how many}.
RETENTION = [
    "comments.retention.purge",
    "crpsinfo.contact.purge",
    "directory.reports.retention.purge",
    "crpsinfo.limits.purge",
    "crpsinfo.retention.purge_rules",
    "comments.admin.tries.purge",
    "crpsinfo.signin.lockout.purge",
    "crpsinfo.signin.sessions.purge",
    "crpsinfo.desk.deciding.purge",
]
