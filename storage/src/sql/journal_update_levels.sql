-- Levels that exist. Cheaper than an upsert, which locks each row before it updates it.
WITH updated AS (
    UPDATE stock_levels l SET
        on_hand = v.on_hand, reserved = v.reserved, allocated = v.allocated, safety = v.safety,
        incoming = v.incoming, shortfall = v.shortfall, updated_at = v.updated_at
    FROM unnest(
        $1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
        $9::bigint[], $10::timestamptz[])
        AS v (org_id, item_id, location_id, on_hand, reserved, allocated, safety, incoming, shortfall, updated_at)
    WHERE l.org_id = v.org_id AND l.item_id = v.item_id AND l.location_id = v.location_id
    RETURNING 1
)
SELECT require_rows('levels updated', cardinality($1::uuid[]), (SELECT count(*) FROM updated))
