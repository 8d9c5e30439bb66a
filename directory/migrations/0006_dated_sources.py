from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_fill_derived")]

    operations = [
        migrations.AddConstraint(
            model_name="doctor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "stopped"), _negated=True),
                    models.Q(("stopped_since__isnull", False), models.Q(("stopped_source", ""), _negated=True)),
                    _connector="OR",
                ),
                name="doctor_stopped_has_a_dated_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hidden_because", ""),
                    models.Q(("hidden_because__in", ["npi", "exclusion"]), ("status", "hidden")),
                    _connector="OR",
                ),
                name="doctor_hidden_because_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "person"), ("organization", ""), models.Q(("last_name", ""), _negated=True)),
                    models.Q(
                        ("first_name", ""),
                        ("kind", "clinic"),
                        ("last_name", ""),
                        ("middle_name", ""),
                        ("suffix", ""),
                        models.Q(("organization", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="doctor_is_a_person_or_a_clinic",
                violation_error_message="Give a doctor's name, or choose “a clinic” and give its name, but not both.",
            ),
        ),
    ]
