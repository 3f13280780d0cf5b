"""What a file really is. Runs in a child process with limits: everything here reads what strangers made."""
