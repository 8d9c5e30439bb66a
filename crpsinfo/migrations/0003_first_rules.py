"""The phrases that a new site looks for: the classic spam under texts on pain and ketamine offers to sell drugs.

"spam" is for the language of advertisers alone. What a patient may write as well, to ask or to warn, is for "hold": a
person looks first. Phrases are found across the ends of sentences, so "no prescription overnight" is no seller's alone:
"I had no prescription. Overnight it got worse."
"""

from django.db import migrations

GROUPS = [
    (
        "spam",
        "Offers drugs for sale",
        """
        buy cheap ketamine online
        buy cheap oxycodone online
        buy cheap percocet online
        buy cheap xanax online
        buy ketamine online overnight
        buy ketamine online usa
        buy ketamine online cheap
        order ketamine online overnight
        we sell pain pills
        click here to buy
        """,
    ),
    (
        "spam",
        "Says where a seller of drugs is reached",
        """
        whatsapp me for pills
        whatsapp me for meds
        telegram me for pills
        telegram me for meds
        text me for pills
        dm me for pills
        message me for pills
        wickr me
        """,
    ),
    (
        "hold",
        "May offer drugs, or warn about such offers",
        """
        ketamine for sale
        oxycodone for sale
        oxycontin for sale
        oxy for sale
        percocet for sale
        hydrocodone for sale
        fentanyl for sale
        tramadol for sale
        xanax for sale
        adderall for sale
        pills for sale
        ketamine* 4 sale
        ketamin for sale
        ketamines for sale
        ketamineforsale
        ketamine available for sale
        buy ketamine
        buy ketamin
        order ketamine
        purchase ketamine
        mail order ketamine
        sell ketamine
        buy oxycodone
        order oxycodone
        buy percocet
        buy hydrocodone
        buy xanax
        buy adderall
        buy cheap*
        cheap viagra
        buy viagra
        buy cialis
        pain pills online
        online buy*
        """,
    ),
    (
        "hold",
        "May offer drugs without a prescription, or ask about that",
        """
        without a prescription
        without prescription
        no prescription needed
        no prescription required
        no prior prescription
        no prescription overnight
        no rx needed
        no rx overnight
        no rx online
        no script needed
        online pharmac*
        """,
    ),
    (
        "hold",
        "May be how sellers deliver and are paid",
        """
        discreet shipping
        discreet delivery
        discreet overnight
        discrete shipping
        discrete delivery
        ship discreetly
        discreet packaging
        stealth shipping
        stealth delivery
        stealth packaging
        bitcoin
        btc accepted
        accept btc
        """,
    ),
    (
        "hold",
        "May lead readers to a seller",
        """
        ketamine vendor*
        legit vendor*
        legit dealer*
        legit plug*
        trusted plug*
        wickr
        whatsapp
        telegram
        dm for price*
        dm to order
        """,
    ),
    (
        "hold",
        "Used to end a life: its writer may be in danger. Read it soon",
        """
        nembutal
        pentobarbital
        """,
    ),
]

FIRST_RULES = [
    (action, phrase.strip(), note) for action, note, phrases in GROUPS for phrase in phrases.strip().splitlines()
]


def add(apps, schema_editor):
    """A rule that a moderator has added before is theirs."""
    rules = apps.get_model("crpsinfo", "Rule").objects
    for action, phrase, note in FIRST_RULES:
        rules.get_or_create(kind="phrase", value=phrase, defaults={"action": action, "note": note})


def remove(apps, schema_editor):
    """Those that came with the site and that nobody has changed."""
    rules = apps.get_model("crpsinfo", "Rule").objects
    for action, phrase, note in FIRST_RULES:
        rules.filter(kind="phrase", value=phrase, action=action, note=note, added_by=None, ends_at=None).delete()


class Migration(migrations.Migration):
    dependencies = [("crpsinfo", "0002_spam_rules_and_checker_state")]

    operations = [migrations.RunPython(add, remove)]
