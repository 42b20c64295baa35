"""The version, and what Windows shows of it in a program's properties."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_STATED: Final = re.compile(r'^__version__(?:: \w+)? = "([^"]+)"$', re.MULTILINE)
_SENTENCES: Final = {
    "waybill": "Waybill command line",
    "waybill-service": "Waybill agent",
    "waybill-tray": "Waybill window",
}
_RESOURCE: Final = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004,
    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "Waybill"),
      StringStruct("FileDescription", {sentence!r}),
      StringStruct("FileVersion", {version!r}),
      StringStruct("InternalName", {name!r}),
      StringStruct("LegalCopyright", "Apache License 2.0; see LICENSE and NOTICE"),
      StringStruct("OriginalFilename", {file!r}),
      StringStruct("ProductName", "Waybill"),
      StringStruct("ProductVersion", {version!r}),
    ])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])]),
  ],
)
"""


def version_of(project: Path) -> str:
    """The version that the code states, in `agent/__init__.py`: the one place."""
    found = _STATED.search((project / "agent" / "__init__.py").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError("agent/__init__.py states no __version__")
    return found.group(1)


def numbers(version: str) -> tuple[int, int, int, int]:
    """The four numbers of a Windows version: `1.2.3rc1` is 1.2.3.0."""
    found = [int(digits) for digits in re.findall(r"\d+", re.split(r"[^\d.]", version)[0])][:4]
    first, second, third, fourth = [*found, 0, 0, 0, 0][:4]
    return first, second, third, fourth


def resource(name: str, version: str) -> str:
    """The version resource of a program, as PyInstaller reads it from a file."""
    return _RESOURCE.format(
        numbers=numbers(version),
        sentence=_SENTENCES[name],
        version=version,
        name=name,
        file=f"{name}.exe",
    )


MANIFEST: Final = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3">
    <security>
      <requestedPrivileges>
        <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
      </requestedPrivileges>
    </security>
  </trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1">
    <application>
      <supportedOS Id="{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"/>
    </application>
  </compatibility>
  <application xmlns="urn:schemas-microsoft-com:asm.v3">
    <windowsSettings>
      <longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>
      <dpiAwareness xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">PerMonitorV2</dpiAwareness>
    </windowsSettings>
  </application>
  <dependency>
    <dependentAssembly>
      <assemblyIdentity type="win32" name="Microsoft.Windows.Common-Controls" version="6.0.0.0"
        processorArchitecture="*" publicKeyToken="6595b64144ccf1df" language="*"/>
    </dependentAssembly>
  </dependency>
</assembly>
"""
"""Runs with the rights of who starts it, knows long paths and screens of any density. The one id is
that of Windows 10 and later, Server 2016 and later among them."""
