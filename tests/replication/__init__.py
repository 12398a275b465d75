"""Tests of the pure rules of merging."""
