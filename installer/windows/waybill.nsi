; Setup program of Waybill for Windows. Built by installer/windows/build.py, which defines
;   VERSION  the version, SOURCE the frozen folder, LICENCE a text, OUT the program to write,
;   FAST     (optional) compress quickly instead of well, for tests.
;
; It copies files, keeps their rights closed and calls `waybill installation complete`, where
; everything is decided that can be decided wrong (agent/installation.py). Words:
;   /S  /D=FOLDER             silent; the program folder (last word, unquoted)
;   /HOME=FOLDER              the home folder; remembered for the next time
;   /ACCOUNT=NAME             the service's account; left out: NT SERVICE\Waybill
;   /PASSWORDFILE=FILE        where that account needs a password: a file with it, read once
;   /CONFIG=FILE              an answer file: the agent is set up by it
;   /RECOVERYKEY=FILE         where the recovery key is written
;   /NOTRAY  /NOSERVICE       without the window's icon at logon; without the service
;   /LOG=FILE                 the log; left out: install.log in the program folder
; Secrets are never words: files are named instead.
; Exit codes: 0 installed (also when the service does not run: the log says why), 2 refused or not
; installed: what was there is as it was.

Target amd64-unicode
!include FileFunc.nsh
!include LogicLib.nsh
!include TextFunc.nsh
!include WinMessages.nsh
!include WordFunc.nsh
!include x64.nsh

!ifdef FAST
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif

!define KEY "Software\Waybill"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Waybill"
!define VARIABLES "SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
; System and administrators may change what the service executes, everybody else may read it.
!define CLOSED '/inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F *S-1-5-32-545:(OI)(CI)RX'

Name "Waybill ${VERSION}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Waybill"
RequestExecutionLevel admin
ManifestDPIAware true
ManifestSupportedOS all
XPStyle on
ShowInstDetails show
ShowUninstDetails show
BrandingText "Waybill ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "Waybill"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Waybill Setup"
VIAddVersionKey LegalCopyright "Apache-2.0"

LicenseData "${LICENCE}"
LicenseForceSelection off
Page license
Page components
Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Var Home
Var Account
Var PasswordFile
Var Answers
Var RecoveryKey
Var NoTray
Var NoService
Var Log
Var Words
Var Former

; A line in the window and in the log.
!macro Say text
  Push `${text}`
  Call Say
!macroend
!define Say "!insertmacro Say"

Function Say
  Exch $0
  Push $1
  DetailPrint $0
  ClearErrors
  FileOpen $1 $Log a
  ${IfNot} ${Errors}
    FileSeek $1 0 END
    FileWrite $1 "setup ${VERSION}: $0$\r$\n"
    FileClose $1
  ${EndIf}
  ClearErrors
  Pop $1
  Pop $0
FunctionEnd

!macro Refuse text
  MessageBox MB_OK|MB_ICONSTOP `${text}` /SD IDOK
  SetErrorLevel 2
  Quit
!macroend
!define Refuse "!insertmacro Refuse"

!macro Word name variable
  ClearErrors
  ${GetOptions} $R0 "${name}=" $R1
  ${IfNot} ${Errors}
    StrCpy ${variable} $R1
  ${EndIf}
!macroend
!define Word "!insertmacro Word"

!macro Flag name variable
  ClearErrors
  ${GetOptions} $R0 "${name}" $R1
  ${IfNot} ${Errors}
    StrCpy ${variable} "1"
  ${EndIf}
!macroend
!define Flag "!insertmacro Flag"

