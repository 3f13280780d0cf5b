"""Pages of PDFs as pictures, so that nobody opens a stranger's PDF to read it. Drawn in a child process with limits."""
