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
    <name>ActivityPage</name>
    <message>
        <source>Verify the chain</source>
        <translation>Kette prüfen</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Only what this person did</source>
        <translation>Nur was diese Person getan hat</translation>
    </message>
    <message>
        <source>Only this kind of act</source>
        <translation>Nur diese Art von Handlung</translation>
    </message>
    <message>
        <source>Entry</source>
        <translation>Eintrag</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>On what</source>
        <translation>Woran</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Who did what</source>
        <translation>Wer hat was getan</translation>
    </message>
    <message>
        <source>Show older entries</source>
        <translation>Ältere Einträge zeigen</translation>
    </message>
    <message>
        <source>No activity yet.</source>
        <translation>Noch keine Aktivität.</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
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
        <source>Mappings</source>
        <translation>Zuordnungen</translation>
    </message>
    <message>
        <source>Links and duplicates</source>
        <translation>Verknüpfungen und Dubletten</translation>
    </message>
    <message>
        <source>Secrets</source>
        <translation>Geheimnisse</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>Konfiguration</translation>
    </message>
    <message>
        <source>Pauses</source>
        <translation>Pausen</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Sent exceptions again</source>
        <translation>Ausnahmen erneut gesendet</translation>
    </message>
    <message>
        <source>Exceptions sent again</source>
        <translation>Ausnahmen erneut gesendet</translation>
    </message>
    <message>
        <source>Set exceptions aside</source>
        <translation>Ausnahmen beiseitegelegt</translation>
    </message>
    <message>
        <source>Took exceptions back</source>
        <translation>Ausnahmen zurückgeholt</translation>
    </message>
    <message>
        <source>Corrected an exception</source>
        <translation>Ausnahme korrigiert</translation>
    </message>
    <message>
        <source>Edited a record</source>
        <translation>Datensatz bearbeitet</translation>
    </message>
    <message>
        <source>Made a rule for exceptions</source>
        <translation>Regel für Ausnahmen gemacht</translation>
    </message>
    <message>
        <source>Exported exceptions</source>
        <translation>Ausnahmen exportiert</translation>
    </message>
    <message>
        <source>Imported a corrected sheet</source>
        <translation>Korrigierte Tabelle importiert</translation>
    </message>
    <message>
        <source>Approved a hold</source>
        <translation>Rückhalt freigegeben</translation>
    </message>
    <message>
        <source>Rejected a hold</source>
        <translation>Rückhalt abgelehnt</translation>
    </message>
    <message>
        <source>Published a mapping</source>
        <translation>Zuordnung veröffentlicht</translation>
    </message>
    <message>
        <source>Proposed a mapping</source>
        <translation>Zuordnung vorgeschlagen</translation>
    </message>
    <message>
        <source>Restored a mapping</source>
        <translation>Zuordnung wiederhergestellt</translation>
    </message>
    <message>
        <source>Accepted a mapping</source>
        <translation>Zuordnung angenommen</translation>
    </message>
    <message>
        <source>Took a publish back</source>
        <translation>Veröffentlichung zurückgenommen</translation>
    </message>
    <message>
        <source>Set a secret</source>
        <translation>Geheimnis gesetzt</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Resumed</source>
        <translation>Fortgesetzt</translation>
    </message>
    <message>
        <source>Checked sources</source>
        <translation>Quellen geprüft</translation>
    </message>
    <message>
        <source>Stopped the service</source>
        <translation>Dienst angehalten</translation>
    </message>
    <message>
        <source>The service started</source>
        <translation>Der Dienst wurde gestartet</translation>
    </message>
    <message>
        <source>Rotated keys</source>
        <translation>Schlüssel gewechselt</translation>
    </message>
    <message>
        <source>Changed the configuration</source>
        <translation>Konfiguration geändert</translation>
    </message>
    <message>
        <source>Removed from the configuration</source>
        <translation>Aus der Konfiguration entfernt</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Erledigt</translation>
    </message>
    <message>
        <source>Not permitted</source>
        <translation>Nicht erlaubt</translation>
    </message>
    <message>
        <source>Nothing matches the filter.</source>
        <translation>Nichts passt zum Filter.</translation>
    </message>
    <message>
        <source>Verifying …</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Verified to entry {number}: nothing was changed or taken out.</source>
        <translation>Geprüft bis Eintrag {number}: Nichts wurde verändert oder entfernt.</translation>
    </message>
    <message>
        <source>The chain is broken: {problem}. Keep the file and tell whoever is responsible.</source>
        <translation>Die Kette ist unterbrochen: {problem}. Bewahren Sie die Datei auf und sagen Sie es den Verantwortlichen.</translation>
    </message>
</context>
<context>
    <name>AsWritten</name>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>This is not written as JSON yet.</source>
        <translation>Das ist noch kein JSON.</translation>
    </message>
</context>
<context>
    <name>AsidePanel</name>
    <message>
        <source>Why? For example: test customers</source>
        <translation>Warum? Zum Beispiel: Testkunden</translation>
    </message>
    <message>
        <source>Why they are set aside</source>
        <translation>Warum sie beiseitegelegt werden</translation>
    </message>
    <message>
        <source>Set {records} aside</source>
        <translation>{records} beiseitelegen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>They are not sent to {side}. You can take them back for 7 days, and what the ERP says of them later is sent as ever.</source>
        <translation>Nichts davon geht an {side}. Sie können es 7 Tage lang zurückholen, und was das ERP später dazu sagt, wird wie immer gesendet.</translation>
    </message>
    <message>
        <source>Setting aside …</source>
        <translation>Wird beiseitegelegt …</translation>
    </message>
    <message>
        <source>Set aside: {records}. They can be taken back for 7 days.</source>
        <translation>Beiseitegelegt: {records}. Zurückholen geht 7 Tage lang.</translation>
    </message>
</context>
<context>
    <name>AsidesView</name>
    <message>
        <source>Record</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Kunde</translation>
    </message>
    <message>
        <source>What was wrong</source>
        <translation>Was nicht stimmte</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Records that were set aside</source>
        <translation>Beiseitegelegte Datensätze</translation>
    </message>
    <message>
        <source>Nothing is set aside.</source>
        <translation>Nichts ist beiseitegelegt.</translation>
    </message>
    <message>
        <source>Nothing is set aside</source>
        <translation>Nichts ist beiseitegelegt</translation>
    </message>
    <message>
        <source>Set aside: {records}</source>
        <translation>Beiseitegelegt: {records}</translation>
    </message>
    <message>
        <source>They are not sent. After 7 days they are not kept any more.</source>
        <translation>Sie werden nicht gesendet. Nach 7 Tagen werden sie nicht mehr aufbewahrt.</translation>
    </message>
    <message>
        <source>Take {records} back</source>
        <translation>{records} zurückholen</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Needs attention again: {records}.</source>
        <translation>Braucht wieder Aufmerksamkeit: {records}.</translation>
    </message>
</context>
<context>
    <name>AuditExport</name>
    <message>
        <source>File to write</source>
        <translation>Zu schreibende Datei</translation>
    </message>
    <message>
        <source>Write the audit to this file</source>
        <translation>Aktivität in diese Datei schreiben</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Export the audit</source>
        <translation>Aktivität exportieren</translation>
    </message>
    <message>
        <source>Writing …</source>
        <translation>Wird geschrieben …</translation>
    </message>
    <message>
        <source>Written to {file}: {count} entries.</source>
        <translation>In {file} geschrieben: {count} Einträge.</translation>
    </message>
</context>
<context>
    <name>BackupsView</name>
    <message>
        <source>Backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>Queue, memory, configuration, secrets and keys in one sealed file. Only the recovery key that is in force when it is made opens it. Another disk or a share is best.</source>
        <translation>Warteschlange, Gedächtnis, Konfiguration, Geheimnisse und Schlüssel in einer versiegelten Datei. Nur der Wiederherstellungsschlüssel, der beim Anlegen gilt, öffnet sie. Am besten liegt sie auf einer anderen Platte oder Freigabe.</translation>
    </message>
    <message>
        <source>Back up now…</source>
        <translation>Jetzt sichern …</translation>
    </message>
    <message>
        <source>Nobody has proven yet that the recovery key is kept: without it no backup can be opened. Type it above, or make a new one there, keep it, and back up after that.</source>
        <translation>Noch hat niemand nachgewiesen, dass der Wiederherstellungsschlüssel aufbewahrt wird: Ohne ihn lässt sich keine Sicherung öffnen. Tippen Sie ihn oben ein, oder erzeugen Sie dort einen neuen, bewahren Sie ihn auf und sichern Sie danach.</translation>
    </message>
    <message>
        <source>A backup is being made: {file}. Work goes on meanwhile.</source>
        <translation>Eine Sicherung wird angelegt: {file}. Die Arbeit geht dabei weiter.</translation>
    </message>
    <message>
        <source>Backing up…</source>
        <translation>Wird gesichert …</translation>
    </message>
    <message>
        <source>This agent knows of no backup yet. If this computer were lost, so would be what waits here, the configuration, the secrets and the memory of what was sent.</source>
        <translation>Dieser Agent weiß noch von keiner Sicherung. Ginge dieser Rechner verloren, dann auch, was hier wartet, die Konfiguration, die Geheimnisse und das Gedächtnis dessen, was gesendet wurde.</translation>
    </message>
    <message>
        <source>The last backup was made on {when}: {file} ({size}).</source>
        <translation>Die letzte Sicherung wurde am {when} angelegt: {file} ({size}).</translation>
    </message>
    <message>
        <source>No backup was made on {when}.</source>
        <translation>Am {when} wurde keine Sicherung angelegt.</translation>
    </message>
    <message>
        <source>None is made by schedule. Set one up under “Limits”, “This agent”.</source>
        <translation>Nach Plan wird keine angelegt. Einen Plan geben Sie unter „Grenzen“, „Dieser Agent“ an.</translation>
    </message>
    <message>
        <source>By schedule one is made {every} in {folder}; the latest {keep} are kept.</source>
        <translation>Nach Plan wird {every} eine in {folder} angelegt; die neuesten {keep} bleiben.</translation>
    </message>
    <message>
        <source>The next one is made on {when}.</source>
        <translation>Die nächste kommt am {when}.</translation>
    </message>
    <message>
        <source>The first one is made within the next minutes.</source>
        <translation>Die erste kommt in den nächsten Minuten.</translation>
    </message>
    <message>
        <source>every day</source>
        <translation>jeden Tag</translation>
    </message>
    <message>
        <source>every {count} days</source>
        <translation>alle {count} Tage</translation>
    </message>
    <message>
        <source>every {count} h</source>
        <translation>alle {count} Std.</translation>
    </message>
    <message>
        <source>every {count} min</source>
        <translation>alle {count} Min.</translation>
    </message>
    <message>
        <source>every {count} s</source>
        <translation>alle {count} Sek.</translation>
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
    <name>BundlePage</name>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut ansehen</translation>
    </message>
    <message>
        <source>Create the bundle</source>
        <translation>Paket erstellen</translation>
    </message>
    <message>
        <source>Time range</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>The last 24 hours</source>
        <translation>Die letzten 24 Stunden</translation>
    </message>
    <message>
        <source>The last 3 days</source>
        <translation>Die letzten 3 Tage</translation>
    </message>
    <message>
        <source>The last 7 days</source>
        <translation>Die letzten 7 Tage</translation>
    </message>
    <message>
        <source>The last 31 days</source>
        <translation>Die letzten 31 Tage</translation>
    </message>
    <message>
        <source>Redaction: strict</source>
        <translation>Schwärzung: streng</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>Was es ist</translation>
    </message>
    <message>
        <source>Files of the bundle</source>
        <translation>Dateien des Pakets</translation>
    </message>
    <message>
        <source>What stands in the chosen file</source>
        <translation>Was in der gewählten Datei steht</translation>
    </message>
    <message>
        <source>The bundle is written</source>
        <translation>Das Paket ist geschrieben</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Copy bundle ID</source>
        <translation>Paketnummer kopieren</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird angesehen …</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>Nichts zu zeigen</translation>
    </message>
    <message>
        <source>Its beginning; the rest is of the same kind.</source>
        <translation>Der Anfang der Datei; der Rest ist von gleicher Art.</translation>
    </message>
    <message>
        <source>{count} of {all} files, {size}</source>
        <translation>{count} von {all} Dateien, {size}</translation>
    </message>
    <message>
        <source>What the bundle would hold</source>
        <translation>Was das Paket enthielte</translation>
    </message>
    <message>
        <source>Nothing is sent anywhere: the bundle is a file on this computer. Read it here, untick what must not go, then hand it to whoever helps you.</source>
        <translation>Nichts wird irgendwohin gesendet: Das Paket ist eine Datei auf diesem Rechner. Lesen Sie es hier, wählen Sie ab, was nicht hinaus darf, und geben Sie es dann denen, die Ihnen helfen.</translation>
    </message>
    <message>
        <source>Tick at least one file.</source>
        <translation>Wählen Sie mindestens eine Datei.</translation>
    </message>
    <message>
        <source>There are no files.</source>
        <translation>Es gibt keine Dateien.</translation>
    </message>
    <message>
        <source>No values of records, no secrets. Names, paths and hosts are replaced by the same made-up words throughout; what they stand for stays here.</source>
        <translation>Keine Werte aus Datensätzen, keine Geheimnisse. Namen, Pfade und Rechner sind durchgehend durch dieselben erfundenen Wörter ersetzt; wofür sie stehen, bleibt hier.</translation>
    </message>
    <message>
        <source>No values of records, no secrets. Names, paths and hosts can be read by whoever gets the bundle.</source>
        <translation>Keine Werte aus Datensätzen, keine Geheimnisse. Namen, Pfade und Rechner kann lesen, wer das Paket bekommt.</translation>
    </message>
    <message>
        <source>What this bundle is, and of which version</source>
        <translation>Was dieses Paket ist, und von welcher Version</translation>
    </message>
    <message>
        <source>How the agent is</source>
        <translation>Wie es dem Agenten geht</translation>
    </message>
    <message>
        <source>What around the agent could keep it from working</source>
        <translation>Was den Agenten von außen behindern könnte</translation>
    </message>
    <message>
        <source>How much is in the queue, and why it waits</source>
        <translation>Wie viel in der Warteschlange ist, und warum es wartet</translation>
    </message>
    <message>
        <source>What each hour brought</source>
        <translation>Was jede Stunde brachte</translation>
    </message>
    <message>
        <source>What is configured</source>
        <translation>Was eingestellt ist</translation>
    </message>
    <message>
        <source>What its log said</source>
        <translation>Was sein Protokoll sagte</translation>
    </message>
    <message>
        <source>Who did what</source>
        <translation>Wer was getan hat</translation>
    </message>
    <message>
        <source>Names of people, files and computers can be read in this bundle.</source>
        <translation>Namen von Personen, Dateien und Rechnern sind in diesem Paket lesbar.</translation>
    </message>
    <message>
        <source>Create with names</source>
        <translation>Mit Namen erstellen</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Wird geschrieben …</translation>
    </message>
    <message>
        <source>Bundle {id}: {path}</source>
        <translation>Paket {id}: {path}</translation>
    </message>
    <message>
        <source>What its made-up words stand for is in {file}, for you alone: keep it here.</source>
        <translation>Wofür die erfundenen Wörter stehen, steht in {file}, nur für Sie: Behalten Sie die Datei hier.</translation>
    </message>
    <message>
        <source>The folder cannot be opened from here. Its path is on the clipboard.</source>
        <translation>Der Ordner lässt sich von hier nicht öffnen. Sein Pfad ist in der Zwischenablage.</translation>
    </message>
