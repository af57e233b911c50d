"""Where the links in letters lead: every one to a page that asks for sign-in, none does anything by itself.

The pages are in `workflow/web/`.
"""

from sqlalchemy.orm import Session

from workflow.audit.record import reference
from workflow.models.circulation import Circulation
from workflow.models.document import Document
from workflow.models.export import ExportJob
from workflow.models.reporting import ReportingPeriod


def home(session: Session) -> str:
    """Return the address of the pages, without a slash at its end; KeyError where it was not configured."""
    return str(session.info["base_url"]).rstrip("/")


def circulation_page(session: Session, circulation: Circulation) -> str:
    """Return the address of a circulation's page; of a preparation, which has none to show, the home page."""
    if circulation.dispatched_at is None:
        return home(session) + "/"
    return f"{home(session)}/c/{reference(circulation)}"


def account_page(session: Session, secret: str) -> str:
    """Return the address where a single-use secret is exchanged for a password of one's own."""
    return f"{home(session)}/account/{secret}"


def reporting_page(session: Session, document: Document, period: ReportingPeriod) -> str:
    """Return the address of a reporting period's page."""
    return f"{home(session)}/documents/{document.code}/reporting/{period.id}"


def export_page(session: Session, job: ExportJob) -> str:
    """Return the address of a long export's page."""
    return f"{home(session)}/documents/exports/{job.id}"


def notices_page(session: Session) -> str:
    """Return the address of the secretariat's list of letters."""
    return f"{home(session)}/secretariat/notices"
