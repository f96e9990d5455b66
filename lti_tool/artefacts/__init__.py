"""What a machine reads in a file that a student hands in, and what advisers would point at in it."""
