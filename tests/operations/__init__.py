"""The steps of docs/operate.md and docs/author-a-module.md, executed as they stand there."""
