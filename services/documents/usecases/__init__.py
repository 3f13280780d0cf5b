"""What can be done with uploads and papers: one function each, inside one transaction."""
