"""The desk: the one place where everything arrives that a person has to decide about. What arrives is named by the apps
in `settings.DESK`; how it is shown, decided and undone is the same for all of it."""
