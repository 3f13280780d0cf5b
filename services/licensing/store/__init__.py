"""Named queries. get raises, find may return None, list returns a page, add inserts, lock selects for update."""