</context>
<context>
    <name>CauseView</name>
    <message>
        <source>‹ All causes</source>
        <translation>‹ Alle Ursachen</translation>
    </message>
    <message>
        <source>Back to all causes</source>
        <translation>Zurück zu allen Ursachen</translation>
    </message>
    <message>
        <source>Export as CSV …</source>
        <translation>Als CSV exportieren …</translation>
    </message>
    <message>
        <source>Records of this cause</source>
        <translation>Datensätze dieser Ursache</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Kunde</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Was nicht stimmt</translation>
    </message>
    <message>
        <source>At stake</source>
        <translation>Betrag</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Read from</source>
        <translation>Gelesen aus</translation>
    </message>
    <message>
        <source>{amounts} at stake</source>
        <translation>{amounts} betroffen</translation>
    </message>
    <message>
        <source>Who can do it: {owner}.</source>
        <translation>Wer es tun kann: {owner}.</translation>
    </message>
    <message>
        <source>Fix for all like this …</source>
        <translation>Für alle solchen beheben …</translation>
    </message>
    <message>
        <source>Send {records} to {side} again …</source>
        <translation>{records} erneut an {side} senden …</translation>
    </message>
    <message>
        <source>Set {records} aside …</source>
        <translation>{records} beiseitelegen …</translation>
    </message>
</context>
<context>
    <name>CausesView</name>
    <message>
        <source>Causes</source>
        <translation>Ursachen</translation>
    </message>
    <message>
        <source>Nothing needs attention.</source>
        <translation>Nichts braucht Aufmerksamkeit.</translation>
    </message>
    <message>
        <source>Asking the service …</source>
        <translation>Der Dienst wird gefragt …</translation>
    </message>
    <message>
        <source>Export as CSV …</source>
        <translation>Als CSV exportieren …</translation>
    </message>
    <message>
        <source>Import corrected CSV …</source>
        <translation>Korrigierte CSV importieren …</translation>
    </message>
    <message>
        <source>Show all flows</source>
        <translation>Alle Flüsse zeigen</translation>
    </message>
    <message>
        <source>while reading</source>
        <translation>beim Lesen</translation>
    </message>
    <message>
        <source>since {time}</source>
        <translation>seit {time}</translation>
    </message>
    <message>
        <source>{amounts} at stake</source>
        <translation>{amounts} betroffen</translation>
    </message>
    <message>
        <source>the ERP says {words}</source>
        <translation>das ERP sagt {words}</translation>
    </message>
    <message>
        <source>Waiting to be sent: {records}. They go out on their own.</source>
        <translation>Wartet auf den Versand: {records}. Das geht von selbst hinaus.</translation>
    </message>
    <message>
        <source>Everything else is delivered.</source>
        <translation>Alles andere ist zugestellt.</translation>
    </message>
    <message>
        <source>Nothing needs attention</source>
        <translation>Nichts braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Needs attention: {records}</source>
        <translation>Braucht Aufmerksamkeit: {records}</translation>
    </message>
    <message>
        <source>from {count} causes</source>
        <translation>aus {count} Ursachen</translation>
    </message>
    <message>
        <source>They stop nothing else, and nothing is lost.</source>
        <translation>Sie halten nichts anderes auf, und nichts geht verloren.</translation>
    </message>
</context>
<context>
    <name>Changed</name>
    <message>
        <source>Changed by {who} on {when}.</source>
        <translation>Geändert von {who} am {when}.</translation>
    </message>
    <message>
        <source>Not changed so far.</source>
        <translation>Bisher nicht geändert.</translation>
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
    <name>Commands</name>
    <message>
        <source>“Overview”</source>
        <translation>„Übersicht“</translation>
    </message>
    <message>
        <source>“Sources”</source>
        <translation>„Quellen“</translation>
    </message>
    <message>
        <source>“Destinations”</source>
        <translation>„Ziele“</translation>
    </message>
    <message>
        <source>“Mappings”</source>
        <translation>„Zuordnungen“</translation>
    </message>
    <message>
        <source>“Exceptions”</source>
        <translation>„Ausnahmen“</translation>
    </message>
    <message>
        <source>“Holds”</source>
        <translation>„Zurückgehalten“</translation>
    </message>
    <message>
        <source>“Reconciliation”</source>
        <translation>„Abgleich“</translation>
    </message>
    <message>
        <source>“Activity”</source>
        <translation>„Aktivität“</translation>
    </message>
    <message>
        <source>“Diagnostics”</source>
        <translation>„Diagnose“</translation>
    </message>
    <message>
        <source>“Settings, Service”</source>
        <translation>„Einstellungen, Dienst“</translation>
    </message>
    <message>
        <source>“Settings, Notifications”</source>
        <translation>„Einstellungen, Benachrichtigungen“</translation>
    </message>
    <message>
        <source>“Settings, Security”</source>
        <translation>„Einstellungen, Sicherheit“</translation>
    </message>
    <message>
        <source>“Settings, Updates”</source>
        <translation>„Einstellungen, Aktualisierung“</translation>
    </message>
    <message>
        <source>“Destinations”, secret {name}</source>
        <translation>„Ziele“, Geheimnis {name}</translation>
    </message>
    <message>
        <source>“Sign in” of {name} in “Destinations”</source>
        <translation>„Anmelden“ bei {name} unter „Ziele“</translation>
    </message>
    <message>
        <source>“Test” of {name}</source>
        <translation>„Prüfen“ bei {name}</translation>
    </message>
    <message>
        <source>“Test”</source>
        <translation>„Prüfen“</translation>
    </message>
    <message>
        <source>“Try again now” of {name}</source>
        <translation>„Jetzt noch einmal“ bei {name}</translation>
    </message>
    <message>
        <source>“Files for the CRM&apos;s administrator”</source>
        <translation>„Dateien für die Administration des CRM“</translation>
    </message>
    <message>
        <source>the service “Waybill” of this computer</source>
        <translation>den Dienst „Waybill“ auf diesem Rechner</translation>
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
    <name>Databases</name>
    <message>
        <source>Databases that the service knows</source>
        <translation>Datenbanken, die der Dienst kennt</translation>
    </message>
    <message>
        <source>Show data sources</source>
        <translation>Datenquellen zeigen</translation>
    </message>
    <message>
        <source>Show tables</source>
        <translation>Tabellen zeigen</translation>
    </message>
    <message>
        <source>A 32-bit data source cannot be used by a 64-bit service: make a 64-bit one.</source>
        <translation>Eine 32-Bit-Datenquelle kann ein 64-Bit-Dienst nicht benutzen: Legen Sie eine mit 64 Bit an.</translation>
    </message>
    <message>
        <source>Data source</source>
        <translation>Datenquelle</translation>
    </message>
    <message>
        <source>Driver</source>
        <translation>Treiber</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Für</translation>
    </message>
    <message>
        <source>Data sources</source>
        <translation>Datenquellen</translation>
    </message>
    <message>
        <source>Schema</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>A double click, or Enter, takes a line over.</source>
        <translation>Ein Doppelklick oder Enter übernimmt eine Zeile.</translation>
    </message>
    <message>
        <source>a driver, without a data source</source>
        <translation>ein Treiber, ohne Datenquelle</translation>
    </message>
    <message>
        <source>everybody</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>one account</source>
        <translation>ein Konto</translation>
    </message>
    <message>
        <source>Drivers: {names}</source>
        <translation>Treiber: {names}</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Sieht nach …</translation>
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
    <name>DestinationStep</name>
    <message>
        <source>Destination</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>The CRM that gets the records. The test signs in and writes nothing.</source>
        <translation>Das CRM, das die Datensätze bekommt. Der Test meldet sich an und schreibt nichts.</translation>
    </message>
    <message>
        <source>A person signs in at the CRM, in a browser. What comes of it goes to the service, which renews it by itself; the password is never seen here.</source>
        <translation>Ein Mensch meldet sich im Browser beim CRM an. Was dabei herauskommt, geht an den Dienst, der es selbst erneuert; das Passwort ist hier nie zu sehen.</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Erneut anmelden…</translation>
    </message>
    <message>
        <source>Test only</source>
        <translation>Nur testen</translation>
    </message>
    <message>
        <source>Go on without the test</source>
        <translation>Ohne Test weiter</translation>
    </message>
    <message>
        <source>Files for the CRM&apos;s administrator…</source>
        <translation>Dateien für die CRM-Administration…</translation>
    </message>
    <message>
        <source>Save and sign in</source>
        <translation>Speichern und anmelden</translation>
    </message>
    <message>
        <source>Save and test</source>
        <translation>Speichern und testen</translation>
    </message>
    <message>
        <source>All is well.</source>
        <translation>Alles in Ordnung.</translation>
    </message>
</context>
<context>
    <name>DestinationsPage</name>
    <message>
        <source>Destinations</source>
        <translation>Ziele</translation>
    </message>
    <message>
        <source>No destination yet. A destination is a CRM that records are delivered to.</source>
        <translation>Noch kein Ziel. Ein Ziel ist ein CRM, an das Datensätze zugestellt werden.</translation>
    </message>
    <message>
        <source>Add the first destination</source>
        <translation>Erstes Ziel hinzufügen</translation>
    </message>
    <message>
        <source>Change {name}</source>
        <translation>{name} ändern</translation>
    </message>
    <message>
        <source>Add a destination</source>
        <translation>Ziel hinzufügen</translation>
    </message>
    <message>
        <source>This CRM needs nothing to be set up.</source>
        <translation>In diesem CRM ist nichts einzurichten.</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Fragt …</translation>
    </message>
    <message>
        <source>The service tries again now.</source>
        <translation>Der Dienst versucht es jetzt noch einmal.</translation>
    </message>
    <message>
        <source>Save {name}…</source>
        <translation>{name} speichern …</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Speichern unter</translation>
    </message>
    <message>
        <source>{path} could not be written.</source>
        <translation>{path} konnte nicht geschrieben werden.</translation>
    </message>
</context>
<context>
    <name>Draft</name>
    <message>
        <source>draft saved {at} by {by}</source>
        <translation>Entwurf gespeichert {at} von {by}</translation>
    </message>
</context>
<context>
    <name>Drawer</name>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
</context>
<context>
    <name>DryRunStep</name>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>Twenty real records go through the mapping. Nothing is sent.</source>
        <translation>Zwanzig echte Datensätze gehen durch die Zuordnung. Nichts wird gesendet.</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Change the mapping…</source>
        <translation>Zuordnung ändern…</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>Wird zu</translation>
    </message>
    <message>
        <source>Records of the dry run</source>
        <translation>Datensätze des Probelaufs</translation>
    </message>
    <message>
        <source>left out by {rule}</source>
        <translation>ausgelassen durch {rule}</translation>
    </message>
    <message>
        <source>{ready} of {all} records would be sent.</source>
        <translation>{ready} von {all} Datensätzen würden gesendet.</translation>
    </message>
    <message>
        <source>{count} would wait as exceptions, until somebody puts them right.</source>
        <translation>{count} würden als Ausnahmen warten, bis sie jemand berichtigt.</translation>
    </message>
    <message>
        <source>{count} are left out by a rule.</source>
        <translation>{count} werden durch eine Regel ausgelassen.</translation>
    </message>
    <message>
        <source>Each is shown below, as the CRM would get it.</source>
        <translation>Jeder steht unten so, wie ihn das CRM bekäme.</translation>
    </message>
    <message>
        <source>{field}: {reason} ({count} records)</source>
        <translation>{field}: {reason} ({count} Datensätze)</translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>What is sent</source>
        <translation>Was gesendet wird</translation>
    </message>
    <message>
        <source>Save and send</source>
        <translation>Speichern und senden</translation>
    </message>
    <message>
        <source>Undo changes</source>
        <translation>Änderungen verwerfen</translation>
    </message>
    <message>
        <source>There is nothing to edit here: correct it in the ERP.</source>
        <translation>Hier ist nichts zu bearbeiten: Korrigieren Sie es im ERP.</translation>
    </message>
    <message>
        <source>No message could be made of the row. Say the value here, or correct it in the ERP.</source>
        <translation>Aus der Zeile konnte keine Nachricht werden. Geben Sie den Wert hier an, oder korrigieren Sie ihn im ERP.</translation>
    </message>
    <message>
        <source>Saving …</source>
        <translation>Wird gespeichert …</translation>
    </message>
