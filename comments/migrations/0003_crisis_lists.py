from django.db import migrations
from django.utils import timezone

SELF_HARM = """
suicid*
s icide
sewerslide
self-harm*
selfharm*
unaliv*
kill* myself
kill* my self
k ll myself
kill* himself
kill* herself
kill* themself
kill* themselves
kill yourself
kys
want to kms
wanna kms
going to kms
gonna kms
might kms
kms tonight
kms today
kms now
should kms
want* to die
wanna die
wish* to die
hope I die
hopes to die
ready to die
plan* to die
pray* to die
pray* for death
rather die
rather be dead
want* to be dead
wanna be dead
let me die
wish* I was dead
wish* I wasn't alive
wish* I weren't alive
wish* I were dead
wish* I would die
wish* I could die
wish* I had died
wish* he was dead
wish* she was dead
wish* they were dead
better off dead
better off without me
better if I was dead
better if I were dead
better if I wasn't here
better off if I was gone
better off if I were gone
nobody would miss me
no one would miss me
think* about dying
think* of dying
thoughts of dying
thoughts of death
die in my sleep
never wake up
never woken up
and not wake up
just not wake up
rather not wake up
hope not to wake up
hope to not wake up
want to not wake up
hope I don't wake up
pray I don't wake up
wish I don't wake up
wish I wouldn't wake up
wish I just wouldn't wake up
if I don't wake up
end my life
end* my own life
ending my life
end his life
end her life
end their life
ending his life
ending her life
ending their life
ends it all
end it all
ending it all
end* it tonight
end* it now
want* to end it
wanna end it
going to end it
gonna end it
take my life
take my own life
taking my life
taking my own life
take his own life
take her own life
take their own life
took his own life
took her own life
took their own life
only way out is to
only way out I see
only way out I can see
see no other way out
don't want to live
do not want to live
doesn't want to live
does not want to live
don't wanna live
not want to be alive
don't want to be alive
don't wanna be alive
doesn't want to be alive
not want to exist
don't want to exist
don't wanna exist
not want to be here anymore
not want to be here any more
don't want to be here
doesn't want to be here anymore
don't wanna be here
no longer want* to live
no longer want* to be here
tired of living
disappear forever
quiero morir
tired of being alive
sick of living
sick of being alive
hate being alive
don't deserve to live
no reason to live
no reason to go on
nothing to live for
no point in living
no point living
point of living
no will to live
lost the will to live
lost my will to live
not worth living
isn't worth living
life isn't worth it
life is not worth it
want it to be over
want it all to be over
think* about not being here
can't go on
can not go on
cannot go on
don't want to go on
do not want to go on
don't know how to go on
can't do this anymore
can't do this any more
cannot do this anymore
can't take this anymore
can't take it anymore
can't live like this
can not live like this
cannot live like this
give up on life
giving up on life
given up on life
goodbye letter*
goodbye note*
final goodbye*
hurt* myself on purpose
want* to hurt myself
wanna hurt myself
going to hurt myself
gonna hurt myself
will hurt myself
might hurt myself
urge* to hurt myself
think* about hurting myself
think* of hurting myself
thoughts of hurting myself
hurt* himself on purpose
hurt* herself on purpose
hurt* themselves on purpose
harm* myself
harm* himself
harm* herself
harm* themselves
cut* myself
urge* to cut
cuts himself
cuts herself
burn* myself on purpose
slit* my wrist*
hang* myself
hung himself
hung herself
shoot myself
shooting myself
shot himself
shot herself
blow* my brains out
jump off a bridge
jump off the bridge
jump in front of a train
jump in front of a car
drive off a bridge
drive into a tree
overdos* on purpose
OD on purpose
want* to overdose
going to overdose
gonna overdose
think* about overdosing
think* of overdosing
tried to overdose
tried to OD
take all my pills at once
took all my pills at once
swallow* all my pills
swallow* the whole bottle
take the whole bottle
took the whole bottle
took a whole bottle
assisted suicide
assisted dying
euthanasia
"""

EMERGENCY = """
can't breathe
cant breath
can not breathe
cannot breathe
cannot breath
couldn't breathe
can't catch my breath
can barely breathe
barely breathing
having trouble breathing
has trouble breathing
have trouble breathing
trouble breathing now
trouble breathing right now
struggling to breathe
fighting to breathe
hard to breathe right now
short of breath
shortness of breath
gasping for air
gasping for breath
can't get enough air
can't get any air
not breathing
isn't breathing
stopped breathing
lips are blue
lips turned blue
lips are turning blue
lips are going blue
throat is closing
throat closing
throat is swelling
throat is swollen shut
tongue is swelling
anaphyla*
chest pain*
pain in my chest
pain in his chest
pain in her chest
pain in the chest
pains in my chest
chest hurts
chest is tight
chest tightness
tightness in my chest
pressure in my chest
crushing chest
heart attack*
heart stopped
no pulse
having a stroke
collapsed on the floor
collapsed at home
I collapsed
he collapsed
she collapsed
they collapsed
he has collapsed
she has collapsed
he's collapsed
she's collapsed
somebody collapsed
someone collapsed
husband collapsed
husband has collapsed
husband just collapsed
wife collapsed
wife has collapsed
wife just collapsed
mom collapsed
mom has collapsed
mom just collapsed
mother collapsed
dad collapsed
dad has collapsed
dad just collapsed
father collapsed
son collapsed
daughter collapsed
sister collapsed
brother collapsed
friend collapsed
partner collapsed
I just collapsed
he just collapsed
she just collapsed
is unconscious
he's unconscious
she's unconscious
was unconscious
went unconscious
lying unconscious
found him unconscious
found her unconscious
lost consciousness
losing consciousness
in and out of consciousness
passed out
passing out
about to pass out
going to pass out
gonna pass out
just fainted
keep fainting
not waking up
isn't waking up
won't wake up
will not wake up
can't wake him
can't wake her
can't wake them
cannot wake him
cannot wake her
he's unresponsive
she's unresponsive
mom is unresponsive
dad is unresponsive
husband is unresponsive
wife is unresponsive
he is unresponsive
she is unresponsive
overdosed
overdosing
took an overdose
having an overdose
took all my pills
took too many pills
taken too many pills
took too many of my pills
took too much of my medicine
took too much of my medication
having a seizure
having seizures right now
seizure now
seizure right now
won't stop seizing
bleeding out
won't stop bleeding
coughing up blood
vomiting blood
throwing up blood
need an ambulance
should I call 911
I'm dying
I am dying
"""

