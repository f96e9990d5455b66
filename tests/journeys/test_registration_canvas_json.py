"""The Canvas configuration by URL."""

from flask import Flask


def test_canvas_configuration(app: Flask) -> None:
    answer = app.test_client().get("/lti/canvas.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "X-Frame-Options" not in answer.headers
    data = answer.get_json()
    assert data["oidc_initiation_url"] == "http://localhost:8000/lti/login"
    assert data["target_link_uri"] == "http://localhost:8000/lti/launch"
    assert data["public_jwk_url"] == "http://localhost:8000/lti/jwks.json"
    assert len(data["scopes"]) == 4
    assert data["custom_fields"]["student_view"] == "$com.instructure.User.student_view"
    [extension] = data["extensions"]
    assert extension["domain"] == "localhost:8000"
    placements = {it["placement"]: it for it in extension["settings"]["placements"]}
    assert placements["course_navigation"]["default"] == "disabled"
    assert placements["module_index_menu_modal"]["message_type"] == "LtiDeepLinkingRequest"
    assert placements["account_navigation"]["message_type"] == "LtiResourceLinkRequest"
