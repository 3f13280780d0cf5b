"""Papers as PDF, drawn in a child process: a folder per kind with its page, its style and its words.

`letterhead` holds what they share: layouts, pieces of pages, style and words.
"""
