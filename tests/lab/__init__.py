"""A service that exists for tests and benchmarks of the chassis: it runs in the place of licensing."""