Function .onInit
  SetRegView 64
  SetShellVarContext all
  ${IfNot} ${RunningX64}
    ${Refuse} "Waybill needs a 64-bit Windows."
  ${EndIf}
  ReadRegStr $R2 HKLM "${KEY}" "InstalledBy"
  ${If} $R2 == "msi"
    ${Refuse} "Waybill was installed by an MSI package. Upgrade or remove it by that."
  ${EndIf}
  ReadRegStr $Former HKLM "${KEY}" "Version"
  ${If} $Former != ""
    ${VersionCompare} "$Former" "${VERSION}" $R2
    ${If} $R2 == 1
      ${Refuse} "A newer version is already installed: $Former. The way back is: waybill upgrade back"
    ${EndIf}
    ReadRegStr $R2 HKLM "${KEY}" "Root"
    StrCpy $INSTDIR $R2
  ${EndIf}

  StrCpy $Home "$APPDATA\Waybill"
  ReadRegStr $R2 HKLM "${KEY}" "Home"
  ${If} $R2 != ""
    StrCpy $Home $R2
  ${EndIf}
  ${GetParameters} $R0
  ${Word} "/HOME" $Home
  ${Word} "/ACCOUNT" $Account
  ${Word} "/PASSWORDFILE" $PasswordFile
  ${Word} "/CONFIG" $Answers
  ${Word} "/RECOVERYKEY" $RecoveryKey
  ${Word} "/LOG" $Log
  ${Flag} "/NOTRAY" $NoTray
  ${Flag} "/NOSERVICE" $NoService
  StrCpy $R2 $Home 1 -1
  ${If} $R2 == "\"
    StrCpy $Home $Home -1  ; it would hide the quote that follows it
  ${EndIf}
FunctionEnd

; What is asked for beside the home: one word after the other, each in quotes.
!macro Option name value
  ${If} ${value} != ""
    StrCpy $Words `$Words ${name} "${value}"`
  ${EndIf}
!macroend
!define Option "!insertmacro Option"

Section "Agent (service and command line)" Agent
  SectionIn RO
  ${If} $Log == ""
    StrCpy $Log "$INSTDIR\install.log"
  ${EndIf}
  ; First the rights, then the files: nobody else may put anything in between.
  CreateDirectory "$INSTDIR"
  nsExec::Exec '"$SYSDIR\icacls.exe" "$INSTDIR" ${CLOSED} /Q'
  Pop $0
  ${If} $0 != 0
    ${Say} "The rights of $INSTDIR could not be set (icacls: $0)."
  ${EndIf}
  ${Say} "Installing into $INSTDIR, home $Home."

  ; Unpacked beside its place and then named: a version that is there is whole.
  RMDir /r "$INSTDIR\versions\_new"
  SetOutPath "$INSTDIR\versions\_new"
  ClearErrors
  File /r "${SOURCE}/*"
  SetOutPath "$INSTDIR"
  ${If} ${Errors}
    ${Say} "Files could not be written."
    ${Refuse} "Files of Waybill could not be written to $INSTDIR. The log has more: $Log"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\versions\${VERSION}\waybill.exe"
    ${Say} "This version is here already: repairing it."
    nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM waybill-tray.exe'
    Pop $0
    nsExec::Exec '"$INSTDIR\versions\${VERSION}\waybill.exe" service stop'
    Pop $0
  ${EndIf}
  RMDir /r "$INSTDIR\versions\${VERSION}"
  ClearErrors
  Rename "$INSTDIR\versions\_new" "$INSTDIR\versions\${VERSION}"
  ${If} ${Errors}
    ${Say} "The files of ${VERSION} could not be replaced: one of its programs runs."
    ${Refuse} "A program of Waybill ${VERSION} still runs. End it and try again."
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"

  StrCpy $Words `installation complete --strict --root "$INSTDIR" --to "${VERSION}" --home "$Home" --log "$Log"`
  ${Option} "--account" $Account
  ${Option} "--password-file" $PasswordFile
  ${Option} "--from" $Answers
  ${Option} "--recovery-key-file" $RecoveryKey
  ${If} $NoService == "1"
    StrCpy $Words "$Words --no-service"
  ${EndIf}
  nsExec::ExecToStack '"$INSTDIR\versions\${VERSION}\waybill.exe" $Words'
  Pop $0
  Pop $1
  DetailPrint $1
  ${If} $0 == 1
    ; Installed, and a person should look: an installation never fails for that.
    MessageBox MB_OK|MB_ICONEXCLAMATION "$1$\r$\nThe log: $Log" /SD IDOK
  ${ElseIf} $0 != 0
    ${Say} "Not installed (code $0)."
    ${If} $Former == ""
      WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    ${EndIf}
    ${Refuse} "Waybill ${VERSION} was not installed.$\r$\n$1$\r$\nThe log: $Log"
  ${EndIf}

  WriteRegStr HKLM "${KEY}" "InstalledBy" "setup"
  WriteRegStr HKLM "${KEY}" "Version" "${VERSION}"
  WriteRegStr HKLM "${KEY}" "Root" "$INSTDIR"
  WriteRegStr HKLM "${KEY}" "Home" "$Home"
  ${If} $Home != "$APPDATA\Waybill"
    ; The command line and the window find the home by it; the service is told by name.
    WriteRegStr HKLM "${VARIABLES}" "WAYBILL_HOME" "$Home"
    SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=2000
  ${EndIf}
  WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "Waybill"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayIcon" "$INSTDIR\versions\${VERSION}\waybill-tray.exe"
  WriteRegStr HKLM "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
  ${GetSize} "$INSTDIR\versions\${VERSION}" "/S=0K" $0 $1 $2
  WriteRegDWORD HKLM "${UNINSTALL}" "EstimatedSize" $0
  ${Say} "Done."
