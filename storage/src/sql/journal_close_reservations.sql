WITH closed AS (
    UPDATE stock_reservations r SET state = v.state, closed_at = v.closed_at
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[])
        AS v (org_id, reservation_id, item_id, location_id, state, closed_at)
    WHERE r.org_id = v.org_id AND r.reservation_id = v.reservation_id AND r.item_id = v.item_id
      AND r.location_id = v.location_id AND r.state = 'open'
    RETURNING 1
)
SELECT require_rows('reservations closed', cardinality($1::uuid[]), (SELECT count(*) FROM closed))
