"""Analytic rubrics read from files: criteria, four levels in words, and what a rating comes to."""