</context>
<context>
    <name>ExceptionsPage</name>
    <message>
        <source>Which records</source>
        <translation>Welche Datensätze</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>Braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Beiseitegelegt</translation>
    </message>
    <message>
        <source>Exceptions</source>
        <translation>Ausnahmen</translation>
    </message>
    <message>
        <source>{number} of {total}</source>
        <translation>{number} von {total}</translation>
    </message>
</context>
<context>
    <name>ExportPanel</name>
    <message>
        <source>File to write</source>
        <translation>Zu schreibende Datei</translation>
    </message>
    <message>
        <source>Write {records} to this file</source>
        <translation>{records} in diese Datei schreiben</translation>
    </message>
    <message>
        <source>Correct them in a spreadsheet</source>
        <translation>In einer Tabelle korrigieren</translation>
    </message>
    <message>
        <source>The file holds business data in clear. Only you may read it: delete it when you are done.</source>
        <translation>Die Datei enthält Geschäftsdaten im Klartext. Nur Sie dürfen sie lesen: Löschen Sie sie, wenn Sie fertig sind.</translation>
    </message>
    <message>
        <source>Writing …</source>
        <translation>Wird geschrieben …</translation>
    </message>
    <message>
        <source>Written to {file}: {records}.</source>
        <translation>In {file} geschrieben: {records}.</translation>
    </message>
</context>
<context>
    <name>FilePanel</name>
    <message>
        <source>Browse …</source>
        <translation>Durchsuchen …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation>CSV-Dateien (*.csv)</translation>
    </message>
</context>
<context>
    <name>Findings</name>
    <message>
        <source>And {count} more like it.</source>
        <translation>Und {count} weitere ebenso.</translation>
    </message>
    <message>
        <source>{count} ms</source>
        <translation>{count} ms</translation>
    </message>
</context>
<context>
    <name>Fixed</name>
    <message>
        <source>Always</source>
        <translation>Immer</translation>
    </message>
</context>
<context>
    <name>FlowCard</name>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten …</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Source side</source>
        <translation>Seite der Quelle</translation>
    </message>
    <message>
        <source>Cloud side</source>
        <translation>Seite der Cloud</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>Braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Stands still</source>
        <translation>Steht still</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Sendet</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>Auf dem neuesten Stand</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>last {when}</source>
        <translation>zuletzt {when}</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>{count} warten</translation>
    </message>
    <message>
        <source>{count} exceptions</source>
        <translation>{count} Ausnahmen</translation>
    </message>
    <message>
        <source>{count} delivered in 24 h</source>
        <translation>{count} in 24 h zugestellt</translation>
    </message>
</context>
<context>
    <name>FolderBrowser</name>
    <message>
        <source>Folders as the service sees them</source>
        <translation>Ordner, wie der Dienst sie sieht</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Folders and files</source>
        <translation>Ordner und Dateien</translation>
    </message>
    <message>
        <source>One up</source>
        <translation>Eine Ebene höher</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Use this folder</source>
        <translation>Diesen Ordner nehmen</translation>
    </message>
    <message>
        <source>{drive} may belong to your session only: the service cannot rely on it. Write the share instead: {share}</source>
        <translation>{drive} gehört vielleicht nur zu Ihrer Sitzung: Der Dienst kann sich nicht darauf verlassen. Schreiben Sie stattdessen die Freigabe: {share}</translation>
    </message>
    <message>
        <source>Use this file</source>
        <translation>Diese Datei nehmen</translation>
    </message>
    <message>
        <source>{name} ({size} bytes, {when})</source>
        <translation>{name} ({size} Byte, {when})</translation>
    </message>
    <message>
        <source>{count} files here.</source>
        <translation>{count} Dateien hier.</translation>
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
    <name>FromColumn</name>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>as it is (1234.5)</source>
        <translation>wie es ist (1234.5)</translation>
    </message>
    <message>
        <source>Decimal mark</source>
        <translation>Dezimalzeichen</translation>
    </message>
    <message>
        <source>Round what has more places</source>
        <translation>Runden, was mehr Stellen hat</translation>
    </message>
    <message>
        <source>Rounding</source>
        <translation>Rundung</translation>
    </message>
    <message>
        <source>How dates are written</source>
        <translation>Wie Daten geschrieben sind</translation>
    </message>
    <message>
        <source>Words for yes</source>
        <translation>Wörter für Ja</translation>
    </message>
    <message>
        <source>Words for no</source>
        <translation>Wörter für Nein</translation>
    </message>
    <message>
        <source>Take blanks away around it</source>
        <translation>Leerzeichen ringsum entfernen</translation>
    </message>
    <message>
        <source>Blanks</source>
        <translation>Leerzeichen</translation>
    </message>
    <message>
        <source>Cut what is too long</source>
        <translation>Zu Langes kürzen</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>One a line: word in the ERP = word in the CRM</source>
        <translation>Je Zeile eines: Wort im ERP = Wort im CRM</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>What the ERP writes for nothing, such as 00.00.0000</source>
        <translation>Was das ERP für nichts schreibt, etwa 00.00.0000</translation>
    </message>
    <message>
        <source>Nothing is</source>
        <translation>Nichts heißt</translation>
    </message>
    <message>
        <source>In the CRM: {words}</source>
        <translation>Im CRM: {words}</translation>
    </message>
</context>
<context>
    <name>FromFormula</name>
    <message>
        <source>Formula</source>
        <translation>Formel</translation>
    </message>
    <message>
        <source>Put in a function</source>
        <translation>Funktion einsetzen</translation>
    </message>
    <message>
        <source>Put in a column</source>
        <translation>Spalte einsetzen</translation>
    </message>
    <message>
        <source>For example {formula} with {given} gives {gives}</source>
        <translation>Zum Beispiel ergibt {formula} mit {given} {gives}</translation>
    </message>
</context>
<context>
    <name>FromTable</name>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>stop the record with a reason</source>
        <translation>den Datensatz mit Grund anhalten</translation>
    </message>
    <message>
        <source>send nothing</source>
        <translation>nichts senden</translation>
    </message>
    <message>
        <source>keep the word</source>
        <translation>das Wort behalten</translation>
    </message>
    <message>
        <source>A word that is not in it</source>
        <translation>Ein Wort, das nicht darin steht</translation>
    </message>
</context>
<context>
    <name>GeneralView</name>
    <message>
        <source>These are your own choices. They hold at once.</source>
        <translation>Das ist Ihre eigene Wahl. Sie gilt sofort.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>Default: as the system.</source>
        <translation>Vorgabe: wie das System.</translation>
    </message>
    <message>
        <source>Icon beside the clock</source>
        <translation>Symbol neben der Uhr</translation>
    </message>
    <message>
        <source>For a dark task bar</source>
        <translation>Für eine dunkle Taskleiste</translation>
    </message>
    <message>
        <source>For a light task bar</source>
        <translation>Für eine helle Taskleiste</translation>
    </message>
    <message>
        <source>Default: as the system. Its shape tells the state in any of them.</source>
        <translation>Vorgabe: wie das System. Den Zustand sagt in jedem Fall seine Form.</translation>
    </message>
    <message>
        <source>Show messages beside the clock</source>
        <translation>Meldungen neben der Uhr zeigen</translation>
    </message>
    <message>
        <source>Default: on. Only what needs a person is told, four an hour at most.</source>
        <translation>Vorgabe: an. Gemeldet wird nur, was einen Menschen braucht, höchstens viermal je Stunde.</translation>
    </message>
    <message>
        <source>Quiet hours: no messages</source>
        <translation>Ruhezeit: keine Meldungen</translation>
    </message>
    <message>
        <source>Quiet from</source>
        <translation>Ruhe von</translation>
    </message>
    <message>
        <source>Quiet until</source>
        <translation>Ruhe bis</translation>
    </message>
</context>
<context>
    <name>HoldsPage</name>
    <message>
        <source>Show those that were rejected</source>
        <translation>Abgelehnte zeigen</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>Datensätze</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>Nothing is held. When a reading would delete unusually many records, it is kept back here until somebody looks at it.</source>
        <translation>Nichts wird zurückgehalten. Wenn ein Lesevorgang ungewöhnlich viele Datensätze löschen würde, wird er hier zurückgehalten, bis ihn jemand ansieht.</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Records that are held</source>
        <translation>Zurückgehaltene Datensätze</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Mehr zeigen</translation>
    </message>
    <message>
        <source>Deletes</source>
        <translation>Löschungen</translation>
    </message>
    <message>
        <source>Unusually many changes</source>
        <translation>Ungewöhnlich viele Änderungen</translation>
    </message>
    <message>
        <source>Only in the CRM</source>
        <translation>Nur im CRM</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>These records stay in the CRM until a newer export says otherwise.</source>
        <translation>Diese Datensätze bleiben im CRM, bis ein neuerer Export etwas anderes sagt.</translation>
    </message>
    <message>
        <source>Nothing is held</source>
        <translation>Nichts wird zurückgehalten</translation>
    </message>
    <message>
        <source>Kept back: {records}</source>
        <translation>Zurückgehalten: {records}</translation>
    </message>
    <message>
        <source>A reading is kept back</source>
        <translation>Ein Lesevorgang wird zurückgehalten</translation>
    </message>
    <message>
        <source>Nothing of this was sent; everything else goes on. A correct export of the ERP voids a hold by itself.</source>
        <translation>Nichts davon wurde gesendet, alles andere geht weiter. Ein richtiger Export des ERP hebt einen Rückhalt von selbst auf.</translation>
    </message>
    <message>
        <source>An unusually large part of the rows changed at once. The whole reading waits.</source>
        <translation>Ein ungewöhnlich großer Teil der Zeilen hat sich auf einmal geändert. Der ganze Lesevorgang wartet.</translation>
    </message>
    <message>
        <source>Let the changes go to {side} …</source>
        <translation>Änderungen an {side} durchlassen …</translation>
    </message>
    <message>
        <source>Leave {side} as it is …</source>
        <translation>{side} lassen, wie es ist …</translation>
    </message>
    <message>
        <source>The records are still in {side}. Nothing was deleted.</source>
        <translation>Die Datensätze sind noch in {side}. Nichts wurde gelöscht.</translation>
    </message>
    <message>
        <source>Delete {records} in {side} …</source>
        <translation>{records} in {side} löschen …</translation>
    </message>
    <message>
        <source>Keep {records} in {side} …</source>
        <translation>{records} in {side} behalten …</translation>
    </message>
    <message>
        <source>Look in the ERP whether these rows are really gone. If the export was cut short, let the ERP export it again.</source>
        <translation>Sehen Sie im ERP nach, ob diese Zeilen wirklich weg sind. Wenn der Export abgeschnitten war, lassen Sie das ERP noch einmal exportieren.</translation>
    </message>
    <message>
        <source>Hold {id}</source>
        <translation>Rückhalt {id}</translation>
    </message>
    <message>
        <source>The reading is taken as it is, and its changes go to {side}.</source>
        <translation>Der Lesevorgang wird genommen, wie er ist, und seine Änderungen gehen an {side}.</translation>
    </message>
    <message>
        <source>Let the changes go to {side}</source>
        <translation>Änderungen an {side} durchlassen</translation>
    </message>
    <message>
        <source>{records} will be deleted in {side}, or taken out of use there as the mapping says. Each one is checked once more before: what the ERP exports again until then stays. This cannot be undone from here.</source>
        <translation>Betrifft {records}: in {side} gelöscht oder dort außer Gebrauch genommen, wie es die Zuordnung sagt. Jeder wird vorher noch einmal geprüft: Was das ERP bis dahin wieder exportiert, bleibt. Das lässt sich von hier aus nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Delete {records} in {side}</source>
        <translation>{records} in {side} löschen</translation>
    </message>
    <message>
        <source>Nothing is deleted: the records stay in {side} as they are until a newer export says otherwise.</source>
        <translation>Nichts wird gelöscht: Die Datensätze bleiben in {side}, wie sie sind, bis ein neuerer Export etwas anderes sagt.</translation>
    </message>
</context>
<context>
    <name>ImportPanel</name>
    <message>
        <source>Corrected file</source>
        <translation>Korrigierte Datei</translation>
    </message>
    <message>
        <source>The file that you wrote here and corrected</source>
        <translation>Die Datei, die Sie hier geschrieben und korrigiert haben</translation>
    </message>
    <message>
        <source>Check the file</source>
        <translation>Datei prüfen</translation>
    </message>
    <message>
        <source>Change the records</source>
        <translation>Datensätze ändern</translation>
    </message>
    <message>
        <source>Bring a corrected file back</source>
        <translation>Eine korrigierte Datei zurückbringen</translation>
    </message>
    <message>
        <source>Every row is checked first. With any problem in it, nothing is changed.</source>
        <translation>Zuerst wird jede Zeile geprüft. Ist darin irgendein Problem, wird nichts geändert.</translation>
    </message>
    <message>
        <source>Checking …</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Line {line}, {ref}: {why}</source>
        <translation>Zeile {line}, {ref}: {why}</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <source>Nothing was changed:</source>
        <translation>Nichts wurde geändert:</translation>
    </message>
    <message>
        <source>Would be changed: {records}</source>
        <translation>Würde geändert: {records}</translation>
    </message>
    <message>
        <source>Passed over, because no longer in the list: {records}.</source>
        <translation>Übergangen, weil nicht mehr in der Liste: {records}.</translation>
    </message>
    <message>
        <source>Change {records}</source>
        <translation>{records} ändern</translation>
    </message>
    <message>
        <source>Changing …</source>
        <translation>Wird geändert …</translation>
    </message>
    <message>
        <source>Changed, and will be sent: {records}.</source>
        <translation>Geändert, und wird gesendet: {records}.</translation>
    </message>
