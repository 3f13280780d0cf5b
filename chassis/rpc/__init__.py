"""RPC: `@rpc` on the answering side, `Client` inside services, `Caller` for processes without Nameko."""

from chassis.rpc.client import Asking, Caller
from chassis.rpc.dependency import Client
from chassis.rpc.server import rpc

__all__ = ["Asking", "Caller", "Client", "rpc"]
