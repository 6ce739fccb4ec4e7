"""Logging in and out, and the two things a browser remembers: language and theme."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from annotations.models import User
from annotations.people.entrance import count_attempt, forget_attempts
from annotations.people.languages import choose_language
from annotations.web.door import back

COOKIE_AGE = 365 * 24 * 3600  # seconds
THEME_COOKIE = "ocrlab_theme"
THEMES = ("light", "dark")
TOO_MANY_REQUESTS = 429


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Show the door, or open it; a wrong name and a wrong password look the same."""
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect("projects")
        return _door(request)
    username, password = request.POST.get("username", ""), request.POST.get("password", "")
    address = request.META.get("REMOTE_ADDR", "")
    left = count_attempt(account=username, address=address)
    if left < 0:
        return _door(request, error=_("Too many attempts. Wait 15 minutes and try again."), left=-1)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User) or user.is_system:
        wrong = _("User and password do not match.")
        rest = ngettext("%(n)d attempt left.", "%(n)d attempts left.", left) % {"n": left}
        return _door(request, error=f"{wrong} {rest}", left=left)
    forget_attempts(account=username, address=address)
    login(request, user)
    return _with_language(HttpResponseRedirect(_after(request)), user.language)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session and empty what this browser keeps of unsent text."""
    logout(request)
    response = redirect("login")
    response["Clear-Site-Data"] = '"storage"'
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember a language in this browser, and with the person who is logged in."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest(_("Unknown language."))
    if isinstance(request.user, User):
        choose_language(actor=request.user, language=language)
    return _with_language(back(request), language)


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember a theme in this browser; the way for those without scripts."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return HttpResponseBadRequest(_("Unknown theme."))
    response = back(request)
    secure = request.is_secure()
    response.set_cookie(THEME_COOKIE, theme, COOKIE_AGE, secure=secure, samesite="Lax")
    return response


def _door(request: HttpRequest, *, error: str = "", left: int = 0) -> HttpResponse:
    wanted = request.POST.get("next", request.GET.get("next", ""))
    context = {
        "error": error,
        "username": request.POST.get("username", ""),
        "next": wanted,
        # Whoever comes back to a page was typing there: tell them that nothing is lost.
        "interrupted": "/pages/" in wanted,
    }
    status = TOO_MANY_REQUESTS if left < 0 else 200
    return render(request, "annotations/login.html", context, status=status)


def _after(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure()):
        return wanted
    return "/"


def _with_language(response: HttpResponseRedirect, language: str) -> HttpResponse:
    if language:
        name = settings.LANGUAGE_COOKIE_NAME
        response.set_cookie(name, language, COOKIE_AGE, samesite="Lax")
    return response
