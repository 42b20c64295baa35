"""What Windows' installers say they will do, read as texts: rights, secrets, names."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from installer.windows import build, wxs

ROOT = Path(__file__).resolve().parents[3]
NSI = (ROOT / "installer" / "windows" / "waybill.nsi").read_text(encoding="utf-8")
NAMESPACE = {"w": "http://schemas.microsoft.com/wix/2006/wi"}
SECRET_WORDS = re.compile(
    r"/(?:PASSWORD|SECRET|KEY|TOKEN)=|--(?:password|secret|token|key) ", re.IGNORECASE
)
OTHERS = ("S-1-1-0", "S-1-5-11", "S-1-5-32-545", "S-1-5-4", "S-1-5-7")
"""Everyone, authenticated users, users, interactive, anonymous."""


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("frozen") / "waybill"
    (folder / "_internal" / "resources").mkdir(parents=True)
    for name in ("waybill.exe", "waybill-service.exe", "waybill-tray.exe", "LICENSE"):
        (folder / name).write_bytes(b"MZ" + name.encode())
    (folder / "_internal" / "python311.dll").write_bytes(b"MZ")
    (folder / "_internal" / "resources" / "a.toml").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def source(frozen):
    return wxs.text(frozen, "1.2.3")


@pytest.fixture(scope="module")
def product(source):
    return ET.fromstring(source).find("w:Product", NAMESPACE)


def granted(text):
    return re.findall(r"\*(S-1-[\d-]+):((?:\([A-Z]+\))*)([A-Z]+)", text)


def test_only_system_and_administrators_may_change_what_the_service_executes():
    rights = granted(NSI)
    assert {who for who, _, _ in rights} == {"S-1-5-18", "S-1-5-32-544", "S-1-5-32-545"}
    assert [(who, may) for who, _, may in rights if who in OTHERS] == [("S-1-5-32-545", "RX")]
    assert "/inheritance:r" in NSI


def test_the_folder_is_closed_before_the_first_file_is_written():
    assert NSI.index("${CLOSED} /Q") < NSI.index("File /r")


def test_no_secret_is_a_word_of_an_installer(source):
    assert not SECRET_WORDS.search(NSI)
    assert not SECRET_WORDS.search(source)
    assert {"/CONFIG", "/RECOVERYKEY", "/PASSWORDFILE"} <= set(re.findall(r'"(/[A-Z]+)"', NSI))


def test_the_words_of_both_installers_are_the_same():
    words = set(re.findall(r'\$\{(?:Word|Flag)\} "/([A-Z]+)"', NSI))
    assert words == {{"LOGFILE": "LOG"}.get(name, name) for name in wxs.PUBLIC}


def test_the_setup_program_is_a_64_bit_one_from_its_first_line():
    lines = [line for line in NSI.splitlines() if line.strip() and not line.startswith(";")]
    assert lines[0] == "Target amd64-unicode"


def test_a_silent_uninstall_keeps_the_home():
    uninstall = NSI[NSI.index("Section Uninstall") :]
    question = uninstall[uninstall.index("MessageBox") :]
    assert re.search(r"/SD IDNO IDNO kept", question)
    assert "MB_DEFBUTTON2" in question
    assert 'RMDir /r "$Home"' not in uninstall[: uninstall.index("MessageBox")]


def test_the_pointer_is_read_without_the_line_end_that_an_upgrade_writes():
    uninstall = NSI[NSI.index("Section Uninstall") :]
    read, run = uninstall.index("FileRead $0 $1"), uninstall.index("nsExec::ExecToLog")
    assert read < uninstall.index('${TrimNewLines} "$1" $1') < run


def test_the_package_rolls_nothing_back_because_a_service_does_not_start(source):
    assert "ServiceControl" not in source
    assert "ServiceInstall" not in source
    assert "--strict" not in source


def test_an_upgrade_replaces_whatever_version_there_is_and_an_older_one_is_refused(product):
    assert product.get("UpgradeCode") == wxs.UPGRADE_CODE
    assert product.get("Id") != wxs.UPGRADE_CODE
    assert "newer version" in product.find("w:MajorUpgrade", NAMESPACE).get("DowngradeErrorMessage")


def test_two_versions_are_two_products_and_one_version_is_always_the_same(frozen):
    first, again, other = (wxs.text(frozen, version) for version in ("1.2.3", "1.2.3", "1.2.4"))
    assert first == again
    found = [re.findall(r'Guid="([^"]+)"', text) for text in (first, other)]
    shared = set(found[0]) & set(found[1])
    assert {wxs.guid(name.lower()) for name in wxs.MARKS} == shared


def test_every_file_of_the_frozen_folder_is_in_the_package(frozen, product):
    files = {frozen / each.get("Source") for each in product.iter(f"{{{NAMESPACE['w']}}}File")}
    assert files == {path for path in frozen.rglob("*") if path.is_file()}


def test_nobody_can_move_the_programs_with_a_property(product):
    names = {each.get("Id") for each in product.iter(f"{{{NAMESPACE['w']}}}Directory")}
    assert {name for name in names if name.isupper()} == {"TARGETDIR"}


def test_what_needs_rights_runs_as_the_system_and_not_as_whoever_installs(product):
    actions = product.findall("w:CustomAction", NAMESPACE)
    programs = [each for each in actions if each.get("ExeCommand")]
    assert len(programs) == 3
    assert all(each.get("Execute") == "deferred" for each in programs)
    assert all(each.get("Impersonate") == "no" for each in programs)


needs_wixl = pytest.mark.skipif(bool(build.lacking("package")), reason="wixl is not here")
needs_makensis = pytest.mark.skipif(bool(build.lacking("setup")), reason="makensis is not here")


def exported(package, table):
    words = ["msiinfo", "export", str(package), table]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return [dict(zip(lines[0], line, strict=False)) for line in lines[3:]]


@pytest.fixture(scope="module")
def package(frozen, tmp_path_factory):
    return build.package(frozen, "1.2.3", tmp_path_factory.mktemp("out"))


@needs_wixl
def test_the_files_of_a_version_outlive_its_product(package):
    rows = exported(package, "Component")
    kept = {row["Component"] for row in rows if int(row["Attributes"]) & 0x10}
    assert kept == {row["Component"] for row in rows} - set(wxs.MARKS)
    assert all(int(row["Attributes"]) & 0x100 for row in rows)


@needs_wixl
def test_the_package_has_what_group_policy_and_intune_ask_for(package):
    properties = {row["Property"]: row["Value"] for row in exported(package, "Property")}
    assert properties["UpgradeCode"].strip("{}") == wxs.UPGRADE_CODE
    assert properties["ProductVersion"] == "1.2.3"
    assert properties["ALLUSERS"] == "1"
    assert set(wxs.PUBLIC) <= set(properties["SecureCustomProperties"].split(";"))
    told = subprocess.run(
        ["msiinfo", "suminfo", str(package)], capture_output=True, text=True, check=True
    ).stdout
    assert "x64;1033" in told


@needs_wixl
def test_the_actions_of_the_package_come_in_their_order(package):
    rows = exported(package, "InstallExecuteSequence")
    at = {row["Action"]: int(row["Sequence"]) for row in rows}
    assert at["InstallFiles"] < at["WriteRegistryValues"] < at["Complete"] < at["InstallFinalize"]
    assert at["InstallInitialize"] < at["RemoveExistingProducts"] < at["ProcessComponents"]
    assert at["InstallInitialize"] < at["Remove"] < at["RemoveFiles"] < at["TakeAway"]
    conditions = {row["Action"]: row["Condition"] for row in rows}
    for name in ("Remove", "TakeAway"):
        assert "NOT UPGRADINGPRODUCTCODE" in conditions[name]


@needs_wixl
def test_a_deferred_action_runs_without_the_callers_rights_and_only_one_may_fail(package):
    rows = {row["Action"]: int(row["Type"]) for row in exported(package, "CustomAction")}
    deferred = {name: kind for name, kind in rows.items() if kind & 0x400}
    assert set(deferred) == {"StopForRepair", "Complete", "Remove", "TakeAway"}
    assert all(kind & 0x800 for kind in deferred.values())
    assert {name for name, kind in deferred.items() if not kind & 0x40} == {"Complete"}


@needs_makensis
def test_the_setup_program_builds_without_a_warning(frozen, tmp_path):
    made = build.setup(frozen, "1.2.3", tmp_path, is_fast=True)
    assert made.read_bytes()[:2] == b"MZ"
    assert shutil.which("makensis")
