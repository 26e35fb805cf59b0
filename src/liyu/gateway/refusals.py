"""What the gateway itself refuses. Codes are stable; sentences are for people."""

from __future__ import annotations

from liyu.kit.errors import Reason, Refusal


class FrameInvalid(Refusal):
    """Not a frame: no JSON object, a field of the wrong type, text that is not UTF-8."""

    code = "frame.invalid"
    zh = "这一条的格式不对。"
    en = "This frame is malformed."


class FrameUnknown(Refusal):
    """A frame of a kind that this server does not know."""

    code = "frame.unknown"
    zh = "服务器还不认识这种消息，请更新应用。"
    en = "The server does not know this kind of frame."


class FrameTooLarge(Refusal):
    """Larger than ``limits.frame_bytes``."""

    code = "frame.too_large"
    reason = Reason.TOO_LARGE
    zh = "这一条太大了，最多 {limit} 字节。"
    en = "This frame is too large; the limit is {limit} bytes."


class HelloExpected(Refusal):
    """Something else came before ``hello``, or before its answer."""

    code = "hello.expected"
    retryable = True
    zh = "连接还没有准备好。"
    en = "The connection has not been introduced yet."


class HelloTwice(Refusal):
    """A second ``hello`` on the same connection."""

    code = "hello.twice"
    zh = "这个连接已经打过招呼了。"
    en = "This connection has already been introduced."


class HelloTimeout(Refusal):
    """No ``hello`` within the time given."""

    code = "hello.timeout"
    retryable = True
    zh = "连接后太久没有打招呼。"
    en = "The connection was not introduced in time."


class NoCredentials(Refusal):
    """Neither a token nor a session cookie."""

    code = "hello.no_credentials"
    reason = Reason.UNAUTHENTICATED
    zh = "请先登录。"
    en = "Please sign in first."


class ProtocolUnsupported(Refusal):
    """The client speaks a newer protocol than this server."""

    code = "proto.unsupported"
    zh = "服务器的版本比应用旧，请稍后再试。"
    en = "The server speaks protocol {supported}, not {asked}."


class TooManySends(Refusal):
    """More messages than a connection or a person may send in a minute."""

    code = "send.too_many"
    reason = Reason.TOO_MANY
    retryable = True
    zh = "发得太快了，请稍等片刻。"
    en = "You are sending too fast. Please wait a moment."


class TooManyFrames(Refusal):
    """More signals and requests than a connection may send in a minute."""

    code = "frame.too_many"
    reason = Reason.TOO_MANY
    retryable = True
    zh = "操作太快了，请稍等片刻。"
    en = "Too many requests. Please wait a moment."


class TooManySubscriptions(Refusal):
    """More conversations or inboxes than one connection may follow."""

    code = "sub.too_many"
    reason = Reason.TOO_MANY
    zh = "同时打开的会话太多了，最多 {limit} 个。"
    en = "Too many conversations are open; the limit is {limit}."


class NotFollowed(Refusal):
    """A signal or a call for a conversation that this connection does not follow."""

    code = "conv.not_followed"
    reason = Reason.FORBIDDEN
    zh = "请先打开这个会话。"
    en = "This conversation is not open on this connection."


class ConversationClosed(Refusal):
    """No such conversation for this person; existence is not revealed."""

    code = "conv.not_found"
    reason = Reason.NOT_FOUND
    zh = "找不到这个会话。"
    en = "There is no such conversation."


class InboxClosed(Refusal):
    """No such inbox for this person."""

    code = "inbox.not_found"
    reason = Reason.NOT_FOUND
    zh = "找不到这个收件箱。"
    en = "There is no such inbox."


class AccessLost(Refusal):
    """This person may no longer see the conversation."""

    code = "conv.access_lost"
    reason = Reason.FORBIDDEN
    zh = "您已不在这个会话里。"
    en = "You are no longer part of this conversation."


class SessionEnded(Refusal):
    """Signed out, device revoked, or expired."""

    code = "session.ended"
    reason = Reason.UNAUTHENTICATED
    zh = "登录已失效，请重新登录。"
    en = "You have been signed out. Please sign in again."


class CallUnreachable(Refusal):
    """The device is not connected, or shares no open conversation with the caller."""

    code = "call.unreachable"
    reason = Reason.NOT_FOUND
    zh = "对方不在线。"
    en = "The other side cannot be reached."


class CallGap(Refusal):
    """A frame of a call came before the one that belongs before it. ``expected`` is the number to send."""

    code = "call.gap"
    reason = Reason.CONFLICT
    retryable = True
    zh = "通话信号的顺序不对。"
    en = "Call frame {expected} is missing before this one."


class NodeBusy(Refusal):
    """This node has as many connections as it can carry."""

    code = "node.busy"
    reason = Reason.UNAVAILABLE
    retryable = True
    zh = "店里现在人很多，正在为您排队连接。"
    en = "The shop is very busy; the connection will be tried again."


class NodeDraining(Refusal):
    """This node is about to stop: nothing new is accepted."""

    code = "node.draining"
    reason = Reason.UNAVAILABLE
    retryable = True
    zh = "服务器正在重启，马上恢复。"
    en = "The server is restarting; please try again shortly."


class OriginForbidden(Refusal):
    """The page that opened the connection is not one of this installation's."""

    code = "origin.forbidden"
    reason = Reason.FORBIDDEN
    zh = "这个网站没有登记，不能连接。"
    en = "This web site is not registered here."
