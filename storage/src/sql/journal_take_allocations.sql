WITH taken AS (
    UPDATE stock_allocations a SET quantity = a.quantity - v.units
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[])
        AS v (org_id, item_id, order_line_id, location_id, units)
    WHERE a.org_id = v.org_id AND a.item_id = v.item_id AND a.order_line_id = v.order_line_id
      AND a.location_id = v.location_id
    RETURNING 1
)
SELECT require_rows('allocations taken', cardinality($1::uuid[]), (SELECT count(*) FROM taken))
