"""The blueprint of the library's pages.

Its views are in the other files of this folder.
"""

from flask import Blueprint

blueprint = Blueprint("library", __name__, url_prefix="/library")