SectionEnd

Section "Window and icon beside the clock" Tray
  ${If} $NoTray == "1"
    DeleteRegValue HKLM "${RUN}" "Waybill"
    Delete "$SMPROGRAMS\Waybill.lnk"
  ${Else}
    StrCpy $0 "$INSTDIR\versions\${VERSION}\waybill-tray.exe"
    WriteRegStr HKLM "${RUN}" "Waybill" '"$0" --autostart --home "$Home"'
    CreateShortcut "$SMPROGRAMS\Waybill.lnk" "$0" '--home "$Home"'
  ${EndIf}
SectionEnd

Function un.onInit
  SetRegView 64
  SetShellVarContext all
  ReadRegStr $Home HKLM "${KEY}" "Home"
  ${If} $Home == ""
    StrCpy $Home "$APPDATA\Waybill"
  ${EndIf}
FunctionEnd

Section Uninstall
  ; The version that counts knows how to end its service; without one there is none to end.
  ${GetParameters} $R0
  ${Word} "/LOG" $Log
  StrCpy $Words `installation remove --home "$Home"`
  ${Option} "--log" $Log
  ClearErrors
  FileOpen $0 "$INSTDIR\current" r
  ${IfNot} ${Errors}
    FileRead $0 $1
    FileClose $0
    ${TrimNewLines} "$1" $1
    nsExec::ExecToLog '"$INSTDIR\versions\$1\waybill.exe" $Words'
    Pop $0
  ${EndIf}
  nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM waybill-tray.exe'
  Pop $0

  DeleteRegValue HKLM "${RUN}" "Waybill"
  DeleteRegValue HKLM "${VARIABLES}" "WAYBILL_HOME"
  DeleteRegKey HKLM "${UNINSTALL}"
  DeleteRegKey HKLM "${KEY}"
  Delete "$SMPROGRAMS\Waybill.lnk"
  RMDir /r "$INSTDIR\versions"
  RMDir /r "$INSTDIR\bin"
  Delete "$INSTDIR\current"
  Delete "$INSTDIR\upgrade.json"
  Delete "$INSTDIR\lock"
  Delete "$INSTDIR\install.log"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"

  ; Silent, or in doubt: what waits for delivery, the keys and the configuration stay.
  MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 \
    "Delete the home folder too, with everything that waits for delivery, the configuration and \
the keys?$\r$\n$\r$\n$Home$\r$\n$\r$\nThis cannot be undone. No keeps it for a later installation." \
    /SD IDNO IDNO kept
  ${If} ${FileExists} "$Home\waybill.toml"
    RMDir /r "$Home"
  ${EndIf}
  kept:
SectionEnd
