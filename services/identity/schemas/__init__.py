"""What comes in and what goes out: forms that are checked, answers that are plain JSON."""
