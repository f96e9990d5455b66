"""The steps of docs/operate.md, executed as they stand there."""
