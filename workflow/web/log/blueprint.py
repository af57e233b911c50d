"""The blueprint of the log's public pages.

Its views are in the other files of this folder.
"""

from flask import Blueprint

blueprint = Blueprint("log", __name__)
