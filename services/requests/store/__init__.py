"""Named queries on this service's own database. `get` raises, `find` may return None, `lock` is for update."""
