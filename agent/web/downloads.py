"""The deliverables of today, to take away: made when asked for, never shown in the page."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation

from agent.estate import Estate
from agent.reports.making import DELIVERABLES, NoSuchReport, Order, make
from agent.store.store import Store
from agent.web.door import Visit
from agent.web.witness import Witness

MEDIA = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@get("/reports/{file:str}", media_type="application/octet-stream", sync_to_thread=True)
def report(
    company: NamedDependency[SkipValidation[Estate]],
    store: NamedDependency[SkipValidation[Store]],
    visit: NamedDependency[SkipValidation[Visit]],
    witness: NamedDependency[SkipValidation[Witness]],
    file: FromPath[str],
) -> Response[bytes]:
    """One of them, such as `roadmap.pdf`, as `gapwatch report` makes it today."""
    name, _, ending = file.rpartition(".")
    if name not in DELIVERABLES or ending not in MEDIA:
        raise NotFoundException(f"There is no report {file}.")
    try:
        content = make(company, store, Order(report=name, format=ending))
    except NoSuchReport as problem:
        raise NotFoundException(f"It cannot be made: {problem}.") from None
    witness.took(visit, f"report {file}")
    disposition = {"content-disposition": f'attachment; filename="{file}"'}
    return Response(content, media_type=MEDIA[ending], headers=disposition)
