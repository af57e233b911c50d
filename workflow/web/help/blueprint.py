"""The blueprint of the guides and of the page of words, which anybody may read.

Its views are in the other files of this folder.
"""

from flask import Blueprint

blueprint = Blueprint("help", __name__, url_prefix="/help")
