"""`doctor`: checks this computer."""

import argparse

from softphone.commands.options import add_cloud, add_profile, describe
from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE, EXIT_USAGE
from softphone.system.folders import check_profile_name, find_folders

EXAMPLES = """\
  softphone doctor                            a list with remedies
  softphone doctor --cloud cloud.toml --json  another cloud's addresses, for a script
"""


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    del name
    text = "Checks this computer and says what to mend."
    describe(parser, text, EXAMPLES, (EXIT_OK, EXIT_TROUBLE, EXIT_USAGE))
    add_profile(parser)
    add_cloud(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace) -> int:
    """Check, and print what is wrong."""
    from softphone.checks import doctor
    from softphone.settings import cloud_file as config
    from softphone.settings.policy_file import load_managed
    from softphone.settings.store import SettingsStore

    folders = find_folders()
    profile = check_profile_name(options.profile)
    cloud = config.load_cloud(options.cloud, folders)
    store = SettingsStore(folders.settings_file(profile), cloud=cloud, managed=load_managed())
    return doctor.run(store.cloud, folders, as_json=options.json)
