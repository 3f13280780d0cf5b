"""Proves the installation on a machine without a registry of images: engine, images and servers from Debian's packages.

`python -m deploy.images_test` goes from nothing to the passed journey; everything lies under `.local/images`.
"""
