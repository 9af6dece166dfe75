"""Incidents of the sample city: where people and shops are, with the rhythm of days and weeks; all invented."""
