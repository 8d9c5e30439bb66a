"""What two federal files say: the registry of providers (NPPES), and the list of those excluded from federal programs.

Neither makes a listing. They fill a table for editors to look up, and say with a date what they know of our listings.
"""
