"""The frozen programs: one folder that runs where no Python is installed.

`python -m installer.freeze --out DIR` leaves DIR/waybill:

    waybill, waybill-service, waybill-tray   the programs (.exe on Windows)
    _internal/                               what they share; only waybill-tray loads Qt
    LICENSE NOTICE licences/                 the licence of every part that is in the folder
    sbom.cdx.json                            what is in it, as CycloneDX
    SHA256SUMS                               the hash of every file, for `sha256sum -c`

One specification (`waybill.spec`) serves both systems; `parts` says what goes in and what stays
out. What was gathered is written down beside the work files, and `licences`, `sbom` and `hashes`
go by that, not by what happens to be installed. The same checkout, lock and Python give the same
bytes: hash seed and times are fixed (`SOURCE_DATE_EPOCH`, else the time of the last commit).
"""
