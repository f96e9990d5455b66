"""The outbox of scores: line items, and delivery by AGS."""
