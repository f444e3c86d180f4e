"""Pages for hospitals: send files, see what became of them, declare tables, repair rejected rows."""

from __future__ import annotations

from django.urls import include, path
from django.utils.translation import gettext_noop

from jinling.data.collection.pages import files, repair, tables, upload
from jinling.data.collection.rights import SUBMIT
from jinling.kernel.sockets import MenuItem

MENU = (
    MenuItem("staff", gettext_noop("Send a file"), "collection:upload", icon="plus", order=40, permission=SUBMIT),
    MenuItem("staff", gettext_noop("Submissions"), "collection:submissions", icon="list", order=41, permission=SUBMIT),
    MenuItem("staff", gettext_noop("My tables"), "collection:tables", icon="book", order=42, permission=SUBMIT),
    MenuItem(
        "staff", gettext_noop("Calendar of days"), "collection:days", icon="calendar", order=43, permission=SUBMIT
    ),
    MenuItem(
        "staff", gettext_noop("Rejected rows"), "collection:rejections", icon="warning", order=44, permission=SUBMIT
    ),
)
_patterns = [
    path("staff/upload/", upload.upload, name="upload"),
    path("staff/submissions/", files.submissions, name="submissions"),
    path("staff/submissions/<uuid:submission>/", files.submission, name="submission"),
    path("staff/submissions/<uuid:submission>/rows/", repair.rows, name="rows"),
    path("staff/submissions/<uuid:submission>/rows.xlsx", repair.download, name="download"),
    path("staff/submissions/<uuid:submission>/take/", repair.take, name="take"),
    path("staff/submissions/<uuid:submission>/close/", repair.close, name="close"),
    path("staff/tables/", tables.tables, name="tables"),
    path("staff/tables/<str:data_set>/form.<str:kind>", tables.form, name="form"),
    path("staff/upload-days/", tables.days, name="days"),
    path("staff/rejections/", repair.rejections, name="rejections"),
]
urlpatterns = [path("", include((_patterns, "collection")))]
