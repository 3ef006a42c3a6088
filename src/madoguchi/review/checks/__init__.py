"""One rule a file: each reads the document and yields what does not hold."""
