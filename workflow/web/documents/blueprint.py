"""The blueprint of the documents' pages.

Its views are in the other files of this folder.
"""

from flask import Blueprint

blueprint = Blueprint("documents", __name__, url_prefix="/documents")
