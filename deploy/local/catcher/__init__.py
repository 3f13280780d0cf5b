"""Catches the mail and text messages that the portal sends, and shows them: nobody real is ever written to."""
