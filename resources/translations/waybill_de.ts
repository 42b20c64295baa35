<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>About Waybill</source>
        <translation>Über Waybill</translation>
    </message>
    <message>
        <source>Copy versions</source>
        <translation>Versionen kopieren</translation>
    </message>
    <message>
        <source>Carries records from a legacy ERP to a cloud CRM: sealed, nothing lost.</source>
        <translation>Bringt Datensätze aus einem älteren ERP in ein Cloud-CRM: verschlüsselt, ohne Verlust.</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Umgebung</translation>
    </message>
    <message>
        <source>Home folder</source>
        <translation>Arbeitsordner</translation>
    </message>
    <message>
        <source>Installation</source>
        <translation>Installation</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>Waybill is under the Apache License 2.0. It works with the programs below, each under its own licence; Qt for Python is used under the LGPL 3.</source>
        <translation>Waybill steht unter der Apache-Lizenz 2.0. Es arbeitet mit den Programmen unten, jedes unter seiner eigenen Lizenz; Qt for Python wird unter der LGPL 3 verwendet.</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Programs and their licences</source>
        <translation>Programme und ihre Lizenzen</translation>
    </message>
    <message>
        <source>The licence of Waybill</source>
        <translation>Die Lizenz von Waybill</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Status unknown. {title} {hint}</source>
        <translation>Zustand unbekannt. {title} {hint}</translation>
    </message>
    <message>
        <source>Try again now</source>
        <translation>Jetzt erneut versuchen</translation>
    </message>
</context>
<context>
    <name>Channel</name>
    <message>
        <source>The service broke off before it answered.</source>
        <translation>Der Dienst hat die Verbindung beendet, bevor er antwortete.</translation>
    </message>
    <message>
        <source>It may just have stopped or be starting again.</source>
        <translation>Vielleicht wurde er gerade beendet oder startet neu.</translation>
    </message>
    <message>
        <source>The service did not answer in time.</source>
        <translation>Der Dienst hat nicht rechtzeitig geantwortet.</translation>
    </message>
    <message>
        <source>What was asked may still happen. Its log says whether it is stuck.</source>
        <translation>Was verlangt wurde, kann noch geschehen. Sein Protokoll sagt, ob er hängt.</translation>
    </message>
</context>
<context>
    <name>ConfirmBar</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>DayBar</name>
    <message>
        <source>{name}: {count} delivered in 24 hours</source>
        <translation>{name}: {count} in 24 Stunden zugestellt</translation>
    </message>
    <message>
        <source>{hour}: {delivered} delivered, {waiting} waiting, {parked} exceptions</source>
        <translation>{hour}: {delivered} zugestellt, {waiting} warten, {parked} Ausnahmen</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>More settings</source>
        <translation>Weitere Einstellungen</translation>
    </message>
    <message>
        <source>This is not a valid value.</source>
        <translation>Das ist kein gültiger Wert.</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Set…</source>
        <translation>Setzen…</translation>
    </message>
    <message>
        <source> (optional)</source>
        <translation> (freiwillig)</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Set up</source>
        <translation>Einrichten</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Mappings</source>
        <translation>Zuordnungen</translation>
    </message>
    <message>
        <source>Destinations</source>
        <translation>Ziele</translation>
    </message>
    <message>
        <source>Exceptions</source>
        <translation>Ausnahmen</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>Reconciliation</source>
        <translation>Abgleich</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>Protokolle</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
