<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
 <context>
  <name>softphone</name>
  <message>
   <location filename="softphone/accounts/account.py" />
   <source>{name} is signed in already; the sign-in was renewed.</source>
   <translation>{name} ist schon angemeldet; die Anmeldung wurde erneuert.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/account.py" />
   <source>{name} is signed in already; the access token was not used.</source>
   <translation>{name} ist schon angemeldet; das Zugriffstoken wurde nicht verwendet.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/account.py" />
   <source>Signed in already</source>
   <translation>Schon angemeldet</translation>
  </message>
  <message>
   <location filename="softphone/accounts/panel.py" />
   <source>The access token cannot be used</source>
   <translation>Das Zugriffstoken kann nicht verwendet werden</translation>
  </message>
  <message>
   <location filename="softphone/accounts/panel.py" />
   <source>That is no access token: it is one long word. Nothing was changed.</source>
   <translation>Das ist kein Zugriffstoken: Es ist ein einziges langes Wort. Nichts wurde geändert.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/panel.py" />
   <source>That attempt to sign in is over.</source>
   <translation>Dieser Anmeldeversuch ist vorbei.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/panel.py" />
   <source>Its account was signed out meanwhile.</source>
   <translation>Das Konto wurde inzwischen abgemeldet.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/panel.py" />
   <source>The line is gone</source>
   <translation>Die Leitung ist nicht mehr da</translation>
  </message>
  <message>
   <location filename="softphone/accounts/panel.py" />
   <source>Webex does not accept this access token. Nothing was changed.</source>
   <translation>Webex akzeptiert dieses Zugriffstoken nicht. Nichts wurde geändert.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>The sign-in page of this program keeps no cookies. Your own browser may still be signed in.</source>
   <translation>Die Anmeldeseite dieses Programms behält keine Cookies. Ihr eigener Browser ist möglicherweise noch angemeldet.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>This computer is not in the list of your Webex devices any more.</source>
   <translation>Dieser Computer steht nicht mehr in der Liste Ihrer Webex-Geräte.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>The history of the account and the log were deleted.</source>
   <translation>Der Verlauf des Kontos und das Protokoll wurden gelöscht.</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/accounts/sign_out.py" />
   <source>{n} lines were deregistered.</source>
   <extracomment>One: {n} line was deregistered.</extracomment>
   <translation>
    <numerusform>{n} Leitung wurde deregistriert.</numerusform>
    <numerusform>{n} Leitungen wurden deregistriert.</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>They stay on this computer and name the account and its lines, as you have chosen. Nobody who called is named any more.</source>
   <translation>Beides bleibt, wie von Ihnen gewählt, auf diesem Computer und nennt das Konto und seine Leitungen. Wer angerufen hat, steht nicht mehr darin.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>They stay on this computer, as you have chosen, and may still name who called.</source>
   <translation>Beides bleibt, wie von Ihnen gewählt, auf diesem Computer und nennt womöglich noch, wer angerufen hat.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>The history or the log could not be deleted: both may still name the account.</source>
   <translation>Verlauf oder Protokoll konnten nicht gelöscht werden: Beide nennen das Konto womöglich noch.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>The history of the account and the log were deleted. Files that were set aside before may still name it: {files}.</source>
   <translation>Der Verlauf des Kontos und das Protokoll wurden gelöscht. Früher beiseitegelegte Dateien nennen es womöglich noch: {files}.</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/accounts/sign_out.py" />
   <source>Webex did not confirm that {n} lines are off; it forgets this device in a few minutes.</source>
   <extracomment>One: Webex did not confirm that {n} line is off; it forgets this device in a few minutes.</extracomment>
   <translation>
    <numerusform>Webex hat nicht bestätigt, dass {n} Leitung aus ist; es vergisst dieses Gerät in einigen Minuten.</numerusform>
    <numerusform>Webex hat nicht bestätigt, dass {n} Leitungen aus sind; es vergisst dieses Gerät in einigen Minuten.</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>No line was registered.</source>
   <translation>Keine Leitung war registriert.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <location filename="softphone/calling/removals.py" />
   <location filename="softphone/wording/plots.py" />
   <source>no answer</source>
   <translation>keine Antwort</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>This computer stays in the list of your Webex devices, without a line ({why}).</source>
   <translation>Dieser Computer bleibt in der Liste Ihrer Webex-Geräte, ohne Leitung ({why}).</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>The sign-in had ended before.</source>
   <translation>Die Anmeldung war schon beendet.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>No sign-in was saved on this computer.</source>
   <translation>Auf diesem Computer war keine Anmeldung gespeichert.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/sign_out.py" />
   <source>the saved sign-in ({why})</source>
   <translation>die gespeicherte Anmeldung ({why})</translation>
  </message>
  <message>
   <location filename="softphone/accounts/snapshot.py" />
   <location filename="softphone/auth/session.py" />
   <location filename="softphone/ui/sign_in/receipt_dialog.py" />
   <location filename="softphone/wording/notices.py" />
   <location filename="softphone/wording/presentation.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>Signed out</source>
   <translation>Abgemeldet</translation>
  </message>
  <message>
   <location filename="softphone/accounts/snapshot.py" />
   <source>This computer keeps no sign-in of yours.</source>
   <translation>Auf diesem Computer ist keine Anmeldung von Ihnen gespeichert.</translation>
  </message>
  <message>
   <location filename="softphone/accounts/snapshot.py" />
   <source>Signed in, with a remark</source>
   <translation>Angemeldet, mit einem Hinweis</translation>
  </message>
  <message>
   <location filename="softphone/auth/asked_token.py" />
   <source>No new access token yet</source>
   <translation>Noch kein neues Zugriffstoken</translation>
  </message>
  <message>
   <location filename="softphone/auth/asked_token.py" />
   <source>Nothing came within {n} s.</source>
   <translation>Innerhalb von {n} s kam nichts.</translation>
  </message>
  <message>
   <location filename="softphone/auth/asked_token.py" />
   <source>{why} It is asked for again.</source>
   <translation>{why} Es wird wieder danach gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/auth/asked_token.py" />
   <source>Asking for it was cancelled.</source>
   <translation>Die Frage danach wurde abgebrochen.</translation>
  </message>
  <message>
   <location filename="softphone/auth/asked_token.py" />
   <source>Asking for it failed: {why}.</source>
   <translation>Die Frage danach ist gescheitert: {why}.</translation>
  </message>
  <message>
   <location filename="softphone/auth/changes.py" />
   <location filename="softphone/ui/lines/line_list.py" />
   <source>Lines</source>
   <translation>Leitungen</translation>
  </message>
  <message>
   <location filename="softphone/auth/changes.py" />
   <source>Device</source>
   <translation>Gerät</translation>
  </message>
  <message>
   <location filename="softphone/auth/changes.py" />
   <source>Sign-in at Webex</source>
   <translation>Anmeldung bei Webex</translation>
  </message>
  <message>
   <location filename="softphone/auth/changes.py" />
   <source>Keyring</source>
   <translation>Schlüsselbund</translation>
  </message>
  <message>
   <location filename="softphone/auth/changes.py" />
   <source>Sign-in page</source>
   <translation>Anmeldeseite</translation>
  </message>
  <message>
   <location filename="softphone/auth/changes.py" />
   <source>History and log</source>
   <translation>Verlauf und Protokoll</translation>
  </message>
  <message>
   <location filename="softphone/auth/changes.py" />
   <source>The sign-in could not be revoked: it stays alive at Webex until it expires or you remove it at {page}.</source>
   <translation>Die Anmeldung konnte nicht widerrufen werden: Sie gilt bei Webex weiter, bis sie abläuft oder Sie sie auf {page} entfernen.</translation>
  </message>
  <message>
   <location filename="softphone/auth/changes.py" />
   <source>The keyring could not be emptied. Left there: {entries}.</source>
   <translation>Der Schlüsselbund konnte nicht geleert werden. Noch darin: {entries}.</translation>
  </message>
  <message>
   <location filename="softphone/auth/changes.py" />
   <source>The sign-in was revoked at Webex.</source>
   <translation>Die Anmeldung wurde bei Webex widerrufen.</translation>
  </message>
  <message>
   <location filename="softphone/auth/changes.py" />
   <source>The saved sign-in was removed from this computer.</source>
   <translation>Die gespeicherte Anmeldung wurde von diesem Computer entfernt.</translation>
  </message>
  <message>
   <location filename="softphone/auth/device_code.py" />
   <location filename="softphone/auth/token_answer.py" />
   <source>The sign-in server sent an answer that makes no sense. Nothing was changed.</source>
   <translation>Der Anmeldeserver hat eine unsinnige Antwort gesendet. Nichts wurde geändert.</translation>
  </message>
  <message>
   <location filename="softphone/auth/fixed_token.py" />
   <source>Nothing was saved there.</source>
   <translation>Dort war nichts gespeichert.</translation>
  </message>
  <message>
   <location filename="softphone/auth/keystore.py" />
   <source>Unless you unlock it, your sign-in lasts until you quit.</source>
   <translation>Solange Sie ihn nicht entsperren, gilt Ihre Anmeldung, bis Sie das Programm beenden.</translation>
  </message>
  <message>
   <location filename="softphone/auth/keystore.py" />
   <source>The saved sign-in is safe but cannot be read until you unlock it.</source>
   <translation>Die gespeicherte Anmeldung ist sicher, kann aber erst gelesen werden, wenn Sie ihn entsperren.</translation>
  </message>
  <message>
   <location filename="softphone/auth/keystore.py" />
   <source>Your keyring is locked</source>
   <translation>Ihr Schlüsselbund ist gesperrt</translation>
  </message>
  <message>
   <location filename="softphone/auth/keystore.py" />
   <location filename="softphone/auth/system_keyring.py" />
   <source>What it keeps is safe; without it a sign-in lasts until you quit.</source>
   <translation>Was er aufbewahrt, ist sicher; ohne ihn gilt eine Anmeldung, bis Sie das Programm beenden.</translation>
  </message>
  <message>
   <location filename="softphone/auth/keystore.py" />
   <source>Your keyring was not unlocked</source>
   <translation>Ihr Schlüsselbund wurde nicht entsperrt</translation>
  </message>
  <message>
   <location filename="softphone/auth/keystore.py" />
   <source>Your keyring does not answer</source>
   <translation>Ihr Schlüsselbund antwortet nicht</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>The answer has arrived. You can close this page and go back to the app.</source>
   <translation>Die Antwort ist angekommen. Sie können diese Seite schließen und zur App zurückkehren.</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>This did not belong to the sign-in under way. Go back to the app.</source>
   <translation>Das gehörte nicht zur laufenden Anmeldung. Kehren Sie zur App zurück.</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>There is nothing here.</source>
   <translation>Hier gibt es nichts.</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>Only GET works here.</source>
   <translation>Hier funktioniert nur GET.</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>That address is too long.</source>
   <translation>Diese Adresse ist zu lang.</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>Your browser cannot come back</source>
   <translation>Ihr Browser kann nicht zurückkommen</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>too many headers</source>
   <translation>zu viele Kopfzeilen</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>Your browser cannot come back here: other programs use port {ports}. Sign in inside this window instead, or end the other program.</source>
   <translation>Ihr Browser kann nicht hierher zurückkommen: Andere Programme verwenden Port {ports}. Melden Sie sich stattdessen in diesem Fenster an oder beenden Sie das andere Programm.</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>Your browser cannot come back here: port {ports} cannot be opened ({why}). Sign in inside this window instead.</source>
   <translation>Ihr Browser kann nicht hierher zurückkommen: Port {ports} kann nicht geöffnet werden ({why}). Melden Sie sich stattdessen in diesem Fenster an.</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>Softphone sign-in</source>
   <translation>Softphone-Anmeldung</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>This cloud's redirect address is not on this computer, so your browser cannot come back.</source>
   <translation>Die Redirect-Adresse dieser Cloud liegt nicht auf diesem Computer, deshalb kann Ihr Browser nicht zurückkommen.</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>Your own browser cannot be used here</source>
   <translation>Ihr eigener Browser kann hier nicht verwendet werden</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>Your browser did not come back in time. Nothing was changed.</source>
   <translation>Ihr Browser kam nicht rechtzeitig zurück. Nichts wurde geändert.</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>Answers kept coming that did not belong to this request.</source>
   <translation>Es kamen immer wieder Antworten, die nicht zu dieser Anfrage gehörten.</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <location filename="softphone/auth/oauth.py" />
   <source>Sign-in stopped for your safety</source>
   <translation>Die Anmeldung wurde zu Ihrer Sicherheit angehalten</translation>
  </message>
  <message>
   <location filename="softphone/auth/loopback.py" />
   <source>not allowed</source>
   <translation>nicht erlaubt</translation>
  </message>
  <message>
   <location filename="softphone/auth/oauth.py" />
   <location filename="softphone/auth/refusals.py" />
   <location filename="softphone/auth/token_answer.py" />
   <location filename="softphone/errors.py" />
   <source>Sign-in not finished</source>
   <translation>Die Anmeldung ist nicht abgeschlossen</translation>
  </message>
  <message>
   <location filename="softphone/auth/oauth.py" />
   <source>The sign-in page was open for too long. Nothing was changed.</source>
   <translation>Die Anmeldeseite war zu lange offen. Nichts wurde geändert.</translation>
  </message>
  <message>
   <location filename="softphone/auth/oauth.py" />
   <source>The answer came to an address that is not this program's.</source>
   <translation>Die Antwort kam an einer Adresse an, die nicht zu diesem Programm gehört.</translation>
  </message>
  <message>
   <location filename="softphone/auth/oauth.py" />
   <source>The answer came in an unexpected response mode.</source>
   <translation>Die Antwort kam auf unerwartetem Weg.</translation>
  </message>
  <message>
   <location filename="softphone/auth/oauth.py" />
   <source>The answer did not belong to this request.</source>
   <translation>Die Antwort gehörte nicht zu dieser Anfrage.</translation>
  </message>
  <message>
   <location filename="softphone/auth/oauth.py" />
   <source>The answer came from another sign-in service.</source>
   <translation>Die Antwort kam von einem anderen Anmeldedienst.</translation>
  </message>
  <message>
   <location filename="softphone/auth/oauth.py" />
   <source>The answer held no usable code.</source>
   <translation>Die Antwort enthielt keinen brauchbaren Code.</translation>
  </message>
  <message>
   <location filename="softphone/auth/oauth.py" />
   <source>This program's own redirect address cannot be read.</source>
   <translation>Die eigene Redirect-Adresse dieses Programms kann nicht gelesen werden.</translation>
  </message>
  <message>
   <location filename="softphone/auth/oauth.py" />
   <source>The sign-in page answered both yes and no.</source>
   <translation>Die Anmeldeseite hat zugleich Ja und Nein geantwortet.</translation>
  </message>
  <message>
   <location filename="softphone/auth/oauth.py" />
   <source>The answer could not be read.</source>
   <translation>Die Antwort konnte nicht gelesen werden.</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>Webex did not sign you in</source>
   <translation>Webex hat Sie nicht angemeldet</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>This app is not set up for sign-in</source>
   <translation>Diese App ist nicht für die Anmeldung eingerichtet</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>{sentence} Webex says: {details}</source>
   <translation>{sentence} Webex meldet: {details}</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>Nothing was changed. Try again.</source>
   <translation>Nichts wurde geändert. Versuchen Sie es erneut.</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <location filename="softphone/auth/token_answer.py" />
   <source>This app was not allowed to use calling</source>
   <translation>Diese App durfte die Telefonie nicht verwenden</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>A scope that this app asks for is not registered for it (invalid_scope). Ask your administrator to allow the calling scope for this app.</source>
   <translation>Ein Scope, den diese App verlangt, ist für sie nicht registriert (invalid_scope). Bitten Sie Ihren Administrator, den Telefonie-Scope für diese App freizugeben.</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>Webex does not allow this client to sign people in (unauthorized_client). Check its client ID.</source>
   <translation>Webex erlaubt diesem Client nicht, Personen anzumelden (unauthorized_client). Prüfen Sie seine Client-ID.</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>Webex does not know this client or its secret (invalid_client). Check client ID and client secret.</source>
   <translation>Webex kennt diesen Client oder sein Secret nicht (invalid_client). Prüfen Sie Client-ID und Client-Secret.</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>The code was not entered in time. Nothing was changed.</source>
   <translation>Der Code wurde nicht rechtzeitig eingegeben. Nichts wurde geändert.</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>Webex no longer accepts this attempt (invalid_grant). Start again.</source>
   <translation>Webex akzeptiert diesen Versuch nicht mehr (invalid_grant). Fangen Sie neu an.</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>Webex wants you to sign in afresh (login_required). Start again.</source>
   <translation>Webex möchte, dass Sie sich neu anmelden (login_required). Fangen Sie neu an.</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>Webex sign-in is not available just now (temporarily_unavailable). Try again in a minute.</source>
   <translation>Die Webex-Anmeldung ist gerade nicht verfügbar (temporarily_unavailable). Versuchen Sie es in einer Minute erneut.</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>Webex sign-in is having trouble (server_error). Try again in a minute.</source>
   <translation>Die Webex-Anmeldung hat Schwierigkeiten (server_error). Versuchen Sie es in einer Minute erneut.</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>Too many sign-ins on this account</source>
   <translation>Zu viele Anmeldungen in diesem Konto</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>Webex refused the sign-in ({error}).</source>
   <translation>Webex hat die Anmeldung abgelehnt ({error}).</translation>
  </message>
  <message>
   <location filename="softphone/auth/refusals.py" />
   <source>This account holds too many sign-ins (tokenlimit_reached). Remove some at {page}.</source>
   <translation>Dieses Konto hat zu viele Anmeldungen (tokenlimit_reached). Entfernen Sie einige auf {page}.</translation>
  </message>
  <message>
   <location filename="softphone/auth/renewal.py" />
   <source>This is a fault in the program, not yours. It is tried again.</source>
   <translation>Das ist ein Fehler im Programm, nicht Ihrer. Es wird erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/auth/renewal.py" />
   <source>Another copy of this program is renewing your sign-in and has not ended. It is tried again.</source>
   <translation>Eine andere Kopie dieses Programms erneuert gerade Ihre Anmeldung und ist noch nicht fertig. Es wird erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/auth/session.py" />
   <source>Your lines stay registered until it runs out.</source>
   <translation>Ihre Leitungen bleiben registriert, bis sie abläuft.</translation>
  </message>
  <message>
   <location filename="softphone/auth/session.py" />
   <source>Your sign-in is about to end</source>
   <translation>Ihre Anmeldung läuft bald ab</translation>
  </message>
  <message>
   <location filename="softphone/auth/session.py" />
   <source>Sign in to register.</source>
   <translation>Melden Sie sich an, um zu registrieren.</translation>
  </message>
  <message>
   <location filename="softphone/auth/system_keyring.py" />
   <source>Your keyring does not work</source>
   <translation>Ihr Schlüsselbund arbeitet nicht</translation>
  </message>
  <message>
   <location filename="softphone/auth/system_keyring.py" />
   <location filename="softphone/wording/notices.py" />
   <source>This sign-in lasts until you quit.</source>
   <translation>Diese Anmeldung gilt, bis Sie beenden.</translation>
  </message>
  <message>
   <location filename="softphone/auth/system_keyring.py" />
   <source>This computer has no safe place for it, so it lasts until you quit. The keyring chosen here ({backend}) does not protect what it keeps.</source>
   <translation>Dieser Computer hat keinen sicheren Ort dafür, deshalb gilt sie, bis Sie das Programm beenden. Der hier gewählte Schlüsselbund ({backend}) schützt nicht, was er aufbewahrt.</translation>
  </message>
  <message>
   <location filename="softphone/auth/system_keyring.py" />
   <source>The keyring was closed because the program is ending.</source>
   <translation>Der Schlüsselbund wurde geschlossen, weil das Programm endet.</translation>
  </message>
  <message>
   <location filename="softphone/auth/system_keyring.py" />
   <source>The system keyring did not keep what it was given, so the sign-in lasts until you quit.</source>
   <translation>Der Schlüsselbund des Systems hat nicht behalten, was er bekam, deshalb gilt die Anmeldung, bis Sie das Programm beenden.</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_answer.py" />
   <source>The sign-in server did not answer properly. Nothing was changed.</source>
   <translation>Der Anmeldeserver hat nicht richtig geantwortet. Nichts wurde geändert.</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_answer.py" />
   <location filename="softphone/line/failure.py" />
   <source>Webex no longer accepts this sign-in. Your lines come back when you sign in.</source>
   <translation>Webex akzeptiert diese Anmeldung nicht mehr. Ihre Leitungen kommen zurück, wenn Sie sich anmelden.</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_answer.py" />
   <location filename="softphone/line/failure.py" />
   <source>Your sign-in has ended</source>
   <translation>Ihre Anmeldung ist beendet</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_answer.py" />
   <source>Webex asked us to wait</source>
   <translation>Webex hat uns gebeten zu warten</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_answer.py" />
   <source>Webex will not keep you signed in: it sent nothing to renew the sign-in with.</source>
   <translation>Webex hält Sie nicht angemeldet: Es hat nichts gesendet, womit sich die Anmeldung erneuern lässt.</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_answer.py" />
   <source>Webex did not allow everything that was asked for. Missing: {scopes}.</source>
   <translation>Webex hat nicht alles erlaubt, was verlangt wurde. Es fehlt: {scopes}.</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_answer.py" />
   <source>Too many requests. Try again in {n} s, as Webex asked.</source>
   <translation>Zu viele Anfragen. Versuchen Sie es in {n} s erneut, wie Webex es verlangt.</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_answer.py" />
   <source>Ask your administrator to allow the calling scope for this app. Missing: {scopes}.</source>
   <translation>Bitten Sie Ihren Administrator, den Telefonie-Scope für diese App freizugeben. Es fehlt: {scopes}.</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_answer.py" />
   <source>Webex renewed the sign-in with the same token as before.</source>
   <translation>Webex hat die Anmeldung mit demselben Token wie zuvor erneuert.</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_answer.py" />
   <source>Webex did not say how long the sign-in lasts; one hour is assumed.</source>
   <translation>Webex hat nicht gesagt, wie lange die Anmeldung gilt; angenommen wird eine Stunde.</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_service.py" />
   <source>It was renewed only a moment ago and refused again. It is tried again.</source>
   <translation>Sie wurde gerade erst erneuert und wieder abgelehnt. Es wird erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_service.py" />
   <source>The sign-in server did not answer ({why}).</source>
   <translation>Der Anmeldeserver hat nicht geantwortet ({why}).</translation>
  </message>
  <message>
   <location filename="softphone/auth/token_service.py" />
   <source>{why} Nothing was changed.</source>
   <translation>{why} Nichts wurde geändert.</translation>
  </message>
  <message>
   <location filename="softphone/auth/untrusted.py" />
   <source>the body holds a number that is none</source>
   <translation>der Inhalt enthält eine Zahl, die keine ist</translation>
  </message>
  <message>
   <location filename="softphone/auth/untrusted.py" />
   <source>the body is too long</source>
   <translation>der Inhalt ist zu lang</translation>
  </message>
  <message>
   <location filename="softphone/auth/untrusted.py" />
   <source>the body holds too many lists</source>
   <translation>der Inhalt enthält zu viele Listen</translation>
  </message>
  <message>
   <location filename="softphone/auth/untrusted.py" />
   <source>the body is nested too deeply</source>
   <translation>der Inhalt ist zu tief verschachtelt</translation>
  </message>
  <message>
   <location filename="softphone/auth/untrusted.py" />
   <source>the body names a field twice</source>
   <translation>der Inhalt nennt ein Feld zweimal</translation>
  </message>
  <message>
   <location filename="softphone/auth/untrusted.py" />
   <source>the body holds a number that is too long</source>
   <translation>der Inhalt enthält eine zu lange Zahl</translation>
  </message>
  <message>
   <location filename="softphone/auth/untrusted.py" />
   <source>the body is not JSON</source>
   <translation>der Inhalt ist kein JSON</translation>
  </message>
  <message>
   <location filename="softphone/calling/asking.py" />
   <source>Something went wrong in this program</source>
   <translation>In diesem Programm ist etwas schiefgegangen</translation>
  </message>
  <message>
   <location filename="softphone/calling/asking.py" />
   <source>This is a fault in the program, not yours. The line is tried again by itself.</source>
   <translation>Das ist ein Fehler im Programm, nicht Ihrer. Die Leitung wird von selbst erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/calling/calling_client.py" />
   <source>Deregister its line instead.</source>
   <translation>Deregistrieren Sie stattdessen seine Leitung.</translation>
  </message>
  <message>
   <location filename="softphone/calling/calling_client.py" />
   <source>That is this computer</source>
   <translation>Das ist dieser Computer</translation>
  </message>
  <message>
   <location filename="softphone/calling/line.py" />
   <source>The line was told otherwise</source>
   <translation>Die Leitung bekam einen anderen Auftrag</translation>
  </message>
  <message>
   <location filename="softphone/calling/line.py" />
   <source>Meanwhile it was registered or deregistered by something else, or its client was closed.</source>
   <translation>Inzwischen wurde sie von etwas anderem an- oder abgemeldet, oder ihr Client wurde geschlossen.</translation>
  </message>
  <message>
   <location filename="softphone/calling/line_runner.py" />
   <source>A server did not say whether it registered this device. If it did, that is undone at the next start, or forgotten there in a few minutes.</source>
   <translation>Ein Server hat nicht gesagt, ob er dieses Gerät registriert hat. Falls ja, wird das beim nächsten Start rückgängig gemacht oder dort in einigen Minuten vergessen.</translation>
  </message>
  <message>
   <location filename="softphone/calling/line_runner.py" />
   <source>A server did not say whether it registered this device. If it did, that is forgotten there in a few minutes.</source>
   <translation>Ein Server hat nicht gesagt, ob er dieses Gerät registriert hat. Falls ja, wird das dort in einigen Minuten vergessen.</translation>
  </message>
  <message>
   <location filename="softphone/calling/removals.py" />
   <source>Device {device} could not be removed at Webex ({why}). It is forgotten there in a few minutes.</source>
   <translation>Gerät {device} konnte bei Webex nicht entfernt werden ({why}). Es wird dort in einigen Minuten vergessen.</translation>
  </message>
  <message>
   <location filename="softphone/calling/removals.py" />
   <source>Device {device} could not be removed at Webex yet ({why}). It is removed at the next start, or forgotten there in a few minutes.</source>
   <translation>Das Gerät {device} konnte bei Webex noch nicht entfernt werden ({why}). Es wird beim nächsten Start entfernt oder dort in einigen Minuten vergessen.</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>{file}: cannot be opened: {why}.</source>
   <translation>{file}: lässt sich nicht öffnen: {why}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>{part} is damaged: {why}</source>
   <translation>{part} ist beschädigt: {why}</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>{part} is larger than {n} MB</source>
   <translation>{part} ist größer als {n} MB</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>it has too many parts: the limit is {limit}</source>
   <translation>sie hat zu viele Teile: erlaubt sind {limit}</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <location filename="softphone/ui/help/diagnostics_saver.py" />
   <source>The diagnostics were not saved</source>
   <translation>Die Diagnose wurde nicht gespeichert</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>it is larger than {n} MB</source>
   <translation>sie ist größer als {n} MB</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>it is no zip file, or only the beginning of one</source>
   <translation>es ist keine Zip-Datei, oder nur der Anfang einer solchen</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>it is damaged: its directory is not where it should be</source>
   <translation>sie ist beschädigt: Ihr Verzeichnis ist nicht da, wo es sein müsste</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>it is no diagnostics file of this program</source>
   <translation>es ist keine Diagnosedatei dieses Programms</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>it was written by a newer version of this program. Update this one</source>
   <translation>sie wurde von einer neueren Version dieses Programms geschrieben. Aktualisieren Sie dieses</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>{part} is missing</source>
   <translation>{part} fehlt</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>{part} was altered: it is not what manifest.json says</source>
   <translation>{part} wurde verändert: Es ist nicht, was manifest.json sagt</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>{file} could not be written ({why}).</source>
   <translation>{file} konnte nicht geschrieben werden ({why}).</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>it is damaged: {why}</source>
   <translation>sie ist beschädigt: {why}</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>it is no diagnostics file of this program: it has no manifest.json</source>
   <translation>es ist keine Diagnosedatei dieses Programms: Sie hat kein manifest.json</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>a part has a name that none of ours has: {name}</source>
   <translation>ein Teil heißt, wie keiner von uns heißt: {name}</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>it has two parts called {name}</source>
   <translation>zwei ihrer Teile heißen {name}</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>{part} is a link, or no file</source>
   <translation>{part} ist ein Verweis oder keine Datei</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>{part} is packed in a way that no capsule is</source>
   <translation>{part} ist so gepackt, wie es keine Kapsel ist</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>{part} is locked with a password</source>
   <translation>{part} ist mit einem Passwort gesperrt</translation>
  </message>
  <message>
   <location filename="softphone/checks/capsule.py" />
   <source>it is no file</source>
   <translation>es ist keine Datei</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>Network</source>
   <translation>Netzwerk</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>Proxy and name</source>
   <translation>Proxy und Name</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>Secure connection</source>
   <translation>Sichere Verbindung</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>Clock</source>
   <translation>Uhr</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>Sign-in</source>
   <translation>Anmeldung</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>Region</source>
   <translation>Region</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>Discovery</source>
   <translation>Ermittlung</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>Calling servers</source>
   <translation>Telefonieserver</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <location filename="softphone/ui/history/activity_page.py" />
   <location filename="softphone/wording/notices.py" />
   <source>Line</source>
   <translation>Leitung</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>This check did not end in time.</source>
   <translation>Diese Prüfung wurde nicht rechtzeitig fertig.</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>See whether something waits for an answer.</source>
   <translation>Sehen Sie nach, ob etwas auf eine Antwort wartet.</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>Not looked at: the time for all checks was over.</source>
   <translation>Nicht geprüft: Die Zeit für alle Prüfungen war um.</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>Run the check again.</source>
   <translation>Starten Sie die Prüfung noch einmal.</translation>
  </message>
  <message>
   <location filename="softphone/checks/check.py" />
   <source>{what}.</source>
   <translation>{what}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/diagnostics.py" />
   <source>This program was held up: worst {worst} ms; holds over {limit} ms: {n}</source>
   <translation>Dieses Programm wurde aufgehalten: längstens {worst} ms; Male über {limit} ms: {n}</translation>
  </message>
  <message>
   <location filename="softphone/checks/diagnostics.py" />
   <source>This program was never held up while it waited for a server.</source>
   <translation>Dieses Programm wurde nie aufgehalten, während es auf einen Server wartete.</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>Kill the primary</source>
   <translation>Hauptserver ausschalten</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>All servers down</source>
   <translation>Alle Server ausgefallen</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>Go offline</source>
   <translation>Offline gehen</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>Too many requests (429) for 60 s</source>
   <translation>Zu viele Anfragen (60 s)</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>Expire the token</source>
   <translation>Token ablaufen lassen</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>Take the line elsewhere</source>
   <translation>Leitung anderswo übernehmen</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>A call comes in</source>
   <translation>Ein Anruf kommt herein</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>No line listens for calls now.</source>
   <translation>Zurzeit wartet keine Leitung auf Anrufe.</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>No drill</source>
   <translation>Keine Übung</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>The simulated cloud does not answer.</source>
   <translation>Die simulierte Cloud antwortet nicht.</translation>
  </message>
  <message>
   <location filename="softphone/checks/drills.py" />
   <source>The simulated cloud refused: {why}</source>
   <translation>Die simulierte Cloud hat abgelehnt: {why}</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>The region is unknown; the default is used.</source>
   <translation>Die Region ist unbekannt; der Standard wird verwendet.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>Calls work; the nearest server may not be used.</source>
   <translation>Anrufe funktionieren; vielleicht wird nicht der nächstgelegene Server verwendet.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>The line uses one that answers. Nothing has to be done.</source>
   <translation>Die Leitung verwendet einen, der antwortet. Es ist nichts zu tun.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>{server} confirmed the registration in {ms} ms: calls reach this computer.</source>
   <translation>{server} hat die Registrierung in {ms} ms bestätigt: Anrufe erreichen diesen Computer.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>The line shows this after its own next check.</source>
   <translation>Die Leitung zeigt das nach ihrer eigenen nächsten Prüfung.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>The line is not registered just now.</source>
   <translation>Die Leitung ist gerade nicht registriert.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>It is tried again by itself.</source>
   <translation>Sie wird von selbst erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>There is a sign-in for this account.</source>
   <translation>Für dieses Konto gibt es eine Anmeldung.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>The sign-in is good until {time}.</source>
   <translation>Die Anmeldung gilt bis {time}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>Calls work all the same. Try again later.</source>
   <translation>Anrufe funktionieren trotzdem. Versuchen Sie es später noch einmal.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>Webex knows this account and named its servers. Primary: {primaries}, backup: {backups}.</source>
   <translation>Webex kennt dieses Konto und hat seine Server genannt. Hauptserver: {primaries}, Ersatzserver: {backups}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>No calling server answers.</source>
   <translation>Kein Telefonieserver antwortet.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>No answer from {servers}; another one answers.</source>
   <translation>Keine Antwort von {servers}; ein anderer antwortet.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>This line is switched off here.</source>
   <translation>Diese Leitung ist hier ausgeschaltet.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>Press Register to switch it on.</source>
   <translation>Drücken Sie „Registrieren“, um sie einzuschalten.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>You are in {region}, {country}.</source>
   <translation>Sie sind in {region}, {country}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>All calling servers answer: {number}.</source>
   <translation>Alle Telefonieserver antworten: {number}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/probes.py" />
   <source>Not registered: {why}.</source>
   <translation>Nicht registriert: {why}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Check the network; a firewall may be in the way.</source>
   <translation>Prüfen Sie das Netzwerk; vielleicht ist eine Firewall im Weg.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Check the network; a VPN or DNS setting may be in the way.</source>
   <translation>Prüfen Sie das Netzwerk; vielleicht ist eine VPN- oder DNS-Einstellung im Weg.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Check the proxy setting (proxy in the cloud file), or ask who runs it.</source>
   <translation>Prüfen Sie die Proxy-Einstellung (proxy in der Cloud-Datei), oder fragen Sie, wer ihn betreibt.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Check the clock; a security gateway may need its certificate added (extra_ca_file).</source>
   <translation>Prüfen Sie die Uhr; vielleicht muss das Zertifikat eines Sicherheits-Gateways hinzugefügt werden (extra_ca_file).</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>A security gateway may be in the way.</source>
   <translation>Vielleicht ist ein Sicherheits-Gateway im Weg.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Check the address in the cloud file.</source>
   <translation>Prüfen Sie die Adresse in der Cloud-Datei.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Check the address in the cloud file, or try later.</source>
   <translation>Prüfen Sie die Adresse in der Cloud-Datei, oder versuchen Sie es später.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>This computer's proxy is not of the kind http://host:port.</source>
   <translation>Der Proxy dieses Computers ist nicht von der Art http://host:port.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>This computer has no network.</source>
   <translation>Dieser Computer hat kein Netz.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Connect it; lines register again by themselves.</source>
   <translation>Verbinden Sie ihn; Leitungen registrieren sich von selbst wieder.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>This computer's clock agrees with the service's.</source>
   <translation>Die Uhr dieses Computers stimmt mit der des Dienstes überein.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>{host} answered with a certificate we trust, through the proxy {proxy} (HTTP {status}).</source>
   <translation>{host} hat mit einem Zertifikat geantwortet, dem wir vertrauen, über den Proxy {proxy} (HTTP {status}).</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>The proxy {proxy} did not open the way to {host} (HTTP {status}).</source>
   <translation>Der Proxy {proxy} hat den Weg zu {host} nicht geöffnet (HTTP {status}).</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>The certificate of {host}, issued by {issuer}, is not trusted ({why}).</source>
   <translation>Dem Zertifikat von {host}, ausgestellt von {issuer}, wird nicht vertraut ({why}).</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>The service runs on this computer; no network is needed.</source>
   <translation>Der Dienst läuft auf diesem Computer; es braucht kein Netz.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>This computer has a network.</source>
   <translation>Dieser Computer hat ein Netz.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>The name {host} is known; no proxy is used. Addresses: {n}.</source>
   <translation>Der Name {host} ist bekannt; es wird kein Proxy verwendet. Adressen: {n}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>The connection to {host} is trusted; its certificate was issued by {issuer}.</source>
   <translation>Der Verbindung zu {host} wird vertraut; das Zertifikat wurde von {issuer} ausgestellt.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>[network] of {file}</source>
   <translation>[network] in {file}</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>this computer's settings</source>
   <translation>die Einstellungen dieses Computers</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>None is used, by {said}.</source>
   <translation>Keiner wird verwendet, laut: {said}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>{proxy} is used, by {said}.</source>
   <translation>{proxy} wird verwendet, laut: {said}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>{used} {file} is trusted besides.</source>
   <translation>{used} Außerdem wird {file} vertraut.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>No host told the time, so the clock could not be compared.</source>
   <translation>Kein Host nannte die Zeit, deshalb konnte die Uhr nicht verglichen werden.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Connect, then try again.</source>
   <translation>Stellen Sie die Verbindung her und versuchen Sie es erneut.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Set the date and time, or switch on setting them automatically.</source>
   <translation>Stellen Sie Datum und Uhrzeit ein, oder schalten Sie das automatische Einstellen ein.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>{host} answered on this computer (HTTP {status}).</source>
   <translation>{host} hat auf diesem Computer geantwortet (HTTP {status}).</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>{host} answered with a certificate we trust (HTTP {status}).</source>
   <translation>{host} hat mit einem Zertifikat geantwortet, dem wir vertrauen (HTTP {status}).</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>The certificate of {host} is not trusted ({why}).</source>
   <translation>Dem Zertifikat von {host} wird nicht vertraut ({why}).</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>No answer from the proxy {proxy}.</source>
   <translation>Keine Antwort vom Proxy {proxy}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>The proxy {proxy} wants a sign-in.</source>
   <translation>Der Proxy {proxy} verlangt eine Anmeldung.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>The proxy {proxy} leads to {host}.</source>
   <translation>Der Proxy {proxy} führt zu {host}.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>The name {host} was not found.</source>
   <translation>Der Name {host} wurde nicht gefunden.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Off by {minutes} min, ahead; sign-in may fail.</source>
   <translation>Geht {minutes} min vor; die Anmeldung kann scheitern.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>Off by {minutes} min, behind; sign-in may fail.</source>
   <translation>Geht {minutes} min nach; die Anmeldung kann scheitern.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>{host} gave no secure answer.</source>
   <translation>{host} gab keine sichere Antwort.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>{host} did not answer in time.</source>
   <translation>{host} hat nicht rechtzeitig geantwortet.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>{host} refused the connection.</source>
   <translation>{host} hat die Verbindung abgelehnt.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>the connection was cut</source>
   <translation>die Verbindung wurde getrennt</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>{host} could not be reached ({why}).</source>
   <translation>{host} war nicht erreichbar ({why}).</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>{host} did not answer as a web server does.</source>
   <translation>{host} hat nicht wie ein Webserver geantwortet.</translation>
  </message>
  <message>
   <location filename="softphone/checks/reach.py" />
   <source>The name of the proxy {proxy} was not found.</source>
   <translation>Der Name des Proxys {proxy} wurde nicht gefunden.</translation>
  </message>
  <message>
   <location filename="softphone/checks/updates.py" />
   <source>{host} sent no list of versions, or something answered in its place. Try later.</source>
   <translation>{host} hat keine Liste der Versionen geschickt, oder etwas hat an seiner Stelle geantwortet. Versuchen Sie es später.</translation>
  </message>
  <message>
   <location filename="softphone/checks/updates.py" />
   <source>The list of versions is not genuine</source>
   <translation>Die Liste der Versionen ist nicht echt</translation>
  </message>
  <message>
   <location filename="softphone/checks/updates.py" />
   <source>The list of versions makes no sense</source>
   <translation>Die Liste der Versionen ergibt keinen Sinn</translation>
  </message>
  <message>
   <location filename="softphone/checks/updates.py" />
   <source>What {host} sent is too long for a list of versions. It was not read.</source>
   <translation>Was {host} geschickt hat, ist zu lang für eine Liste der Versionen. Es wurde nicht gelesen.</translation>
  </message>
  <message>
   <location filename="softphone/checks/updates.py" />
   <source>What {host} sent was not made by the authors of this app. Nothing was done.</source>
   <translation>Was {host} geschickt hat, stammt nicht von den Autoren dieser App. Es wurde nichts getan.</translation>
  </message>
  <message>
   <location filename="softphone/checks/updates.py" />
   <source>The list of {host} is genuine, but this app cannot read it.</source>
   <translation>Die Liste von {host} ist echt, aber diese App kann sie nicht lesen.</translation>
  </message>
  <message>
   <location filename="softphone/checks/updates.py" />
   <source>{host} cannot be reached, or broke off. Check the network and the proxy.</source>
   <translation>{host} ist nicht erreichbar oder hat abgebrochen. Prüfen Sie Netzwerk und Proxy.</translation>
  </message>
  <message>
   <location filename="softphone/errors.py" />
   <source>Something went wrong</source>
   <translation>Etwas ist schiefgegangen</translation>
  </message>
  <message>
   <location filename="softphone/errors.py" />
   <source>Could not renew your sign-in yet</source>
   <translation>Ihre Anmeldung konnte noch nicht erneuert werden</translation>
  </message>
  <message>
   <location filename="softphone/errors.py" />
   <source>No list of versions came</source>
   <translation>Es kam keine Liste der Versionen</translation>
  </message>
  <message>
   <location filename="softphone/headless/instance.py" />
   <source>No answer</source>
   <translation>Keine Antwort</translation>
  </message>
  <message>
   <location filename="softphone/headless/instance.py" />
   <source>It is running already</source>
   <translation>Das Programm läuft bereits</translation>
  </message>
  <message>
   <location filename="softphone/headless/instance.py" />
   <source>{user} is running but did not answer. Try again, or end that process.</source>
   <translation>{user} läuft, hat aber nicht geantwortet. Versuchen Sie es erneut oder beenden Sie diesen Prozess.</translation>
  </message>
  <message>
   <location filename="softphone/headless/instance.py" />
   <source>Profile '{profile}' is in use by {user}. See 'softphone status --profile {profile}', end it with 'softphone quit --profile {profile}', or choose another profile.</source>
   <translation>Das Profil „{profile}“ wird verwendet: {user}. Siehe 'softphone status --profile {profile}'; beenden Sie es mit 'softphone quit --profile {profile}' oder wählen Sie ein anderes Profil.</translation>
  </message>
  <message>
   <location filename="softphone/headless/instance.py" />
   <source>Profile '{profile}' is in use by {user}. End that program, or choose another profile.</source>
   <translation>Das Profil „{profile}“ wird verwendet: {user}. Beenden Sie dieses Programm oder wählen Sie ein anderes Profil.</translation>
  </message>
  <message>
   <location filename="softphone/headless/instance.py" />
   <source>The program has ended, or dropped the question. Look with 'softphone status'; try again.</source>
   <translation>Das Programm ist beendet oder hat die Frage fallen lassen. Sehen Sie mit 'softphone status' nach und versuchen Sie es erneut.</translation>
  </message>
  <message>
   <location filename="softphone/headless/instance.py" />
   <source>Another process</source>
   <translation>Ein anderer Prozess</translation>
  </message>
  <message>
   <location filename="softphone/headless/instance.py" />
   <source>another process</source>
   <translation>ein anderer Prozess</translation>
  </message>
  <message>
   <location filename="softphone/headless/metrics.py" />
   <source>Port {port} cannot be used for the metrics ({why}). Choose another one.</source>
   <translation>Port {port} kann nicht für die Metriken verwendet werden ({why}). Wählen Sie einen anderen.</translation>
  </message>
  <message>
   <location filename="softphone/headless/metrics.py" />
   <source>in use</source>
   <translation>belegt</translation>
  </message>
  <message>
   <location filename="softphone/headless/token_command.py" />
   <source>The token command {command} failed: {why}.</source>
   <translation>Der Token-Befehl {command} ist gescheitert: {why}.</translation>
  </message>
  <message>
   <location filename="softphone/headless/token_command.py" />
   <source>it ended with {code}</source>
   <translation>er endete mit {code}</translation>
  </message>
  <message>
   <location filename="softphone/headless/token_command.py" />
   <source>it printed no access token: that is one long word</source>
   <translation>er gab kein Zugriffstoken aus: das ist ein langes Wort</translation>
  </message>
  <message>
   <location filename="softphone/headless/token_command.py" />
   <location filename="softphone/i18n.py" />
   <source>{first} {rest}</source>
   <translation>{first} {rest}</translation>
  </message>
  <message>
   <location filename="softphone/headless/token_command.py" />
   <source>it cannot be run ({why})</source>
   <translation>er lässt sich nicht ausführen ({why})</translation>
  </message>
  <message>
   <location filename="softphone/headless/token_command.py" />
   <source>it took longer than {n} s</source>
   <translation>er brauchte länger als {n} s</translation>
  </message>
  <message>
   <location filename="softphone/history/database.py" />
   <source>this is no history</source>
   <translation>das ist kein Verlauf</translation>
  </message>
  <message>
   <location filename="softphone/history/database.py" />
   <source>its rows make no sense</source>
   <translation>ihre Zeilen ergeben keinen Sinn</translation>
  </message>
  <message>
   <location filename="softphone/history/journal.py" />
   <source>The history of your lines cannot be saved, so it lasts until you quit. Your lines work on.</source>
   <translation>Der Verlauf Ihrer Leitungen kann nicht gespeichert werden und bleibt nur bis zum Beenden erhalten. Ihre Leitungen funktionieren weiter.</translation>
  </message>
  <message>
   <location filename="softphone/history/journal.py" />
   <source>The history file was damaged. It was kept as {name}.</source>
   <translation>Die Verlaufsdatei war beschädigt. Sie wurde als {name} aufbewahrt.</translation>
  </message>
  <message>
   <location filename="softphone/history/journal.py" />
   <source>The history file was written by a newer version of this program. It was kept as {name}.</source>
   <translation>Die Verlaufsdatei wurde von einer neueren Version dieses Programms geschrieben. Sie wurde als {name} aufbewahrt.</translation>
  </message>
  <message>
   <location filename="softphone/history/sqlite_file.py" />
   <source>too long</source>
   <translation>zu lang</translation>
  </message>
  <message>
   <location filename="softphone/history/sqlite_file.py" />
   <source>damaged</source>
   <translation>beschädigt</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/i18n.py" />
   <location filename="softphone/wording/notifications.py" />
   <source>{names} and {n} more</source>
   <extracomment>One: {names} and {n} more</extracomment>
   <translation>
    <numerusform>{names} und {n} weitere</numerusform>
    <numerusform>{names} und {n} weitere</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <location filename="softphone/webex/transport_faults.py" />
   <source>No server answers</source>
   <translation>Kein Server antwortet</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <source>The server did not answer in time. Another one is asked.</source>
   <translation>Der Server hat nicht rechtzeitig geantwortet. Ein anderer wird gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <source>No server took the line</source>
   <translation>Kein Server hat die Leitung übernommen</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <source>Neither a primary nor a backup took it. It is tried again by itself.</source>
   <translation>Weder ein Haupt- noch ein Ersatzserver hat sie übernommen. Es wird von selbst erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <source>Webex still holds an earlier registration</source>
   <translation>Webex hält noch eine frühere Registrierung</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <source>This computer made it, and it is being removed. Then the line registers by itself.</source>
   <translation>Sie stammt von diesem Computer und wird gerade entfernt. Danach registriert sich die Leitung von selbst.</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <source>Webex has not confirmed it yet</source>
   <translation>Webex hat es noch nicht bestätigt</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <source>The line is off here. Webex is still being told; this goes on by itself.</source>
   <translation>Die Leitung ist hier aus. Webex wird es weiter mitgeteilt; das geht von selbst weiter.</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <location filename="softphone/webex/failures.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>In use elsewhere</source>
   <translation>Anderswo verwendet</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <location filename="softphone/ui/help/help_dialog.py" />
   <location filename="softphone/webex/failures.py" />
   <source>Another session took this line.</source>
   <translation>Eine andere Sitzung hat diese Leitung übernommen.</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <source>A pause before the next try</source>
   <translation>Pause vor dem nächsten Versuch</translation>
  </message>
  <message>
   <location filename="softphone/line/failure.py" />
   <source>The servers asked for a pause, or enough was tried in the last minute. It goes on by itself.</source>
   <translation>Die Server baten um eine Pause, oder in der letzten Minute wurde genug versucht. Es geht von selbst weiter.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{low} must not be greater than {high}.</source>
   <translation>{low} darf nicht größer sein als {high}.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{key} is no setting. Allowed: {names}.</source>
   <translation>{key} ist keine Einstellung. Erlaubt: {names}.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{key} must be true or false.</source>
   <translation>{key} muss true oder false sein.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{key} must be one of: {values}.</source>
   <translation>{key} muss eines davon sein: {values}.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{key} must be two numbers from {least} to {most}, the second one greater.</source>
   <translation>{key} muss aus zwei Zahlen von {least} bis {most} bestehen, die zweite größer.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{key} must be 1 to 10 numbers from {least} to {most}.</source>
   <translation>{key} muss aus 1 bis 10 Zahlen von {least} bis {most} bestehen.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{key} must be "{system}", "{none}" or an address like {example}, without a user or a password.</source>
   <translation>{key} muss „{system}“, „{none}“ oder eine Adresse wie {example} sein, ohne Benutzer oder Passwort.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{key} must be the whole path of a file of certificates in PEM that can be read.</source>
   <translation>{key} muss der ganze Pfad einer lesbaren Datei mit Zertifikaten in PEM sein.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{key} must be "{automatic}" or a code in capitals like {example}.</source>
   <translation>{key} muss „{automatic}“ sein oder ein Code in Großbuchstaben wie {example}.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{key} must be a whole number from {least} to {most}.</source>
   <translation>{key} muss eine ganze Zahl von {least} bis {most} sein.</translation>
  </message>
  <message>
   <location filename="softphone/settings/keys.py" />
   <source>{key} must be a number from {least} to {most}.</source>
   <translation>{key} muss eine Zahl von {least} bis {most} sein.</translation>
  </message>
  <message>
   <location filename="softphone/settings/policy_file.py" />
   <source>{file}: {table} is no table of it. Allowed: {tables}.</source>
   <translation>{file}: {table} ist keine Tabelle davon. Erlaubt: {tables}.</translation>
  </message>
  <message>
   <location filename="softphone/settings/policy_file.py" />
   <source>{file}: {n} more mistakes.</source>
   <translation>{file}: {n} weitere Fehler.</translation>
  </message>
  <message>
   <location filename="softphone/settings/policy_file.py" />
   <source>{file} was ignored: it must belong to the administrator alone.</source>
   <translation>{file} wurde nicht beachtet: Die Datei muss allein dem Administrator gehören.</translation>
  </message>
  <message>
   <location filename="softphone/settings/policy_file.py" />
   <source>{file} was ignored: it is not a TOML file ({why}).</source>
   <translation>{file} wurde nicht beachtet: Es ist keine TOML-Datei ({why}).</translation>
  </message>
  <message>
   <location filename="softphone/settings/policy_file.py" />
   <source>{file} cannot be read. Ask your administrator.</source>
   <translation>{file} kann nicht gelesen werden. Fragen Sie Ihren Administrator.</translation>
  </message>
  <message>
   <location filename="softphone/settings/policy_file.py" />
   <location filename="softphone/settings/transfer.py" />
   <source>{file}: {why}</source>
   <translation>{file}: {why}</translation>
  </message>
  <message>
   <location filename="softphone/settings/profile.py" />
   <source>The profile file was damaged. It was kept as {file}; sign in again to go on.</source>
   <translation>Die Profildatei war beschädigt. Sie wurde als {file} aufgehoben; melden Sie sich erneut an, um fortzufahren.</translation>
  </message>
  <message>
   <location filename="softphone/settings/profile.py" />
   <source>The profile file was written by a newer version of this program. It was kept as {file}; sign in again to go on.</source>
   <translation>Die Profildatei stammt von einer neueren Version dieses Programms. Sie wurde als {file} aufgehoben; melden Sie sich erneut an, um fortzufahren.</translation>
  </message>
  <message>
   <location filename="softphone/settings/profile.py" />
   <source>{file} cannot be used, nor renamed ({why}): nothing is kept for the next start. Move it away by hand. Your lines work all the same.</source>
   <translation>{file} lässt sich weder verwenden noch umbenennen ({why}): Für den nächsten Start wird nichts behalten. Verschieben Sie die Datei von Hand. Ihre Leitungen funktionieren trotzdem.</translation>
  </message>
  <message>
   <location filename="softphone/settings/profile.py" />
   <source>Nothing can be kept for the next start: {file} cannot be written ({why}). Your lines work all the same.</source>
   <translation>Für den nächsten Start kann nichts aufgehoben werden: {file} kann nicht geschrieben werden ({why}). Ihre Leitungen funktionieren trotzdem.</translation>
  </message>
  <message>
   <location filename="softphone/settings/profile.py" />
   <source>the disk does not answer</source>
   <translation>der Datenträger antwortet nicht</translation>
  </message>
  <message>
   <location filename="softphone/settings/store.py" />
   <source>The settings file was damaged, so the defaults hold. It was kept as {file}.</source>
   <translation>Die Einstellungsdatei war beschädigt, deshalb gelten die Standardwerte. Sie wurde als {file} aufbewahrt.</translation>
  </message>
  <message>
   <location filename="softphone/settings/store.py" />
   <source>The settings file was written by a newer version of this program, so the defaults hold. It was kept as {file}.</source>
   <translation>Die Einstellungsdatei wurde von einer neueren Version dieses Programms geschrieben, deshalb gelten die Standardwerte. Sie wurde als {file} aufbewahrt.</translation>
  </message>
  <message>
   <location filename="softphone/settings/store.py" />
   <source>{file} was changed by hand, or damaged. What is understood in it holds.</source>
   <translation>{file} wurde von Hand geändert oder beschädigt. Was darin verstanden wird, gilt.</translation>
  </message>
  <message>
   <location filename="softphone/settings/store.py" />
   <source>{file} cannot be used, nor renamed ({why}), so the defaults hold. Move it away by hand.</source>
   <translation>{file} lässt sich weder verwenden noch umbenennen ({why}), daher gelten die Vorgaben. Verschieben Sie die Datei von Hand.</translation>
  </message>
  <message>
   <location filename="softphone/settings/store.py" />
   <source>Some settings in {file} are not understood and not used: {keys}. They stay in the file.</source>
   <translation>Einige Einstellungen in {file} werden nicht verstanden und nicht verwendet: {keys}. Sie bleiben in der Datei.</translation>
  </message>
  <message>
   <location filename="softphone/settings/store.py" />
   <source>{key} is set by your organisation.</source>
   <translation>{key} ist von Ihrer Organisation festgelegt.</translation>
  </message>
  <message>
   <location filename="softphone/settings/store.py" />
   <source>{file} cannot be read ({why}). Make it readable, or choose another profile.</source>
   <translation>{file} kann nicht gelesen werden ({why}). Machen Sie die Datei lesbar oder wählen Sie ein anderes Profil.</translation>
  </message>
  <message>
   <location filename="softphone/settings/store.py" />
   <source>This choice holds until you quit: {file} cannot be written ({why}).</source>
   <translation>Diese Wahl gilt, bis Sie das Programm beenden: {file} kann nicht geschrieben werden ({why}).</translation>
  </message>
  <message>
   <location filename="softphone/settings/transfer.py" />
   <source>{file} is no file of settings.</source>
   <translation>{file} ist keine Datei mit Einstellungen.</translation>
  </message>
  <message>
   <location filename="softphone/settings/transfer.py" />
   <source>{file} was written by a newer version of this program.</source>
   <translation>{file} wurde von einer neueren Version dieses Programms geschrieben.</translation>
  </message>
  <message>
   <location filename="softphone/settings/transfer.py" />
   <source>{file} cannot be written ({why}).</source>
   <translation>{file} kann nicht geschrieben werden ({why}).</translation>
  </message>
  <message>
   <location filename="softphone/settings/transfer.py" />
   <source>{file} cannot be read ({why}).</source>
   <translation>{file} kann nicht gelesen werden ({why}).</translation>
  </message>
  <message>
   <location filename="softphone/system/engine.py" />
   <location filename="softphone/ui/sign_in/flow.py" />
   <source>The sign-in page cannot be shown</source>
   <translation>Die Anmeldeseite kann nicht gezeigt werden</translation>
  </message>
  <message>
   <location filename="softphone/system/engine.py" />
   <source>Its engine has ended and starts again only with this app. Your lines stay registered until you restart it.</source>
   <translation>Ihr Kern ist beendet und startet nur mit dieser App neu. Ihre Leitungen bleiben registriert, bis Sie sie neu starten.</translation>
  </message>
  <message>
   <location filename="softphone/system/engine.py" />
   <source>The sign-in page must not run as the administrator (root). Start this app as an ordinary user.</source>
   <translation>Die Anmeldeseite darf nicht als Administrator (root) laufen. Starten Sie diese App als gewöhnlicher Benutzer.</translation>
  </message>
  <message>
   <location filename="softphone/system/engine.py" />
   <source>There is too little room for it: {folder} has {free} MiB left and {least} are needed.</source>
   <translation>Dafür ist zu wenig Platz: In {folder} sind {free} MiB frei, nötig sind {least}.</translation>
  </message>
  <message>
   <location filename="softphone/system/launch.py" />
   <source>{file}: cannot be written ({why}), so starting at login was not changed.</source>
   <translation>{file}: kann nicht geschrieben werden ({why}), deshalb wurde der Start bei der Anmeldung nicht geändert.</translation>
  </message>
  <message>
   <location filename="softphone/ui/bridge.py" />
   <location filename="softphone/ui/help/diagnostics_saver.py" />
   <source>This app made a mistake.</source>
   <translation>Diese App hat einen Fehler gemacht.</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/history/activity_page.py" />
   <location filename="softphone/ui/sign_in/bars.py" />
   <location filename="softphone/ui/window/menu.py" />
   <location filename="softphone/ui/window/top_bar.py" />
   <source>More</source>
   <translation>Mehr</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>View</source>
   <translation>Ansicht</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Demo</source>
   <translation>Demo</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Help</source>
   <translation>Hilfe</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/desktop/tray.py" />
   <source>Register all</source>
   <translation>Alle registrieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Deregister all…</source>
   <translation>Alle deregistrieren…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Devices…</source>
   <translation>Geräte…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/help/check_dialog.py" />
   <location filename="softphone/ui/lines/details.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Run check</source>
   <translation>Prüfung starten</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/lines/details.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Copy diagnostics</source>
   <translation>Diagnose kopieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/history/activity_page.py" />
   <location filename="softphone/ui/settings/settings_dialog.py" />
   <source>Export…</source>
   <translation>Exportieren…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Always on top</source>
   <translation>Immer im Vordergrund</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Drills…</source>
   <translation>Übungen…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Keyboard shortcuts</source>
   <translation>Tastenkürzel</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/help/guide_dialog.py" />
   <source>Guides</source>
   <translation>Anleitungen</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Webex service status</source>
   <translation>Status des Webex-Dienstes</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Open diagnostics…</source>
   <translation>Diagnose öffnen…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Set up for Webex…</source>
   <translation>Für Webex einrichten…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Sign in with an access token…</source>
   <translation>Mit Zugriffstoken anmelden…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Check for updates…</source>
   <translation>Nach Updates suchen…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>About</source>
   <translation>Über dieses Programm</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/desktop/tray.py" />
   <source>Quit</source>
   <translation>Beenden</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Add account…</source>
   <translation>Konto hinzufügen…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Sign in with my browser</source>
   <translation>Mit meinem Browser anmelden</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/window/account_chip.py" />
   <source>Sign out…</source>
   <translation>Abmelden…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Close window</source>
   <translation>Fenster schließen</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Register</source>
   <translation>Registrieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Deregister</source>
   <translation>Deregistrieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/desktop/tray.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Retry now</source>
   <translation>Jetzt versuchen</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Retry all</source>
   <translation>Alle erneut versuchen</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/lines/details.py" />
   <location filename="softphone/ui/lines/line_card.py" />
   <location filename="softphone/ui/lines/line_menu.py" />
   <location filename="softphone/ui/window/panel_page.py" />
   <source>Details</source>
   <translation>Details</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/history/activity_page.py" />
   <source>Activity</source>
   <translation>Aktivität</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/fields.py" />
   <source>Search</source>
   <translation>Suchen</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Next part of the window</source>
   <translation>Nächster Teil des Fensters</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Previous part of the window</source>
   <translation>Vorheriger Teil des Fensters</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/help/guide_dialog.py" />
   <location filename="softphone/ui/history/activity_page.py" />
   <location filename="softphone/ui/window/top_bar.py" />
   <source>Back</source>
   <translation>Zurück</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/ui/settings/settings_dialog.py" />
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>Settings</source>
   <translation>Einstellungen</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Network settings</source>
   <translation>Netzwerkeinstellungen</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Open a web page</source>
   <translation>Eine Webseite öffnen</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Import settings…</source>
   <translation>Einstellungen importieren…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Export settings…</source>
   <translation>Einstellungen exportieren…</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <source>Go to line {n}</source>
   <translation>Zu Leitung {n} gehen</translation>
  </message>
  <message>
   <location filename="softphone/ui/commands.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>Set by your organisation</source>
   <translation>Von Ihrer Organisation festgelegt</translation>
  </message>
  <message>
   <location filename="softphone/ui/copyable.py" />
   <source>Copied</source>
   <translation>Kopiert</translation>
  </message>
  <message>
   <location filename="softphone/ui/copyable.py" />
   <location filename="softphone/ui/help/check_dialog.py" />
   <location filename="softphone/ui/history/activity_page.py" />
   <location filename="softphone/ui/history/table_dialog.py" />
   <location filename="softphone/ui/lines/details.py" />
   <location filename="softphone/ui/sign_in/receipt_dialog.py" />
   <source>Copy</source>
   <translation>Kopieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/copyable.py" />
   <source>Copy {what}</source>
   <translation>{what} kopieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/desktop/snooze.py" />
   <source>30 minutes</source>
   <translation>30 Minuten</translation>
  </message>
  <message>
   <location filename="softphone/ui/desktop/snooze.py" />
   <source>2 hours</source>
   <translation>2 Stunden</translation>
  </message>
  <message>
   <location filename="softphone/ui/desktop/snooze.py" />
   <source>Snooze notifications</source>
   <translation>Benachrichtigungen stummschalten</translation>
  </message>
  <message>
   <location filename="softphone/ui/desktop/snooze.py" />
   <source>Until tomorrow</source>
   <translation>Bis morgen</translation>
  </message>
  <message>
   <location filename="softphone/ui/desktop/snooze.py" />
   <source>Notifications snoozed until {time}: wake</source>
   <translation>Benachrichtigungen stumm bis {time}: wieder einschalten</translation>
  </message>
  <message>
   <location filename="softphone/ui/desktop/tray.py" />
   <source>Open</source>
   <translation>Öffnen</translation>
  </message>
  <message>
   <location filename="softphone/ui/desktop/tray.py" />
   <source>Settings…</source>
   <translation>Einstellungen…</translation>
  </message>
  <message>
   <location filename="softphone/ui/desktop/tray.py" />
   <source>Quit and deregister</source>
   <translation>Beenden und deregistrieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/devices/device_dialog.py" />
   <location filename="softphone/ui/help/check_dialog.py" />
   <location filename="softphone/ui/kit/confirm.py" />
   <location filename="softphone/ui/lines/placeholders.py" />
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <location filename="softphone/ui/sign_in/bars.py" />
   <location filename="softphone/ui/sign_in/browser.py" />
   <location filename="softphone/ui/sign_in/token_dialog.py" />
   <location filename="softphone/ui/window/account_dialogs.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <location filename="softphone/ui/devices/device_dialog.py" />
   <location filename="softphone/ui/help/update_dialog.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Try again</source>
   <translation>Erneut versuchen</translation>
  </message>
  <message>
   <location filename="softphone/ui/devices/device_dialog.py" />
   <source>Remove and register</source>
   <translation>Entfernen und registrieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/devices/device_dialog.py" />
   <location filename="softphone/ui/devices/devices_dialog.py" />
   <location filename="softphone/ui/help/check_dialog.py" />
   <location filename="softphone/ui/help/update_dialog.py" />
   <location filename="softphone/ui/history/table_dialog.py" />
   <location filename="softphone/ui/kit/banner.py" />
   <location filename="softphone/ui/kit/page_dialog.py" />
   <location filename="softphone/ui/settings/settings_dialog.py" />
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>Close</source>
   <translation>Schließen</translation>
  </message>
  <message>
   <location filename="softphone/ui/devices/devices_dialog.py" />
   <location filename="softphone/wording/line_facts.py" />
   <source>Devices</source>
   <translation>Geräte</translation>
  </message>
  <message>
   <location filename="softphone/ui/devices/devices_dialog.py" />
   <source>Refresh</source>
   <translation>Aktualisieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/devices/devices_dialog.py" />
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <location filename="softphone/ui/devices/devices_dialog.py" />
   <source>Remove {name}</source>
   <translation>{name} entfernen</translation>
  </message>
  <message>
   <location filename="softphone/ui/devices/devices_dialog.py" />
   <source>No line yet, so no devices.</source>
   <translation>Noch keine Leitung, also keine Geräte.</translation>
  </message>
  <message>
   <location filename="softphone/ui/devices/devices_dialog.py" />
   <source>Removing…</source>
   <translation>Wird entfernt…</translation>
  </message>
  <message>
   <location filename="softphone/ui/early_dialog.py" />
   <source>The window cannot open</source>
   <translation>Das Fenster lässt sich nicht öffnen</translation>
  </message>
  <message>
   <location filename="softphone/ui/fields.py" />
   <location filename="softphone/ui/history/activity_page.py" />
   <location filename="softphone/ui/lines/line_list.py" />
   <source>Clear</source>
   <translation>Zurücksetzen</translation>
  </message>
  <message>
   <location filename="softphone/ui/gate.py" />
   <source>Go back to now first: nothing acts in the past.</source>
   <translation>Kehren Sie erst zum Jetzt zurück: In der Vergangenheit wird nichts ausgeführt.</translation>
  </message>
  <message>
   <location filename="softphone/ui/gate.py" />
   <source>This is the past</source>
   <translation>Das ist die Vergangenheit</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>Good</source>
   <translation>Gut</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>With a remark</source>
   <translation>Mit einem Hinweis</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>Faulty</source>
   <translation>Fehlerhaft</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>All is well: Webex can reach this line.</source>
   <translation>Alles in Ordnung: Webex erreicht diese Leitung.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>From this computer to the line of {line}.</source>
   <translation>Von diesem Computer bis zur Leitung von {line}.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>{ms} ms</source>
   <translation>{ms} ms</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>Run again</source>
   <translation>Erneut prüfen</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>Looking… This takes half a minute at most.</source>
   <translation>Wird geprüft… Das dauert höchstens eine halbe Minute.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>It fails at: {step}.</source>
   <translation>Es scheitert an: {step}.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>Nothing is broken; there is a remark.</source>
   <translation>Nichts ist kaputt; es gibt einen Hinweis.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>The way to Webex is free. Sign in to check a line, too.</source>
   <translation>Der Weg zu Webex ist frei. Melden Sie sich an, um auch eine Leitung zu prüfen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>From this computer to Webex. Nobody is signed in.</source>
   <translation>Von diesem Computer zu Webex. Niemand ist angemeldet.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <location filename="softphone/wording/line_facts.py" />
   <source>Not yet</source>
   <translation>Noch nicht</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <location filename="softphone/ui/help/update_dialog.py" />
   <source>Looking…</source>
   <translation>Wird geprüft…</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>The check ended early: this app made a mistake.</source>
   <translation>Die Prüfung endete vorzeitig: Diese App hat einen Fehler gemacht.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>You stopped the check.</source>
   <translation>Sie haben die Prüfung angehalten.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/check_dialog.py" />
   <source>Not looked at</source>
   <translation>Nicht geprüft</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/diagnostics_saver.py" />
   <source>Export diagnostics</source>
   <translation>Diagnose exportieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/diagnostics_saver.py" />
   <source>The diagnostics were saved.</source>
   <translation>Die Diagnose wurde gespeichert.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/diagnostics_saver.py" />
   <location filename="softphone/ui/tools.py" />
   <source>Zip files</source>
   <translation>ZIP-Dateien</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>The primary server refuses every connection. The line should go to the backup.</source>
   <translation>Der Hauptserver lehnt jede Verbindung ab. Die Leitung sollte zum Ersatzserver wechseln.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>No calling server answers. The line should say so and go on trying.</source>
   <translation>Kein Telefonieserver antwortet. Die Leitung sollte das melden und es weiter versuchen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>This computer has no network. The line should wait and come back by itself.</source>
   <translation>Dieser Computer hat kein Netz. Die Leitung sollte warten und von selbst zurückkommen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Every server asks for a minute's rest. The line should wait that long, and no less.</source>
   <translation>Jeder Server bittet um eine Minute Pause. Die Leitung sollte genau so lange warten, nicht kürzer.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>The next request is refused. The program should renew the token, and nobody notice.</source>
   <translation>Die nächste Anfrage wird abgelehnt. Das Programm sollte das Token erneuern, ohne dass es jemand bemerkt.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Another session takes every line. It should stay taken until you press Take back.</source>
   <translation>Eine andere Sitzung übernimmt jede Leitung. Sie sollte übernommen bleiben, bis Sie „Zurückholen“ drücken.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Ann Example calls every line for 20 s. Nobody answers. Each should ring once and say so.</source>
   <translation>Ann Example ruft jede Leitung 20 s lang an. Niemand nimmt ab. Jede sollte einmal klingeln und es melden.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Bring the primary back</source>
   <translation>Hauptserver wiederherstellen</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Bring the servers back</source>
   <translation>Server wiederherstellen</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Go online</source>
   <translation>Online gehen</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>{drill}: {line} was not interrupted; proved again after {time}</source>
   <translation>{drill}: {line} wurde nicht unterbrochen; erneut bestätigt nach {time}</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>{m} min {s} s</source>
   <translation>{m} min {s} s</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>{drill}: {line} was back after {time}</source>
   <translation>{drill}: {line} war nach {time} zurück</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>{s} s</source>
   <translation>{s} s</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Drills</source>
   <translation>Übungen</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>{n} lines are not proved again yet</source>
   <extracomment>One: {n} line is not proved again yet</extracomment>
   <translation>
    <numerusform>{n} Leitung ist noch nicht erneut bestätigt</numerusform>
    <numerusform>{n} Leitungen sind noch nicht erneut bestätigt</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Measured, newest first</source>
   <translation>Gemessen, Neueste zuerst</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Heal everything</source>
   <translation>Alles wiederherstellen</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Break the simulated cloud, and see how long the lines need.</source>
   <translation>Stören Sie die simulierte Cloud und sehen Sie, wie lange die Leitungen brauchen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/drills_dialog.py" />
   <source>Nothing was measured yet. A drill measures the lines that are registered.</source>
   <translation>Es wurde noch nichts gemessen. Eine Übung misst die registrierten Leitungen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Webex can reach this line.</source>
   <translation>Webex erreicht diese Leitung.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Webex can reach this line, over a backup server.</source>
   <translation>Webex erreicht diese Leitung über einen Ersatzserver.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Webex is being asked to take the line.</source>
   <translation>Webex wird gebeten, die Leitung anzunehmen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>The last proof is old. Webex is being asked now.</source>
   <translation>Die letzte Bestätigung ist alt. Webex wird gerade gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>A check was missed. Webex may not reach this line.</source>
   <translation>Eine Prüfung blieb ohne Antwort. Webex erreicht diese Leitung vielleicht nicht.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Webex cannot reach this line. The next try comes by itself.</source>
   <translation>Webex erreicht diese Leitung nicht. Der nächste Versuch kommt von selbst.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>The line registers when another call ends.</source>
   <translation>Die Leitung wird registriert, sobald ein anderes Gespräch endet.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Webex is being told to let this line go.</source>
   <translation>Webex wird gebeten, diese Leitung freizugeben.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>You deregistered this line here.</source>
   <translation>Sie haben diese Leitung hier deregistriert.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Trying again cannot help. The line says who can.</source>
   <translation>Ein neuer Versuch hilft nicht. An der Leitung steht, wer helfen kann.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>You have to choose first; a button asks for it.</source>
   <translation>Sie müssen zuerst wählen; eine Schaltfläche fragt danach.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>This computer is offline. Lines come back by themselves.</source>
   <translation>Dieser Computer ist offline. Leitungen kommen von selbst zurück.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>The sign-in has ended. Sign in again.</source>
   <translation>Die Anmeldung ist beendet. Melden Sie sich neu an.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Tab, Shift+Tab</source>
   <translation>Tab, Umschalt+Tab</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Next or previous control</source>
   <translation>Nächstes oder vorheriges Bedienelement</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Up, Down, Home, End</source>
   <translation>Auf, Ab, Pos1, Ende</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Move between the lines</source>
   <translation>Zwischen den Leitungen wechseln</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Enter</source>
   <translation>Eingabe</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Details of the line, or press the button</source>
   <translation>Details der Leitung, oder Schaltfläche drücken</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Ctrl+1 … Ctrl+9</source>
   <translation>Strg+1 … Strg+9</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Go to the first … ninth line</source>
   <translation>Zur ersten … neunten Leitung gehen</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>What the badges mean</source>
   <translation>Was die Symbole bedeuten</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>About Softphone</source>
   <translation>Über Softphone</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>The ring round a badge</source>
   <translation>Der Ring um ein Symbol</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>It is full when Webex has just confirmed the line, and runs out until the next proof.</source>
   <translation>Er ist voll, wenn Webex die Leitung eben bestätigt hat, und läuft bis zur nächsten Bestätigung ab.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>When you ask for help</source>
   <translation>Wenn Sie um Hilfe bitten</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Run check says which step fails. Copy diagnostics copies all that is known, without secrets.</source>
   <translation>„Prüfung starten“ sagt, welcher Schritt scheitert. „Diagnose kopieren“ kopiert alles Bekannte, ohne Geheimnisse.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Signs you in to Webex Calling, registers your lines, and keeps them registered.</source>
   <translation>Meldet Sie bei Webex Calling an, registriert Ihre Leitungen und hält sie registriert.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Version</source>
   <translation>Version</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Qt</source>
   <translation>Qt</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Python</source>
   <translation>Python</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <location filename="softphone/ui/settings/setting_fields.py" />
   <location filename="softphone/ui/window/menu.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>System</source>
   <translation>System</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/help_dialog.py" />
   <source>Licence</source>
   <translation>Lizenz</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/update_dialog.py" />
   <source>Check for updates</source>
   <translation>Nach Updates suchen</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/update_dialog.py" />
   <source>Open the page</source>
   <translation>Seite öffnen</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/update_dialog.py" />
   <source>You have {own}. New in {version}, of {date}: {notes}</source>
   <translation>Sie haben {own}. Neu in {version} vom {date}: {notes}</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/update_dialog.py" />
   <source>This is {own}. The newest in the list is {version}, of {date}.</source>
   <translation>Dies ist {own}. Die neueste in der Liste ist {version} vom {date}.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/update_dialog.py" />
   <source>Your browser could not be opened. The page is {address}.</source>
   <translation>Ihr Browser konnte nicht geöffnet werden. Die Seite ist {address}.</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/update_dialog.py" />
   <source>There is a newer version</source>
   <translation>Es gibt eine neuere Version</translation>
  </message>
  <message>
   <location filename="softphone/ui/help/update_dialog.py" />
   <source>You have the newest version</source>
   <translation>Sie haben die neueste Version</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_list.py" />
   <source>What happened, newest first</source>
   <translation>Was geschah, das Neueste zuerst</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_model.py" />
   <source>Yesterday</source>
   <translation>Gestern</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_model.py" />
   <source>Today</source>
   <translation>Heute</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_page.py" />
   <source>Interruptions only</source>
   <translation>Nur Unterbrechungen</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_page.py" />
   <location filename="softphone/ui/history/replay_bar.py" />
   <source>Replay</source>
   <translation>Rückblick</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_page.py" />
   <source>Search activity</source>
   <translation>Aktivität durchsuchen</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_page.py" />
   <location filename="softphone/ui/lines/row_view.py" />
   <source>All lines</source>
   <translation>Alle Leitungen</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_page.py" />
   <source>Replay the past</source>
   <translation>Vergangenes zeigen</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_page.py" />
   <source>Clear…</source>
   <translation>Löschen…</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_page.py" />
   <source>Clear the search</source>
   <translation>Suche leeren</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_page.py" />
   <source>Nothing matches.</source>
   <translation>Nichts passt.</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/activity_page.py" />
   <location filename="softphone/ui/lines/details.py" />
   <source>Nothing has happened yet.</source>
   <translation>Noch ist nichts geschehen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/day_bar.py" />
   <location filename="softphone/wording/plots.py" />
   <source>History of {line}</source>
   <translation>Verlauf von {line}</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/day_bar.py" />
   <source>now</source>
   <translation>jetzt</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/day_bar.py" />
   <location filename="softphone/ui/history/history_section.py" />
   <source>Show as table</source>
   <translation>Als Tabelle anzeigen</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/day_bar.py" />
   <source>Show the history of {line} as table</source>
   <translation>Verlauf von {line} als Tabelle zeigen</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/history_section.py" />
   <location filename="softphone/wording/plots.py" />
   <source>No interruption</source>
   <translation>Keine Unterbrechung</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/history_section.py" />
   <location filename="softphone/wording/line_facts.py" />
   <source>Round trip</source>
   <translation>Antwortzeit</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/history_section.py" />
   <source>Show the round trips as table</source>
   <translation>Die Antwortzeiten als Tabelle anzeigen</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/replay_bar.py" />
   <source>Moment that the window shows</source>
   <translation>Zeitpunkt, den das Fenster zeigt</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/replay_bar.py" />
   <source>Back to the end</source>
   <translation>Zurück ans Ende</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/replay_bar.py" />
   <source>Back to now</source>
   <translation>Zurück zu jetzt</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/replay_bar.py" />
   <source>Today {time}</source>
   <translation>Heute {time}</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/replay_bar.py" />
   <source>{time}: not running</source>
   <translation>{time}: lief nicht</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/replay_bar.py" />
   <source>Yesterday {time}</source>
   <translation>Gestern {time}</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/table_dialog.py" />
   <source>Copy the table</source>
   <translation>Die Tabelle kopieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/history/trip_chart.py" />
   <source>Round trips of {line}</source>
   <translation>Antwortzeiten von {line}</translation>
  </message>
  <message>
   <location filename="softphone/ui/kit/chip.py" />
   <location filename="softphone/ui/lines/heading.py" />
   <source>{word}, {n}</source>
   <translation>{word}, {n}</translation>
  </message>
  <message>
   <location filename="softphone/ui/kit/status_badge.py" />
   <location filename="softphone/ui/lines/line_row.py" />
   <source>{line}: {state}</source>
   <translation>{line}: {state}</translation>
  </message>
  <message>
   <location filename="softphone/ui/kit/toast.py" />
   <source>Undo</source>
   <translation>Rückgängig</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/details.py" />
   <source>Overview</source>
   <translation>Überblick</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/details.py" />
   <source>History</source>
   <translation>Verlauf</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/details.py" />
   <source>Technical</source>
   <translation>Technisches</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/details.py" />
   <location filename="softphone/ui/lines/line_card.py" />
   <location filename="softphone/ui/lines/line_row.py" />
   <source>Details of {line}</source>
   <translation>Details von {line}</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/details.py" />
   <source>extension {n}</source>
   <translation>Nebenstelle {n}</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/details.py" />
   <source>{label}: {value}</source>
   <translation>{label}: {value}</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/details.py" />
   <source>Close details</source>
   <translation>Details schließen</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/details.py" />
   <source>Copy {label}</source>
   <translation>{label} kopieren</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/ui/lines/heading.py" />
   <source>Show {n} lines</source>
   <extracomment>One: Show {n} line</extracomment>
   <translation>
    <numerusform>{n} Leitung anzeigen</numerusform>
    <numerusform>{n} Leitungen anzeigen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/ui/lines/heading.py" />
   <source>Hide {n} lines</source>
   <extracomment>One: Hide {n} line</extracomment>
   <translation>
    <numerusform>{n} Leitung ausblenden</numerusform>
    <numerusform>{n} Leitungen ausblenden</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/line_card.py" />
   <location filename="softphone/ui/lines/line_row.py" />
   <source>Extension {n}</source>
   <translation>Durchwahl {n}</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/line_list.py" />
   <source>No lines match.</source>
   <translation>Keine Leitung passt.</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/line_list.py" />
   <source>Clear filter and search</source>
   <translation>Filter und Suche zurücksetzen</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/line_menu.py" />
   <source>Copy number</source>
   <translation>Nummer kopieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/line_row.py" />
   <location filename="softphone/ui/lines/stage.py" />
   <source>Stop trying</source>
   <translation>Nicht weiter versuchen</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/line_row.py" />
   <location filename="softphone/ui/lines/stage.py" />
   <source>{button}, {line}</source>
   <translation>{button}, {line}</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/list_head.py" />
   <source>Search lines</source>
   <translation>Leitungen suchen</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/placeholders.py" />
   <source>Fetching your lines…</source>
   <translation>Ihre Leitungen werden abgerufen…</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/placeholders.py" />
   <location filename="softphone/wording/notices.py" />
   <source>{name}: {title}</source>
   <translation>{name}: {title}</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/placeholders.py" />
   <location filename="softphone/wording/notices.py" />
   <source>Waiting for the system keyring…</source>
   <translation>Warten auf den Schlüsselbund des Systems…</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/placeholders.py" />
   <location filename="softphone/ui/sign_in/bars.py" />
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>Cancel sign-in</source>
   <translation>Anmeldung abbrechen</translation>
  </message>
  <message>
   <location filename="softphone/ui/lines/placeholders.py" />
   <source>Answer the window it has opened.</source>
   <translation>Antworten Sie im geöffneten Fenster.</translation>
  </message>
  <message>
   <location filename="softphone/ui/opening.py" />
   <source>This Python and this Qt must not run together</source>
   <translation>Dieses Python und dieses Qt dürfen nicht zusammen laufen</translation>
  </message>
  <message>
   <location filename="softphone/ui/recorded.py" />
   <source>Recording: {file}</source>
   <translation>Aufzeichnung: {file}</translation>
  </message>
  <message>
   <location filename="softphone/ui/recorded.py" />
   <source>A note from this recording</source>
   <translation>Ein Hinweis aus dieser Aufzeichnung</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/certificate_field.py" />
   <source>{subject}, issued by {issuer}, valid until {date}</source>
   <translation>{subject}, ausgestellt von {issuer}, gültig bis {date}</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/certificate_field.py" />
   <source>Unnamed</source>
   <translation>Unbenannt</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/certificate_field.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Add certificate…</source>
   <translation>Zertifikat hinzufügen…</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/certificate_field.py" />
   <source>Choose a file of certificates</source>
   <translation>Eine Datei mit Zertifikaten auswählen</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/certificate_field.py" />
   <source>No certificate of an authority is in this file.</source>
   <translation>In dieser Datei ist kein Zertifikat einer Zertifizierungsstelle.</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/ui/settings/certificate_field.py" />
   <source>and {n} more</source>
   <extracomment>One: and {n} more</extracomment>
   <translation>
    <numerusform>und {n} weiteres</numerusform>
    <numerusform>und {n} weitere</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/certificate_field.py" />
   <source>The file cannot be read any more.</source>
   <translation>Die Datei kann nicht mehr gelesen werden.</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/certificate_field.py" />
   <source>The names in this file cannot be read.</source>
   <translation>Die Namen in dieser Datei sind nicht lesbar.</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/certificate_field.py" />
   <source>Certificates in PEM</source>
   <translation>Zertifikate in PEM</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/certificate_field.py" />
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>All files</source>
   <translation>Alle Dateien</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/setting_fields.py" />
   <source>Address of the proxy</source>
   <translation>Adresse des Proxys</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/setting_fields.py" />
   <location filename="softphone/wording/line_facts.py" />
   <location filename="softphone/wording/notices.py" />
   <source>Code</source>
   <translation>Code</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/setting_fields.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>Country</source>
   <translation>Land</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/setting_fields.py" />
   <location filename="softphone/wording/line_facts.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>None</source>
   <translation>Keine</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/setting_fields.py" />
   <source>Address</source>
   <translation>Adresse</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_dialog.py" />
   <source>Trying…</source>
   <translation>Wird versucht…</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_dialog.py" />
   <source>Import…</source>
   <translation>Importieren…</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_dialog.py" />
   <source>Test</source>
   <translation>Testen</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_dialog.py" />
   <source>Test the network</source>
   <translation>Netzwerk testen</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>{n} settings are in {file}.</source>
   <extracomment>One: {n} setting is in {file}.</extracomment>
   <translation>
    <numerusform>{file} enthält {n} Einstellung.</numerusform>
    <numerusform>{file} enthält {n} Einstellungen.</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>Accounts, sign-ins, devices and secrets are not in it, nor the file of certificates.</source>
   <translation>Konten, Anmeldungen, Geräte und Geheimnisse sind nicht darin, auch nicht die Datei mit Zertifikaten.</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>{file} changes these settings:</source>
   <translation>{file} ändert diese Einstellungen:</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>Export settings</source>
   <translation>Einstellungen exportieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>Import settings</source>
   <translation>Einstellungen importieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>Settings exported</source>
   <translation>Einstellungen exportiert</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>{setting}: {new} (now {old})</source>
   <translation>{setting}: {new} (jetzt {old})</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>Settings were not exported</source>
   <translation>Die Einstellungen wurden nicht exportiert</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>Settings were not imported</source>
   <translation>Die Einstellungen wurden nicht importiert</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>{file} changes nothing.</source>
   <translation>{file} ändert nichts.</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>These stay as your organisation has set them:</source>
   <translation>Diese bleiben, wie Ihre Organisation sie festgelegt hat:</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>Import</source>
   <translation>Importieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>{setting}: {value}</source>
   <translation>{setting}: {value}</translation>
  </message>
  <message>
   <location filename="softphone/ui/settings/settings_transfer.py" />
   <source>Nothing was changed.</source>
   <translation>Nichts wurde geändert.</translation>
  </message>
  <message>
   <location filename="softphone/ui/shell.py" />
   <source>The demo could not be started: {program} cannot be run.</source>
   <translation>Die Demo konnte nicht gestartet werden: {program} lässt sich nicht ausführen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/shell.py" />
   <source>This app was updated while it ran. Restart it to use the new version.</source>
   <translation>Diese App wurde aktualisiert, während sie lief. Starten Sie sie neu, um die neue Version zu verwenden.</translation>
  </message>
  <message>
   <location filename="softphone/ui/shell.py" />
   <source>This app was removed from this computer. It works until you quit.</source>
   <translation>Diese App wurde von diesem Computer entfernt. Sie arbeitet, bis Sie sie beenden.</translation>
  </message>
  <message>
   <location filename="softphone/ui/shell.py" />
   <source>A note from this app</source>
   <translation>Ein Hinweis dieser App</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/bars.py" />
   <source>Your organisation may block this window</source>
   <translation>Ihre Organisation sperrt dieses Fenster möglicherweise</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/bars.py" />
   <source>Opening the sign-in page…</source>
   <translation>Die Anmeldeseite wird geöffnet…</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/bars.py" />
   <location filename="softphone/ui/sign_in/start_page.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Use my browser instead</source>
   <translation>Stattdessen meinen Browser verwenden</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/bars.py" />
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>{time} left</source>
   <translation>noch {time}</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/bars.py" />
   <source>Sign-in page of {host}, encrypted</source>
   <translation>Anmeldeseite von {host}, verschlüsselt</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/bars.py" />
   <source>Sign-in page of {host}</source>
   <translation>Anmeldeseite von {host}</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/bars.py" />
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>Copy link</source>
   <translation>Link kopieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/bars.py" />
   <source>Reload</source>
   <translation>Neu laden</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/bars.py" />
   <source>Some sign-in rules work only in your own browser.</source>
   <translation>Manche Anmelderegeln funktionieren nur in Ihrem eigenen Browser.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>Sign in with your browser</source>
   <translation>Mit Ihrem Browser anmelden</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>Opening your browser…</source>
   <translation>Ihr Browser wird geöffnet…</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>Continue in your browser</source>
   <translation>Weiter in Ihrem Browser</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>This window goes on when you have signed in.</source>
   <translation>Dieses Fenster macht weiter, sobald Sie angemeldet sind.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>Your browser could not be opened</source>
   <translation>Ihr Browser konnte nicht geöffnet werden</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>Open the link in a browser on this computer.</source>
   <translation>Öffnen Sie den Link in einem Browser auf diesem Computer.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>Link of the sign-in page</source>
   <translation>Link der Anmeldeseite</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/browser.py" />
   <source>Open again</source>
   <translation>Erneut öffnen</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/flow.py" />
   <source>This app made a mistake. Nothing was changed; please try again.</source>
   <translation>Diese App hat einen Fehler gemacht. Nichts wurde geändert; bitte versuchen Sie es erneut.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/flow.py" />
   <source>It needs the library {library}, which is missing here. Install {package} (its name on Debian and Ubuntu) and sign in then.</source>
   <translation>Dafür fehlt hier die Bibliothek {library}. Installieren Sie {package} (so heißt das Paket bei Debian und Ubuntu) und melden Sie sich dann an.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/flow.py" />
   <source>The part of Qt that shows the sign-in page is missing or cannot be loaded.</source>
   <translation>Der Teil von Qt, der die Anmeldeseite zeigt, fehlt oder kann nicht geladen werden.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/page.py" />
   <source>{host} asks for a password outside its page. Use your browser for that.</source>
   <translation>{host} fragt außerhalb seiner Seite nach einem Passwort. Verwenden Sie dafür Ihren Browser.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/page.py" />
   <source>The page wanted to save a file ({name}). This window saves none.</source>
   <translation>Die Seite wollte eine Datei speichern ({name}). Dieses Fenster speichert keine.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/page.py" />
   <location filename="softphone/ui/sign_in/token_dialog.py" />
   <source>Sign in</source>
   <translation>Anmelden</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/page.py" />
   <source>The proxy wants a sign-in. {proxy} refused us; ask who runs it.</source>
   <translation>Der Proxy verlangt eine Anmeldung. {proxy} hat uns abgewiesen; fragen Sie, wer ihn betreibt.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/page.py" />
   <source>The page wanted yet another window. It was refused.</source>
   <translation>Die Seite wollte noch ein Fenster. Das wurde abgelehnt.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/page.py" />
   <source>{host} answered with an error ({status}).</source>
   <translation>{host} hat mit einem Fehler geantwortet ({status}).</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/page.py" />
   <source>The sign-in page stopped. Nothing was lost.</source>
   <translation>Die Anmeldeseite ist stehen geblieben. Nichts ging verloren.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/page.py" />
   <source>The sign-in page did not load. Check your connection, then reload.</source>
   <translation>Die Anmeldeseite wurde nicht geladen. Prüfen Sie Ihre Verbindung und laden Sie dann neu.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/page.py" />
   <source>The time for signing in ran out. Nothing was changed.</source>
   <translation>Die Zeit für die Anmeldung ist abgelaufen. Nichts wurde geändert.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/page.py" />
   <source>Sign in · {host}</source>
   <translation>Anmelden · {host}</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/receipt_dialog.py" />
   <source>{name}: something is left behind</source>
   <translation>{name}: Es bleibt etwas zurück</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/receipt_dialog.py" />
   <source>{name}: nothing is left behind</source>
   <translation>{name}: Es bleibt nichts zurück</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/receipt_dialog.py" />
   <source>done</source>
   <translation>erledigt</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/receipt_dialog.py" />
   <location filename="softphone/wording/plots.py" />
   <source>failed</source>
   <translation>fehlgeschlagen</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/receipt_dialog.py" />
   <source>Copy the receipt</source>
   <translation>Beleg kopieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/receipt_dialog.py" />
   <source>Page where you can remove it</source>
   <translation>Seite zum Entfernen</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>They stay in this computer's keyring, or until you quit where there is none.</source>
   <translation>Sie bleiben im Schlüsselbund dieses Computers oder, wenn es keinen gibt, bis zum Beenden.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>Set up this app for Webex</source>
   <translation>Diese App für Webex einrichten</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>Client ID</source>
   <translation>Client-ID</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>Client secret</source>
   <translation>Client-Secret</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>Not now</source>
   <translation>Nicht jetzt</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>Save and sign in</source>
   <translation>Speichern und anmelden</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>Webex lets an app sign people in once somebody has registered it as an integration: its name, the address it comes back to, and what it may do. That is done once for your organisation.</source>
   <translation>Webex lässt eine App Personen anmelden, sobald jemand sie als Integration registriert hat: mit Namen, Rückkehradresse und Berechtigungen. Das geschieht einmal für Ihre Organisation.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>1. Create an integration on the Webex developer portal</source>
   <translation>1. Integration im Webex-Entwicklerportal erstellen</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>Open the developer portal</source>
   <translation>Entwicklerportal öffnen</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>2. Enter each of these redirect URIs</source>
   <translation>2. Jede dieser Redirect-URIs eingeben</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>3. Tick these scopes</source>
   <translation>3. Diese Scopes ankreuzen</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>4. Paste what the portal shows at the end</source>
   <translation>4. Einfügen, was das Portal am Ende anzeigt</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>The client ID is set already</source>
   <translation>Die Client-ID ist bereits festgelegt</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>It comes from {file} and cannot be changed here.</source>
   <translation>Sie stammt aus {file} und kann hier nicht geändert werden.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>Scopes</source>
   <translation>Scopes</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>With another client ID everybody here signs in again at the next start.</source>
   <translation>Mit einer anderen Client-ID müssen sich hier alle beim nächsten Start erneut anmelden.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/set_up_guide.py" />
   <source>No browser could be opened. The portal is at {address}</source>
   <translation>Es konnte kein Browser geöffnet werden. Das Portal finden Sie unter {address}</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/start_page.py" />
   <source>Hello, please set up Softphone for our Webex Calling lines. Create a Webex integration (10 minutes, once for everyone) and send me its client ID. The steps are in the app under “I am the administrator”.</source>
   <translation>Hallo, bitte richten Sie Softphone für unsere Webex-Calling-Leitungen ein. Legen Sie eine Webex-Integration an (10 Minuten, einmal für alle) und schicken Sie mir deren Client-ID. Die Schritte stehen in der App unter „Ich bin der Administrator“.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/start_page.py" />
   <source>Try the demo</source>
   <translation>Die Demo ausprobieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/start_page.py" />
   <source>I am the administrator</source>
   <translation>Ich bin der Administrator</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/start_page.py" />
   <source>Your organisation has to set this up first</source>
   <translation>Ihre Organisation muss das zuerst einrichten</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/start_page.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Copy message for my admin</source>
   <translation>Nachricht für Admin kopieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/start_page.py" />
   <source>Sign in with Webex</source>
   <translation>Bei Webex anmelden</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/start_page.py" />
   <source>Message for your administrator</source>
   <translation>Nachricht an Ihren Administrator</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/start_page.py" />
   <source>Sign in once. It stays registered.</source>
   <translation>Einmal anmelden. Die Leitung bleibt registriert.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/start_page.py" />
   <source>Once is enough, for everyone. Then you sign in here.</source>
   <translation>Einmal genügt, für alle. Danach melden Sie sich hier an.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/start_page.py" />
   <source>Register your Webex line</source>
   <translation>Ihre Webex-Leitung registrieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/token_dialog.py" />
   <source>It is held in memory only, is never stored or logged, and is forgotten when you quit.</source>
   <translation>Es wird nur im Speicher gehalten, nie gespeichert oder protokolliert und beim Beenden vergessen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/token_dialog.py" />
   <source>Sign in with an access token</source>
   <translation>Mit einem Zugriffstoken anmelden</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/token_dialog.py" />
   <source>Access token</source>
   <translation>Zugriffstoken</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/token_dialog.py" />
   <source>Paste</source>
   <translation>Einfügen</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/token_dialog.py" />
   <source>Asking Webex…</source>
   <translation>Webex wird gefragt…</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/token_dialog.py" />
   <source>For developers: a personal access token from the developer portal lasts 12 hours.</source>
   <translation>Für Entwickler: Ein persönliches Zugriffstoken vom Entwicklerportal gilt 12 Stunden.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>your location</source>
   <translation>Ihren Standort</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>the microphone</source>
   <translation>das Mikrofon</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>the camera</source>
   <translation>die Kamera</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>camera and microphone</source>
   <translation>Kamera und Mikrofon</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>a picture of your screen</source>
   <translation>ein Bild Ihres Bildschirms</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>the mouse pointer</source>
   <translation>den Mauszeiger</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>notifications</source>
   <translation>Benachrichtigungen</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>the clipboard</source>
   <translation>die Zwischenablage</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>your fonts</source>
   <translation>Ihre Schriftarten</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>more than signing in needs</source>
   <translation>mehr, als eine Anmeldung braucht</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>The page asked for a file. This window gives none.</source>
   <translation>Die Seite wollte eine Datei. Dieses Fenster gibt keine her.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>{host} says: “{words}”</source>
   <translation>{host} meldet: „{words}“</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>{host} asked: “{words}” The answer was No.</source>
   <translation>{host} fragte: „{words}“ Die Antwort war Nein.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>{host} asked: “{words}” It got no answer.</source>
   <translation>{host} fragte: „{words}“ Es gab keine Antwort.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>The page wanted to go to an address of another kind. It was stopped.</source>
   <translation>Die Seite wollte zu einer Adresse anderer Art wechseln. Das wurde verhindert.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>The page asked for {what}. It was refused.</source>
   <translation>Die Seite wollte {what}. Das wurde abgelehnt.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>{host} asks for a certificate of yours. This window has none.</source>
   <translation>{host} verlangt ein Zertifikat von Ihnen. Dieses Fenster hat keines.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>The connection to {host} is not trusted. Nothing was sent.</source>
   <translation>Der Verbindung zu {host} wird nicht vertraut. Nichts wurde gesendet.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>The page wanted to print. This window cannot.</source>
   <translation>Die Seite wollte drucken. Dieses Fenster kann das nicht.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>Something went wrong inside this program. Nothing was sent; reload the page.</source>
   <translation>In diesem Programm ist etwas schiefgegangen. Es wurde nichts gesendet; laden Sie die Seite neu.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>The connection to {host} is not trusted. Nothing was sent. Its certificate was issued by {issuer}.</source>
   <translation>Der Verbindung zu {host} wird nicht vertraut. Nichts wurde gesendet. Das Zertifikat wurde von {issuer} ausgestellt.</translation>
  </message>
  <message>
   <location filename="softphone/ui/sign_in/web_page.py" />
   <source>The page wanted another program for a link ({scheme}:). This window opens none.</source>
   <translation>Die Seite wollte für einen Link ein anderes Programm ({scheme}:). Dieses Fenster öffnet keines.</translation>
  </message>
  <message>
   <location filename="softphone/ui/tools.py" />
   <source>Open diagnostics</source>
   <translation>Diagnose öffnen</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/ui/window/account_chip.py" />
   <source>{n} accounts</source>
   <extracomment>One: {n} account</extracomment>
   <translation>
    <numerusform>{n} Konto</numerusform>
    <numerusform>{n} Konten</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_chip.py" />
   <source>Signing in…</source>
   <translation>Anmeldung läuft…</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_commands.py" />
   <source>all accounts</source>
   <translation>alle Konten</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_commands.py" />
   <source>Delete activity and log, too</source>
   <translation>Auch Aktivität und Protokoll löschen</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_commands.py" />
   <source>Sign out {name}?</source>
   <translation>{name} abmelden?</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_commands.py" />
   <source>Sign out</source>
   <translation>Abmelden</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_commands.py" />
   <source>Webex cannot reach their lines.</source>
   <translation>Webex kann ihre Leitungen nicht erreichen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_commands.py" />
   <source>Webex cannot reach its lines.</source>
   <translation>Webex kann seine Leitungen nicht erreichen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>This app keeps sign-ins in the system's keyring only, which encrypts them, and never in a file.</source>
   <translation>Diese App bewahrt Anmeldungen nur im Schlüsselbund des Systems auf, der sie verschlüsselt, und nie in einer Datei.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>Windows has one of its own, the Credential Manager. Start its service, then this app again.</source>
   <translation>Windows hat einen eigenen, die Anmeldeinformationsverwaltung. Starten Sie deren Dienst und dann diese App neu.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>macOS has one of its own. Unlock it in Keychain Access, then start this app again.</source>
   <translation>macOS hat einen eigenen. Entsperren Sie ihn in der Schlüsselbundverwaltung und starten Sie diese App dann neu.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>On Linux, install GNOME Keyring or KWallet from your system's software, log out of the desktop and in again, and start this app from there.</source>
   <translation>Installieren Sie unter Linux GNOME Keyring oder KWallet aus der Software Ihres Systems, melden Sie sich vom Desktop ab und wieder an und starten Sie diese App von dort.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>If a keyring is there and locked, unlock it: it usually opens with the password you log in with.</source>
   <translation>Wenn es einen Schlüsselbund gibt und er gesperrt ist, entsperren Sie ihn: Meist öffnet er sich mit dem Passwort, mit dem Sie sich am Computer anmelden.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>Until then everything works, and you sign in once after each start.</source>
   <translation>Bis dahin funktioniert alles, und Sie melden sich nach jedem Start einmal an.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>A safe place for your sign-in</source>
   <translation>Ein sicherer Ort für Ihre Anmeldung</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>Another person signed in</source>
   <translation>Eine andere Person hat sich angemeldet</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>{expected} was to sign in again, but {name} did.</source>
   <translation>{expected} sollte sich erneut anmelden, aber {name} hat es getan.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>Keep both: {expected} stays here, signed out. Replace: {expected} is forgotten here. Cancel: {name} is signed out again.</source>
   <translation>Beide behalten: {expected} bleibt hier, abgemeldet. Ersetzen: {expected} wird hier vergessen. Abbrechen: {name} wird wieder abgemeldet.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>Keep both</source>
   <translation>Beide behalten</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/account_dialogs.py" />
   <source>Replace {expected}</source>
   <translation>{expected} ersetzen</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/history_commands.py" />
   <source>Clear all activity?</source>
   <translation>Alle Aktivität löschen?</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/history_commands.py" />
   <source>It cannot be brought back.</source>
   <translation>Sie lässt sich nicht zurückholen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/history_commands.py" />
   <source>Clear activity</source>
   <translation>Aktivität löschen</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/history_commands.py" />
   <source>Export activity</source>
   <translation>Aktivität exportieren</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/history_commands.py" />
   <source>{file} cannot be written.</source>
   <translation>{file} lässt sich nicht schreiben.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/history_commands.py" />
   <source>The activity was not exported</source>
   <translation>Die Aktivität wurde nicht exportiert</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/line_commands.py" />
   <source>Deregistered {line}</source>
   <translation>{line} deregistriert</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/ui/window/line_commands.py" />
   <source>Deregister {n} lines?</source>
   <extracomment>One: Deregister {n} line?</extracomment>
   <translation>
    <numerusform>{n} Leitung deregistrieren?</numerusform>
    <numerusform>{n} Leitungen deregistrieren?</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/ui/window/line_commands.py" />
   <source>Webex cannot reach them until you register them again.</source>
   <translation>Webex kann sie erst wieder erreichen, wenn Sie sie registrieren.</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/ui/window/line_commands.py" />
   <source>Deregister {n} lines</source>
   <extracomment>One: Deregister {n} line</extracomment>
   <translation>
    <numerusform>{n} Leitung deregistrieren</numerusform>
    <numerusform>{n} Leitungen deregistrieren</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/ui/window/main_window.py" />
   <source>Softphone demo</source>
   <translation>Softphone-Demo</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/main_window.py" />
   <source>Softphone</source>
   <translation>Softphone</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/menu.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>Light</source>
   <translation>Hell</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/menu.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>Dark</source>
   <translation>Dunkel</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/menu.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>Theme</source>
   <translation>Design</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/menu.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>Text size</source>
   <translation>Textgröße</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/menu.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>{n} %</source>
   <translation>{n} %</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/top_bar.py" />
   <source>This is a recording from {time}: nothing here acts.</source>
   <translation>Dies ist eine Aufzeichnung vom {time}: Hier wirkt nichts.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/top_bar.py" />
   <source>Simulated service.</source>
   <translation>Simulierter Dienst.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/top_bar.py" />
   <source>No real line is touched.</source>
   <translation>Keine echte Leitung ist betroffen.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/top_bar.py" />
   <source>DEMO</source>
   <translation>DEMO</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/top_bar.py" />
   <source>Demo. {words}</source>
   <translation>Demo. {words}</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/top_bar.py" />
   <source>RECORDING</source>
   <translation>AUFZEICHNUNG</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/top_bar.py" />
   <source>From {time}.</source>
   <translation>Vom {time}.</translation>
  </message>
  <message>
   <location filename="softphone/ui/window/top_bar.py" />
   <source>Nothing here acts.</source>
   <translation>Hier wirkt nichts.</translation>
  </message>
  <message>
   <location filename="softphone/webex/address.py" />
   <source>it is not https</source>
   <translation>sie ist nicht https</translation>
  </message>
  <message>
   <location filename="softphone/webex/address.py" />
   <source>it names a port of its own</source>
   <translation>sie nennt einen eigenen Port</translation>
  </message>
  <message>
   <location filename="softphone/webex/address.py" />
   <source>its host is not a plain name</source>
   <translation>ihr Host ist kein einfacher Name</translation>
  </message>
  <message>
   <location filename="softphone/webex/address.py" />
   <source>its host is not trusted by the cloud file</source>
   <translation>ihrem Host vertraut die Cloud-Datei nicht</translation>
  </message>
  <message>
   <location filename="softphone/webex/address.py" />
   <source>it is not one of this cloud's addresses</source>
   <translation>sie gehört nicht zu den Adressen dieser Cloud</translation>
  </message>
  <message>
   <location filename="softphone/webex/client.py" />
   <source>it takes no forms</source>
   <translation>sie nimmt keine Formulare an</translation>
  </message>
  <message>
   <location filename="softphone/webex/client.py" />
   <source>The sign-in server did not answer. You stay signed in; it is tried again.</source>
   <translation>Der Anmeldeserver hat nicht geantwortet. Sie bleiben angemeldet; es wird erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/webex/client.py" />
   <source>an unknown host</source>
   <translation>ein unbekannter Host</translation>
  </message>
  <message>
   <location filename="softphone/webex/client.py" />
   <source>it is not an address as we write them</source>
   <translation>sie ist nicht so geschrieben, wie wir Adressen schreiben</translation>
  </message>
  <message>
   <location filename="softphone/webex/client.py" />
   <source>it is not an address</source>
   <translation>sie ist keine Adresse</translation>
  </message>
  <message>
   <location filename="softphone/webex/discovery.py" />
   <source>Region unknown; using the default. Calls work; the nearest server may not be used.</source>
   <translation>Region unbekannt; die Vorgabe wird verwendet. Anrufe funktionieren; vielleicht wird nicht der nächstgelegene Server verwendet.</translation>
  </message>
  <message>
   <location filename="softphone/webex/discovery.py" />
   <source>Your name could not be looked up. This app may lack the scope spark:people_read.</source>
   <translation>Ihr Name konnte nicht ermittelt werden. Vielleicht fehlt dieser App der Scope spark:people_read.</translation>
  </message>
  <message>
   <location filename="softphone/webex/discovery.py" />
   <source>Your number could not be looked up. This app may lack the scope spark:telephony_config_read.</source>
   <translation>Ihre Nummer konnte nicht ermittelt werden. Vielleicht fehlt dieser App der Scope spark:telephony_config_read.</translation>
  </message>
  <message>
   <location filename="softphone/webex/discovery.py" />
   <source>Webex did not name its servers just now; those from before are used.</source>
   <translation>Webex hat seine Server gerade nicht genannt; die bisherigen werden verwendet.</translation>
  </message>
  <message>
   <location filename="softphone/webex/discovery.py" />
   <source>Webex could not confirm this computer's device; the one from before is used.</source>
   <translation>Webex konnte das Gerät dieses Computers nicht bestätigen; das bisherige wird verwendet.</translation>
  </message>
  <message>
   <location filename="softphone/webex/discovery.py" />
   <source>Calling servers were left out because their addresses are not trusted: {n}.</source>
   <translation>Telefonieserver wurden ausgelassen, weil ihren Adressen nicht vertraut wird: {n}.</translation>
  </message>
  <message>
   <location filename="softphone/webex/discovery.py" />
   <source>{title}. Another server was asked.</source>
   <translation>{title}. Ein anderer Server wurde gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>A server did not accept your sign-in</source>
   <translation>Ein Server hat Ihre Anmeldung nicht akzeptiert</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>{host} refused it although it was renewed just now. Other servers are asked, too.</source>
   <translation>{host} hat sie abgelehnt, obwohl sie gerade erneuert wurde. Auch andere Server werden gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Webex did not understand the request</source>
   <translation>Webex hat die Anfrage nicht verstanden</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>This is likely a fault in this app or an old version.</source>
   <translation>Das ist wahrscheinlich ein Fehler dieser App oder eine alte Version.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Calling is not enabled for this user</source>
   <translation>Telefonie ist für diese Person nicht freigeschaltet</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>An administrator must enable Webex (browser) calling.</source>
   <translation>Ein Administrator muss Webex-Telefonie (Browser) freischalten.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <location filename="softphone/wording/device_words.py" />
   <source>Too many devices on this line</source>
   <translation>Zu viele Geräte an dieser Leitung</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Choose one to remove, then this one can register.</source>
   <translation>Wählen Sie eines zum Entfernen, dann kann sich dieses registrieren.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Webex could not set up this device</source>
   <translation>Webex konnte dieses Gerät nicht einrichten</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Usually passes in a minute.</source>
   <translation>Das gibt sich meist innerhalb einer Minute.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>This server does not know the line</source>
   <translation>Dieser Server kennt die Leitung nicht</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>{host} does not know this user or device. The next server is asked.</source>
   <translation>{host} kennt diese Person oder dieses Gerät nicht. Der nächste Server wird gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Webex forgot this device</source>
   <translation>Webex hat dieses Gerät vergessen</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>The registration was removed on the server. Registering again.</source>
   <translation>Die Registrierung wurde auf dem Server entfernt. Die Leitung wird neu registriert.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>This server holds another session of the line</source>
   <translation>Dieser Server hält eine andere Sitzung der Leitung</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>{host} would not take the line now. The next server is asked.</source>
   <translation>{host} wollte die Leitung jetzt nicht übernehmen. Der nächste Server wird gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Webex is busy</source>
   <translation>Webex ist ausgelastet</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>It asked for a pause. The next try comes when it is over.</source>
   <translation>Es bat um eine Pause. Danach folgt der nächste Versuch.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Webex has trouble</source>
   <translation>Webex hat eine Störung</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Nothing is wrong on your side. {host} cannot serve just now; it is tried again.</source>
   <translation>Bei Ihnen ist alles in Ordnung. {host} ist gerade nicht verfügbar; es wird erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Nothing is wrong on your side. {host} failed; it is tried again.</source>
   <translation>Bei Ihnen ist alles in Ordnung. Bei {host} ging etwas schief; es wird erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Webex sent an answer that makes no sense</source>
   <translation>Webex hat eine unsinnige Antwort gesendet</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>{host} answered, but not as it should. It is tried again.</source>
   <translation>{host} hat geantwortet, aber nicht wie vorgesehen. Es wird erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Webex sent an address of somebody else</source>
   <translation>Webex hat eine fremde Adresse gesendet</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>{host} named an address for this device that is not one of your servers. It was not used.</source>
   <translation>{host} hat für dieses Gerät eine Adresse genannt, die keinem Ihrer Server gehört. Sie wurde nicht verwendet.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Too many Webex apps on this account</source>
   <translation>Zu viele Webex-Apps in diesem Konto</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Webex keeps a list of this person's apps and it is full. Sign out of apps you no longer use.</source>
   <translation>Webex führt eine Liste der Apps dieser Person, und sie ist voll. Melden Sie Apps ab, die Sie nicht mehr verwenden.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Webex named no calling server</source>
   <translation>Webex hat keinen Telefonieserver genannt</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>{host} knows no server for this account's lines. If it persists, ask your administrator.</source>
   <translation>{host} kennt keinen Server für die Leitungen dieses Kontos. Bleibt es dabei, fragen Sie Ihren Administrator.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>This is likely a fault in this app. It is tried again.</source>
   <translation>Das ist wahrscheinlich ein Fehler in dieser App. Es wird erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>This network wants a web sign-in</source>
   <translation>Dieses Netz verlangt eine Anmeldung im Web</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Something between here and {host} answered in its place. Open a web page, then the line registers.</source>
   <translation>Etwas zwischen hier und {host} hat an seiner Stelle geantwortet. Öffnen Sie eine Webseite, dann registriert sich die Leitung.</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>Webex refused this device</source>
   <translation>Webex hat dieses Gerät abgelehnt</translation>
  </message>
  <message>
   <location filename="softphone/webex/failures.py" />
   <source>If it persists, your administrator can see why.</source>
   <translation>Bleibt es dabei, kann Ihr Administrator den Grund sehen.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>Webex does not take this sign-in for call notices. Sign in again.</source>
   <translation>Webex nimmt diese Anmeldung für Anrufhinweise nicht an. Melden Sie sich neu an.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>The connection for call notices was cut.</source>
   <translation>Die Verbindung für Anrufhinweise wurde getrennt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>Webex closed the connection for call notices.</source>
   <translation>Webex hat die Verbindung für Anrufhinweise geschlossen.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>The sign-in is renewed for call notices.</source>
   <translation>Die Anmeldung wird für Anrufhinweise erneuert.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>Webex has moved the connection for call notices.</source>
   <translation>Webex hat die Verbindung für Anrufhinweise verlegt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>Webex does not allow call notices for this sign-in. Ask your administrator.</source>
   <translation>Webex erlaubt dieser Anmeldung keine Anrufhinweise. Fragen Sie Ihren Administrator.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>Webex's message service has trouble.</source>
   <translation>Der Nachrichtendienst von Webex hat eine Störung.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>Something in the network diverts call notices. Nothing was sent there.</source>
   <translation>Etwas im Netz leitet Anrufhinweise um. Dorthin wurde nichts gesendet.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>Webex did not understand this program.</source>
   <translation>Webex hat dieses Programm nicht verstanden.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>Another program uses this sign-in's device for call notices.</source>
   <translation>Ein anderes Programm nutzt das Gerät dieser Anmeldung für Anrufhinweise.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>The message service did not answer in time.</source>
   <translation>Der Nachrichtendienst hat nicht rechtzeitig geantwortet.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>Webex sent too many messages at once.</source>
   <translation>Webex hat zu viele Nachrichten auf einmal gesendet.</translation>
  </message>
  <message>
   <location filename="softphone/webex/messages/socket_rules.py" />
   <source>Webex named no address for call notices that is trusted.</source>
   <translation>Webex hat für Anrufhinweise keine vertrauenswürdige Adresse genannt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The connection is not trusted</source>
   <translation>Die Verbindung ist nicht vertrauenswürdig</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>{host} refused the connection. The next one is asked.</source>
   <translation>{host} hat die Verbindung abgelehnt. Der nächste Server wird gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>This computer cannot reach {host}: check the network or VPN.</source>
   <translation>Dieser Computer erreicht {host} nicht: Prüfen Sie Netz oder VPN.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>{host} cut the connection before its answer came. It is asked again.</source>
   <translation>{host} hat die Verbindung vor der Antwort getrennt. Es wird erneut gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>{host} took too long. Your internet or this server is slow or down.</source>
   <translation>{host} hat zu lange gebraucht. Ihr Internet oder dieser Server ist langsam oder ausgefallen.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The server's name was not found</source>
   <translation>Der Name des Servers wurde nicht gefunden</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>A VPN or DNS setting may be in the way of {host}.</source>
   <translation>Ein VPN oder eine DNS-Einstellung steht {host} möglicherweise im Weg.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>No name server answers for {host}: check the network or VPN.</source>
   <translation>Kein Namensserver antwortet für {host}: Prüfen Sie Netz oder VPN.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>{host} gave no secure answer. A security gateway may be in the way.</source>
   <translation>{host} gab keine sichere Antwort. Ein Sicherheits-Gateway ist möglicherweise im Weg.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The {certificate} has expired. If others work, check this computer's clock.</source>
   <translation>Das {certificate} ist abgelaufen. Wenn andere funktionieren, prüfen Sie die Uhr dieses Computers.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The {certificate} is not valid yet. Check this computer's clock.</source>
   <translation>Das {certificate} gilt noch nicht. Prüfen Sie die Uhr dieses Computers.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The {certificate} belongs to another host. Nothing was sent.</source>
   <translation>Das {certificate} gehört zu einem anderen Host. Nichts wurde gesendet.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The {certificate} comes from an issuer that is not known here. A security gateway may need its certificate added.</source>
   <translation>Das {certificate} stammt von einem Aussteller, der hier nicht bekannt ist. Vielleicht muss das Zertifikat eines Sicherheits-Gateways hinzugefügt werden.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The certificate of {host} is signed by itself. A security gateway may need its certificate added.</source>
   <translation>Das Zertifikat von {host} ist von sich selbst unterschrieben. Vielleicht muss das Zertifikat eines Sicherheits-Gateways hinzugefügt werden.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The proxy wants a sign-in</source>
   <translation>Der Proxy verlangt eine Anmeldung</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>{proxy} let nothing through, so nothing was sent to {host}. Ask who runs it.</source>
   <translation>{proxy} hat nichts durchgelassen, daher wurde nichts an {host} gesendet. Fragen Sie den Betreiber.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The proxy refused</source>
   <translation>Der Proxy hat abgelehnt</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>{proxy} did not open the way to {host}. Ask who runs it if it persists.</source>
   <translation>{proxy} hat den Weg zu {host} nicht geöffnet. Fragen Sie, wer ihn betreibt, wenn es so bleibt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>No answer from the proxy</source>
   <translation>Keine Antwort vom Proxy</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>{proxy} is not there, so {host} was not asked. Check the proxy setting.</source>
   <translation>{proxy} ist nicht da, deshalb wurde {host} nicht gefragt. Prüfen Sie die Proxy-Einstellung.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The proxy cannot be used</source>
   <translation>Der Proxy kann nicht verwendet werden</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>This computer's proxy is not of the kind http://host:port. Set another.</source>
   <translation>Der Proxy dieses Computers ist nicht von der Art http://host:port. Stellen Sie einen anderen ein.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>Webex sent a broken answer</source>
   <translation>Webex hat eine beschädigte Antwort gesendet</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>That of {host} was cut short or garbled. It is asked again.</source>
   <translation>Die von {host} war abgeschnitten oder entstellt. Es wird erneut gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>This address is not trusted</source>
   <translation>Dieser Adresse wird nicht vertraut</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>Nothing was sent to {host}, because it is not one of this cloud's own servers.</source>
   <translation>An {host} wurde nichts gesendet, weil er keiner der Server dieser Cloud ist.</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>certificate of {host}, issued by {issuer},</source>
   <translation>Zertifikat von {host}, ausgestellt von {issuer},</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>certificate of {host}</source>
   <translation>Zertifikat von {host}</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>The proxy</source>
   <translation>Der Proxy</translation>
  </message>
  <message>
   <location filename="softphone/webex/transport_faults.py" />
   <source>{advice} ({reason})</source>
   <translation>{advice} ({reason})</translation>
  </message>
  <message>
   <location filename="softphone/webex/wire.py" />
   <source>the device has no address or no user</source>
   <translation>das Gerät hat keine Adresse oder keinen Benutzer</translation>
  </message>
  <message>
   <location filename="softphone/webex/wire.py" />
   <source>the device has no id or no address</source>
   <translation>das Gerät hat keine Kennung oder keine Adresse</translation>
  </message>
  <message>
   <location filename="softphone/webex/wire.py" />
   <source>the device's address is not that of its id</source>
   <translation>die Adresse des Geräts ist nicht die seiner Kennung</translation>
  </message>
  <message>
   <location filename="softphone/webex/wire.py" />
   <source>the devices are no list</source>
   <translation>die Geräte sind keine Liste</translation>
  </message>
  <message>
   <location filename="softphone/webex/wire.py" />
   <source>the answer is not an object</source>
   <translation>die Antwort ist kein Objekt</translation>
  </message>
  <message>
   <location filename="softphone/webex/wire.py" />
   <source>a field is missing or of another type</source>
   <translation>ein Feld fehlt oder ist von anderer Art</translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <source>Trouble</source>
   <translation>Probleme</translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>Off</source>
   <translation>Aus</translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <source>Reachable</source>
   <translation>Erreichbar</translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <source>All</source>
   <translation>Alle</translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <source>Needs you</source>
   <translation>Braucht Sie</translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <source>Not reachable</source>
   <translation>Nicht erreichbar</translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <source>Uncertain</source>
   <translation>Unsicher</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/all_lines.py" />
   <source>Webex cannot reach any of {n} lines</source>
   <extracomment>One: Webex cannot reach any of {n} line</extracomment>
   <translation>
    <numerusform>Webex erreicht keine von {n} Leitung</numerusform>
    <numerusform>Webex erreicht keine von {n} Leitungen</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <source>{registered}. {line}</source>
   <translation>{registered}. {line}</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/all_lines.py" />
   <source>{n} more lines…</source>
   <extracomment>One: {n} more line…</extracomment>
   <translation>
    <numerusform>{n} weitere Leitung…</numerusform>
    <numerusform>{n} weitere Leitungen…</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <location filename="softphone/wording/call_words.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>{line}: {words}</source>
   <translation>{line}: {words}</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/all_lines.py" />
   <source>Webex can reach all {n} lines</source>
   <extracomment>One: Webex can reach {n} line</extracomment>
   <translation>
    <numerusform>Webex erreicht {n} Leitung</numerusform>
    <numerusform>Webex erreicht alle {n} Leitungen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/all_lines.py" />
   <source>Webex can reach {up} of {n} lines</source>
   <extracomment>One: Webex can reach {up} of {n} line</extracomment>
   <translation>
    <numerusform>Webex erreicht {up} von {n} Leitung</numerusform>
    <numerusform>Webex erreicht {up} von {n} Leitungen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/all_lines.py" />
   <source>Webex can reach at most {up} of {n} lines</source>
   <extracomment>One: Webex can reach at most {up} of {n} line</extracomment>
   <translation>
    <numerusform>Webex erreicht höchstens {up} von {n} Leitung</numerusform>
    <numerusform>Webex erreicht höchstens {up} von {n} Leitungen</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <source>Softphone: not signed in</source>
   <translation>Softphone: nicht angemeldet</translation>
  </message>
  <message>
   <location filename="softphone/wording/all_lines.py" />
   <source>No lines</source>
   <translation>Keine Leitungen</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>Ringing</source>
   <translation>Klingelt</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>Ringing on your phones: this panel cannot answer</source>
   <translation>Es klingelt an Ihren Geräten: hier kann niemand annehmen</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>May be ringing</source>
   <translation>Klingelt vielleicht</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>May still be ringing: call notices paused</source>
   <translation>Klingelt vielleicht noch: Anrufmeldungen pausieren</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>Answered elsewhere: {caller}</source>
   <translation>Woanders angenommen: {caller}</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>Missed call: {caller}</source>
   <translation>Verpasster Anruf: {caller}</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>Call ended: {caller}</source>
   <translation>Anruf beendet: {caller}</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>Lost track of the call: {caller}</source>
   <translation>Ende des Anrufs unbekannt: {caller}</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>A call for {line}</source>
   <translation>Anruf für {line}</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>A call for {line} was answered elsewhere</source>
   <translation>Anruf für {line} anderswo angenommen</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>A missed call for {line}</source>
   <translation>Verpasster Anruf für {line}</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>A call for {line} has ended</source>
   <translation>Anruf für {line} beendet</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>Lost track of a call for {line}</source>
   <translation>Ende eines Anrufs für {line} unbekannt</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>messages confirmed {ago}</source>
   <translation>Meldungen bestätigt {ago}</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>A call is ringing; deregistered when it ends.</source>
   <translation>Es klingelt gerade; abgemeldet wird danach.</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>unknown caller</source>
   <translation>unbekannt</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>{line}, extension {n}</source>
   <translation>{line}, Durchwahl {n}</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>Call from {caller}</source>
   <translation>Anruf von {caller}</translation>
  </message>
  <message>
   <location filename="softphone/wording/call_words.py" />
   <source>Call notices paused</source>
   <translation>Anrufmeldungen pausieren</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Asking Webex for the devices…</source>
   <translation>Webex wird nach den Geräten gefragt…</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Webex names no device. One may be gone by now.</source>
   <translation>Webex nennt kein Gerät. Vielleicht ist inzwischen eines weg.</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>No other devices.</source>
   <translation>Keine weiteren Geräte.</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Choose a device first.</source>
   <translation>Wählen Sie zuerst ein Gerät.</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Webex can no longer reach that device.</source>
   <translation>Webex erreicht dieses Gerät dann nicht mehr.</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>This computer</source>
   <translation>Dieser Computer</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>oldest</source>
   <translation>am ältesten</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Deregister its line to remove it.</source>
   <translation>Deregistrieren Sie seine Leitung, um es zu entfernen.</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Choose which device to remove for {line}.</source>
   <translation>Wählen Sie, welches Gerät für {line} entfernt wird.</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Remove {name}?</source>
   <translation>{name} entfernen?</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>{name} was removed.</source>
   <translation>{name} wurde entfernt.</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Webex still lists {name}. Try again in a minute.</source>
   <translation>Webex führt {name} noch. Versuchen Sie es in einer Minute erneut.</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/device_words.py" />
   <source>{silent} of {n} devices dropped together, {when}: the network or Webex, not one computer.</source>
   <extracomment>One: {silent} of {n} device dropped together, {when}: the network or Webex, not one computer.</extracomment>
   <translation>
    <numerusform>{silent} von {n} Gerät fiel zugleich aus, {when}: das Netz oder Webex, nicht ein einzelner Computer.</numerusform>
    <numerusform>{silent} von {n} Geräten fielen zugleich aus, {when}: das Netz oder Webex, nicht ein einzelner Computer.</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>seen {ago}</source>
   <translation>gesehen {ago}</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Last seen {time}</source>
   <translation>Zuletzt gesehen {time}</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Unnamed device</source>
   <translation>Unbenanntes Gerät</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>seen at an unknown time</source>
   <translation>zu unbekannter Zeit gesehen</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>seen {time} by Webex's clock</source>
   <translation>gesehen {time} nach der Uhr von Webex</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>seen just now</source>
   <translation>eben gesehen</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>Webex did not say when it was seen</source>
   <translation>Webex hat nicht gesagt, wann es gesehen wurde</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>The devices could not be listed.</source>
   <translation>Die Geräte konnten nicht aufgelistet werden.</translation>
  </message>
  <message>
   <location filename="softphone/wording/device_words.py" />
   <source>{name} was not removed.</source>
   <translation>{name} wurde nicht entfernt.</translation>
  </message>
  <message>
   <location filename="softphone/wording/forecast.py" />
   <source>back to primary about {time}</source>
   <translation>zurück zum Hauptserver gegen {time}</translation>
  </message>
  <message>
   <location filename="softphone/wording/forecast.py" />
   <source>sign-in renews about {time}</source>
   <translation>Anmeldung wird gegen {time} erneuert</translation>
  </message>
  <message>
   <location filename="softphone/wording/forecast.py" />
   <source>sign-in ends at {time}</source>
   <translation>Anmeldung endet um {time}</translation>
  </message>
  <message>
   <location filename="softphone/wording/forecast.py" />
   <source>registers again when the network is back</source>
   <translation>registriert sich wieder, wenn das Netzwerk zurück ist</translation>
  </message>
  <message>
   <location filename="softphone/wording/forecast.py" />
   <source>registers again when you have signed in</source>
   <translation>registriert sich wieder, wenn Sie sich angemeldet haben</translation>
  </message>
  <message>
   <location filename="softphone/wording/forecast.py" />
   <source>registers again when the call ends</source>
   <translation>registriert sich wieder, wenn das Gespräch endet</translation>
  </message>
  <message>
   <location filename="softphone/wording/forecast.py" />
   <source>checking now</source>
   <translation>wird jetzt geprüft</translation>
  </message>
  <message>
   <location filename="softphone/wording/forecast.py" />
   <source>next try in {time}</source>
   <translation>nächster Versuch in {time}</translation>
  </message>
  <message>
   <location filename="softphone/wording/forecast.py" />
   <source>trying now</source>
   <translation>wird jetzt versucht</translation>
  </message>
  <message>
   <location filename="softphone/wording/forecast.py" />
   <source>next check in {n} s</source>
   <translation>nächste Prüfung in {n} s</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Not provided by Webex</source>
   <translation>Von Webex nicht angegeben</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Not started</source>
   <translation>Nicht gestartet</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Active</source>
   <translation>Aktiv</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Inactive</source>
   <translation>Inaktiv</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>{time}, {ago}</source>
   <translation>{time}, {ago}</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>in {time}</source>
   <translation>in {time}</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>{low}-{high} min</source>
   <translation>{low}-{high} min</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>{h} h {m} min</source>
   <translation>{h} h {m} min</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>{time}, {lasts}</source>
   <translation>{time}, {lasts}</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>{server} · {role}</source>
   <translation>{server} · {role}</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>None planned</source>
   <translation>Keine geplant</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>{n} min or more</source>
   <translation>{n} min oder mehr</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>{n} min</source>
   <translation>{n} min</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <location filename="softphone/wording/settings_words.py" />
   <source>{n} s</source>
   <translation>{n} s</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Not known</source>
   <translation>Nicht bekannt</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <location filename="softphone/wording/presentation.py" />
   <source>Your sign-in has ended.</source>
   <translation>Ihre Anmeldung ist beendet.</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Not reachable since</source>
   <translation>Nicht erreichbar seit</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Last confirmed</source>
   <translation>Zuletzt bestätigt</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Attempt</source>
   <translation>Versuch</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Signed in as</source>
   <translation>Angemeldet als</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Voicemail</source>
   <translation>Voicemail</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Status here</source>
   <translation>Status hier</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Status (Webex says)</source>
   <translation>Status (laut Webex)</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Wanted state</source>
   <translation>Gewünschter Zustand</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Missed</source>
   <translation>Verpasst</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/line_facts.py" />
   <source>{missed} of {n} checks</source>
   <extracomment>One: {missed} of {n} check</extracomment>
   <translation>
    <numerusform>{missed} von {n} Prüfung</numerusform>
    <numerusform>{missed} von {n} Prüfungen</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Cause</source>
   <translation>Ursache</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Next try</source>
   <translation>Nächster Versuch</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Forecast</source>
   <translation>Vorschau</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Sign-in lasts</source>
   <translation>Anmeldung gültig</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Phone number</source>
   <translation>Telefonnummer</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Extension</source>
   <translation>Durchwahl</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Voice portal number</source>
   <translation>Nummer des Sprachportals</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Voice portal extension</source>
   <translation>Durchwahl des Sprachportals</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>User ID</source>
   <translation>Benutzer-ID</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Line ID (this session)</source>
   <translation>Leitungs-ID (diese Sitzung)</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Server in use</source>
   <translation>Genutzter Server</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Registration address</source>
   <translation>Registrierungsadresse</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Keep-alive every</source>
   <translation>Prüfung alle</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>In-call keep-alive every</source>
   <translation>Prüfung im Anruf alle</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Return to primary after</source>
   <translation>Zurück zum Hauptserver nach</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Calling device ID</source>
   <translation>Geräte-ID für Anrufe</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>This app's Webex device</source>
   <translation>Webex-Gerät dieser App</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Last seen by Webex</source>
   <translation>Zuletzt von Webex gesehen</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>up to {n} min</source>
   <translation>bis zu {n} min</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Status</source>
   <translation>Status</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Identity</source>
   <translation>Identität</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <location filename="softphone/wording/plots.py" />
   <source>Server</source>
   <translation>Server</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Timing</source>
   <translation>Zeiten</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <location filename="softphone/wording/presentation.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>Registered</source>
   <translation>Registriert</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Switched off by you</source>
   <translation>Von Ihnen ausgeschaltet</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Nothing planned</source>
   <translation>Nichts geplant</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <location filename="softphone/wording/notices.py" />
   <source>Tracking ID</source>
   <translation>Tracking-ID</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>{n} s, as sent</source>
   <translation>{n} s, wie gesendet</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>Not measured yet</source>
   <translation>Noch nicht gemessen</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>{n} ms</source>
   <translation>{n} ms</translation>
  </message>
  <message>
   <location filename="softphone/wording/line_facts.py" />
   <source>SIP address</source>
   <translation>SIP-Adresse</translation>
  </message>
  <message>
   <location filename="softphone/wording/moment.py" />
   <source>{n} s ago</source>
   <translation>vor {n} s</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/moment.py" />
   <source>{n} days ago</source>
   <extracomment>One: {n} day ago</extracomment>
   <translation>
    <numerusform>vor {n} Tag</numerusform>
    <numerusform>vor {n} Tagen</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/moment.py" />
   <source>{n} h ago</source>
   <translation>vor {n} h</translation>
  </message>
  <message>
   <location filename="softphone/wording/moment.py" />
   <source>{n} min ago</source>
   <translation>vor {n} min</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>Your lines come back when you sign in.</source>
   <translation>Ihre Leitungen kommen zurück, wenn Sie sich anmelden.</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>No Webex Calling line on this account</source>
   <translation>Keine Webex Calling-Leitung in diesem Konto</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>You are signed in; an administrator must assign a Webex Calling licence and number.</source>
   <translation>Sie sind angemeldet; ein Administrator muss eine Webex Calling-Lizenz und eine Rufnummer zuweisen.</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>You stay signed in until {time}.</source>
   <translation>Sie bleiben bis {time} angemeldet.</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>Your clock is wrong</source>
   <translation>Ihre Uhr geht falsch</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>Off by {n} min; sign-in may fail.</source>
   <translation>Abweichung {n} min; die Anmeldung kann fehlschlagen.</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>It has run out; it is tried again.</source>
   <translation>Sie ist abgelaufen; es wird erneut versucht.</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>tracking ID {id}</source>
   <translation>Tracking-ID {id}</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>If it has opened a window, answer it; or go on without what it keeps.</source>
   <translation>Hat er ein Fenster geöffnet, antworten Sie dort; oder machen Sie weiter ohne das, was er aufbewahrt.</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/notices.py" />
   <source>Webex cannot reach {n} lines.</source>
   <extracomment>One: Webex cannot reach {n} line.</extracomment>
   <translation>
    <numerusform>Webex erreicht {n} Leitung nicht.</numerusform>
    <numerusform>Webex erreicht {n} Leitungen nicht.</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>{name} signed in, not {expected}</source>
   <translation>{name} hat sich angemeldet, nicht {expected}</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>Nothing was replaced. Choose whether both stay.</source>
   <translation>Nichts wurde ersetzt. Wählen Sie, ob beide bleiben.</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>User</source>
   <translation>Benutzer</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>Organisation</source>
   <translation>Organisation</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>Problem</source>
   <translation>Problem</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <location filename="softphone/wording/plots.py" />
   <source>Time</source>
   <translation>Zeit</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>This computer is offline</source>
   <translation>Dieser Computer ist offline</translation>
  </message>
  <message>
   <location filename="softphone/wording/notices.py" />
   <source>Lines register again by themselves.</source>
   <translation>Leitungen registrieren sich von selbst wieder.</translation>
  </message>
  <message>
   <location filename="softphone/wording/notifications.py" />
   <source>{line}: action needed</source>
   <translation>{line}: Handlung erforderlich</translation>
  </message>
  <message>
   <location filename="softphone/wording/notifications.py" />
   <source>{line} is in use elsewhere</source>
   <translation>{line} wird anderswo verwendet</translation>
  </message>
  <message>
   <location filename="softphone/wording/notifications.py" />
   <source>{line} cannot be registered</source>
   <translation>{line} kann nicht registriert werden</translation>
  </message>
  <message>
   <location filename="softphone/wording/notifications.py" />
   <source>{line}: the sign-in has ended</source>
   <translation>{line}: Die Anmeldung ist beendet</translation>
  </message>
  <message>
   <location filename="softphone/wording/notifications.py" />
   <source>Webex cannot reach {line}</source>
   <translation>Webex erreicht {line} nicht</translation>
  </message>
  <message>
   <location filename="softphone/wording/notifications.py" />
   <source>{why}. It is tried again by itself.</source>
   <translation>{why}. Es wird von selbst erneut versucht.</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/notifications.py" />
   <source>Webex can reach {n} lines again</source>
   <extracomment>One: Webex can reach {line} again</extracomment>
   <translation>
    <numerusform>Webex erreicht {line} wieder</numerusform>
    <numerusform>Webex erreicht {n} Leitungen wieder</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/notifications.py" />
   <source>Open the window to see what to do.</source>
   <translation>Öffnen Sie das Fenster, um zu sehen, was zu tun ist.</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/notifications.py" />
   <source>{n} lines need you</source>
   <extracomment>One: {n} line needs you</extracomment>
   <translation>
    <numerusform>{n} Leitung braucht Sie</numerusform>
    <numerusform>{n} Leitungen brauchen Sie</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/notifications.py" />
   <source>Webex cannot reach {n} lines</source>
   <extracomment>One: Webex cannot reach {n} line</extracomment>
   <translation>
    <numerusform>Webex erreicht {n} Leitung nicht</numerusform>
    <numerusform>Webex erreicht {n} Leitungen nicht</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/notifications.py" />
   <source>No server confirms the line.</source>
   <translation>Kein Server bestätigt die Leitung.</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>History starts with the first registration.</source>
   <translation>Der Verlauf beginnt mit der ersten Registrierung.</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>Collecting. Each check adds a dot.</source>
   <translation>Wird gesammelt. Jede Prüfung fügt einen Punkt hinzu.</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>not running</source>
   <translation>lief nicht</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>registered</source>
   <translation>registriert</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>registered on the backup</source>
   <translation>auf dem Ersatzserver registriert</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>registering</source>
   <translation>wird registriert</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>being checked</source>
   <translation>wird geprüft</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>reconnecting</source>
   <translation>verbindet neu</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>waiting for a call to end</source>
   <translation>wartet auf das Gesprächsende</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>waiting for the next try</source>
   <translation>wartet auf den nächsten Versuch</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>needed somebody</source>
   <translation>brauchte jemanden</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>in use elsewhere</source>
   <translation>anderswo verwendet</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>offline</source>
   <translation>offline</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>signed out</source>
   <translation>abgemeldet</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>deregistering</source>
   <translation>wird deregistriert</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>not registered</source>
   <translation>nicht registriert</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>{share} %</source>
   <translation>{share} %</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>{share} reachable in 24 h</source>
   <translation>{share} erreichbar in 24 h</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>{share} reachable since {time}</source>
   <translation>{share} erreichbar seit {time}</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>last 24 h</source>
   <translation>letzte 24 h</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>since {time}</source>
   <translation>seit {time}</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>{began}–{ended} {state}, {lasted}</source>
   <translation>{began}–{ended} {state}, {lasted}</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>{time} {n} ms, {server}</source>
   <translation>{time} {n} ms, {server}</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>unknown server</source>
   <translation>unbekannter Server</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <location filename="softphone/wording/presentation.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>Not registered</source>
   <translation>Nicht registriert</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/plots.py" />
   <location filename="softphone/wording/recording_words.py" />
   <source>{n} interruptions</source>
   <extracomment>One: {n} interruption</extracomment>
   <translation>
    <numerusform>{n} Unterbrechung</numerusform>
    <numerusform>{n} Unterbrechungen</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>Longest {time}</source>
   <translation>Längste {time}</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>{began}–{ended} {state}</source>
   <translation>{began}–{ended} {state}</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>{time} no answer, {server}</source>
   <translation>{time} keine Antwort, {server}</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>p50 {p50} / p95 {p95} ms</source>
   <translation>p50 {p50} / p95 {p95} ms</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/plots.py" />
   <source>{n} missed</source>
   <extracomment>One: {n} missed</extracomment>
   <translation>
    <numerusform>{n} ohne Antwort</numerusform>
    <numerusform>{n} ohne Antwort</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>Last checks of {line}</source>
   <translation>Letzte Prüfungen von {line}</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>From</source>
   <translation>Von</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>To</source>
   <translation>Bis</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>Worst state</source>
   <translation>Schlimmster Zustand</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>Seconds</source>
   <translation>Sekunden</translation>
  </message>
  <message>
   <location filename="softphone/wording/plots.py" />
   <source>Round trip in ms</source>
   <translation>Antwortzeit in ms</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Sign in again</source>
   <translation>Erneut anmelden</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Restart this app</source>
   <translation>Diese App neu starten</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Choose device</source>
   <translation>Gerät wählen</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Take back</source>
   <translation>Zurückholen</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Unlock</source>
   <translation>Entsperren</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>How to fix</source>
   <translation>So beheben</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Try now</source>
   <translation>Jetzt versuchen</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Choose…</source>
   <translation>Wählen…</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Open date settings</source>
   <translation>Datumseinstellungen öffnen</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Proxy settings</source>
   <translation>Proxy-Einstellungen</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Open page</source>
   <translation>Seite öffnen</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Check again</source>
   <translation>Erneut prüfen</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Registering…</source>
   <translation>Wird registriert…</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Checking…</source>
   <translation>Wird geprüft…</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Reconnecting</source>
   <translation>Verbindet neu</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Retry</source>
   <translation>Neuer Versuch</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Waiting for call to end</source>
   <translation>Wartet auf Gesprächsende</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Deregistering…</source>
   <translation>Wird deregistriert…</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>Failed</source>
   <translation>Fehlgeschlagen</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>Action needed</source>
   <translation>Handlung erforderlich</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Offline</source>
   <translation>Offline</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Webex can reach this line</source>
   <translation>Webex erreicht diese Leitung</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Webex may not reach this line</source>
   <translation>Webex erreicht diese Leitung vielleicht nicht</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Webex cannot reach this line</source>
   <translation>Webex erreicht diese Leitung nicht</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Webex cannot reach this line yet</source>
   <translation>Webex erreicht diese Leitung noch nicht</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Primary</source>
   <translation>Hauptserver</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Backup</source>
   <translation>Ersatzserver</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>You deregistered it at {time}.</source>
   <translation>Sie haben sie um {time} deregistriert.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>backup</source>
   <translation>Ersatz</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>No server answers.</source>
   <translation>Kein Server antwortet.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Webex releases this device in about {n} min.</source>
   <translation>Webex gibt dieses Gerät in etwa {n} min frei.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Webex is busy. Next try at {time}.</source>
   <translation>Webex ist ausgelastet. Nächster Versuch um {time}.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Waiting to register.</source>
   <translation>Wartet auf Registrierung.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <location filename="softphone/wording/timeline_words.py" />
   <source>You deregistered it.</source>
   <translation>Sie haben sie deregistriert.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Not confirmed; Webex forgets it in about {n} min.</source>
   <translation>Nicht bestätigt; Webex vergisst sie in etwa {n} min.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Reconnecting · {n} of {limit} missed</source>
   <translation>Verbindet neu · {n} von {limit} ausgeblieben</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Reconnecting · {n} of {limit}</source>
   <translation>Verbindet neu · {n} von {limit}</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Retry in {time}</source>
   <translation>Neuer Versuch in {time}</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/presentation.py" />
   <source>Retry in {n} seconds</source>
   <extracomment>One: Retry in {n} second</extracomment>
   <translation>
    <numerusform>Neuer Versuch in {n} Sekunde</numerusform>
    <numerusform>Neuer Versuch in {n} Sekunden</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Retrying…</source>
   <translation>Neuer Versuch läuft…</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Confirmed {ago}</source>
   <translation>Bestätigt {ago}</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Asking Webex.</source>
   <translation>Webex wird gefragt.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>No proof since {time}; asking now.</source>
   <translation>Seit {time} unbestätigt; wird gerade geprüft.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Registers when the other call ends.</source>
   <translation>Registriert sich, wenn der andere Anruf endet.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Telling Webex.</source>
   <translation>Webex wird es mitgeteilt.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Another session took it at {time}.</source>
   <translation>Eine andere Sitzung hat sie um {time} übernommen.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>This computer is offline since {time}.</source>
   <translation>Dieser Computer ist seit {time} offline.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>ext. {n}</source>
   <translation>Durchwahl {n}</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>No proof yet; asking now.</source>
   <translation>Noch unbestätigt; wird gerade geprüft.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Next check in {time}</source>
   <translation>Nächste Prüfung in {time}</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Checking now.</source>
   <translation>Wird gerade geprüft.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>It failed for an unknown reason.</source>
   <translation>Der Grund ist nicht bekannt.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Something has to be chosen first.</source>
   <translation>Zuerst muss etwas gewählt werden.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>Another session took it.</source>
   <translation>Eine andere Sitzung hat sie übernommen.</translation>
  </message>
  <message>
   <location filename="softphone/wording/presentation.py" />
   <source>This computer is offline.</source>
   <translation>Dieser Computer ist offline.</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>At the next start</source>
   <translation>Ab dem nächsten Start</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>General</source>
   <translation>Allgemein</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Notifications</source>
   <translation>Benachrichtigungen</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Language</source>
   <translation>Sprache</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Less motion</source>
   <translation>Weniger Bewegung</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Start when I log in</source>
   <translation>Beim Anmelden am Computer starten</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Keep running when the window is closed</source>
   <translation>Weiterlaufen, wenn das Fenster geschlossen wird</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Deregister when I quit</source>
   <translation>Beim Beenden deregistrieren</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Keep activity for</source>
   <translation>Aktivität aufbewahren</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Offer to check for updates</source>
   <translation>Suche nach Updates anbieten</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Show notifications</source>
   <translation>Benachrichtigungen anzeigen</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Wait before telling</source>
   <translation>Warten, bevor gemeldet wird</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Tell when a line is back</source>
   <translation>Melden, wenn eine Leitung zurück ist</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Tell of calls</source>
   <translation>Anrufe melden</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Name the caller in notifications</source>
   <translation>Anrufer in Mitteilungen nennen</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Keep who called in the activity</source>
   <translation>Anrufer in der Aktivität behalten</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Proxy</source>
   <translation>Proxy</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Extra certificates</source>
   <translation>Zusätzliche Zertifikate</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>English</source>
   <translation>English</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Deutsch</source>
   <translation>Deutsch</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Pseudo</source>
   <translation>Pseudo</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Pseudo, right to left</source>
   <translation>Pseudo, von rechts nach links</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>On</source>
   <translation>Ein</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Always</source>
   <translation>Immer</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Not on a locked screen</source>
   <translation>Nicht bei Bildschirmsperre</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Never</source>
   <translation>Nie</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Automatic</source>
   <translation>Automatisch</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/settings_words.py" />
   <source>{n} days</source>
   <extracomment>One: {n} day</extracomment>
   <translation>
    <numerusform>{n} Tag</numerusform>
    <numerusform>{n} Tage</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Enter an address like {example}, without a user or a password.</source>
   <translation>Geben Sie eine Adresse wie {example} ein, ohne Benutzer und Passwort.</translation>
  </message>
  <message>
   <location filename="softphone/wording/settings_words.py" />
   <source>Enter a code like {example}, or nothing.</source>
   <translation>Geben Sie einen Code wie {example} ein, oder nichts.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Asking Webex</source>
   <translation>Webex wird gefragt</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Check unanswered</source>
   <translation>Prüfung ohne Antwort</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Reachable again</source>
   <translation>Wieder erreichbar</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Register pressed</source>
   <translation>Registrieren gedrückt</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Deregistered by you</source>
   <translation>Von Ihnen deregistriert</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Signed in</source>
   <translation>Angemeldet</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Sign-in ended</source>
   <translation>Anmeldung abgelaufen</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Signed out by you</source>
   <translation>Von Ihnen abgemeldet</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Network lost</source>
   <translation>Netz verloren</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Network back</source>
   <translation>Netz wieder da</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Computer slept for {time}</source>
   <translation>Computer schlief {time}</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Clock set by {time}</source>
   <translation>Uhr um {time} verstellt</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Program started</source>
   <translation>Programm gestartet</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Program ended</source>
   <translation>Programm beendet</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Program cut off</source>
   <translation>Programm abgebrochen</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Registered on the backup server</source>
   <translation>Am Ersatzserver registriert</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Waiting for the next try</source>
   <translation>Wartet auf den nächsten Versuch</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Waiting for the other call to end</source>
   <translation>Wartet auf das Ende des anderen Anrufs</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Telling Webex</source>
   <translation>Webex wird benachrichtigt</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Taken by another session</source>
   <translation>Von einer anderen Sitzung übernommen</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Computer offline</source>
   <translation>Computer offline</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Back on the primary server</source>
   <translation>Wieder am Hauptserver</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Moved to the backup server</source>
   <translation>Zum Ersatzserver gewechselt</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Moved to another server</source>
   <translation>Zu einem anderen Server gewechselt</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The network was down.</source>
   <translation>Das Netz war weg.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The network is down.</source>
   <translation>Das Netz ist weg.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The computer slept.</source>
   <translation>Der Computer schlief.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>No server answered.</source>
   <translation>Kein Server antwortete.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Webex refused.</source>
   <translation>Webex lehnte ab.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Webex refuses.</source>
   <translation>Webex lehnt ab.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Webex had trouble.</source>
   <translation>Webex war gestört.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Webex has trouble.</source>
   <translation>Webex ist gestört.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Webex was busy.</source>
   <translation>Webex war überlastet.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Webex is busy.</source>
   <translation>Webex ist überlastet.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The sign-in had ended.</source>
   <translation>Die Anmeldung war abgelaufen.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The sign-in has ended.</source>
   <translation>Die Anmeldung ist abgelaufen.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Taken by another session.</source>
   <translation>Von einer anderen Sitzung übernommen.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The primary server did not answer.</source>
   <translation>Der Hauptserver antwortete nicht.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The primary server does not answer.</source>
   <translation>Der Hauptserver antwortet nicht.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The backup server did not answer.</source>
   <translation>Der Ersatzserver antwortete nicht.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The backup server does not answer.</source>
   <translation>Der Ersatzserver antwortet nicht.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The backup server took over.</source>
   <translation>Der Ersatzserver übernahm.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>You signed out.</source>
   <translation>Sie haben sich abgemeldet.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>The program ended.</source>
   <translation>Das Programm wurde beendet.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>You took it back.</source>
   <translation>Sie haben sie zurückgeholt.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>primary {place}</source>
   <translation>Hauptserver {place}</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>backup {place}</source>
   <translation>Ersatzserver {place}</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>{began}–{ended}</source>
   <translation>{began}–{ended}</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/timeline_words.py" />
   <source>{n} lines</source>
   <extracomment>One: {n} line</extracomment>
   <translation>
    <numerusform>{n} Leitung</numerusform>
    <numerusform>{n} Leitungen</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>{began}–now</source>
   <translation>{began}–jetzt</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Network back; asking Webex</source>
   <translation>Netz wieder da; Webex wird gefragt</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>{what}, {n}x</source>
   <translation>{what}, {n}x</translation>
  </message>
  <message numerus="yes">
   <location filename="softphone/wording/timeline_words.py" />
   <source>{n} checks were unanswered.</source>
   <extracomment>One: One check was unanswered.</extracomment>
   <translation>
    <numerusform>{n} Prüfung blieb ohne Antwort.</numerusform>
    <numerusform>{n} Prüfungen blieben ohne Antwort.</numerusform>
   </translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>{n} of {limit}</source>
   <translation>{n} von {limit}</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>attempt {n}</source>
   <translation>Versuch {n}</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Uncertain.</source>
   <translation>Ungewiss.</translation>
  </message>
  <message>
   <location filename="softphone/wording/timeline_words.py" />
   <source>Not reachable.</source>
   <translation>Nicht erreichbar.</translation>
  </message>
 </context>
</TS>