LOWERING = """
not suicid*
never suicid*
never been suicid*
no longer suicid*
not feeling suicid*
wasn't suicid*
isn't suicid*
aren't suicid*
nor suicid*
don't want to die
do not want to die
doesn't want to die
does not want to die
didn't want to die
did not want to die
don't wanna die
no longer want* to die
never want* to die
not that I want to die
not going to kill
not gonna kill
won't kill
will not kill
never kill
would not kill
wouldn't kill
don't want to kill
do not want to kill
didn't kill
not going to hurt
not gonna hurt
never hurt
don't want to hurt
do not want to hurt
not going to end
never end my
never take my
never harm*
don't self-harm
do not self-harm
never self-harm*
stopped self-harm*
stopped cutting
no chest pain*
without chest pain*
not having a heart attack
not a heart attack
no trouble breathing
never passed out
didn't pass out
almost passed out
nearly passed out
almost collapsed
nearly collapsed
never overdosed
not overdosing
used to want*
used to wish*
used to think* about
used to think* of
used to feel suicid*
used to pray*
used to be suicid*
used to cut
used to hurt
used to harm
used to self-harm
used to have chest pain*
used to get chest pain*
used to pass out
years ago
years ago I tried
months ago
a year ago
long time ago
long time ago I tried
last year
in my past
back then
at that time
as a teen*
when I was a teen*
when I was young*
when I was a kid
was suicid*
suicid* in the past
was so suicid*
were suicid*
felt suicid*
wanted to die
wanted to kill
wanted to end
wanted to hurt
wished I was dead
wished I were dead
thought about dying
thought of dying
thought about killing
thought of killing
thought about ending
felt like I was dying
was unconscious
couldn't breathe
once passed out
from laughing
died by suicide
died of suicide
committed suicide
lost to suicide
him to suicide
her to suicide
killed himself
killed herself
killed themselves
hung himself
hung herself
shot himself
shot herself
took his own life
took her own life
took their own life
suicide disease
suicide prevention
suicide hotline
suicide lifeline
suicide line
suicide rate*
suicide awareness
dying to
dying for a
dying laughing
dying of laughter
dying of boredom
dying of curiosity
die of embarrassment
die of shame
die of boredom
die laughing
rather die than
shoot myself in the foot
shooting myself in the foot
don't want to live in
do not want to live in
don't want to live near
go on vacation*
go on a
go on walks
go on trips
cut myself shaving
cut myself cooking
cut myself while
cut myself on
cut myself off
cut myself a
cut myself some
cutting myself off
cutting myself some
if you feel
if you have
if you are suicid*
if you're suicid*
if you are thinking
if you're thinking
if you are having
if you're having
if anyone
if anybody
if someone
if somebody
side effect*
can cause
may cause
can include
warning sign*
during my infusion*
during the infusion
during an infusion
after my surgery
after surgery
in the ER
went to the ER
ended up in the ER
"""

LISTS = {"self-harm": SELF_HARM.strip(), "emergency": EMERGENCY.strip(), "lowering": LOWERING.strip()}


def add(apps, schema_editor):
    CrisisList, History = apps.get_model("comments", "CrisisList"), apps.get_model("comments", "HistoricalCrisisList")
    for kind, phrases in LISTS.items():
        row, is_new = CrisisList.objects.get_or_create(kind=kind, defaults={"phrases": phrases})
        if is_new:  # the first version, which can be brought back like any other
            facts = {"kind": kind, "phrases": phrases, "version": row.version, "updated_at": row.updated_at}
            History.objects.create(history_date=timezone.now(), history_type="+", **facts)


def remove_unchanged(apps, schema_editor):
    CrisisList, History = apps.get_model("comments", "CrisisList"), apps.get_model("comments", "HistoricalCrisisList")
    for kind, phrases in LISTS.items():
        unchanged = {"kind": kind, "phrases": phrases, "version": 1}
        if CrisisList.objects.filter(**unchanged).delete()[0]:
            History.objects.filter(**unchanged).delete()


class Migration(migrations.Migration):
    dependencies = [("comments", "0002_writers_reports_and_mails")]

    operations = [migrations.RunPython(add, remove_unchanged)]
