"""The language of a request, and templates that are compiled once for each language.

A launch's locale picks the language and the visit keeps it. Messages in templates are put in when a template is
compiled, so that a page in English costs what it would cost without translations, and one in Spanish the same.
"""

from threading import Lock
from typing import Any, cast

from flask import Flask, g, has_request_context, request
from flask.templating import Environment as FlaskEnvironment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from lti_tool.lti.roles import STAFF_ROLES
from lti_tool.web.phrases import (
    ENGLISH,
    Said,
    choose_by_browser,
    choose_language,
    plural_rule,
    read_catalogue,
    translate,
)

_PLURAL_FORM = "plural_form"


def current_language() -> str:
    """The language of this request: by the visit's locale; where there is no visit by what the browser asks for."""
    if not has_request_context():
        return ENGLISH
    language = g.get("language")
    if language is None:
        g.language = language = _decide()
    return cast(str, language)


def speak(locale: str) -> None:
    """Show the pages of this request in the language of a locale: a launch knows it before there is a visit."""
    g.language = choose_language(locale)


def say(text: str) -> str:
    """A phrase in the language of this request; any other text as it is."""
    return translate(text, current_language())


def quote_in(language: str) -> None:
    """Note what language the content of this page is in: where it is not the page's own, its words say so."""
    g.quoted = language if language != current_language() else None


def quoted(text: str, *, block: bool = False) -> str:
    """Words of the content with the language that they are in (WCAG 3.1.2), unless it is the page's; ours stay."""
    language = g.get("quoted")
    if language is None or not text or isinstance(text, Said):
        return text
    tag = "div" if block else "span"
    return Markup("<{tag} lang={language}>{text}</{tag}>").format(tag=tag, language=language, text=text)


def _decide() -> str:
    visit = g.get("visit")
    if visit is None:
        return choose_by_browser(request.headers.get("Accept-Language", ""))
    # Pages of staff are in English only, and two languages on one page help nobody.
    return ENGLISH if visit.role in STAFF_ROLES else choose_language(visit.locale)


def init_language(app: Flask) -> None:
    """Give templates `_()`, `ngettext()`, `{% trans %}` and the filters `say` and `quoted`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals |= _globals_of(ENGLISH)
    app.add_template_filter(say, "say")
    app.add_template_filter(quoted, "quoted")


def _globals_of(language: str) -> dict[str, Any]:
    return {_PLURAL_FORM: plural_rule(read_catalogue(language)), "page_language": language}


class Environment(FlaskEnvironment):
    """Compiles templates for one language; of the app's own, which speaks English, there is one for each other."""

    language = ENGLISH

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self._lock = Lock()
        self._others: dict[str, Environment] = {}

    def get_or_select_template(self, *args: Any, **options: Any) -> Template:
        """What Flask renders: the template in the language of this request."""
        language = current_language()
        chosen = self if language == self.language else self.in_language(language)
        return super(Environment, chosen).get_or_select_template(*args, **options)

    def in_language(self, language: str) -> "Environment":
        """The templates in a language; made at first use, when filters and globals are all there."""
        with self._lock:
            if language not in self._others:
                other = self.overlay()
                other.language = language
                other.globals = self.globals | _globals_of(language)
                self._others[language] = other
        return self._others[language]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = _Saying(self.language).visit(super()._parse(source, name, filename))
        return cast(nodes.Template, tree.set_environment(self))


class _Saying(NodeTransformer):
    """Puts the messages of a language in place of the calls that ask for them."""

    def __init__(self, language: str) -> None:
        self._catalogue = read_catalogue(language)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        """`_("…", name=…)` and `ngettext("…", "…", count, name=…)`; `{% trans %}` makes calls of `gettext`."""
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        said: nodes.Expr
        if name == "gettext":
            said = nodes.Const(self._catalogue.gettext(_text(node.args[0])))
        elif name == "_":
            said = _fill(_safe(self._catalogue.gettext(_text(node.args[0]))), node, {})
        elif name == "ngettext":
            said = _fill(self._pick_form(*node.args), node, {"count": node.args[2]})
        else:
            return node
        return said.set_lineno(node.lineno)

    def _pick_form(self, singular: nodes.Expr, plural: nodes.Expr, count: nodes.Expr) -> nodes.Expr:
        """All forms that the language has, and the choice among them by its rule when the count is known."""
        rule = plural_rule(self._catalogue)
        # Every form of every language comes up among the small numbers, or with millions.
        examples = {rule(number): number for number in (1_000_000, *range(200, -1, -1))}
        texts = (_text(singular), _text(plural))
        forms = [_safe(self._catalogue.ngettext(*texts, examples[form])) for form in sorted(examples)]
        which = nodes.Call(nodes.Name(_PLURAL_FORM, "load"), [count], [], None, None)
        return nodes.Getitem(nodes.Tuple(forms, "load"), which, "load")


def _fill(said: nodes.Expr, node: nodes.Call, more: dict[str, nodes.Expr]) -> nodes.Expr:
    values = more | {it.key: it.value for it in node.kwargs}
    if not values:
        return said
    return nodes.Mod(said, nodes.Dict([nodes.Pair(nodes.Const(key), value) for key, value in values.items()]))


def _safe(text: str) -> nodes.Expr:
    # A message is our own HTML; what is filled in is escaped.
    return nodes.MarkSafeIfAutoescape(nodes.Const(text))


def _text(node: nodes.Expr) -> str:
    assert isinstance(node, nodes.Const), "a message must stand in the template itself"  # noqa: S101 - our own files
    return cast(str, node.value)
