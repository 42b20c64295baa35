"""The source text of the MSI package, from the files of a frozen folder.

Each version has a folder of its own (`versions/V`), and an upgrade must be able to return to the
former one. So the components are permanent: removing the former *product*, as a major upgrade does,
leaves its files, and what `upgrade` later has no more use for it removes itself; a real uninstall
takes the whole program folder away at its end. Files go with their folder into one component, which
is enough because a version's folder is never shared.

The program folder cannot be moved, so it has the rights of Windows' own `Program Files`: only the
system and administrators may write there.

wixl (0.101) has no ServiceConfig and no rights, and a `ServiceControl` would roll everything back
when a service cannot start. The service is therefore set up by the deferred action that calls
`waybill installation complete`, which returns an error only when the former version stays.

Properties: HOME, ACCOUNT, PASSWORDFILE, CONFIG, RECOVERYKEY, LOGFILE, NOTRAY, NOSERVICE: the words of
the setup program. They name files, never secrets, because Windows logs properties.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree import ElementTree as ET

UPGRADE_CODE: Final = "0B0C1D3E-7A57-5C6E-9D57-2B8A0E1F6A11"
"""The same for every version, for ever: by this Windows knows that one replaces another."""
_SPACE: Final = uuid.UUID(UPGRADE_CODE)
_KEY: Final = r"Software\Waybill"
_VARIABLES: Final = r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
_RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
_PROGRAM: Final = "waybill.exe"
_TRAY: Final = "waybill-tray.exe"
_OPTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "ACCOUNT": ("AccountOption", "--account"),
    "PASSWORDFILE": ("PasswordOption", "--password-file"),
    "CONFIG": ("AnswersOption", "--from"),
    "RECOVERYKEY": ("RecoveryOption", "--recovery-key-file"),
}
"""Public property, the private one that becomes words of the command, and the word."""
DIRECTORY_ACTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "TakeAway": (
        "ProgramFiles64Folder",
        '"[System64Folder]cmd.exe" /c rmdir /s /q "[ProgramRoot]."',
    ),
}
"""Actions of a kind that wixl cannot write: where a program of the system runs, and its command."""
_GONE: Final = 'REMOVE = "ALL" AND NOT UPGRADINGPRODUCTCODE'
_STAYS: Final = 'REMOVE <> "ALL"'
SEQUENCE: Final[Mapping[str, tuple[int, str]]] = {
    "StopForRepair": (1510, "REINSTALL"),
    "Remove": (1520, _GONE),  # before RemoveFiles, 3500
    "TakeAway": (3610, _GONE),  # after RemoveFolders
    "Complete": (5010, _STAYS),  # after WriteRegistryValues
}
"""When the deferred actions come: wixl puts them behind everything else."""
REPLACE_AT: Final = 1501
"""RemoveExistingProducts inside the transaction: what fails brings the former product back."""
CONDITIONS: Final = {"Tray": 'NOTRAY <> "1"', "Variable": "HOME OR FORMERHOME"}
"""When components are installed."""
MARKS: Final = ("Marks", "Tray", "Variable")
"""The components that go with their product."""
PUBLIC: Final = ("HOME", *_OPTIONS, "LOGFILE", "NOTRAY", "NOSERVICE")


def guid(what: str) -> str:
    """A stable identifier, made of a name."""
    return str(uuid.uuid5(_SPACE, what)).upper()


def text(frozen: Path, version: str) -> str:
    """The whole source, for a wixl that runs in `frozen`, the folder with `waybill.exe`."""
    wix = ET.Element("Wix", xmlns="http://schemas.microsoft.com/wix/2006/wi")
    product = ET.SubElement(
        wix,
        "Product",
        Id=guid(f"product {version}"),
        Name="Waybill",
        Language="1033",
        Version=version,
        Manufacturer="Waybill",
        UpgradeCode=UPGRADE_CODE,
    )
    ET.SubElement(
        product, "Package", InstallerVersion="500", Compressed="yes", InstallScope="perMachine",
        Description=f"Waybill {version}",
    )  # fmt: skip
    newer = "A newer version of Waybill is already installed. The way back is: waybill upgrade back"
    ET.SubElement(product, "MajorUpgrade", DowngradeErrorMessage=newer)
    ET.SubElement(product, "Media", Id="1", Cabinet="waybill.cab", EmbedCab="yes")
    _properties(product)
    features = _folders(product, frozen, version)
    feature = ET.SubElement(product, "Feature", Id="Waybill", Title="Waybill", Level="1")
    for component in features:
        ET.SubElement(feature, "ComponentRef", Id=component)
    _actions(product, version)
    ET.indent(wix)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(wix, encoding="unicode") + "\n"


def _properties(product: ET.Element) -> None:
    ET.SubElement(product, "Property", Id="ARPNOMODIFY", Value="1")
    for name, value in (("FORMERHOME", "Home"), ("OTHERINSTALLER", "InstalledBy")):
        found = ET.SubElement(product, "Property", Id=name)
        ET.SubElement(
            found, "RegistrySearch", Id=f"Find{value}", Root="HKLM", Key=_KEY, Name=value,
            Type="raw", Win64="yes",
        )  # fmt: skip
    condition = ET.SubElement(
        product,
        "Condition",
        Message="Waybill was installed by its setup program. Upgrade or remove it by that.",
    )
    condition.text = 'Installed OR OTHERINSTALLER <> "setup"'


def _folders(product: ET.Element, frozen: Path, version: str) -> list[str]:
    """The folders with their files; the components' names."""
    target = ET.SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    ET.SubElement(
        ET.SubElement(target, "Directory", Id="ProgramMenuFolder"),
        "Directory", Id="MenuFolder", Name="Waybill",
    )  # fmt: skip
    programs = ET.SubElement(target, "Directory", Id="ProgramFiles64Folder")
    # Not all capitals: a private name, which nobody can move to a folder that others may write to.
    root = ET.SubElement(programs, "Directory", Id="ProgramRoot", Name="Waybill")
    versions = ET.SubElement(root, "Directory", Id="Versions", Name="versions")
    top = ET.SubElement(versions, "Directory", Id="Top", Name=version)
    places = {PurePosixPath("."): top}
    names = []
    for number, (folder, files) in enumerate(_walk(frozen)):
        place = places.get(folder)
        if place is None:
            place = ET.SubElement(
                places[folder.parent], "Directory", Id=f"Folder{number}", Name=folder.name
            )
            places[folder] = place
        if not files:
            continue
        component = _component(place, f"C{number}", f"{version} {folder}")
        names.append(f"C{number}")
        for index, path in enumerate(files):
            ET.SubElement(
                component, "File", Id=_file_id(path, frozen, f"F{number}.{index}"), Name=path.name,
                Source=path.relative_to(frozen).as_posix(), KeyPath="yes" if index == 0 else "no",
            )  # fmt: skip
    return [*names, *_marks(root, version)]


