"""What a license's facts mean on a day: pure."""
