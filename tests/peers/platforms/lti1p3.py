"""A platform on lti1p3platform: `lti1p3.py HOST TOOL_URL`, ended by closing standard input.

Runs in the environment of requirements/peers.txt. The library signs and checks messages and tokens, scopes and
answers of services; what it leaves to its user is here: people, links and the storage of line items and scores.
"""

import json
import sys
import threading
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, redirect, request
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.membership import Context
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request
from lti1p3platform.response import generate_next_link
from lti1p3platform.score import UpdateScoreStatus
from lti1p3platform.service_connector import AssignmentsGradesService, NamesRoleProvisioningService
from markupsafe import escape
from werkzeug.serving import WSGIRequestHandler, make_server

ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
PEOPLE = {
    "t-1": ("Prof. Rivera", "Instructor", "Active"),
    "s-1": ("Zoë Núñez-Øster", "Learner", "Active"),
    "s-2": ("Amara Okafor", "Learner", "Active"),
    "s-3": ("Wei Chen", "Learner", "Inactive"),
}
CLIENT, DEPLOYMENT, COURSE, LINK = "lakeside-readiness", "deployment/7", "mir-101", "link-7"
PAGE = 2
DATA = "picked in week 3"

app = Flask("lti1p3")
base = tool = ""
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
# The tool's is the last of four, on the second page.
items = {str(number): {"label": f"Quiz {number}", "scoreMaximum": 5, "tag": f"quiz-{number}"} for number in (1, 2, 3)}
items["4"] = {"label": "Readiness", "scoreMaximum": 10, "tag": "module:expectations"}
scores = {}
answers = []


def pem(private):
    if private:
        kind = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return key.private_bytes(*kind).decode()
    kind = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*kind).decode()


class Platform(LTI1P3PlatformConfAbstract):
    def init_platform_config(self, **_):
        # A new one each time: the library keeps the tool's key set with it for ever.
        self._registration = (
            Registration()
            .set_iss(base)
            .set_client_id(CLIENT)
            .set_deployment_id(DEPLOYMENT)
            .set_launch_url(f"{tool}/lti/launch?module=expectations")
            .set_deeplink_launch_url(f"{tool}/lti/launch")
            .set_oidc_login_url(f"{tool}/lti/login")
            .set_tool_key_set_url(f"{tool}/lti/jwks.json")
            .set_platform_private_key(pem(True))
            .set_platform_public_key(pem(False))
        )

    def get_registration_by_params(self, **_):
        return self._registration


class Asked(Request):
    def build_metadata(self, given):
        return {
            "method": given.method,
            "form_data": given.form.to_dict(),
            "get_data": given.args.to_dict(),
            "headers": given.headers,
            "content_type": given.content_type,
            "path": given.path,
            "json": json.loads(given.data) if given.data else None,
        }


class Login(OIDCLoginAbstract):
    def set_lti_message_hint(self, **kinds):
        self._lti_message_hint = kinds["kind"]

    def get_redirect(self, url):
        return redirect(url)


class Launch(LTIAdvantageMessageLaunchAbstract):
    def prepare_launch(self, preflight_response):
        assert preflight_response["redirect_uri"] == f"{tool}/lti/launch"
        who = preflight_response["login_hint"]
        name, role, _ = PEOPLE[who]
        self.set_user_data(who, [ROLE + role], full_name=name)
        self.set_launch_context_claim(COURSE, [ROLE.replace("membership", "course") + "CourseSection"], "Readiness")
        self.set_ags(f"{base}/items")
        self.set_nrps(f"{base}/members")
        if preflight_response["lti_message_hint"] == "pick":
            self.set_dl(f"{base}/picked", title="Pick", accept_types={"ltiResourceLink"}, extra_data=DATA)
        else:
            self.set_resource_link_claim(LINK, title="Readiness")

    def render_launch_form(self, launch_data, **_):
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(launch_data[name])}">' for name in ("state", "id_token")
        )
        return f'<form method="post" action="{escape(launch_data["launch_url"])}">{fields}<button>Go</button></form>'


