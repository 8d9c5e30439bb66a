from django.db import migrations

TREATMENTS = [
    ("ketamine-outpatient", "Ketamine infusions, outpatient", "Ketamine, an anesthetic, is dripped into a vein for some hours a day on several days. You go home each day."),
    ("ketamine-in-hospital", "Ketamine infusion, in hospital", "Ketamine, an anesthetic, is dripped into a vein for several days at a dose that keeps you awake. You stay in the hospital."),
    ("lidocaine-infusion", "Lidocaine infusion", "Lidocaine, a local anesthetic, is dripped into a vein."),
    ("sympathetic-nerve-block", "Sympathetic nerve block", "An injection near nerves of the sympathetic nervous system. A review in 2016 found the evidence for it limited and conflicting."),
    ("drg-stimulation", "Dorsal root ganglion (DRG) stimulation", "An implanted device sends electric pulses to a cluster of nerve cells beside the spine. In 2016 the FDA approved one for adults with CRPS of the lower limbs."),
    ("spinal-cord-stimulation", "Spinal cord stimulation", "An implanted device sends electric pulses to the spinal cord."),
    ("graded-motor-imagery", "Graded motor imagery and mirror therapy", "Rehabilitation in small steps, first imagining and watching movement, often with a mirror, then moving the limb."),
    ("rehabilitation", "Physical or occupational therapy", "Rehabilitation: gentle movement, using the limb in daily life, and getting the skin used to touch again."),
]  # fmt: skip


def add(apps, schema_editor):
    Treatment = apps.get_model("directory", "Treatment")
    for place, (slug, name, description) in enumerate(TREATMENTS, 1):
        Treatment.objects.get_or_create(
            slug=slug, defaults={"name": name, "description": description, "order": 10 * place}
        )


def remove_unused(apps, schema_editor):
    Treatment = apps.get_model("directory", "Treatment")
    Treatment.objects.filter(slug__in=[slug for slug, *_ in TREATMENTS], offers=None).delete()


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [migrations.RunPython(add, remove_unused)]
