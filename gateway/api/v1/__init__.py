"""Version 1 of the API. Names and shapes are added to, never changed."""

from flask import Flask

from gateway.api.v1 import (
    access,
    account,
    calendar,
    documents,
    exams,
    notices,
    office,
    reference,
    requests,
    service_types,
    spec,
)


def init_app(app: Flask) -> None:
    """Register every resource and the description of them all."""
    spec.init_app(
        app,
        [
            access.blueprint,
            account.blueprint,
            service_types.blueprint,
            requests.blueprint,
            documents.blueprint,
            notices.blueprint,
            office.blueprint,
            exams.blueprint,
            calendar.blueprint,
            reference.blueprint,
        ],
    )
