"""See the table of folders in README.md."""
