"""Services that tools call from their servers."""
