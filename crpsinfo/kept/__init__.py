"""Public pages are kept, compressed, in the memory of each process, until anything changes that a page shows.

Triggers of the database count up one version in the transaction of the change (`triggers`), so nothing that writes has
to think of it. Each request reads that version, and a page of another version is made anew: whatever was removed is
gone with the next request, in every process on every machine.
"""
