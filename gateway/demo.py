"""What only a demo has: a business clock that can be moved. It speaks as the API does, and is no part of it."""

from flask import Blueprint, Response, jsonify, request

from chassis.schemas import Schema, Text, load
from gateway import clients, context
from gateway.api.v1.bodies import read_json
from gateway.permissions import needs

MOMENT_LENGTH = 40

blueprint = Blueprint("demo", __name__, url_prefix=context.DEMO_PREFIX)


class Move(Schema):
    """Where the clock is to be."""

    at = Text(required=True, maximum=MOMENT_LENGTH)


@blueprint.get("/clock")
@needs("demo.clock")
def clock() -> Response:
    """`{at}`: the business moment."""
    return jsonify({"at": clients.clocks.read()})


@blueprint.post("/clock")
@needs("demo.clock")
def move_clock() -> Response:
    """`{at}` once all services are there."""
    wish = load(Move(), read_json(request))
    return jsonify({"at": clients.clocks.move(wish["at"])})
