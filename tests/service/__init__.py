"""Tests with another service: each starts its own, and is skipped with a reason where that is not installed."""