</context>
<context>
    <name>ProblemPanel</name>
    <message>
        <source>Copy details</source>
        <translation>Details kopieren</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Viewer</source>
        <translation>Betrachter</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Sachbearbeiter</translation>
    </message>
    <message>
        <source>Engineer</source>
        <translation>Techniker</translation>
    </message>
    <message>
        <source>Auditor</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>This needs the role {role}.</source>
        <translation>Dafür ist die Rolle {role} nötig.</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>1 record needs attention.</source>
        <translation>1 Datensatz braucht Ihre Aufmerksamkeit.</translation>
    </message>
    <message>
        <source>{records} records need attention.</source>
        <translation>{records} Datensätze brauchen Ihre Aufmerksamkeit.</translation>
    </message>
    <message>
        <source>Finish setup: {steps} steps left.</source>
        <translation>Einrichtung abschließen: noch {steps} Schritte.</translation>
    </message>
    <message>
        <source>Finish setup.</source>
        <translation>Einrichtung abschließen.</translation>
    </message>
    <message>
        <source>Starting.</source>
        <translation>Startet.</translation>
    </message>
    <message>
        <source>Paused.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>Paused until {until}.</source>
        <translation>Angehalten bis {until}.</translation>
    </message>
    <message>
        <source>Up to date.</source>
        <translation>Auf dem neuesten Stand.</translation>
    </message>
    <message>
        <source>Working.</source>
        <translation>In Arbeit.</translation>
    </message>
    <message>
        <source>{title}</source>
        <translation>{title}</translation>
    </message>
    <message>
        <source>{title} (and {more} more)</source>
        <translation>{title} (und {more} weitere)</translation>
    </message>
    <message>
        <source> {waiting} waiting.</source>
        <translation> {waiting} warten.</translation>
    </message>
    <message>
        <source>Status unknown: the service does not answer.</source>
        <translation>Zustand unbekannt: Der Dienst antwortet nicht.</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>You are: {role}</source>
        <translation>Sie sind: {role}</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Connected, last word {seconds} s ago</source>
        <translation>Verbunden, letzte Meldung vor {seconds} s</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>TEST</source>
        <translation>TEST</translation>
    </message>
    <message>
        <source>Status unknown</source>
        <translation>Zustand unbekannt</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Sie werden gebraucht</translation>
    </message>
    <message>
        <source>Records need attention</source>
        <translation>Datensätze prüfen</translation>
    </message>
    <message>
        <source>Delayed</source>
        <translation>Verzögert</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Not set up</source>
        <translation>Nicht eingerichtet</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>Auf dem neuesten Stand</translation>
    </message>
</context>
<context>
    <name>Toasts</name>
    <message>
        <source>{count} records need attention.</source>
        <translation>{count} Datensätze brauchen Ihre Aufmerksamkeit.</translation>
    </message>
    <message>
        <source>{count} records, same cause: {cause} ({flow})</source>
        <translation>{count} Datensätze, gleiche Ursache: {cause} ({flow})</translation>
    </message>
    <message>
        <source>1 record needs attention: {cause} ({flow})</source>
        <translation>1 Datensatz braucht Ihre Aufmerksamkeit: {cause} ({flow})</translation>
    </message>
</context>
<context>
    <name>TrayIcon</name>
    <message>
        <source>Solved: {cause}</source>
        <translation>Gelöst: {cause}</translation>
    </message>
    <message>
        <source>Open Waybill</source>
        <translation>Waybill öffnen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>For 15 minutes</source>
        <translation>Für 15 Minuten</translation>
    </message>
    <message>
        <source>For 1 hour</source>
        <translation>Für 1 Stunde</translation>
    </message>
    <message>
        <source>Until tomorrow 06:00</source>
        <translation>Bis morgen 06:00</translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation>Bis ich fortsetze</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Check sources now</source>
        <translation>Quellen jetzt prüfen</translation>
    </message>
    <message>
        <source>Copy status for support</source>
        <translation>Zustand für den Support kopieren</translation>
    </message>
    <message>
        <source>Close tray icon (the service keeps running)</source>
        <translation>Symbol schließen (der Dienst läuft weiter)</translation>
    </message>
    <message>
        <source>Delivering.</source>
        <translation>Stellt zu.</translation>
    </message>
    <message>
        <source>About Waybill {version}</source>
        <translation>Über Waybill {version}</translation>
    </message>
</context>
</TS>