</context>
<context>
    <name>KeyStep</name>
    <message>
        <source>Recovery key</source>
        <translation>Wiederherstellungsschlüssel</translation>
    </message>
    <message>
        <source>Everything that waits is encrypted. If this machine is lost, only this key opens a backup. It is shown once: write it down or put it into your password safe.</source>
        <translation>Alles, was wartet, ist verschlüsselt. Geht dieser Rechner verloren, öffnet nur dieser Schlüssel eine Sicherung. Er wird einmal gezeigt: Schreiben Sie ihn auf oder legen Sie ihn in Ihren Passwortspeicher.</translation>
    </message>
    <message>
        <source>Make the key</source>
        <translation>Schlüssel erzeugen</translation>
    </message>
    <message>
        <source>Type the key back, from where you keep it</source>
        <translation>Schlüssel zur Probe eingeben, von dort, wo Sie ihn verwahren</translation>
    </message>
    <message>
        <source>Type the key back</source>
        <translation>Schlüssel zur Probe eingeben</translation>
    </message>
    <message>
        <source>Eight groups of letters and digits; - and blanks are free.</source>
        <translation>Acht Gruppen aus Buchstaben und Ziffern; - und Leerzeichen sind frei.</translation>
    </message>
    <message>
        <source>Go on without: this is only practice</source>
        <translation>Ohne weiter: Dies ist nur Übung</translation>
    </message>
    <message>
        <source>Check the key</source>
        <translation>Schlüssel prüfen</translation>
    </message>
    <message>
        <source>Type in the key that is shown above.</source>
        <translation>Geben Sie den Schlüssel ein, der oben gezeigt wird.</translation>
    </message>
    <message>
        <source>This is not the recovery key of this agent.</source>
        <translation>Das ist nicht der Wiederherstellungsschlüssel dieses Agenten.</translation>
    </message>
    <message>
        <source>The recovery key is kept: it was typed back.</source>
        <translation>Der Wiederherstellungsschlüssel ist verwahrt: Er wurde zur Probe eingegeben.</translation>
    </message>
    <message>
        <source>The key is made. Show it, keep it, then type it back below.</source>
        <translation>Der Schlüssel ist erzeugt. Zeigen Sie ihn an, verwahren Sie ihn, und geben Sie ihn dann unten ein.</translation>
    </message>
    <message>
        <source>Nobody has the recovery key yet.</source>
        <translation>Noch hat niemand den Wiederherstellungsschlüssel.</translation>
    </message>
    <message>
        <source>Make another key</source>
        <translation>Anderen Schlüssel erzeugen</translation>
    </message>
</context>
<context>
    <name>KeysView</name>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>New data key…</source>
        <translation>Neuer Datenschlüssel …</translation>
    </message>
    <message>
        <source>New recovery key…</source>
        <translation>Neuer Wiederherstellungsschlüssel …</translation>
    </message>
    <message>
        <source>Prove that you have the recovery key: type it here.</source>
        <translation>Weisen Sie nach, dass Sie den Wiederherstellungsschlüssel haben: Tippen Sie ihn hier ein.</translation>
    </message>
    <message>
        <source>The recovery key, typed back</source>
        <translation>Der Wiederherstellungsschlüssel, zurückgetippt</translation>
    </message>
    <message>
        <source>Check the recovery key</source>
        <translation>Wiederherstellungsschlüssel prüfen</translation>
    </message>
    <message>
        <source>The new recovery key</source>
        <translation>Der neue Wiederherstellungsschlüssel</translation>
    </message>
    <message>
        <source>It is told this once. Write it down and keep it away from this computer: without it, a lost key store cannot be opened again.</source>
        <translation>Er wird nur dieses eine Mal genannt. Schreiben Sie ihn auf und bewahren Sie ihn fern von diesem Rechner auf: Ohne ihn lässt sich ein verlorener Schlüsselspeicher nicht wieder öffnen.</translation>
    </message>
    <message>
        <source>Data keys: {count}. The newest is of {newest}, the next is made on {next}.</source>
        <translation>Datenschlüssel: {count}. Der neueste ist vom {newest}, der nächste entsteht am {next}.</translation>
    </message>
    <message>
        <source>The recovery key was proven on {when}.</source>
        <translation>Der Wiederherstellungsschlüssel wurde am {when} nachgewiesen.</translation>
    </message>
    <message>
        <source>Nobody has proven yet that the recovery key is kept.</source>
        <translation>Noch niemand hat nachgewiesen, dass der Wiederherstellungsschlüssel aufbewahrt ist.</translation>
    </message>
    <message>
        <source>Everything older is sealed anew. Work goes on meanwhile.</source>
        <translation>Alles Ältere wird neu versiegelt. Die Arbeit geht dabei weiter.</translation>
    </message>
    <message>
        <source>Everything older is sealed anew: {rows} of {total}. Work goes on meanwhile.</source>
        <translation>Alles Ältere wird neu versiegelt: {rows} von {total}. Die Arbeit geht dabei weiter.</translation>
    </message>
    <message>
        <source>Everything older was sealed anew; after {when} it is checked once more. Work goes on meanwhile.</source>
        <translation>Alles Ältere ist neu versiegelt; nach {when} wird es noch einmal geprüft. Die Arbeit geht dabei weiter.</translation>
    </message>
    <message>
        <source>Before the older key is destroyed, everything is checked once more: {rows} of {total}. Work goes on meanwhile.</source>
        <translation>Bevor der ältere Schlüssel vernichtet wird, wird alles noch einmal geprüft: {rows} von {total}. Die Arbeit geht dabei weiter.</translation>
    </message>
    <message>
        <source>Everything is sealed under the newest key. An older one is kept for: {files}.</source>
        <translation>Alles ist mit dem neuesten Schlüssel versiegelt. Ein älterer wird aufbewahrt für: {files}.</translation>
    </message>
    <message>
        <source>Everything is sealed under the newest key.</source>
        <translation>Alles ist mit dem neuesten Schlüssel versiegelt.</translation>
    </message>
    <message>
        <source>From now on a new data key seals. What older keys sealed stays readable.</source>
        <translation>Ab jetzt versiegelt ein neuer Datenschlüssel. Was ältere versiegelt haben, bleibt lesbar.</translation>
    </message>
    <message>
        <source>Make a new data key</source>
        <translation>Neuen Datenschlüssel erzeugen</translation>
    </message>
    <message>
        <source>The recovery key that you have now no longer opens anything then.</source>
        <translation>Der Wiederherstellungsschlüssel, den Sie jetzt haben, öffnet dann nichts mehr.</translation>
    </message>
    <message>
        <source>Make a new recovery key</source>
        <translation>Neuen Wiederherstellungsschlüssel erzeugen</translation>
    </message>
    <message>
        <source>This is the recovery key of this agent.</source>
        <translation>Das ist der Wiederherstellungsschlüssel dieses Agenten.</translation>
    </message>
    <message>
        <source>This is not the recovery key of this agent.</source>
        <translation>Das ist nicht der Wiederherstellungsschlüssel dieses Agenten.</translation>
    </message>
</context>
<context>
    <name>Lamps</name>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Liest</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Does not answer</source>
        <translation>Antwortet nicht</translation>
    </message>
    <message>
        <source>Signed out</source>
        <translation>Abgemeldet</translation>
    </message>
    <message>
        <source>Closed for now</source>
        <translation>Zurzeit geschlossen</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>In Ordnung</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>Needs a look</source>
        <translation>Bitte ansehen</translation>
    </message>
</context>
<context>
    <name>LinkStep</name>
    <message>
        <source>First link</source>
        <translation>Erste Verknüpfung</translation>
    </message>
    <message>
        <source>Records that the CRM has already get the ERP&apos;s key instead of a twin.</source>
        <translation>Datensätze, die das CRM schon hat, bekommen den Schlüssel des ERP statt eines Zwillings.</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Do this later</source>
        <translation>Später erledigen</translation>
    </message>
    <message>
        <source>Then nothing of this flow is sent until it is done: it can be opened again.</source>
        <translation>Dann wird von diesem Fluss nichts gesendet, bis es erledigt ist: Die Einrichtung lässt sich wieder öffnen.</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>Einen Moment…</translation>
    </message>
    <message>
        <source>Compare with the CRM</source>
        <translation>Mit dem CRM vergleichen</translation>
    </message>
    <message>
        <source>Link the {count} that are certain</source>
        <translation>Die {count} sicheren verknüpfen</translation>
    </message>
    <message>
        <source>The source is read first; the comparison follows by itself.</source>
        <translation>Die Quelle wird zuerst gelesen; der Vergleich folgt von selbst.</translation>
    </message>
    <message>
        <source>The service is at it. This may take some minutes.</source>
        <translation>Der Dienst ist dabei. Das kann einige Minuten dauern.</translation>
    </message>
    <message>
        <source>Nothing to link.</source>
        <translation>Nichts zu verknüpfen.</translation>
    </message>
    <message>
        <source>The CRM was said to have no such records yet. To change that, go back to the mapping.</source>
        <translation>Laut Angabe hat das CRM noch keine solchen Datensätze. Um das zu ändern, gehen Sie zurück zur Zuordnung.</translation>
    </message>
    <message>
        <source>The records are not compared with the CRM yet.</source>
        <translation>Die Datensätze sind noch nicht mit dem CRM verglichen.</translation>
    </message>
    <message>
        <source>The records are being compared.</source>
        <translation>Die Datensätze werden verglichen.</translation>
    </message>
    <message>
        <source>The records are compared. Nothing is changed yet.</source>
        <translation>Die Datensätze sind verglichen. Noch ist nichts geändert.</translation>
    </message>
    <message>
        <source>The records that are certain are being linked.</source>
        <translation>Die sicheren Datensätze werden verknüpft.</translation>
    </message>
    <message>
        <source>The records that are certain are linked.</source>
        <translation>Die sicheren Datensätze sind verknüpft.</translation>
    </message>
    <message>
        <source>The link was undone.</source>
        <translation>Die Verknüpfung wurde zurückgenommen.</translation>
    </message>
    <message>
        <source>Certain: {certain}. To be decided: {undecided}. Only in the ERP: {here}.</source>
        <translation>Sicher: {certain}. Zu entscheiden: {undecided}. Nur im ERP: {here}.</translation>
    </message>
</context>
<context>
    <name>LiveStep</name>
    <message>
        <source>Go live</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>From now on every change in the ERP goes to the CRM by itself.</source>
        <translation>Von nun an geht jede Änderung im ERP von selbst ins CRM.</translation>
    </message>
    <message>
        <source>When to begin</source>
        <translation>Wann es beginnt</translation>
    </message>
    <message>
        <source>Start now</source>
        <translation>Jetzt starten</translation>
    </message>
    <message>
        <source>Leave it paused; it is set up, and can be opened again</source>
        <translation>Pausiert lassen; es ist eingerichtet und lässt sich wieder öffnen</translation>
    </message>
    <message>
        <source>Records go to the CRM</source>
        <translation>Datensätze gehen ins CRM:</translation>
    </message>
    <message>
        <source>When records go to the CRM</source>
        <translation>Wann Datensätze ins CRM gehen</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>sofort</translation>
    </message>
    <message>
        <source>every 15 minutes</source>
        <translation>alle 15 Minuten</translation>
    </message>
    <message>
        <source>every hour</source>
        <translation>jede Stunde</translation>
    </message>
    <message>
        <source>every night at 2:00</source>
        <translation>jede Nacht um 2:00</translation>
    </message>
    <message>
        <source>Look into the practice CRM</source>
        <translation>Ins Übungs-CRM sehen</translation>
    </message>
    <message>
        <source>Now set up the real connection</source>
        <translation>Jetzt die echte Verbindung einrichten</translation>
    </message>
    <message>
        <source>The browser warns of its certificate: the practice CRM made it itself.</source>
        <translation>Der Browser warnt vor dem Zertifikat: Das Übungs-CRM hat es selbst erzeugt.</translation>
    </message>
    <message>
        <source>To the overview</source>
        <translation>Zur Übersicht</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Fertigstellen</translation>
    </message>
    <message>
        <source>No flow is chosen.</source>
        <translation>Kein Fluss ist ausgewählt.</translation>
    </message>
    <message>
        <source>{count} records delivered.</source>
        <translation>{count} Datensätze zugestellt.</translation>
    </message>
    <message>
        <source>{waiting} wait, {parked} need attention.</source>
        <translation>{waiting} warten, {parked} brauchen Aufmerksamkeit.</translation>
    </message>
</context>
<context>
    <name>LogsPage</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Debug for 30 minutes</source>
        <translation>30 Minuten ausführlich</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Lines of the log</source>
        <translation>Zeilen des Protokolls</translation>
    </message>
    <message>
        <source>No log lines match.</source>
        <translation>Keine Zeile des Protokolls passt.</translation>
    </message>
    <message>
        <source>Only this flow</source>
        <translation>Nur dieser Fluss</translation>
    </message>
    <message>
        <source>All flows</source>
        <translation>Alle Flüsse</translation>
    </message>
    <message>
        <source>This level and above</source>
        <translation>Diese Stufe und darüber</translation>
    </message>
    <message>
        <source>Text or record</source>
        <translation>Text oder Datensatz</translation>
    </message>
    <message>
        <source>Only lines with this text</source>
        <translation>Nur Zeilen mit diesem Text</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Mitlaufen</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>Protokolle</translation>
    </message>
    <message>
        <source>Debug</source>
        <translation>Debug</translation>
    </message>
    <message>
        <source>Info</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Critical</source>
        <translation>Kritisch</translation>
    </message>
    <message>
        <source>The logs are in {folder}. The path is on the clipboard; the folder belongs to the service&apos;s account.</source>
        <translation>Die Protokolle liegen in {folder}. Der Pfad ist in der Zwischenablage; der Ordner gehört dem Konto des Dienstes.</translation>
    </message>
    <message>
        <source>The log tells much more for 30 minutes and then stops by itself. It holds no values of records.</source>
        <translation>Das Protokoll sagt 30 Minuten lang viel mehr und hört dann von selbst damit auf. Es enthält keine Werte von Datensätzen.</translation>
    </message>
    <message>
        <source>Write debug lines for 30 minutes</source>
        <translation>30 Minuten lang ausführlich schreiben</translation>
    </message>
    <message>
        <source>Debug lines are written until {time}.</source>
        <translation>Ausführliche Zeilen werden bis {time} geschrieben.</translation>
    </message>
