"""Pictures, voice notes and files of conversations, and product media: uploaded in pieces, checked, linked, swept."""
