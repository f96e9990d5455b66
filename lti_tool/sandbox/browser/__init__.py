"""A stand-in browser without scripts, for journeys over HTTP and for seeding the demo."""

from lti_tool.sandbox.browser.cookies import CookieMode
from lti_tool.sandbox.browser.page import Button, Form, Link, Page
from lti_tool.sandbox.browser.visitor import CHROMIUM, PHONE, Refused, Visitor

__all__ = ["CHROMIUM", "PHONE", "Button", "CookieMode", "Form", "Link", "Page", "Refused", "Visitor"]