</context>
<context>
    <name>MappingRules</name>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>whole number</source>
        <translation>ganze Zahl</translation>
    </message>
    <message>
        <source>amount</source>
        <translation>Betrag</translation>
    </message>
    <message>
        <source>per cent</source>
        <translation>Prozent</translation>
    </message>
    <message>
        <source>yes or no</source>
        <translation>Ja oder Nein</translation>
    </message>
    <message>
        <source>date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>date and time</source>
        <translation>Datum und Zeit</translation>
    </message>
    <message>
        <source>refers to {entity}</source>
        <translation>verweist auf {entity}</translation>
    </message>
    <message>
        <source>one of {count} words</source>
        <translation>eines von {count} Wörtern</translation>
    </message>
    <message>
        <source>telephone number</source>
        <translation>Telefonnummer</translation>
    </message>
    <message>
        <source>e-mail address</source>
        <translation>E-Mail-Adresse</translation>
    </message>
    <message>
        <source>web address</source>
        <translation>Webadresse</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>noch nichts</translation>
    </message>
    <message>
        <source>number with zeros</source>
        <translation>Zahl mit Nullen</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>not sent</source>
        <translation>nicht gesendet</translation>
    </message>
    <message>
        <source>{kind}, up to {count}</source>
        <translation>{kind}, bis {count}</translation>
    </message>
    <message>
        <source>always “{value}”</source>
        <translation>immer „{value}“</translation>
    </message>
    <message>
        <source>{column}, by the table {table}</source>
        <translation>{column}, nach der Tabelle {table}</translation>
    </message>
    <message>
        <source>{count} records: {reason}</source>
        <translation>{count} Datensätze: {reason}</translation>
    </message>
    <message>
        <source>! needed</source>
        <translation>! nötig</translation>
    </message>
    <message>
        <source>! look</source>
        <translation>! prüfen</translation>
    </message>
    <message>
        <source>✓ fine</source>
        <translation>✓ gut</translation>
    </message>
</context>
<context>
    <name>MappingStep</name>
    <message>
        <source>Mapping</source>
        <translation>Zuordnung</translation>
    </message>
    <message>
        <source>Waybill matches the columns by their names and values. What it doubts is not ticked: it can be added later, on the page Mappings.</source>
        <translation>Waybill ordnet die Spalten nach Namen und Werten zu. Was zweifelhaft ist, ist nicht angehakt: Es kann später auf der Seite Zuordnungen ergänzt werden.</translation>
    </message>
    <message>
        <source>Kind of records</source>
        <translation>Art der Datensätze</translation>
    </message>
    <message>
        <source>The records of {source} are</source>
        <translation>Die Datensätze von {source} sind</translation>
    </message>
    <message>
        <source>Keep the mapping that there is already</source>
        <translation>Die Zuordnung behalten, die es schon gibt</translation>
    </message>
    <message>
        <source>Matched fields</source>
        <translation>Zugeordnete Felder</translation>
    </message>
    <message>
        <source>Field of the CRM record</source>
        <translation>Feld des CRM-Datensatzes</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>The ERP is master: its changes overwrite the CRM</source>
        <translation>Das ERP ist führend: Seine Änderungen überschreiben das CRM</translation>
    </message>
    <message>
        <source>The CRM has such records already: compare first, so that nothing is doubled</source>
        <translation>Das CRM hat schon solche Datensätze: zuerst vergleichen, damit nichts doppelt wird</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>The CRM knows each record by {column}.</source>
        <translation>Das CRM erkennt jeden Datensatz an {column}.</translation>
    </message>
    <message>
        <source>No column was found that names a record: choose the key at the source.</source>
        <translation>Keine Spalte benennt einen Datensatz: Wählen Sie den Schlüssel bei der Quelle.</translation>
    </message>
    <message>
        <source>Still missing: {names}</source>
        <translation>Es fehlt noch: {names}</translation>
    </message>
    <message>
        <source>Columns not used: {names}</source>
        <translation>Nicht verwendete Spalten: {names}</translation>
    </message>
    <message>
        <source>Now the CRM is: a field is filled when the record is made, then left alone.</source>
        <translation>Jetzt ist es das CRM: Ein Feld wird gefüllt, wenn der Datensatz entsteht, danach bleibt es unberührt.</translation>
    </message>
    <message>
        <source>Tick a name or number, or say that the CRM has no such records.</source>
        <translation>Haken Sie einen Namen oder eine Nummer an, oder geben Sie an, dass das CRM keine solchen Datensätze hat.</translation>
    </message>
    <message>
        <source>Nothing is mapped by which records could be compared.</source>
        <translation>Nichts ist zugeordnet, woran Datensätze verglichen werden könnten.</translation>
    </message>
</context>
<context>
    <name>MappingsPage</name>
    <message>
        <source>Mappings</source>
        <translation>Zuordnungen</translation>
    </message>
    <message>
        <source>Auto-match</source>
        <translation>Automatisch zuordnen</translation>
    </message>
    <message>
        <source>Check 1,000 records</source>
        <translation>1.000 Datensätze prüfen</translation>
    </message>
    <message>
        <source>Compare with what is in force</source>
        <translation>Mit der geltenden vergleichen</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>Felder</translation>
    </message>
    <message>
        <source>Lookup tables</source>
        <translation>Nachschlagetabellen</translation>
    </message>
    <message>
        <source>As text</source>
        <translation>Als Text</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>No flow yet. A flow is one source, one mapping and one destination.</source>
        <translation>Noch kein Datenfluss. Ein Datenfluss ist eine Quelle, eine Zuordnung und ein Ziel.</translation>
    </message>
    <message>
        <source>Set up the first flow</source>
        <translation>Ersten Datenfluss einrichten</translation>
    </message>
    <message>
        <source>Throw the draft away</source>
        <translation>Entwurf verwerfen</translation>
    </message>
    <message>
        <source>Save draft</source>
        <translation>Entwurf speichern</translation>
    </message>
    <message>
        <source>Publish…</source>
        <translation>In Kraft setzen…</translation>
    </message>
    <message>
        <source>The mapping as text</source>
        <translation>Die Zuordnung als Text</translation>
    </message>
    <message>
        <source>Draft, not in force</source>
        <translation>Entwurf, nicht in Kraft</translation>
    </message>
    <message>
        <source>In force</source>
        <translation>In Kraft</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Wird angesehen …</translation>
    </message>
    <message>
        <source>Checking …</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Publish this mapping of {flow}? {count} places change. {needs} What changes, and why?</source>
        <translation>Diese Zuordnung von {flow} in Kraft setzen? {count} Stellen ändern sich. {needs} Was ändert sich, und warum?</translation>
    </message>
    <message>
        <source>Publish the mapping of {flow}</source>
        <translation>Zuordnung von {flow} in Kraft setzen</translation>
    </message>
    <message>
        <source>What changes, and why</source>
        <translation>Was sich ändert, und warum</translation>
    </message>
    <message>
        <source>Bring version {number} of {flow} into force again?</source>
        <translation>Version {number} von {flow} wieder in Kraft setzen?</translation>
    </message>
    <message>
        <source>Bring version {number} into force</source>
        <translation>Version {number} in Kraft setzen</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Take the last publish of {flow} back? The former mapping comes into force, and {count} records go back to what the CRM held before, but for what was edited there.</source>
        <translation>Die letzte Änderung von {flow} zurücknehmen? Die frühere Zuordnung gilt wieder, und {count} Datensätze werden wieder so, wie das CRM sie vorher hatte, außer was dort bearbeitet wurde.</translation>
    </message>
    <message>
        <source>Take the publish back</source>
        <translation>Änderung zurücknehmen</translation>
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
    <name>NotSent</name>
    <message>
        <source>This field is not sent: what the CRM has in it stays.</source>
        <translation>Dieses Feld wird nicht gesendet: Was das CRM darin hat, bleibt.</translation>
    </message>
</context>
<context>
    <name>OverviewPage</name>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Check sources now</source>
        <translation>Quellen jetzt prüfen</translation>
    </message>
    <message>
        <source>Add a flow…</source>
        <translation>Fluss hinzufügen…</translation>
    </message>
    <message>
        <source>As a table</source>
        <translation>Als Tabelle</translation>
    </message>
    <message>
        <source>No flow yet. A flow is one source, one mapping and one destination.</source>
        <translation>Noch kein Datenfluss. Ein Datenfluss ist eine Quelle, eine Zuordnung und ein Ziel.</translation>
    </message>
    <message>
        <source>Set up the first flow</source>
        <translation>Ersten Datenfluss einrichten</translation>
    </message>
    <message>
        <source>Flows</source>
        <translation>Datenflüsse</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Source side</source>
        <translation>Seite der Quelle</translation>
    </message>
    <message>
        <source>Cloud side</source>
        <translation>Seite der Cloud</translation>
    </message>
    <message>
        <source>Last delivered</source>
        <translation>Zuletzt zugestellt</translation>
    </message>
    <message>
        <source>Delivered in 24 h</source>
        <translation>Zugestellt in 24 h</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartend</translation>
    </message>
    <message>
        <source>Exceptions</source>
        <translation>Ausnahmen</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>{count} records reached the CRM in the last 24 hours.</source>
        <translation>{count} Datensätze kamen in den letzten 24 Stunden im CRM an.</translation>
    </message>
    <message>
        <source>{count} wait on this computer and go out by themselves.</source>
        <translation>{count} warten auf diesem Rechner und gehen von selbst hinaus.</translation>
    </message>
    <message>
        <source>Nothing is lost.</source>
        <translation>Nichts geht verloren.</translation>
    </message>
    <message>
        <source>{count} records need attention.</source>
        <translation>{count} Datensätze brauchen Ihre Aufmerksamkeit.</translation>
    </message>
    <message>
        <source>They are not in the CRM yet. The others go on.</source>
        <translation>Sie sind noch nicht im CRM. Die anderen gehen weiter.</translation>
    </message>
    <message>
        <source>Look at the exceptions</source>
        <translation>Ausnahmen ansehen</translation>
    </message>
    <message>
        <source>Look at {name}</source>
        <translation>{name} ansehen</translation>
    </message>
    <message>
        <source>Change {name}</source>
        <translation>{name} ändern</translation>
    </message>
</context>
<context>
    <name>PackCard</name>
    <message>
        <source>ERP</source>
        <translation>ERP</translation>
    </message>
    <message>
        <source>Which records should go to the CRM? More can follow.</source>
        <translation>Welche Datensätze sollen ins CRM gehen? Weitere können folgen.</translation>
    </message>
    <message>
        <source>This is needed.</source>
        <translation>Dies wird gebraucht.</translation>
    </message>
    <message>
        <source>This does not fit.</source>
        <translation>Das passt nicht.</translation>
    </message>
    <message>
        <source>Such as {example}</source>
        <translation>Zum Beispiel {example}</translation>
    </message>
</context>
<context>
    <name>PackMappingStep</name>
    <message>
        <source>Mapping</source>
        <translation>Zuordnung</translation>
    </message>
    <message>
        <source>The ready set knows which column becomes which field. What differs in your ERP is changed later, on the page Mappings.</source>
        <translation>Der fertige Satz weiß, welche Spalte welches Feld wird. Was in Ihrem ERP anders ist, wird später auf der Seite Zuordnungen geändert.</translation>
    </message>
    <message>
        <source>What is set up</source>
        <translation>Was eingerichtet wird</translation>
    </message>
    <message>
        <source>The CRM has such records already: compare first, so that nothing is doubled</source>
        <translation>Das CRM hat schon solche Datensätze: zuerst vergleichen, damit nichts doppelt wird</translation>
    </message>
    <message>
        <source>{kind}: from {source}, by {mapping}</source>
        <translation>{kind}: von {source}, durch {mapping}</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>Open {page}</source>
        <translation>{page} öffnen</translation>
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
    <name>PartStep</name>
    <message>
        <source>Which one</source>
        <translation>Welche</translation>
    </message>
    <message>
        <source>A new one</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Set up</source>
        <translation>Einrichten</translation>
    </message>
</context>
<context>
    <name>PartsView</name>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen …</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten …</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>It is sealed by the service and never shown again.</source>
        <translation>Der Dienst versiegelt es und zeigt es nie wieder.</translation>
    </message>
    <message>
        <source>The secret</source>
        <translation>Das Geheimnis</translation>
    </message>
    <message>
        <source>Set the secret</source>
        <translation>Geheimnis setzen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Say what it is called.</source>
        <translation>Geben Sie einen Namen an.</translation>
    </message>
    <message>
        <source>There is one of this name already.</source>
        <translation>Diesen Namen gibt es schon.</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert …</translation>
    </message>
    <message>
        <source>{name} is taken out of the configuration.</source>
        <translation>{name} wird aus der Konfiguration genommen.</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
</context>
<context>
    <name>PerTarget</name>
    <message>
        <source>Destination</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>Verbindung prüfen</translation>
    </message>
    <message>
        <source>Save for all destinations…</source>
        <translation>Für alle Ziele speichern …</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>There is no destination yet.</source>
        <translation>Es gibt noch kein Ziel.</translation>
    </message>
    <message>
        <source>This destination has none of these settings.</source>
        <translation>Dieses Ziel hat keine dieser Einstellungen.</translation>
    </message>
    <message>
        <source>All is well.</source>
        <translation>Alles in Ordnung.</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>These settings are written for {names}. What else they say stays.</source>
        <translation>Diese Einstellungen werden für {names} geschrieben. Was dort sonst steht, bleibt.</translation>
    </message>
    <message>
        <source>Save for {count} destinations</source>
        <translation>Für {count} Ziele speichern</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert …</translation>
    </message>
