"""One Result per member and activity: the doorway for scores."""
