"""The preparation modules, read from files: lessons, knowledge checks, activities and statements."""