</context>
<context>
    <name>PlaceEditor</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>All is well.</source>
        <translation>Alles in Ordnung.</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>Prüft …</translation>
    </message>
    <message>
        <source>Give it a name.</source>
        <translation>Geben Sie einen Namen an.</translation>
    </message>
    <message>
        <source>There is one of this name already.</source>
        <translation>Diesen Namen gibt es schon.</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Speichert …</translation>
    </message>
</context>
<context>
    <name>PlacesPage</name>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen …</translation>
    </message>
    <message>
        <source>All is well.</source>
        <translation>Alles in Ordnung.</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>Wird geprüft …</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>{rows} rows, {columns} columns.</source>
        <translation>{rows} Zeilen, {columns} Spalten.</translation>
    </message>
    <message>
        <source>There is nothing to read here yet.</source>
        <translation>Hier gibt es noch nichts zu lesen.</translation>
    </message>
    <message>
        <source>First rows</source>
        <translation>Erste Zeilen</translation>
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
    <name>PublishCard</name>
    <message>
        <source>Bring it into force</source>
        <translation>In Kraft setzen</translation>
    </message>
    <message>
        <source>Throw this draft away</source>
        <translation>Diesen Entwurf verwerfen</translation>
    </message>
    <message>
        <source>Let the rest go</source>
        <translation>Den Rest senden</translation>
    </message>
    <message>
        <source>Take this publish back</source>
        <translation>Diese Änderung zurücknehmen</translation>
    </message>
    <message>
        <source>{by} wants to change what becomes of money: {fields}.</source>
        <translation>{by} möchte ändern, was aus Geldbeträgen wird: {fields}.</translation>
    </message>
    <message>
        <source>It is not in force: somebody else must look at it. Comment: {comment}</source>
        <translation>Es gilt noch nicht: Jemand anderes muss es ansehen. Bemerkung: {comment}</translation>
    </message>
    <message>
        <source>The first {sent} records of the new mapping were sent; {waiting} wait.</source>
        <translation>Die ersten {sent} Datensätze der neuen Zuordnung sind gesendet; {waiting} warten.</translation>
    </message>
    <message>
        <source>Look at these records in the CRM. Then let the rest go, or take it back.</source>
        <translation>Sehen Sie diese Datensätze im CRM an. Senden Sie dann den Rest, oder nehmen Sie es zurück.</translation>
    </message>
</context>
<context>
    <name>ReconciliationPage</name>
    <message>
        <source>Where the rows of each flow ended</source>
        <translation>Wo die Zeilen jedes Flusses geblieben sind</translation>
    </message>
    <message>
        <source>In source = delivered + unchanged + waiting + exceptions + held + set aside + left out + other + unexplained. Numbers in colour lead to their records.</source>
        <translation>In der Quelle = zugestellt + unverändert + wartet + Ausnahmen + zurückgehalten + beiseitegelegt + ausgelassen + anderes + ungeklärt. Farbige Zahlen führen zu ihren Datensätzen.</translation>
    </message>
    <message>
        <source>Nothing was read completely yet. After the first complete reading of a source, every one of its rows is accounted for here.</source>
        <translation>Noch wurde nichts vollständig gelesen. Nach dem ersten vollständigen Lesen einer Quelle steht hier, was aus jeder ihrer Zeilen wurde.</translation>
    </message>
    <message>
        <source>Check sources now</source>
        <translation>Quellen jetzt prüfen</translation>
    </message>
    <message>
        <source>Copy as table</source>
        <translation>Als Tabelle kopieren</translation>
    </message>
    <message>
        <source>Reconciliation</source>
        <translation>Abgleich</translation>
    </message>
    <message>
        <source>In source</source>
        <translation>In der Quelle</translation>
    </message>
    <message>
        <source>Unexplained</source>
        <translation>Ungeklärt</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>Zugestellt</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Unverändert</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Exceptions</source>
        <translation>Ausnahmen</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Beiseitegelegt</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Anderes</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Lesevorgang</translation>
    </message>
    <message>
        <source>No complete reading yet</source>
        <translation>Noch nicht vollständig gelesen</translation>
    </message>
    <message>
        <source>(not complete)</source>
        <translation>(nicht vollständig)</translation>
    </message>
    <message>
        <source>the rows of the last complete reading, and where each ended</source>
        <translation>die Zeilen des letzten vollständigen Lesens und wo jede blieb</translation>
    </message>
    <message>
        <source>The service offers so far: {what}.</source>
        <translation>Der Dienst bietet bisher: {what}.</translation>
    </message>
    <message>
        <source>Nothing to compare yet</source>
        <translation>Noch nichts zu vergleichen</translation>
    </message>
    <message>
        <source>Unexplained: {records}</source>
        <translation>Ungeklärt: {records}</translation>
    </message>
    <message>
        <source>They are in the source and in no state. Check the sources; if they stay unexplained, send the diagnostics to support.</source>
        <translation>Sie stehen in der Quelle und in keinem Zustand. Prüfen Sie die Quellen; bleibt es ungeklärt, schicken Sie die Diagnose an den Support.</translation>
    </message>
    <message>
        <source>Everything adds up</source>
        <translation>Alles geht auf</translation>
    </message>
    <message>
        <source>Each of {records} in the sources is accounted for.</source>
        <translation>In den Quellen: {records}. Der Verbleib jeder Zeile ist bekannt.</translation>
    </message>
</context>
<context>
    <name>RecordView</name>
    <message>
        <source>Real records</source>
        <translation>Echte Datensätze</translation>
    </message>
    <message>
        <source>The record before</source>
        <translation>Der Datensatz davor</translation>
    </message>
    <message>
        <source>The next record</source>
        <translation>Der nächste Datensatz</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>In force</source>
        <translation>In Kraft</translation>
    </message>
    <message>
        <source>This draft</source>
        <translation>Dieser Entwurf</translation>
    </message>
    <message>
        <source>What will be sent</source>
        <translation>Was gesendet wird</translation>
    </message>
    <message>
        <source>The record as it came</source>
        <translation>Der Datensatz, wie er kam</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>What becomes of it</source>
        <translation>Was daraus wird</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>No record to look at yet. Nothing is sent.</source>
        <translation>Noch kein Datensatz zum Ansehen. Nichts wird gesendet.</translation>
    </message>
    <message>
        <source>Record {number} of {count}: {place}</source>
        <translation>Datensatz {number} von {count}: {place}</translation>
    </message>
    <message>
        <source>Nothing: the rule “{rule}” leaves it out.</source>
        <translation>Nichts: Die Regel „{rule}“ lässt ihn aus.</translation>
    </message>
    <message>
        <source>Nothing, until this is mended: {reason} ({code})</source>
        <translation>Nichts, bis das behoben ist: {reason} ({code})</translation>
    </message>
    <message>
        <source>‹ Records of this cause</source>
        <translation>‹ Datensätze dieser Ursache</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Fix for all like this …</source>
        <translation>Für alle solchen beheben …</translation>
    </message>
    <message>
        <source>Set this record aside …</source>
        <translation>Diesen Datensatz beiseitelegen …</translation>
    </message>
    <message>
        <source>What the ERP says</source>
        <translation>Was das ERP sagt</translation>
    </message>
    <message>
        <source>Once a message is made, only its values are kept. They stand beside this; the row itself is in the ERP.</source>
        <translation>Sobald eine Nachricht gemacht ist, werden nur ihre Werte aufbewahrt. Sie stehen daneben; die Zeile selbst steht im ERP.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>What was done with this record</source>
        <translation>Was mit diesem Datensatz getan wurde</translation>
    </message>
    <message>
        <source>Nobody has done anything with it yet.</source>
        <translation>Noch hat niemand etwas damit getan.</translation>
    </message>
    <message>
        <source>What the other side answered</source>
        <translation>Was die andere Seite geantwortet hat</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source> of {customer}</source>
        <translation> von {customer}</translation>
    </message>
    <message>
        <source>since {time}</source>
        <translation>seit {time}</translation>
    </message>
    <message>
        <source>Send this record to {side} again …</source>
        <translation>Diesen Datensatz erneut an {side} senden …</translation>
    </message>
    <message>
        <source>It was not sent yet: no message could be made of it.</source>
        <translation>Er wurde noch nicht gesendet: Aus ihm konnte keine Nachricht werden.</translation>
    </message>
    <message>
        <source>Tried once.</source>
        <translation>Einmal versucht.</translation>
    </message>
    <message>
        <source>Tried {count} times.</source>
        <translation>{count}-mal versucht.</translation>
    </message>
    <message>
        <source>It waits for: {records}</source>
        <translation>Er wartet auf: {records}</translation>
    </message>
    <message>
        <source>Done there already: {done}. Still missing: {missing}.</source>
        <translation>Dort schon getan: {done}. Noch offen: {missing}.</translation>
    </message>
    <message>
        <source>Corrected. It is on its way to {side}.</source>
        <translation>Korrigiert. Er ist auf dem Weg zu {side}.</translation>
    </message>
</context>
<context>
    <name>Removal</name>
    <message>
        <source>Remove {name}?</source>
        <translation>{name} entfernen?</translation>
    </message>
    <message>
        <source>Its flows are removed with it: {names}.</source>
        <translation>Seine Flüsse werden mit entfernt: {names}.</translation>
    </message>
    <message>
        <source>What was delivered stays where it is.</source>
        <translation>Was zugestellt ist, bleibt, wo es ist.</translation>
    </message>
    <message>
        <source>Remove {name} anyway</source>
        <translation>{name} trotzdem entfernen</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>{count} records are still to be delivered. They stay sealed in the queue and go out only if the same is set up again under the same names.</source>
        <translation>{count} Datensätze sind noch nicht zugestellt. Sie bleiben versiegelt in der Warteschlange und gehen nur hinaus, wenn dasselbe unter denselben Namen wieder eingerichtet wird.</translation>
    </message>
    <message>
        <source>{name} was not removed.</source>
        <translation>{name} wurde nicht entfernt.</translation>
    </message>
</context>
<context>
    <name>ReplayPanel</name>
    <message>
        <source>Something was changed in {side} since: also try what it refused for good</source>
        <translation>In {side} wurde inzwischen etwas geändert: auch versuchen, was endgültig abgelehnt wurde</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Trying it, nothing is sent …</source>
        <translation>Wird ausprobiert, nichts wird gesendet …</translation>
    </message>
    <message>
        <source>{count} would now pass</source>
        <translation>{count} gingen jetzt durch</translation>
    </message>
    <message>
        <source>{count} would wait for another record</source>
        <translation>{count} würden auf einen anderen Datensatz warten</translation>
    </message>
    <message>
        <source>{count} would not</source>
        <translation>{count} nicht</translation>
    </message>
    <message>
        <source>Send {records} to {side} again</source>
        <translation>{records} erneut an {side} senden</translation>
    </message>
    <message>
        <source>Sending …</source>
        <translation>Wird gesendet …</translation>
    </message>
    <message>
        <source>{records} will be sent to {side} again.</source>
        <translation>Geht erneut an {side}: {records}.</translation>
    </message>
    <message>
        <source>Left here: {records}.</source>
        <translation>Bleibt hier: {records}.</translation>
    </message>
</context>
<context>
    <name>RuleEditor</name>
    <message>
        <source>Where this field comes from</source>
        <translation>Woher dieses Feld kommt</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Nicht gesendet</translation>
    </message>
    <message>
        <source>A column</source>
        <translation>Eine Spalte</translation>
    </message>
    <message>
        <source>A column, looked up in a table</source>
        <translation>Eine Spalte, in einer Tabelle nachgeschlagen</translation>
    </message>
    <message>
        <source>Always the same</source>
        <translation>Immer dasselbe</translation>
    </message>
    <message>
        <source>A formula</source>
        <translation>Eine Formel</translation>
    </message>
    <message>
        <source>As written in the mapping</source>
        <translation>Wie in der Zuordnung geschrieben</translation>
    </message>
    <message>
        <source>needed</source>
        <translation>nötig</translation>
    </message>
</context>
<context>
    <name>RulePanel</name>
    <message>
        <source>What the ERP says</source>
        <translation>Was das ERP sagt</translation>
    </message>
    <message>
        <source>What it means in the CRM</source>
        <translation>Was es im CRM bedeutet</translation>
    </message>
    <message>
        <source>The value to send from now on</source>
        <translation>Der Wert, der ab jetzt gesendet wird</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>The ERP says</source>
        <translation>Das ERP sagt</translation>
    </message>
    <message>
        <source>It means</source>
        <translation>Das bedeutet</translation>
    </message>
    <message>
        <source>Fix all like this by a rule</source>
        <translation>Alle solchen durch eine Regel beheben</translation>
    </message>
    <message>
        <source>“{word}” in {records}</source>
        <translation>„{word}“ in {records}</translation>
    </message>
    <message>
        <source>Say what it means, and see here what would pass.</source>
        <translation>Sagen Sie, was es bedeutet, und sehen Sie hier, was durchginge.</translation>
    </message>
    <message>
        <source>Make it a rule</source>
        <translation>Zur Regel machen</translation>
    </message>
    <message>
        <source>{count} would now pass</source>
        <translation>{count} gingen jetzt durch</translation>
    </message>
    <message>
        <source>{count} would be left out</source>
        <translation>{count} würden ausgelassen</translation>
    </message>
    <message>
        <source>{count} would not</source>
        <translation>{count} nicht</translation>
    </message>
    <message>
        <source>Propose the rule to a second person</source>
        <translation>Die Regel einer zweiten Person vorschlagen</translation>
    </message>
    <message>
        <source>Make it a rule: send {records} to {side}</source>
        <translation>Zur Regel machen: {records} an {side} senden</translation>
    </message>
    <message>
        <source>Changes the mapping of {flow}: {changes}</source>
        <translation>Ändert die Zuordnung von {flow}: {changes}</translation>
    </message>
    <message>
        <source>It decides about money ({fields}), so somebody else has to accept it first.</source>
        <translation>Sie entscheidet über Geld ({fields}), darum muss zuerst jemand anders zustimmen.</translation>
    </message>
    <message>
        <source>Making the rule …</source>
        <translation>Die Regel wird gemacht …</translation>
    </message>
    <message>
        <source>The rule is proposed. When a second person accepts it, it is in force.</source>
        <translation>Die Regel ist vorgeschlagen. Sie gilt, sobald eine zweite Person zustimmt.</translation>
    </message>
    <message>
        <source>The rule is in force. On the way to {side}: {records}.</source>
        <translation>Die Regel gilt. Auf dem Weg zu {side}: {records}.</translation>
    </message>
    <message>
        <source>Left here: {records}.</source>
        <translation>Bleibt hier: {records}.</translation>
    </message>
