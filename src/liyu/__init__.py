"""Liyu 礼遇: a self-hosted real-time gift shop."""
