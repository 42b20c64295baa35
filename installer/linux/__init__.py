"""The Debian package, for Debian 12 and Ubuntu 24.04 or newer.

It lays the frozen folder down as `/opt/waybill/package`, which belongs to dpkg. On installation its
files are linked to `/opt/waybill/versions/V`, which does not: so the former version, running or kept
for a way back, is there until the new one has proven itself, whatever dpkg takes away. `current` is
the version that counts. Removal takes the programs; purging keeps `/var/lib/waybill` and
`/etc/waybill` unless `WAYBILL_PURGE_DATA=yes` asks otherwise.
"""