</context>
<context>
    <name>SecretCard</name>
    <message>
        <source>New value</source>
        <translation>Neuer Wert</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>Ablegen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Aus einer Datei…</translation>
    </message>
    <message>
        <source>The service seals it at once. It can be changed, never read.</source>
        <translation>Der Dienst verschlüsselt es sofort. Es kann geändert, aber nie gelesen werden.</translation>
    </message>
    <message>
        <source>Secret {name}</source>
        <translation>Geheimnis {name}</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} lässt sich nicht lesen: {why}.</translation>
    </message>
    <message>
        <source>{name} is no text, so it was not stored. Keys and certificates are needed as PEM: a text that begins with -----BEGIN.</source>
        <translation>{name} ist kein Text und wurde nicht gespeichert. Schlüssel und Zertifikate werden als PEM gebraucht: ein Text, der mit -----BEGIN beginnt.</translation>
    </message>
    <message>
        <source>Key, and certificate if it is needed (PEM)</source>
        <translation>Schlüssel, und Zertifikat, falls nötig (PEM)</translation>
    </message>
    <message>
        <source>Storing…</source>
        <translation>Legt ab …</translation>
    </message>
</context>
<context>
    <name>ServiceStep</name>
    <message>
        <source>Language and service</source>
        <translation>Sprache und Dienst</translation>
    </message>
    <message>
        <source>Choose your language and how to begin. The service looks around meanwhile.</source>
        <translation>Wählen Sie Ihre Sprache und wie Sie beginnen. Der Dienst sieht sich derweil um.</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>You are signed in as {name}, with the role {role}.</source>
        <translation>Sie sind angemeldet als {name}, mit der Rolle {role}.</translation>
    </message>
    <message>
        <source>How to begin</source>
        <translation>Wie Sie beginnen</translation>
    </message>
    <message>
        <source>Set up the real connection</source>
        <translation>Die echte Verbindung einrichten</translation>
    </message>
    <message>
        <source>Practise first, with sample files and a sample CRM</source>
        <translation>Erst üben, mit Beispieldateien und einem Beispiel-CRM</translation>
    </message>
    <message>
        <source>Practice needs no access to a CRM. It runs on this machine alone, apart from the real connection, and touches nothing real.</source>
        <translation>Die Übung braucht keinen Zugang zu einem CRM. Sie läuft nur auf diesem Rechner, getrennt von der echten Verbindung, und berührt nichts Echtes.</translation>
    </message>
    <message>
        <source>The service</source>
        <translation>Der Dienst</translation>
    </message>
    <message>
        <source>The service looks around…</source>
        <translation>Der Dienst sieht sich um…</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>All is well.</source>
        <translation>Alles in Ordnung.</translation>
    </message>
</context>
<context>
    <name>ServiceView</name>
    <message>
        <source>The service</source>
        <translation>Der Dienst</translation>
    </message>
    <message>
        <source>What is around it</source>
        <translation>Was um ihn herum ist</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut ansehen</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
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
        <translation>Stammordner</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>In Ordnung</translation>
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
    <message>
        <source>Your role is for these kinds of records only: {kinds}.</source>
        <translation>Ihre Rolle gilt nur für diese Arten von Daten: {kinds}.</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>Sicherheit</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Aktualisierung</translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation>Änderungen verwerfen</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Änderungen speichern</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Nobody is told yet. Add mail, a webhook or the log of the operating system.</source>
        <translation>Noch wird niemand benachrichtigt. Fügen Sie E-Mail, einen Webhook oder das Protokoll des Betriebssystems hinzu.</translation>
    </message>
    <message>
        <source>Send a test</source>
        <translation>Test senden</translation>
    </message>
    <message>
        <source>How each destination is reached from here. The test runs in the service, under its account: through the proxy, with the certificates that are named here.</source>
        <translation>Wie jedes Ziel von hier zu erreichen ist. Geprüft wird im Dienst, unter seinem Konto: über den Proxy und mit den Zertifikaten, die hier stehen.</translation>
    </message>
    <message>
        <source>For everything</source>
        <translation>Für alles</translation>
    </message>
    <message>
        <source>Proxy and certificates</source>
        <translation>Proxy und Zertifikate</translation>
    </message>
    <message>
        <source>This agent</source>
        <translation>Dieser Agent</translation>
    </message>
    <message>
        <source>How fast, and when, each destination is sent to.</source>
        <translation>Wie schnell und wann an jedes Ziel gesendet wird.</translation>
    </message>
    <message>
        <source>Windows and pace</source>
        <translation>Zeiten und Tempo</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>Who: user:NAME or group:NAME</source>
        <translation>Wer: user:NAME oder group:NAME</translation>
    </message>
    <message>
        <source>No roles yet: the service&apos;s own account and the administrators of this computer may do everything, others nothing.</source>
        <translation>Noch keine Rollen: Das Konto des Dienstes und die Administratoren dieses Rechners dürfen alles, andere nichts.</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>Who may do what. The service checks it, not this window.</source>
        <translation>Wer was darf. Das prüft der Dienst, nicht dieses Fenster.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Sieht nach …</translation>
    </message>
    <message>
        <source>A test message is on its way.</source>
        <translation>Eine Testnachricht ist unterwegs.</translation>
    </message>
</context>
<context>
    <name>SetupPage</name>
    <message>
        <source>Set up</source>
        <translation>Einrichten</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation>Zuordnung</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Verknüpfung</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Betrieb</translation>
    </message>
    <message>
        <source>This is practice: sample files, and a sample CRM on this machine.</source>
        <translation>Dies ist die Übung: Beispieldateien und ein Beispiel-CRM auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Save and continue later</source>
        <translation>Speichern und später fortsetzen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>It may have been done all the same. What is set up so far is kept: go on again.</source>
        <translation>Es kann trotzdem ausgeführt sein. Was bisher eingerichtet ist, bleibt erhalten: Gehen Sie noch einmal weiter.</translation>
    </message>
    <message>
        <source>It was not done. What is set up so far is kept.</source>
        <translation>Es wurde nicht ausgeführt. Was bisher eingerichtet ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Step {number} of {all}</source>
        <translation>Schritt {number} von {all}</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>Einen Moment…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>SheetView</name>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>In force</source>
        <translation>In Kraft</translation>
    </message>
    <message>
        <source>This draft</source>
        <translation>Dieser Entwurf</translation>
    </message>
    <message>
        <source>What this draft changes</source>
        <translation>Was dieser Entwurf ändert</translation>
    </message>
    <message>
        <source>Which fields are shown</source>
        <translation>Welche Felder gezeigt werden</translation>
    </message>
    <message>
        <source>All fields</source>
        <translation>Alle Felder</translation>
    </message>
    <message>
        <source>Fields that are sent</source>
        <translation>Felder, die gesendet werden</translation>
    </message>
    <message>
        <source>Fields with problems</source>
        <translation>Felder mit Problemen</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Looks like</source>
        <translation>Sieht aus wie</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Columns of the source</source>
        <translation>Spalten der Quelle</translation>
    </message>
    <message>
        <source>Field in the CRM</source>
        <translation>Feld im CRM</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Comes from</source>
        <translation>Kommt aus</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>Wird zu</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>Nimmt</translation>
    </message>
    <message>
        <source>Fields and where they come from</source>
        <translation>Felder und woher sie kommen</translation>
    </message>
    <message>
        <source>{count} problems to mend first</source>
        <translation>Zuerst {count} Probleme beheben</translation>
    </message>
    <message>
        <source>Not tried: no export to look at yet</source>
        <translation>Nicht versucht: noch kein Export zum Ansehen</translation>
    </message>
    <message>
        <source>{refused} of {records} records would stop</source>
        <translation>{refused} von {records} Datensätzen blieben stehen</translation>
    </message>
    <message>
        <source>All {records} records would go</source>
        <translation>Alle {records} Datensätze gingen durch</translation>
    </message>
    <message>
        <source>{sent} fields are sent, {wrong} need a look. Nothing is sent from here.</source>
        <translation>{sent} Felder werden gesendet, {wrong} bitte ansehen. Von hier aus wird nichts gesendet.</translation>
    </message>
</context>
<context>
    <name>SignInCard</name>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Open the page</source>
        <translation>Seite öffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Waybill has what it needs. Close this page.</source>
        <translation>Waybill hat, was es braucht. Schließen Sie diese Seite.</translation>
    </message>
    <message>
        <source>Port {port} of this computer is taken. Close what uses it, then try again.</source>
        <translation>Port {port} dieses Rechners ist belegt. Schließen Sie, was ihn benutzt, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Open this page on any device and type in the code:</source>
        <translation>Öffnen Sie diese Seite auf einem beliebigen Gerät und geben Sie den Code ein:</translation>
    </message>
    <message>
        <source>Sign in in the browser. It comes back here by itself.</source>
        <translation>Melden Sie sich im Browser an. Er kommt von selbst hierher zurück.</translation>
    </message>
    <message>
        <source>Signed in.</source>
        <translation>Angemeldet.</translation>
    </message>
    <message>
        <source>The sign-in did not succeed.</source>
        <translation>Die Anmeldung ist nicht gelungen.</translation>
    </message>
    <message>
        <source>Nobody signed in in time. Begin again.</source>
        <translation>Niemand hat sich rechtzeitig angemeldet. Beginnen Sie noch einmal.</translation>
    </message>
</context>
<context>
    <name>SourceCard</name>
    <message>
        <source>Scan now</source>
        <translation>Jetzt nachsehen</translation>
    </message>
    <message>
        <source>Preview 20 rows</source>
        <translation>20 Zeilen ansehen</translation>
    </message>
    <message>
        <source>Test as service</source>
        <translation>Als Dienst prüfen</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Ändern …</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>Datenbank</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Last read {when}: {file}</source>
        <translation>Zuletzt gelesen {when}: {file}</translation>
    </message>
    <message>
        <source>{count} rows</source>
        <translation>{count} Zeilen</translation>
    </message>
    <message>
        <source>Nothing was read yet.</source>
        <translation>Noch nichts gelesen.</translation>
    </message>
    <message>
        <source>Whether the service can read it is not known yet.</source>
        <translation>Ob der Dienst sie lesen kann, ist noch nicht bekannt.</translation>
    </message>
    <message>
        <source>The service can read it.</source>
        <translation>Der Dienst kann sie lesen.</translation>
    </message>
    <message>
        <source>The service cannot read it.</source>
        <translation>Der Dienst kann sie nicht lesen.</translation>
    </message>
    <message>
        <source>Flows: {names}</source>
        <translation>Flüsse: {names}</translation>
    </message>
    <message>
        <source>No flow reads it yet.</source>
        <translation>Noch liest kein Fluss daraus.</translation>
    </message>
    <message>
        <source>Read when the source that it groups is read.</source>
        <translation>Wird gelesen, wenn die Quelle gelesen wird, die sie zusammenfasst.</translation>
    </message>
    <message>
        <source>Looked at every {time}.</source>
        <translation>Wird alle {time} angesehen.</translation>
    </message>
    <message>
        <source>Changes of the folder are noticed at once, and it is looked at every {time}.</source>
        <translation>Änderungen im Ordner werden sofort bemerkt, und alle {time} wird nachgesehen.</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} Std.</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} min</translation>
    </message>
    <message>
        <source>{count} s</source>
        <translation>{count} s</translation>
    </message>
</context>
<context>
    <name>SourceEditor</name>
    <message>
        <source>Take these settings over</source>
        <translation>Diese Einstellungen übernehmen</translation>
    </message>
    <message>
        <source>Look at 20 rows</source>
        <translation>20 Zeilen ansehen</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Sieht nach …</translation>
    </message>
    <message>
        <source>Proposed by what was read:</source>
        <translation>Vorschlag aus dem Gelesenen:</translation>
    </message>
</context>
<context>
    <name>SourceStep</name>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Where the ERP writes its exports, or the table to read. Nothing is changed there.</source>
        <translation>Wo das ERP seine Exporte ablegt, oder die Tabelle, die gelesen wird. Dort wird nichts geändert.</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut ansehen</translation>
    </message>
    <message>
        <source>Look at the first rows</source>
        <translation>Erste Zeilen ansehen</translation>
    </message>
    <message>
        <source>A known ERP (ready set)</source>
        <translation>Ein bekanntes ERP (fertiger Satz)</translation>
    </message>
    <message>
        <source>Format and key are proposed below. If the rows are right, go on.</source>
        <translation>Format und Schlüssel sind unten vorgeschlagen. Stimmen die Zeilen, gehen Sie weiter.</translation>
    </message>
    <message>
        <source>There are sources of these names already: {names}.</source>
        <translation>Quellen mit diesen Namen gibt es schon: {names}.</translation>
    </message>
    <message>
        <source>Remove them on the page Sources, or set up a source of your own here.</source>
        <translation>Entfernen Sie sie auf der Seite Quellen, oder richten Sie hier eine eigene Quelle ein.</translation>
    </message>
