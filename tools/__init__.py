"""What stands behind the Makefile: install, private PostgreSQL cluster, serve, test.

These run before the virtual environment exists, on Debian's own Python, so they import nothing but the standard
library and each other, and nothing of the application.
"""
