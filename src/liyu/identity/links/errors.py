"""What the capability links refuse."""

from __future__ import annotations

from liyu.kit.errors import Reason, Refusal


class LinkUnknown(Refusal):
    """No link has this secret."""

    code = "link.unknown"
    reason = Reason.NOT_FOUND
    zh = "没有找到这个链接，请检查是否复制完整。"
    en = "This link was not found. Please check that it was copied completely."


class LinkGone(Refusal):
    """The link was revoked, has expired or is used up; which of them is not told."""

    code = "link.gone"
    reason = Reason.GONE
    zh = "这个链接已经失效，请向对方要一个新的。"
    en = "This link is no longer valid. Please ask for a new one."


class LinkNotAllowed(Refusal):
    """This person may not make such a link."""

    code = "link.not_allowed"
    reason = Reason.FORBIDDEN
    zh = "您不能分享这个链接。"
    en = "You may not share such a link."


class UnknownObject(Refusal):
    """Nothing of this kind can be opened by a link."""

    code = "link.unknown_object"
    zh = "这个内容不能通过链接打开。"
    en = "This cannot be opened by a link."


class LoginNeeded(Refusal):
    """An invitation is accepted with a login and a password of one's own."""

    code = "link.login_needed"
    zh = "请填写姓名，并设置账号和密码。"
    en = "Please give a name, and choose a login and a password."
