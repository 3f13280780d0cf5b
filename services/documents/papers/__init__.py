"""Papers as PDF: a folder per kind with its page, its style and its words. Drawn in a child process."""