</context>
<context>
    <name>SourcesPage</name>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>No source yet. A source is a folder of exports or a table of a database.</source>
        <translation>Noch keine Quelle. Eine Quelle ist ein Ordner mit Exporten oder eine Tabelle einer Datenbank.</translation>
    </message>
    <message>
        <source>Add the first source</source>
        <translation>Erste Quelle hinzufügen</translation>
    </message>
    <message>
        <source>Change {name}</source>
        <translation>{name} ändern</translation>
    </message>
    <message>
        <source>Add a source</source>
        <translation>Quelle hinzufügen</translation>
    </message>
    <message>
        <source>The service looks for news now.</source>
        <translation>Der Dienst sieht jetzt nach Neuem.</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Fragt …</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Liest …</translation>
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
    <name>Step</name>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>Zertifikat</translation>
    </message>
    <message>
        <source>Sign-in</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>Rechte</translation>
    </message>
    <message>
        <source>Trial write</source>
        <translation>Probeschreiben</translation>
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
    <name>TablesView</name>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Name of a new table, such as units</source>
        <translation>Name einer neuen Tabelle, etwa einheiten</translation>
    </message>
    <message>
        <source>Name of a new table</source>
        <translation>Name einer neuen Tabelle</translation>
    </message>
    <message>
        <source>Add a lookup table</source>
        <translation>Nachschlagetabelle hinzufügen</translation>
    </message>
    <message>
        <source>Words of this table</source>
        <translation>Wörter dieser Tabelle</translation>
    </message>
    <message>
        <source>One a line: word in the ERP = word in the CRM</source>
        <translation>Je Zeile eines: Wort im ERP = Wort im CRM</translation>
    </message>
    <message>
        <source>Put these words into the draft</source>
        <translation>Diese Wörter in den Entwurf übernehmen</translation>
    </message>
    <message>
        <source>No table yet. A table turns words of the ERP into the CRM&apos;s.</source>
        <translation>Noch keine Tabelle. Eine Tabelle macht aus Wörtern des ERP die des CRM.</translation>
    </message>
    <message>
        <source>These words stand in the file lookups/{file}.</source>
        <translation>Diese Wörter stehen in der Datei lookups/{file}.</translation>
    </message>
    <message>
        <source>These words come from the source {source}.</source>
        <translation>Diese Wörter kommen aus der Quelle {source}.</translation>
    </message>
    <message>
        <source>A word that is not here stops its record, with a reason.</source>
        <translation>Ein Wort, das hier fehlt, hält seinen Datensatz an, mit Grund.</translation>
    </message>
</context>
<context>
    <name>TargetCard</name>
    <message>
        <source>Try again now</source>
        <translation>Jetzt noch einmal</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Neu anmelden …</translation>
    </message>
    <message>
        <source>Sign in with a code…</source>
        <translation>Mit Code anmelden …</translation>
    </message>
    <message>
        <source>Files for the CRM&apos;s administrator</source>
        <translation>Dateien für die Administration des CRM</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Ändern …</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>Anmelden …</translation>
    </message>
    <message>
        <source>Signed in.</source>
        <translation>Angemeldet.</translation>
    </message>
    <message>
        <source>Signed out.</source>
        <translation>Abgemeldet.</translation>
    </message>
    <message>
        <source>Not signed in yet, or not known.</source>
        <translation>Noch nicht angemeldet, oder nicht bekannt.</translation>
    </message>
    <message>
        <source>The access ends {when}.</source>
        <translation>Der Zugang endet {when}.</translation>
    </message>
    <message>
        <source>{count} waiting · last delivery {when}</source>
        <translation>{count} warten · letzte Zustellung {when}</translation>
    </message>
    <message>
        <source>Production</source>
        <translation>Produktion</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>Sandbox</translation>
    </message>
    <message>
        <source>Practice</source>
        <translation>Übung</translation>
    </message>
    <message>
        <source>{used} of {allowed} calls used, anew {when}</source>
        <translation>{used} von {allowed} Aufrufen verbraucht, neu ab {when}</translation>
    </message>
    <message>
        <source>{used} of {allowed} calls used</source>
        <translation>{used} von {allowed} Aufrufen verbraucht</translation>
    </message>
    <message>
        <source>Secret {name}: set on {when} by {who}</source>
        <translation>Geheimnis {name}: gesetzt am {when} von {who}</translation>
    </message>
    <message>
        <source>Secret {name}: set on {when}</source>
        <translation>Geheimnis {name}: gesetzt am {when}</translation>
    </message>
    <message>
        <source>Secret {name}: not set</source>
        <translation>Geheimnis {name}: nicht gesetzt</translation>
    </message>
    <message>
        <source>Change secret…</source>
        <translation>Geheimnis ändern …</translation>
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
        <source>Set up…</source>
        <translation>Einrichten…</translation>
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
<context>
    <name>Uncertain</name>
    <message>
        <source>Records that are not certain</source>
        <translation>Datensätze, die nicht sicher sind</translation>
    </message>
    <message>
        <source>Nothing is sent for these until somebody has said who they are. Choose one, then what it is.</source>
        <translation>Für diese wird nichts gesendet, bis jemand gesagt hat, wer sie sind. Wählen Sie einen, dann, was er ist.</translation>
    </message>
    <message>
        <source>Record of the ERP</source>
        <translation>Datensatz des ERP</translation>
    </message>
    <message>
        <source>Why it is asked</source>
        <translation>Warum gefragt wird</translation>
    </message>
    <message>
        <source>Record of the CRM</source>
        <translation>Datensatz des CRM</translation>
    </message>
    <message>
        <source>What speaks for it</source>
        <translation>Was dafür spricht</translation>
    </message>
    <message>
        <source>Has the key</source>
        <translation>Hat den Schlüssel</translation>
    </message>
    <message>
        <source>Records of the CRM that may be meant</source>
        <translation>Datensätze des CRM, die gemeint sein können</translation>
    </message>
    <message>
        <source>It is this record of the CRM</source>
        <translation>Es ist dieser Datensatz des CRM</translation>
    </message>
    <message>
        <source>It is new</source>
        <translation>Er ist neu</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Auslassen</translation>
    </message>
    <message>
        <source>Which record of the CRM is {key}?</source>
        <translation>Welcher Datensatz des CRM ist {key}?</translation>
    </message>
</context>
<context>
    <name>UpdatesView</name>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Look for a newer version</source>
        <translation>Nach einer neueren Version sehen</translation>
    </message>
    <message>
        <source>How to bring in a newer version</source>
        <translation>Wie eine neuere Version eingespielt wird</translation>
    </message>
    <message>
        <source>Run the newer installer on this computer, as an administrator.</source>
        <translation>Starten Sie das neuere Installationsprogramm auf diesem Rechner, als Administrator.</translation>
    </message>
    <message>
        <source>The service stops for a moment, keeps queue, keys and configuration, and starts again as the newer version. Records that wait go on waiting meanwhile.</source>
        <translation>Der Dienst hält kurz an, behält Warteschlange, Schlüssel und Konfiguration und startet als neuere Version. Wartende Datensätze warten so lange weiter.</translation>
    </message>
    <message>
        <source>The newer version is on trial first: if it does not become healthy, the former one comes back by itself, with everything as it was.</source>
        <translation>Die neuere Version läuft zuerst auf Probe: Läuft sie nicht fehlerfrei, kommt die frühere von selbst zurück, mit allem, wie es war.</translation>
    </message>
    <message>
        <source>The service on {machine} has version {version}.</source>
        <translation>Der Dienst auf {machine} hat die Version {version}.</translation>
    </message>
    <message>
        <source>Version {version} is there.</source>
        <translation>Version {version} ist da.</translation>
    </message>
    <message>
        <source>This is the newest version.</source>
        <translation>Das ist die neueste Version.</translation>
    </message>
</context>
<context>
    <name>Veiled</name>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Copy for one minute</source>
        <translation>Für eine Minute kopieren</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Verbergen</translation>
    </message>
</context>
<context>
    <name>VersionsView</name>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Bemerkung</translation>
    </message>
    <message>
        <source>in force</source>
        <translation>in Kraft</translation>
    </message>
    <message>
        <source>Versions of this mapping</source>
        <translation>Versionen dieser Zuordnung</translation>
    </message>
    <message>
        <source>Look at it as a draft</source>
        <translation>Als Entwurf ansehen</translation>
    </message>
    <message>
        <source>Bring this version into force again</source>
        <translation>Diese Version wieder in Kraft setzen</translation>
    </message>
</context>
<context>
    <name>WaitingView</name>
    <message>
        <source>Only this flow</source>
        <translation>Nur dieser Fluss</translation>
    </message>
    <message>
        <source>All flows</source>
        <translation>Alle Flüsse</translation>
    </message>
    <message>
        <source>Records that wait to be sent</source>
        <translation>Datensätze, die auf den Versand warten</translation>
    </message>
    <message>
        <source>Nothing is waiting. What changes in the ERP goes out as soon as it is read.</source>
        <translation>Nichts wartet. Was sich im ERP ändert, geht hinaus, sobald es gelesen ist.</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>What will be sent</source>
        <translation>Was gesendet wird</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>Wozu</translation>
    </message>
    <message>
        <source>Waiting since</source>
        <translation>Wartet seit</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>Next try</source>
        <translation>Nächster Versuch</translation>
    </message>
    <message>
        <source>Waits for</source>
        <translation>Wartet auf</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Nothing is waiting</source>
        <translation>Nichts wartet</translation>
    </message>
    <message>
        <source>1 record is waiting to be sent</source>
        <translation>1 Datensatz wartet auf den Versand</translation>
    </message>
    <message>
        <source>{records} are waiting to be sent</source>
        <translation>{records} warten auf den Versand</translation>
    </message>
    <message>
        <source>No action is needed: they go out on their own.</source>
        <translation>Nichts ist zu tun: Das geht von selbst hinaus.</translation>
    </message>
</context>
<context>
    <name>WholeView</name>
    <message>
        <source>Default: {value}.</source>
        <translation>Vorgabe: {value}.</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Customer</source>
        <translation>Kunde</translation>
    </message>
    <message>
        <source>Contact</source>
        <translation>Kontakt</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Artikel</translation>
    </message>
    <message>
        <source>Price list</source>
        <translation>Preisliste</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Preis</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>Order line</source>
        <translation>Auftragsposition</translation>
    </message>
    <message>
        <source>Invoice</source>
        <translation>Rechnung</translation>
    </message>
    <message>
        <source>Invoice line</source>
        <translation>Rechnungsposition</translation>
    </message>
    <message>
        <source>Credit note</source>
        <translation>Gutschrift</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>Zahlung</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>Bestand</translation>
    </message>
    <message>
        <source>Shipment</source>
        <translation>Lieferung</translation>
    </message>
    <message>
        <source>Shipment line</source>
        <translation>Lieferposition</translation>
    </message>
    <message>
        <source>Quote</source>
        <translation>Angebot</translation>
    </message>
    <message>
        <source>Quote line</source>
        <translation>Angebotsposition</translation>
    </message>
    <message>
        <source>Opportunity</source>
        <translation>Verkaufschance</translation>
    </message>
    <message>
        <source>Subscription</source>
        <translation>Abonnement</translation>
    </message>
    <message>
        <source>Service case</source>
        <translation>Servicefall</translation>
    </message>
    <message>
        <source>the CRM</source>
        <translation>das CRM</translation>
    </message>
    <message>
        <source>Who keeps the data in the ERP</source>
        <translation>wer die Daten im ERP pflegt</translation>
    </message>
    <message>
        <source>Who keeps the mapping</source>
        <translation>wer die Zuordnung pflegt</translation>
    </message>
    <message>
        <source>Who administers the CRM</source>
        <translation>wer das CRM verwaltet</translation>
    </message>
    <message>
        <source>You, here</source>
        <translation>Sie, hier</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>Braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Being sent</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>Zugestellt</translation>
    </message>
    <message>
        <source>Replaced by a newer version</source>
        <translation>Durch eine neuere Fassung ersetzt</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Beiseitegelegt</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>Bearbeitet</translation>
    </message>
    <message>
        <source>Taken back</source>
        <translation>Zurückgeholt</translation>
    </message>
    <message>
        <source>Sent again</source>
        <translation>Erneut gesendet</translation>
    </message>
    <message>
        <source>1 record</source>
        <translation>1 Datensatz</translation>
    </message>
    <message>
        <source>{count} records</source>
        <translation>{count} Datensätze</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Customers</source>
        <translation>Kunden</translation>
    </message>
    <message>
        <source>Acceptances</source>
        <translation>Abnahmen</translation>
    </message>
    <message>
        <source>Billing schedules</source>
        <translation>Abrechnungspläne</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>Contracts</source>
        <translation>Verträge</translation>
    </message>
    <message>
        <source>Credit notes</source>
        <translation>Gutschriften</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>Bestand</translation>
    </message>
    <message>
        <source>Invoices</source>
        <translation>Rechnungen</translation>
    </message>
    <message>
        <source>Invoice lines</source>
        <translation>Rechnungspositionen</translation>
    </message>
    <message>
        <source>Opportunities</source>
        <translation>Verkaufschancen</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Order lines</source>
        <translation>Auftragspositionen</translation>
    </message>
    <message>
        <source>Payments</source>
        <translation>Zahlungen</translation>
    </message>
    <message>
        <source>Price lists</source>
        <translation>Preislisten</translation>
    </message>
    <message>
        <source>Prices</source>
        <translation>Preise</translation>
    </message>
    <message>
        <source>Products</source>
        <translation>Produkte</translation>
    </message>
    <message>
        <source>Quotes</source>
        <translation>Angebote</translation>
    </message>
    <message>
        <source>Quote lines</source>
        <translation>Angebotspositionen</translation>
    </message>
    <message>
        <source>Service cases</source>
        <translation>Servicefälle</translation>
    </message>
    <message>
        <source>Shipments</source>
        <translation>Lieferungen</translation>
    </message>
    <message>
        <source>Shipment lines</source>
        <translation>Lieferpositionen</translation>
    </message>
    <message>
        <source>Subscriptions</source>
        <translation>Abonnements</translation>
    </message>
    <message>
        <source>Tax lines</source>
        <translation>Steuerzeilen</translation>
    </message>
</context>
</TS>
