-- Who invited: a person or an API key, whose UUIDv7s never meet. An invitation is good only while whoever made it could still
-- make it; one from before this migration names nobody and must be made anew.
ALTER TABLE invitations ADD COLUMN invited_by uuid;
GRANT SELECT (invited_by) ON invitations TO entrepot_identity;
