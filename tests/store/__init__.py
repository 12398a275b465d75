"""Tests of the workspace file, on real files."""