class Book(AssignmentsGradesService):
    def find_lineitems(self, page=1, limit=None, **_):
        # No filter: the tool has to look through all pages.
        listed = [{"id": f"{base}/items/{number}", **item} for number, item in items.items()]
        start = (int(page) - 1) * PAGE
        return {"content": listed[start : start + PAGE], "has_next": start + PAGE < len(listed)}

    def find_lineitem(self, line_item_id):
        return items[line_item_id]

    def create_lineitem(self, creation_data):
        number = str(len(items) + 1)
        items[number] = dict(creation_data)
        return {"id": f"{base}/items/{number}", **creation_data}

    def update_lineitem(self, update_data):
        raise NotImplementedError

    def delete_lineitem(self, line_item_id):
        raise NotImplementedError

    def update_score(self, line_item_id, score):
        stamp = datetime.fromisoformat(score["timestamp"])
        cell = scores.get((line_item_id, score["userId"]))
        if cell is not None and stamp <= cell["stamp"]:
            return UpdateScoreStatus.OLD_TIMESTAMP
        scores[line_item_id, score["userId"]] = {"stamp": stamp, **score}
        return UpdateScoreStatus.SUCCESS if cell else UpdateScoreStatus.CREATED

    def get_results(self, line_item_id, user_id=None, **_):
        found = [
            {"id": f"{base}/r/{who}", "userId": who, "resultScore": it["scoreGiven"], "resultMaximum": 10}
            for (number, who), it in scores.items()
            if number == line_item_id and user_id in (None, who)
        ]
        return {"content": found, "has_next": False}


class Members(NamesRoleProvisioningService):
    def get_member_data_page(self, page=1, limit=None, **_):
        listed = [
            {"user_id": who, "name": name, "roles": [ROLE + role], "status": status}
            for who, (name, role, status) in PEOPLE.items()
        ]
        start = (int(page) - 1) * PAGE
        return {"content": listed[start : start + PAGE], "has_next": start + PAGE < len(listed)}

    def get_context_by_id(self):
        return Context(COURSE, "MIR 101", "Readiness")

    def is_resource_link_valid(self, context_id, resource_link_id):
        return (context_id, resource_link_id) == (COURSE, LINK)


def answer(service, method, **values):
    said = service.handle_resp(method, **values)
    answers.append([request.method, request.path, said.code])
    body, link = said.result, None
    if isinstance(body, dict) and body.get("next"):
        link = generate_next_link(body.pop("next"))
    if isinstance(body, dict) and "content" in body:
        body = body["content"]
    found = Response(json.dumps(body) if body is not None else "", said.code, content_type=said.media_type)
    if link:
        found.headers["Link"] = link
    return found


@app.get("/press/<who>/<kind>")
def press(who, kind):
    login = Login(Asked(request), Platform())
    if "pick" in request.args:
        login.set_deeplinking_launch_url()
        kind = "pick"
    login.set_lti_message_hint(kind=kind)
    return login.initiate_login(who)


@app.route("/auth", methods=["GET", "POST"])
def authorise():
    return Launch(Asked(request), Platform()).lti_launch()


@app.get("/keys")
def show_keys():
    return Platform().get_jwks()


@app.post("/token")
def give_token():
    return Platform().get_access_token(request.form.to_dict())


@app.get("/items")
def list_items():
    book = Book(Asked(request), Platform(), f"{base}/items")
    return answer(book, book.handle_get_lineitems)


@app.post("/items")
def make_item():
    book = Book(Asked(request), Platform(), f"{base}/items")
    return answer(book, book.handle_create_lineitem)


@app.post("/items/<number>/scores")
def take_score(number):
    book = Book(Asked(request), Platform(), f"{base}/items", f"{base}/items/{number}")
    return answer(book, book.handle_update_score, line_item_id=number)


@app.get("/items/<number>/results")
def list_results(number):
    book = Book(Asked(request), Platform(), f"{base}/items", f"{base}/items/{number}")
    return answer(book, book.handle_get_results, line_item_id=number)


@app.get("/members")
def list_members():
    members = Members(Asked(request), Platform(), f"{base}/members")
    return answer(members, members.handle_get_members)


@app.post("/picked")
def take_picked():
    platform = Platform()
    platform.picked = platform.validate_deeplinking_resp(request.form.to_dict())
    claims = platform._jwt["body"]
    return {"items": platform.picked, "data": claims["https://purl.imsglobal.org/spec/lti-dl/claim/data"]}


@app.get("/scores")
def show_scores():
    return {"scores": [[who, items[number]["label"], it["scoreGiven"]] for (number, who), it in scores.items()]}


@app.get("/answers")
def show_answers():
    return {"answers": answers}


@app.get("/change/<who>/<int:given>")
def change(who, given):
    """A teacher types another grade."""
    for (_, name), cell in scores.items():
        if name == who:
            cell["scoreGiven"] = given
    return {}


@app.get("/later/<who>/<int:seconds>")
def shift(who, seconds):
    """Its clock was ahead when the score came."""
    for (_, name), cell in scores.items():
        if name == who:
            cell["stamp"] += timedelta(seconds=seconds)
    return {}


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


def main(host, tool_url):
    global base, tool
    server = make_server(host, 0, app, threaded=True, request_handler=Quiet)
    base, tool = f"http://{host}:{server.port}", tool_url
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    told = {
        "base": base,
        "client_id": CLIENT,
        "deployment_id": DEPLOYMENT,
        "oidc_callback": f"{base}/auth",
        "token_url": f"{base}/token",
        "keyset_url": f"{base}/keys",
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
