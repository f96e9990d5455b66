"""Module pages, knowledge checks, practice, written parts and signatures."""
