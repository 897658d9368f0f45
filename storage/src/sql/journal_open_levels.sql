-- Levels that may not exist yet.
INSERT INTO stock_levels (
    org_id, item_id, location_id, on_hand, reserved, allocated, safety, incoming, shortfall, updated_at)
SELECT v.* FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
    $9::bigint[], $10::timestamptz[]) AS v
ON CONFLICT (org_id, item_id, location_id) DO UPDATE SET
    on_hand = EXCLUDED.on_hand, reserved = EXCLUDED.reserved, allocated = EXCLUDED.allocated,
    safety = EXCLUDED.safety, incoming = EXCLUDED.incoming, shortfall = EXCLUDED.shortfall,
    updated_at = EXCLUDED.updated_at
