-- The parts of a checkout with what became of each. Its id is that of the command that opened it.
SELECT o.item_id, i.sku, o.location_id, o.quantity, coalesce(later.expires_at, o.expires_at), closing.kind
FROM stock_movements o
JOIN inventory_items i ON i.org_id = o.org_id AND i.id = o.item_id
LEFT JOIN LATERAL (
    SELECT m.expires_at FROM stock_movements m
    WHERE m.org_id = o.org_id AND m.reservation_id = o.reservation_id AND m.item_id = o.item_id AND m.kind = 'extended'
    ORDER BY m.seq DESC LIMIT 1
) AS later ON true
LEFT JOIN LATERAL (
    SELECT m.kind FROM stock_movements m
    WHERE m.org_id = o.org_id AND m.reservation_id = o.reservation_id AND m.item_id = o.item_id
      AND m.location_id = o.location_id AND m.kind IN ('confirmed', 'released', 'expired')
    LIMIT 1
) AS closing ON true
WHERE o.org_id = $1 AND o.command_id = $2 AND o.kind = 'reserved'
ORDER BY o.line, o.part
