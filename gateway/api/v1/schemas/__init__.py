"""What goes in and out of the API: shapes alone. What a value may be is decided by the service that owns it."""
