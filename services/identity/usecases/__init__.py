"""One function per thing somebody can do; each runs inside the caller's transaction."""
