"""One file per revision, ``<nnnn>_<domain>.py``, each naming the one before it."""
