"""What incidents add to the situation of a place or an area (see layers/situation)."""
