"""My account."""

from gateway import clients
from gateway.api.v1.resource import Resource
from gateway.api.v1.schemas import access as shapes

blueprint = Resource("account", __name__)


@blueprint.call("GET", "/me", permission="account.read", answer=shapes.Account)
def me():
    """My account."""
    return clients.identity.me()


@blueprint.call("PATCH", "/me", permission="account.update", body=shapes.AccountChange, answer=shapes.Account)
def update_me(body: dict):
    """Change what one may change oneself."""
    changes = {name: value for name, value in body.items() if name != "version"}
    return clients.identity.update_me(changes, body["version"])


@blueprint.call("PUT", "/me/password", permission="account.update", body=shapes.PasswordChange, status=204)
def change_password(body: dict):
    """Another password; my other sessions end."""
    clients.identity.change_password(body["current"], body["password"], body["password_confirmation"])


@blueprint.call(
    "POST", "/me/company", permission="account.update", body=shapes.CompanyChoice, answer=shapes.Account
)
def choose_company(body: dict):
    """Choose the office that is meant when none is named."""
    return clients.identity.choose_company(body["office_id"])
