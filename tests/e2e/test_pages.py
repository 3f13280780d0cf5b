"""Every page in both languages: accessible, whole words, no sideways scroll, nothing of others, nothing typed lost."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from deploy.local.stack import Stack
from tests.e2e.browser import DEFAULT_WAIT
from tests.e2e.pages import ANONYMOUS, REFUSALS, ROWS, Refusal, Row, press_main
from tests.e2e.portal import Portal
from tests.e2e.stage import Stage, build
from tests.unit.gateway_stage import Answers, application
