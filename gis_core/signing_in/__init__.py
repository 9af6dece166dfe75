"""Signing in: rules of passwords, lock-out, second factor, credentials of programs, OIDC (docs/signing-in.md)."""
