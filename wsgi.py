"""The application object a server loads, with the clock's thread or on Celery, as the settings want it.

What it is made of lives in workflow/app.py.
"""

from workflow import journal, worker
from workflow.app import create_app

app = create_app()
journal.configure(app.config["JOURNAL_LEVEL"], as_json=app.config["JOURNAL_AS_JSON"])
worker.start(app)
#: What `celery --app wsgi:celery` works with; None where no broker is set.
celery = app.extensions["celery"]
