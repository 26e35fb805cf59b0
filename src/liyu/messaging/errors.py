"""What the conversation log refuses, and in which words."""

from __future__ import annotations

from liyu.kit.errors import Reason, Refusal


class ConversationNotFound(Refusal):
    """There is no such conversation for this person."""

    code = "conversation.not_found"
    reason = Reason.NOT_FOUND
    zh = "没有找到这段对话。"
    en = "This conversation was not found."


class ShopNotFound(Refusal):
    """There is no such shop for this person."""

    code = "shop.not_found"
    reason = Reason.NOT_FOUND
    zh = "没有找到这家店。"
    en = "This shop was not found."


class AccessChanged(Refusal):
    """Who may read or write here changed since the access was loaded. Loading it again may help."""

    code = "acl.changed"
    reason = Reason.CONFLICT
    retryable = True
    zh = "对话的成员刚刚有变化，请再试一次。"
    en = "The members of this conversation have just changed. Please try again."


class SendForbidden(Refusal):
    """This person may read, but not write (this kind, or this class) here."""

    code = "message.forbidden"
    reason = Reason.FORBIDDEN
    zh = "您不能在这里发送这样的内容。"
    en = "You cannot send this here."


class AlreadyTaken(Refusal):
    """Somebody else is in charge by now."""

    code = "conversation.taken"
    reason = Reason.CONFLICT
    zh = "这位客人刚刚有同事接待了。"
    en = "A colleague has just taken care of this customer."


class CidReused(Refusal):
    """The same ``cid`` came before with another body."""

    code = "message.cid_reused"
    reason = Reason.CONFLICT
    zh = "这条消息的编号已经用过，内容不同，没有再次发送。"
    en = "This message's id was used before with other content, so it was not sent again."


class BadMessage(Refusal):
    """The body is not what its kind asks for. ``what`` says where."""

    code = "message.invalid"
    zh = "消息的内容不对：{what}"
    en = "The content of the message is not right: {what}"


class UnknownKind(Refusal):
    """This server does not know the kind, or it is not for clients to send."""

    code = "message.kind_unknown"
    reason = Reason.UNSUPPORTED
    zh = "这里还不认识这种消息。"
    en = "This kind of message is not known here."


class MessageTooLarge(Refusal):
    """The body has more bytes than a message may have."""

    code = "message.too_large"
    reason = Reason.TOO_LARGE
    zh = "这条消息太长了，请分几条发送。"
    en = "This message is too long. Please send it in parts."


class FileNotHere(Refusal):
    """The file does not exist, is of another kind, or does not belong to this conversation."""

    code = "message.file_unknown"
    zh = "没有找到这个文件，请重新上传。"
    en = "This file was not found. Please upload it again."


class ProductNotHere(Refusal):
    """The product does not exist, or this shop does not sell it."""

    code = "message.product_unknown"
    zh = "没有找到这件商品。"
    en = "This product was not found."


class TargetNotFound(Refusal):
    """The message that this one speaks of does not exist for the sender."""

    code = "message.target_unknown"
    zh = "没有找到那条消息。"
    en = "That message was not found."


class TargetGone(Refusal):
    """The message that this one speaks of was recalled."""

    code = "message.target_recalled"
    reason = Reason.GONE
    zh = "那条消息已经撤回了。"
    en = "That message was recalled."


class NotYours(Refusal):
    """Only one's own messages can be edited or recalled."""

    code = "message.not_yours"
    reason = Reason.FORBIDDEN
    zh = "只能修改或撤回自己的消息。"
    en = "You can only change or recall messages of your own."


class TooLate(Refusal):
    """The shop's time limit for changing a message has passed."""

    code = "message.too_late"
    reason = Reason.CONFLICT
    zh = "发出已经太久，不能再改了。"
    en = "It was sent too long ago to be changed."


class TargetUnsuited(Refusal):
    """The message that this one speaks of is not of a kind that can be changed so."""

    code = "message.target_unsuited"
    zh = "那条消息不能这样操作。"
    en = "That cannot be done with that message."


class TooManyReactions(Refusal):
    """The message already carries as many different emoji as it can."""

    code = "message.too_many_reactions"
    reason = Reason.CONFLICT
    zh = "这条消息上的表情已经够多了。"
    en = "This message already carries enough different reactions."


class NotMember(Refusal):
    """The person is not a member of the conversation."""

    code = "member.unknown"
    reason = Reason.CONFLICT
    zh = "对方不在这段对话里。"
    en = "That person is not in this conversation."


class Overloaded(Refusal):
    """More messages wait for a commit than may wait."""

    code = "message.overloaded"
    reason = Reason.UNAVAILABLE
    retryable = True
    zh = "店里一下子来了很多消息，请稍等再发。"
    en = "Very many messages are arriving at once. Please wait a moment."


class TooManyRequests(Refusal):
    """More messages and searches than a person may send in a minute."""

    code = "send.too_many"
    reason = Reason.TOO_MANY
    retryable = True
    zh = "发得太快了，请稍等片刻。"
    en = "You are sending too fast. Please wait a moment."


class PersonUnknown(Refusal):
    """Nobody of this chain who serves customers has this id."""

    code = "person.unknown"
    reason = Reason.NOT_FOUND
    zh = "没有找到这位店员。"
    en = "This member of staff was not found."


class InboxNotFound(Refusal):
    """There is no such inbox for this person."""

    code = "inbox.not_found"
    reason = Reason.NOT_FOUND
    zh = "没有找到这个收件箱。"
    en = "This inbox was not found."
