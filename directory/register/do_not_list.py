"""Who asked not to be listed, to be held against thousands of providers: one look-up each would be too many queries."""

from directory.models import NotListed
from directory.models.not_listed import hashed


class DoNotList:
    def __init__(self):
        rows = list(NotListed.objects.values_list("npi_hash", "name_hash"))
        self.npis = {npi for npi, _ in rows if npi}
        self.names = {name for npi, name in rows if name and not npi}  # with an NPI, the name is somebody else's too

    def covers(self, entry):
        """Whether the provider of a RegisterEntry asked not to be listed: what `NotListed.objects.covering` says."""
        if self.npis and hashed(entry.npi) in self.npis:
            return True
        return bool(self.names) and any(hashed(form, entry.state) in self.names for form in entry.forms)
