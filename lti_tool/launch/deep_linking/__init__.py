"""Deep linking (LTI Deep Linking 2.0): a teacher picks what to add to the course; and the data privacy page."""
