"""The pages at the `type` address of every problem: what it means, and what to do."""

from flask import Blueprint, render_template

from web.errors import problem_kinds
from web.request_errors import PageNotFound


def problems_blueprint() -> Blueprint:
    """`/problems` and `/problems/<code>`, open to everybody, since an API's caller may be nobody's yet."""
    blueprint = Blueprint("problems", __name__, url_prefix="/problems")

    @blueprint.get("/")
    def every() -> str:
        return render_template("problem_kinds.html", kinds=list(problem_kinds().values()))

    @blueprint.get("/<name:code>")
    def one(code: str) -> str:
        kind = problem_kinds().get(code)
        if kind is None:
            raise PageNotFound(f"/problems/{code}")
        return render_template("problem_kind.html", kind=kind)

    return blueprint
