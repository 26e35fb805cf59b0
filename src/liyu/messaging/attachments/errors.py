"""What uploading, linking and sending a file refuses. What is wrong with content itself is in ``platform.media``."""

from __future__ import annotations

from liyu.kit.errors import Reason, Refusal


class AttachmentRefused(Refusal):
    """Root of this part's refusals."""

    code = "attachment.refused"


class UploadUnknown(AttachmentRefused):
    """No such upload, or not this person's, or it expired."""

    code = "upload.not_found"
    reason = Reason.NOT_FOUND
    zh = "这次上传已经失效，请重新选择文件。"
    en = "This upload is no longer there. Please choose the file again."


class UploadTooLarge(AttachmentRefused):
    """Larger than its kind may be. ``limit``: in MB."""

    code = "upload.too_large"
    reason = Reason.TOO_LARGE
    zh = "文件太大了，最多 {limit} MB。"
    en = "The file is too large: at most {limit} MB."


class UploadQuota(AttachmentRefused):
    """The person or the conversation has used up its space or its number of uploads. ``which``: of what."""

    code = "upload.quota"
    reason = Reason.TOO_MANY
    retryable = True
    zh = "上传得太多了，请先等前面的传完，或者明天再传。"
    en = "Too much has been uploaded. Please wait for the others to finish, or try again tomorrow."


class ConversationFull(AttachmentRefused):
    """The conversation's files have used up their space. ``limit``: in MB."""

    code = "upload.conversation_full"
    reason = Reason.TOO_LARGE
    zh = "这个会话里的文件已经占满 {limit} MB。"
    en = "The files of this conversation have reached {limit} MB."


class UploadOffset(AttachmentRefused):
    """The piece does not begin where the upload stands, or differs from what came before. ``offset``: go on here."""

    code = "upload.offset"
    reason = Reason.CONFLICT
    retryable = True
    zh = "上传的位置对不上，正在从 {offset} 处继续。"
    en = "The upload stands at {offset}; it continues there."


class PieceRefused(AttachmentRefused):
    """A piece is empty, too large, or too small although it is not the last. ``least`` and ``most``: in bytes."""

    code = "upload.piece"
    reason = Reason.INVALID
    zh = "这一段的大小不对（{least} 到 {most} 字节）。"
    en = "A piece must have {least} to {most} bytes."


class UploadIncomplete(AttachmentRefused):
    """Bytes are missing. ``offset``: where to go on."""

    code = "upload.incomplete"
    reason = Reason.CONFLICT
    retryable = True
    zh = "文件还没有传完。"
    en = "The file has not arrived completely yet."


class UploadClosed(AttachmentRefused):
    """The upload was finished; nothing can be added."""

    code = "upload.closed"
    reason = Reason.CONFLICT
    zh = "这次上传已经结束。"
    en = "This upload has already been finished."


class UploadBeingFinished(AttachmentRefused):
    """Another request is finishing it right now."""

    code = "upload.finishing"
    reason = Reason.CONFLICT
    retryable = True
    zh = "正在处理这个文件，请稍候。"
    en = "The file is being processed. Please wait a moment."


class ConversationNeeded(AttachmentRefused):
    """What is sent in a conversation must name it when it is uploaded."""

    code = "upload.conversation_needed"
    zh = "请先打开会话再上传。"
    en = "Please name the conversation that this is for."


class UploadForbidden(AttachmentRefused):
    """This person may not upload for this purpose here."""

    code = "upload.forbidden"
    reason = Reason.FORBIDDEN
    zh = "您不能在这里上传这种文件。"
    en = "You may not upload this here."


class FileUnknown(AttachmentRefused):
    """No such file for this person in this place: it never existed, is somebody else's, or is gone."""

    code = "file.not_found"
    reason = Reason.NOT_FOUND
    zh = "没有找到这个文件。"
    en = "This file was not found."


class FileNotYours(AttachmentRefused):
    """A message must name a finished file of its kind that its sender uploaded to the same conversation."""

    code = "message.file"
    reason = Reason.INVALID
    zh = "这个文件不能发送，请重新上传。"
    en = "This file cannot be sent. Please upload it again."
