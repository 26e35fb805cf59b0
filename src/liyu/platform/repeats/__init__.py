"""Answers kept for a day under the caller's own key, so that a request sent again is not done again."""
