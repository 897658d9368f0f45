-- A page of entries, the newest first. What is not asked for is null.
SELECT org_id, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, before, after, why, from_address, request_id,
       hash
FROM audit_entries
WHERE org_id = $1
  AND seq < $2
  AND ($3::text IS NULL OR starts_with(action, $3))
  AND ($4::text IS NULL OR actor_kind = $4)
  AND ($5::uuid IS NULL OR actor_id = $5)
  AND ($6::text IS NULL OR subject_kind = $6)
  AND ($7::text IS NULL OR subject_id = $7)
  AND ($8::timestamptz IS NULL OR at >= $8)
  AND ($9::timestamptz IS NULL OR at < $9)
  AND ($10::text IS NULL OR position(lower($10) IN lower(concat_ws(' ', action, subject_kind, subject_id, why, before::text,
       after::text, host(from_address), request_id))) > 0)
ORDER BY seq DESC
LIMIT $11
