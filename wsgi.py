"""The application object a server loads, with the clock's thread where the settings want it.

What it is made of lives in workflow/app.py.
"""

from workflow import worker
from workflow.app import create_app

app = create_app()
worker.start(app)
