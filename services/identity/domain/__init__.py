"""Rules of accounts, pure: time, chance and what is stored come in as arguments."""
