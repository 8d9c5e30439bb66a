"""Who asked not to be listed, to be held against thousands of providers: one look-up each would be too many queries."""

from itertools import product

from crpsinfo.folding import fold
from directory.models import NotListed
from directory.models.not_listed import hashed


class DoNotList:
    def __init__(self):
        rows = list(NotListed.objects.values_list("npi_hash", "name_hash"))
        self.npis = {npi for npi, _ in rows if npi}
        self.names = {name for npi, name in rows if name and not npi}  # with an NPI, the name is somebody else's too

    def covers(self, entry):
        """Whether the provider of a RegisterEntry asked not to be listed. A name counts with and without what people
        leave out of it."""
        if self.npis and hashed(entry.npi) in self.npis:
            return True
        return bool(self.names) and any(hashed(fold(name), entry.state) in self.names for name in names(entry))


def names(entry):
    if entry.is_organization:
        return {entry.organization, entry.other_name} - {""}
    middles, suffixes = {"", entry.middle_name, entry.middle_name[:1]}, {"", entry.suffix}
    return {f"{entry.first_name} {middle} {entry.last_name} {suffix}" for middle, suffix in product(middles, suffixes)}
