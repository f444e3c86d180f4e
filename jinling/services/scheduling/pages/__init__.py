"""Pages of scheduling: citizens book, see and cancel; staff keep schedules, sessions, policies and penalties."""

from __future__ import annotations

from django.urls import include, path
from django.utils.translation import gettext_noop

from jinling.kernel.sockets import MenuItem
from jinling.services.scheduling.pages import booking, calendar, desk, draws, mine, plans, release
from jinling.services.scheduling.rights import DESK, KEEP_POLICIES, KEEP_SCHEDULES, LIFT_PENALTIES

MENU = (
    MenuItem("citizen", gettext_noop("Book a number"), "scheduling:hospitals", icon="calendar", order=10),
    MenuItem("citizen", gettext_noop("My bookings"), "scheduling:appointments", icon="list", order=20),
    MenuItem("staff", gettext_noop("Today's list"), "scheduling:today", icon="list", order=10, permission=DESK),
    MenuItem(
        "staff", gettext_noop("Sessions"), "scheduling:week", icon="calendar", order=20, permission=KEEP_SCHEDULES
    ),
    MenuItem(
        "staff", gettext_noop("Schedules"), "scheduling:schedules", icon="clock", order=30, permission=KEEP_SCHEDULES
    ),
    MenuItem(
        "staff", gettext_noop("Release policy"), "scheduling:release", icon="gear", order=40, permission=KEEP_POLICIES
    ),
    MenuItem(
        "staff", gettext_noop("Penalties"), "scheduling:penalties", icon="stop", order=50, permission=LIFT_PENALTIES
    ),
)

_patterns = [
    path("booking/", booking.choose_hospital, name="hospitals"),
    path("booking/session/<int:session>/<int:segment>/", booking.choose_patient, name="patient"),
    path("booking/session/<int:session>/<int:segment>/confirm/", booking.confirm, name="confirm"),
    path("booking/draw/<int:session>/", draws.about, name="draw"),
    path("booking/draw/<int:session>/sign-up/", draws.sign_up, name="draw_sign_up"),
    path("booking/receipt/<uuid:id_>/", draws.receipt, name="receipt"),
    path("booking/<str:organization>/", booking.choose_clinic, name="clinics"),
    path("booking/<str:organization>/<int:clinic>/", booking.choose_time, name="times"),
    path("booking/<str:organization>/<int:clinic>/wait/", mine.wait, name="wait"),
    path("bookings/", mine.appointments, name="appointments"),
    path("bookings/<uuid:id_>/", mine.one, name="appointment"),
    path("bookings/<uuid:id_>/cancel/", mine.cancel_one, name="cancel"),
    path("bookings/offers/<uuid:id_>/", mine.answer_offer, name="offer"),
    path("bookings/waiting/<uuid:id_>/stop/", mine.stop_waiting, name="stop_waiting"),
    path("staff/booking/", desk.today, name="today"),
    path("staff/booking/<uuid:id_>/<slug:verb>/", desk.act, name="desk"),
    path("staff/sessions/", calendar.week, name="week"),
    path("staff/sessions/<int:session>/", calendar.one_session, name="session"),
    path("staff/sessions/<int:session>/close/", calendar.close, name="close"),
    path("staff/schedules/", plans.schedules, name="schedules"),
    path("staff/schedules/<int:schedule>/", plans.one_schedule, name="schedule"),
    path("staff/release/", release.policy, name="release"),
    path("staff/penalties/", release.penalties, name="penalties"),
    path("staff/penalties/<int:suspension>/lift/", release.lift, name="lift"),
]
urlpatterns = [path("", include((_patterns, "scheduling")))]
