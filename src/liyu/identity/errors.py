"""What the identity domain refuses, each with a stable code and a sentence per language."""

from __future__ import annotations

from liyu.kit.errors import Reason, Refusal


class Unauthenticated(Refusal):
    """No session, an unknown one, or one that has expired."""

    code = "session.unauthenticated"
    reason = Reason.UNAUTHENTICATED
    zh = "请先登录。"
    en = "Please sign in first."


class Revoked(Refusal):
    """The session or its device was signed out from elsewhere. Not to be tried again."""

    code = "session.revoked"
    reason = Reason.UNAUTHENTICATED
    zh = "这台设备已经被退出登录，请重新登录。"
    en = "This device has been signed out. Please sign in again."


class WrongCredentials(Refusal):
    """Login and password do not belong together. Says nothing about which of them is wrong."""

    code = "session.wrong_credentials"
    reason = Reason.UNAUTHENTICATED
    zh = "账号或密码不对。"
    en = "The login or the password is wrong."


class TooManyAttempts(Refusal):
    """Too many tries from this address or for this login; ``retry_after_ms`` says when to come back."""

    code = "session.too_many_attempts"
    reason = Reason.TOO_MANY
    retryable = True
    zh = "尝试得太频繁了，请稍等再试。"
    en = "Too many attempts. Please wait a little and try again."


class BusySigningIn(Refusal):
    """More people sign in at this moment than the machine checks passwords for."""

    code = "session.busy"
    reason = Reason.TOO_MANY
    retryable = True
    zh = "现在登录的人很多，请几秒后再试。"
    en = "Many people are signing in right now. Please try again in a few seconds."


class CsrfMismatch(Refusal):
    """A cookie spoke without the page's own token beside it, or from another site."""

    code = "session.csrf"
    reason = Reason.FORBIDDEN
    zh = "这个页面已经过期，请刷新后再试。"
    en = "This page is out of date. Please reload it and try again."


class RefreshReused(Refusal):
    """A refresh token came twice: somebody else may hold it, so the device is signed out."""

    code = "session.refresh_reused"
    reason = Reason.UNAUTHENTICATED
    zh = "为了安全，这台设备已经退出登录。"
    en = "For safety this device has been signed out."


class NotFound(Refusal):
    """There is no such thing, or not for this person: the two are not told apart."""

    code = "identity.not_found"
    reason = Reason.NOT_FOUND
    zh = "没有找到。"
    en = "Not found."


class ShopNotFound(NotFound):
    """There is no such shop."""

    code = "shop.not_found"
    zh = "没有找到这家店。"
    en = "This shop was not found."


class Forbidden(Refusal):
    """The person is known, but its roles do not reach this."""

    code = "identity.forbidden"
    reason = Reason.FORBIDDEN
    zh = "您的身份不能做这一步。"
    en = "Your role does not allow this."


class WeakPassword(Refusal):
    """The password is too short, or is the login itself."""

    code = "password.weak"
    zh = "密码至少要 {least} 个字符，而且不能与账号相同。"
    en = "The password needs at least {least} characters and must differ from the login."


class LoginTaken(Refusal):
    """Somebody already signs in under this login."""

    code = "person.login_taken"
    reason = Reason.CONFLICT
    zh = "这个账号已经有人用了。"
    en = "This login is already taken."


class SlugTaken(Refusal):
    """Another shop of this installation already has this address."""

    code = "shop.slug_taken"
    reason = Reason.CONFLICT
    zh = "这个店铺网址已经有人用了。"
    en = "This shop address is already taken."


class LastOwner(Refusal):
    """A chain must keep at least one owner who reaches all of it."""

    code = "grant.last_owner"
    reason = Reason.CONFLICT
    zh = "至少要保留一位店主。"
    en = "At least one owner must remain."


class BadHours(Refusal):
    """Opening hours overlap, or name a time or zone that does not exist."""

    code = "shop.bad_hours"
    zh = "营业时间写得不对：{what}"
    en = "The opening hours are not right: {what}"


class ChainNeeded(Refusal):
    """Several chains live here, so the question must name one."""

    code = "shop.chain_needed"
    zh = "请说明是哪一家连锁。"
    en = "Please say which chain is meant."


class BadSiteToken(Refusal):
    """The embedding site's token cannot be believed. ``why``: the part that is wrong."""

    code = "site.bad_token"
    reason = Reason.UNAUTHENTICATED
    zh = "网站没能证明您的身份，请刷新页面再试。"
    en = "The site could not prove who you are. Please reload the page and try again."


class SiteTokenUsed(Refusal):
    """The embedding site's token was used before: each is good once."""

    code = "site.token_used"
    reason = Reason.UNAUTHENTICATED
    zh = "这次登录已经用过了，请刷新页面再试。"
    en = "This sign-in was already used. Please reload the page and try again."


class OriginNotAllowed(Refusal):
    """The page that sent the request is not one that the shop's key names."""

    code = "site.origin"
    reason = Reason.FORBIDDEN
    zh = "这个网站没有得到店铺的允许。"
    en = "This site is not allowed by the shop."


class NotStaff(Refusal):
    """Roles are for staff: customers and visitors are invited first."""

    code = "grant.not_staff"
    reason = Reason.CONFLICT
    zh = "只能给店员设置角色。"
    en = "Roles can only be given to staff."


class AlreadyGranted(Refusal):
    """The person has this role there already."""

    code = "grant.exists"
    reason = Reason.CONFLICT
    zh = "已经有这个角色了。"
    en = "The person already has this role."
