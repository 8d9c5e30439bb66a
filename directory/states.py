"""The 56 codes that a listing can lie in: 50 states, the District of Columbia and five territories.

They change about once in a lifetime, so they are code and not a table. `row` and `column` place the state's tile on the
map of tiles (9 rows, 12 columns); `neighbour_codes` are those it shares a land border with.
"""

from dataclasses import dataclass
from functools import cached_property

from django.utils.text import slugify


@dataclass(frozen=True)
class State:
    code: str
    name: str
    row: int
    column: int
    neighbour_codes: str = ""

    def __str__(self):
        return self.name

    @cached_property
    def slug(self):
        return slugify(self.name)

    @property
    def neighbours(self):
        """The states it borders on, by name."""
        return sorted((STATES[code] for code in self.neighbour_codes.split()), key=lambda state: state.name)


# By code, in the order of their names.
STATES = {
    state.code: state
    for state in [
        State("AL", "Alabama", 7, 7, "FL GA MS TN"),
        State("AK", "Alaska", 1, 1),
        State("AS", "American Samoa", 9, 2),
        State("AZ", "Arizona", 6, 2, "CA CO NM NV UT"),
        State("AR", "Arkansas", 6, 5, "LA MO MS OK TN TX"),
        State("CA", "California", 5, 1, "AZ NV OR"),
        State("CO", "Colorado", 5, 3, "AZ KS NE NM OK UT WY"),
        State("CT", "Connecticut", 4, 10, "MA NY RI"),
        State("DE", "Delaware", 5, 10, "MD NJ PA"),
        State("DC", "District of Columbia", 6, 9, "MD VA"),
        State("FL", "Florida", 8, 9, "AL GA"),
        State("GA", "Georgia", 7, 8, "AL FL NC SC TN"),
        State("GU", "Guam", 9, 1),
        State("HI", "Hawaii", 8, 2),
        State("ID", "Idaho", 3, 2, "MT NV OR UT WA WY"),
        State("IL", "Illinois", 3, 6, "IA IN KY MO WI"),
        State("IN", "Indiana", 4, 6, "IL KY MI OH"),
        State("IA", "Iowa", 4, 5, "IL MN MO NE SD WI"),
        State("KS", "Kansas", 6, 4, "CO MO NE OK"),
        State("KY", "Kentucky", 5, 6, "IL IN MO OH TN VA WV"),
        State("LA", "Louisiana", 7, 5, "AR MS TX"),
        State("ME", "Maine", 2, 11, "NH"),
        State("MD", "Maryland", 5, 9, "DC DE PA VA WV"),
        State("MA", "Massachusetts", 3, 10, "CT NH NY RI VT"),
        State("MI", "Michigan", 3, 7, "IN OH WI"),
        State("MN", "Minnesota", 3, 5, "IA ND SD WI"),
        State("MS", "Mississippi", 7, 6, "AL AR LA TN"),
        State("MO", "Missouri", 5, 5, "AR IA IL KS KY NE OK TN"),
        State("MT", "Montana", 3, 3, "ID ND SD WY"),
        State("NE", "Nebraska", 5, 4, "CO IA KS MO SD WY"),
        State("NV", "Nevada", 4, 2, "AZ CA ID OR UT"),
        State("NH", "New Hampshire", 2, 10, "MA ME VT"),
        State("NJ", "New Jersey", 4, 9, "DE NY PA"),
        State("NM", "New Mexico", 6, 3, "AZ CO OK TX UT"),
        State("NY", "New York", 3, 9, "CT MA NJ PA VT"),
        State("NC", "North Carolina", 6, 7, "GA SC TN VA"),
        State("ND", "North Dakota", 3, 4, "MN MT SD"),
        State("MP", "Northern Mariana Islands", 8, 1),
        State("OH", "Ohio", 4, 7, "IN KY MI PA WV"),
        State("OK", "Oklahoma", 7, 4, "AR CO KS MO NM TX"),
        State("OR", "Oregon", 4, 1, "CA ID NV WA"),
        State("PA", "Pennsylvania", 4, 8, "DE MD NJ NY OH WV"),
        State("PR", "Puerto Rico", 9, 11),
        State("RI", "Rhode Island", 4, 11, "CT MA"),
        State("SC", "South Carolina", 6, 8, "GA NC"),
        State("SD", "South Dakota", 4, 4, "IA MN MT ND NE WY"),
        State("TN", "Tennessee", 6, 6, "AL AR GA KY MO MS NC VA"),
        State("TX", "Texas", 8, 4, "AR LA NM OK"),
        State("UT", "Utah", 5, 2, "AZ CO ID NM NV WY"),
        State("VT", "Vermont", 2, 9, "MA NH NY"),
        State("VI", "Virgin Islands", 9, 12),
        State("VA", "Virginia", 5, 8, "DC KY MD NC TN WV"),
        State("WA", "Washington", 3, 1, "ID OR"),
        State("WV", "West Virginia", 5, 7, "KY MD OH PA VA"),
        State("WI", "Wisconsin", 2, 6, "IA IL MI MN"),
        State("WY", "Wyoming", 4, 3, "CO ID MT NE SD UT"),
    ]
}
BY_SLUG = {state.slug: state for state in STATES.values()}
CHOICES = [(state.code, state.name) for state in STATES.values()]
