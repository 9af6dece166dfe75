"""Django's PostGIS backend, with the one addition that every cursor acts as who the request or job acts for."""
