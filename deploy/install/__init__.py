"""What an installation runs besides the portal itself: secrets, databases, buckets, probes. Each may be run again."""
