"""How access says no."""

from __future__ import annotations

from enum import StrEnum

from jinling.kernel.outcomes import Conflict, Denied, Invalid, NotFound, Refused


class RoleUnknown(Invalid):
    """No such role, or not one for this kind of account or client."""

    code = "role_unknown"
    text = "The role %(role)s cannot be given here."
    mend = "Roles that can: %(known)s"


class RolesClash(Conflict):
    """Two roles that must not be in one hand."""

    code = "roles_clash"
    text = "The role %(role)s may not stand together with %(held)s."
    mend = "Give it to another account."


class NameTaken(Conflict):
    """Another account or client has the name."""

    code = "name_taken"
    text = "The name %(name)s is taken."
    mend = "Choose another name."


class NameInvalid(Invalid):
    """A name that cannot stand in the audit as it is."""

    code = "name_invalid"
    text = "This is no name, or a name of more than %(longest)s characters."
    mend = "Names have letters, digits and . @ + - _ and no spaces; what people read may have them."


class OutOfRange(Invalid):
    """A number that makes no sense here."""

    code = "out_of_range"
    text = "The number must lie between %(least)s and %(most)s."
    mend = "Give another number."


class PasswordWeak(Invalid):
    """A password that is easily guessed."""

    code = "password_weak"
    text = "The password is too easily guessed."
    mend = "Take at least 12 characters that are no common password and not the account's name."


class AccountUnknown(NotFound):
    """No account has that name."""

    code = "account_unknown"
    text = "No account is named %(name)s."
    mend = "Names are listed by: jinling account list"


class ClientUnknown(NotFound):
    """No client has that code."""

    code = "client_unknown"
    text = "No client is named %(name)s."
    mend = "Clients are listed by: jinling client list"


class ScopeUnknown(Invalid):
    """A scope that the client's role does not hold."""

    code = "scope_unknown"
    text = "The role %(role)s does not hold %(scope)s."
    mend = "Scopes of this role: %(known)s"


class CodeWrong(Invalid):
    """The code is not the one that was sent, or its time is over."""

    code = "code_wrong"
    text = "The code is wrong or no longer valid."
    mend = "Type the newest code that you received, or ask for another."


class CodeTooSoon(Refused):
    """Codes are asked for too often."""

    code = "code_too_soon"
    status = 429
    text = "Codes were asked for too often."
    mend = "Wait a while before asking for another code."


class TooManyAccounts(Conflict):
    """A mobile number already stands for as many accounts as it may."""

    code = "too_many_accounts"
    text = "This mobile number already has %(limit)s accounts."
    mend = "Use one of them, or another mobile number."


class AccessDenied(Denied):
    """One of the things that an access needs is missing."""

    code = "access_denied"
    text = "You may not see or do this (%(reason)s)."
    mend = "If care depends on it, use emergency access; otherwise ask the patient or your administrator."


class ReasonTooShort(Invalid):
    """An emergency without a reason that a second person can judge."""

    code = "reason_too_short"
    text = "The reason is too short to be judged."
    mend = "Say in at least ten characters why care cannot wait."


class SignInNotFresh(Denied):
    """A step that needs a new proof of who is there."""

    code = "sign_in_not_fresh"
    text = "This step needs a sign-in within the last five minutes."
    mend = "Sign in again, then repeat the step."


class OwnCase(Conflict):
    """Nobody judges or confirms what they asked for themselves."""

    code = "own_case"
    text = "Another administrator has to decide this."
    mend = "Ask a colleague with the same role."


class AlreadyDecided(Conflict):
    """The case was decided before."""

    code = "already_decided"
    text = "This was decided before."
    mend = "Open it to see who decided and how."


class IdentityNotConfirmed(Invalid):
    """Name, number and mobile do not all stand on one checked record. Which of them does not is not said."""

    code = "identity_not_confirmed"
    text = "Name, number and mobile number could not be confirmed together."
    mend = (
        "Compare name and number with the document. When they are right, show the document once at a hospital or card "
        "counter."
    )


class IdentityChecksUsedUp(Refused):
    """Too many tries that were not confirmed."""

    code = "identity_checks_used_up"
    status = 429
    text = "There were too many tries that could not be confirmed."
    mend = "Try again tomorrow, or show the document at a hospital or card counter."


class IdentityTied(Conflict):
    """The person has an account already, or the account a person."""

    code = "identity_tied"
    text = "This person has an account already, or this account is somebody's."
    mend = "Sign in with the account that you have; a counter can tell you more."


class OriginInvalid(Invalid):
    """Not the origin of a page."""

    code = "origin_invalid"
    text = "This is not the origin of a site that is served over HTTPS."
    mend = "Write it like https://his.hospital.example:8443, without a path and without a star."


class OriginUnknown(NotFound):
    """The organisation has no such origin."""

    code = "origin_unknown"
    text = "The institution %(organization)s has no such origin."
    mend = "Origins are listed by: jinling frames list"


class TooManyRequests(Refused):
    """A client asks more often than agreed."""

    code = "too_many_requests"
    status = 429
    text = "This client may send %(rate)s requests a minute."
    mend = "Wait %(retry_after)s seconds, then send the request again."


class TokenError(StrEnum):
    """What is not right about an assertion or a request (RFC 6749 section 5.2), or about a public key."""

    INVALID_CLIENT = "invalid_client"
    INVALID_SCOPE = "invalid_scope"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    PRIVATE_KEY = "private_key"
    INVALID_KEY = "invalid_key"


class TokenRefused(Refused):
    """An assertion or a request for a token that is not right; ``error`` is a ``TokenError``."""

    code = "token_refused"
    status = 400
    text = "No token is given: %(error)s."
    mend = "See RFC 6749 section 5.2 and RFC 7523 for what each code means."


class PermissionMissing(Denied):
    """A program asks for what its role does not hold."""

    code = "permission_missing"
    text = "This client may not do this."
    mend = "Ask the centre to give the client the role or the scope that holds the permission."


class ConsentInvalid(Invalid):
    """A word on sharing that says neither yes nor no, or that ends before it begins."""

    code = "consent_invalid"
    text = "This cannot be kept as a word on sharing."
    mend = "Say permit or deny; the end lies after the start."


class ConsentUnknown(NotFound):
    """The patient gave no such word, or withdrew it before."""

    code = "consent_unknown"
    text = "There is no such word on sharing."
    mend = "Look at the words that stand."


class EmergencyUnknown(NotFound):
    """No emergency access of that id."""

    code = "emergency_unknown"
    text = "There is no such emergency access."


class RoleChangeUnknown(NotFound):
    """No asked change of roles of that id."""

    code = "role_change_unknown"
    text = "There is no such change of roles."


class SignInUnknown(NotFound):
    """The account is signed in on no such device, or not any more."""

    code = "sign_in_unknown"
    text = "There is no such sign-in, or it has ended."