def _component(place: ET.Element, name: str, what: str) -> ET.Element:
    return ET.SubElement(place, "Component", Id=name, Guid=guid(what), Win64="yes")


def _file_id(path: Path, frozen: Path, usual: str) -> str:
    return {_PROGRAM: "Program", _TRAY: "TrayProgram"}.get(str(path.relative_to(frozen)), usual)


def _walk(frozen: Path) -> Iterator[tuple[PurePosixPath, list[Path]]]:
    """Each folder with its files, parents first."""
    folders = [frozen, *sorted(path for path in frozen.rglob("*") if path.is_dir())]
    for folder in folders:
        files = sorted(path for path in folder.iterdir() if path.is_file())
        yield PurePosixPath(folder.relative_to(frozen).as_posix()), files


def _marks(root: ET.Element, version: str) -> list[str]:
    """What the registry says of us, and the window's icon at logon."""
    said = _component(root, "Marks", "marks")
    values = {"InstalledBy": "msi", "Version": version, "Root": "[ProgramRoot]", "Home": "[HOME]"}
    for index, (name, value) in enumerate(values.items()):
        ET.SubElement(
            said, "RegistryValue", Root="HKLM", Key=_KEY, Name=name, Type="string", Value=value,
            KeyPath="yes" if index == 0 else "no",
        )  # fmt: skip
    tray = _component(root, "Tray", "tray")
    ET.SubElement(
        tray, "RegistryValue", Root="HKLM", Key=_RUN, Name="Waybill", Type="string",
        Value='"[#TrayProgram]" --autostart --home "[HOME]"', KeyPath="yes",
    )  # fmt: skip
    ET.SubElement(
        tray, "Shortcut", Id="MenuEntry", Directory="ProgramMenuFolder", Name="Waybill",
        Target="[#TrayProgram]", Arguments='--home "[HOME]"',
    )  # fmt: skip
    variable = _component(root, "Variable", "variable")
    ET.SubElement(
        variable, "RegistryValue", Root="HKLM", Key=_VARIABLES, Name="WAYBILL_HOME",
        Type="string", Value="[HOME]", KeyPath="yes",
    )  # fmt: skip
    return [*MARKS]


def _actions(product: ET.Element, version: str) -> None:
    """What happens beside the copying, and when."""
    sets = {
        "HOME": [
            ("[FORMERHOME]", "NOT HOME AND FORMERHOME"),
            ("[CommonAppDataFolder]Waybill", "NOT HOME AND NOT FORMERHOME"),
        ],
        "LOGFILE": [("[ProgramRoot]install.log", "NOT LOGFILE")],
        "ServiceOption": [("--no-service", 'NOSERVICE = "1"')],
        **{
            private: [(f'{word} "[{public}]"', public)]
            for public, (private, word) in _OPTIONS.items()
        },
    }
    sequence: list[tuple[str, str, str]] = []
    after = "CostFinalize"
    for name, choices in sets.items():
        for index, (value, condition) in enumerate(choices):
            action = f"Set{name.title()}{index}"
            ET.SubElement(product, "CustomAction", Id=action, Property=name, Value=value)
            sequence.append((action, after, condition))
            after = action
    options = " ".join(f"[{name}]" for name in ("ServiceOption", *dict(_OPTIONS.values())))
    complete = (
        f'installation complete --root "[ProgramRoot]." --to {version} --home "[HOME]"'
        f' --log "[LOGFILE]" {options}'
    )
    actions: dict[str, dict[str, str]] = {
        "StopForRepair": {
            "FileKey": "Program",
            "ExeCommand": "service stop",
            "Return": "ignore",  # there may be no service
        },
        "Complete": {"FileKey": "Program", "ExeCommand": complete, "Return": "check"},
        "Remove": {
            "FileKey": "Program",
            "ExeCommand": 'installation remove --home "[HOME]"',
            "Return": "ignore",  # a damaged installation can be removed all the same
        },
    }  # fmt: skip
    for name, attributes in actions.items():
        ET.SubElement(
            product,
            "CustomAction",
            {**attributes, "Execute": "deferred", "Impersonate": "no"},
            Id=name,
        )
    table = ET.SubElement(product, "InstallExecuteSequence")
    for name, former, condition in sequence:
        ET.SubElement(table, "Custom", Action=name, After=former).text = condition
