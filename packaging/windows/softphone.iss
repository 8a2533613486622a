; The installer for Windows, of the bundle in dist\softphone, for one person and without an administrator:
;     ISCC.exe packaging\windows\softphone.iss
; Without a word: softphone-VERSION-windows-x64.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART [/DIR=FOLDER],
; and the same of unins000.exe. An older version is closed and replaced; settings and sign-ins stay, also when
; the program is removed.
; No AppMutex: the program has none. Who runs it is asked by the Restart Manager, which knows by the files.

#define Folder "..\..\dist\softphone"
#define Panel "softphone-panel.exe"
#define Version GetStringFileInfo(AddBackslash(SourcePath) + Folder + "\" + Panel, "ProductVersion")

[Setup]
AppId=io.github.softphone.panel
AppName=Softphone
AppVersion={#Version}
AppPublisher=The softphone registration panel authors
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
CloseApplications=yes
Compression=lzma2/max
DefaultDirName={autopf}\Softphone
DisableProgramGroupPage=yes
MinVersion=10.0.17763
OutputBaseFilename=softphone-{#Version}-windows-x64
OutputDir=..\..\dist
PrivilegesRequired=lowest
RestartApplications=no
SetupIconFile=..\..\dist\icons\softphone.ico
SolidCompression=yes
UninstallDisplayIcon={app}\{#Panel}
VersionInfoVersion={#GetVersionNumbersString(AddBackslash(SourcePath) + Folder + "\" + Panel)}
WizardStyle=modern
; Signed with: ISCC.exe /DSigned "/Ssigntool=signtool.exe sign /fd sha256 /tr TIMESERVER /td sha256 /a $f" ...
; after the same was done to the programs in dist\softphone.
#ifdef Signed
SignTool=signtool
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[InstallDelete]
; Nothing of an older version stays beside the new one.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs

[Icons]
Name: "{autoprograms}\Softphone"; Filename: "{app}\{#Panel}"

[Registry]
; Start at login is written by the program itself (softphone/system/launch.py); it goes with the program.
Root: HKCU; Subkey: "Software\Microsoft\Windows\CurrentVersion\Run"; ValueType: none; \
    ValueName: "io.github.softphone.panel"; Flags: dontcreatekey uninsdeletevalue

[Run]
Filename: "{app}\{#Panel}"; Description: "{cm:LaunchProgram,Softphone}"; Flags: nowait postinstall skipifsilent
