"""Tests on real photos, real SQLite files and real windows."""
