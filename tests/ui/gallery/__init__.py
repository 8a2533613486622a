"""Pictures of the real window for people who look before they ship: `python -m tests.ui.gallery FOLDER`."""
