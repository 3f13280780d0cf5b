"""What operators do at the keyboard: `python -m services.identity.commands --help`."""
