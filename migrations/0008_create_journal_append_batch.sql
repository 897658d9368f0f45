-- Writes one batch of the journal: shards, movements, and what follows from them. One call is one transaction and one
-- exchange with the hub: five statements of their own, each answered, cost half as much again as the commit.
-- Called by `storage::journal` alone, with one array per column, and never inside a transaction of the caller's.
-- Raises EP001 when another process owns a shard or the batch is already applied, EP002 when a statement touched
-- another number of rows than it must.
CREATE FUNCTION append_batch(
    -- the shards as the caller owns them, and how many movements each gets
    s_shard smallint[], s_epoch bigint[], s_incarnation uuid[], s_seq bigint[], s_count bigint[],
    -- movements
    m_shard smallint[], m_seq bigint[], m_org_id uuid[], m_item_id uuid[], m_location_id uuid[], m_command_id uuid[],
    m_line smallint[], m_fingerprint bigint[], m_part smallint[], m_asked_by uuid[], m_at timestamptz[], m_kind text[],
    m_quantity bigint[], m_reservation_id uuid[], m_order_line_id uuid[], m_expires_at timestamptz[], m_reason text[],
    m_on_hand bigint[], m_reserved bigint[], m_allocated bigint[], m_safety bigint[], m_incoming bigint[],
    m_shortfall bigint[],
    -- levels that exist
    l_org_id uuid[], l_item_id uuid[], l_location_id uuid[], l_on_hand bigint[], l_reserved bigint[],
    l_allocated bigint[], l_safety bigint[], l_incoming bigint[], l_shortfall bigint[], l_updated_at timestamptz[],
    -- levels that may not exist yet
    n_org_id uuid[], n_item_id uuid[], n_location_id uuid[], n_on_hand bigint[], n_reserved bigint[],
    n_allocated bigint[], n_safety bigint[], n_incoming bigint[], n_shortfall bigint[], n_updated_at timestamptz[],
    -- units added to allocations, and units taken from them
    a_org_id uuid[], a_item_id uuid[], a_order_line_id uuid[], a_location_id uuid[], a_units bigint[],
    t_org_id uuid[], t_item_id uuid[], t_order_line_id uuid[], t_location_id uuid[], t_units bigint[],
    -- items' settings; −1 for no reorder point, null for unchanged
    i_org_id uuid[], i_item_id uuid[], i_backorder_limit bigint[], i_reorder_point bigint[]
) RETURNS void LANGUAGE plpgsql SET search_path = entrepot, pg_temp AS $$
DECLARE
    touched bigint;
BEGIN
    -- First of all: it locks the shards, so that whoever takes them over waits for this batch.
    UPDATE journal_shards s SET seq = s.seq + v.count
    FROM unnest(s_shard, s_epoch, s_incarnation, s_seq, s_count) AS v (shard, epoch, incarnation, seq, count)
    WHERE s.shard = v.shard AND s.epoch = v.epoch AND s.incarnation = v.incarnation AND s.seq = v.seq;
    GET DIAGNOSTICS touched = ROW_COUNT;
    IF touched <> cardinality(s_shard) THEN
        RAISE EXCEPTION 'fenced: % shards expected, % touched', cardinality(s_shard), touched USING ERRCODE = 'EP001';
    END IF;

    -- In the select list, not in FROM: there the arrays would be joined into a temporary store first.
    INSERT INTO stock_movements (
        shard, seq, org_id, item_id, location_id, command_id, line, fingerprint, part, asked_by, at, kind, quantity,
        reservation_id, order_line_id, expires_at, reason, on_hand, reserved, allocated, safety, incoming, shortfall)
    SELECT
        unnest(m_shard), unnest(m_seq), unnest(m_org_id), unnest(m_item_id), unnest(m_location_id),
        unnest(m_command_id), unnest(m_line), unnest(m_fingerprint), unnest(m_part), unnest(m_asked_by), unnest(m_at),
        unnest(m_kind), unnest(m_quantity), unnest(m_reservation_id), unnest(m_order_line_id), unnest(m_expires_at),
        unnest(m_reason), unnest(m_on_hand), unnest(m_reserved), unnest(m_allocated), unnest(m_safety),
        unnest(m_incoming), unnest(m_shortfall);

    -- Cheaper than an upsert, which locks each row before it updates it.
    IF cardinality(l_org_id) > 0 THEN
        UPDATE stock_levels l SET
            on_hand = v.on_hand, reserved = v.reserved, allocated = v.allocated, safety = v.safety,
            incoming = v.incoming, shortfall = v.shortfall, updated_at = v.updated_at
        FROM unnest(l_org_id, l_item_id, l_location_id, l_on_hand, l_reserved, l_allocated, l_safety, l_incoming,
                    l_shortfall, l_updated_at)
            AS v (org_id, item_id, location_id, on_hand, reserved, allocated, safety, incoming, shortfall, updated_at)
        WHERE l.org_id = v.org_id AND l.item_id = v.item_id AND l.location_id = v.location_id;
        GET DIAGNOSTICS touched = ROW_COUNT;
        IF touched <> cardinality(l_org_id) THEN
            RAISE EXCEPTION 'levels: % rows expected, % touched', cardinality(l_org_id), touched
                USING ERRCODE = 'EP002';
        END IF;
    END IF;

    -- After the levels that exist: one that both write keeps these numbers.
    IF cardinality(n_org_id) > 0 THEN
        INSERT INTO stock_levels (
            org_id, item_id, location_id, on_hand, reserved, allocated, safety, incoming, shortfall, updated_at)
        SELECT v.* FROM unnest(n_org_id, n_item_id, n_location_id, n_on_hand, n_reserved, n_allocated, n_safety,
                               n_incoming, n_shortfall, n_updated_at) AS v
        ON CONFLICT (org_id, item_id, location_id) DO UPDATE SET
            on_hand = EXCLUDED.on_hand, reserved = EXCLUDED.reserved, allocated = EXCLUDED.allocated,
            safety = EXCLUDED.safety, incoming = EXCLUDED.incoming, shortfall = EXCLUDED.shortfall,
            updated_at = EXCLUDED.updated_at;
    END IF;

    IF cardinality(a_org_id) > 0 THEN
        INSERT INTO stock_allocations AS a (org_id, item_id, order_line_id, location_id, quantity)
        SELECT v.* FROM unnest(a_org_id, a_item_id, a_order_line_id, a_location_id, a_units) AS v
        ON CONFLICT (org_id, item_id, order_line_id, location_id)
        DO UPDATE SET quantity = a.quantity + EXCLUDED.quantity;
    END IF;

    IF cardinality(t_org_id) > 0 THEN
        UPDATE stock_allocations a SET quantity = a.quantity - v.units
        FROM unnest(t_org_id, t_item_id, t_order_line_id, t_location_id, t_units)
            AS v (org_id, item_id, order_line_id, location_id, units)
        WHERE a.org_id = v.org_id AND a.item_id = v.item_id AND a.order_line_id = v.order_line_id
          AND a.location_id = v.location_id;
        GET DIAGNOSTICS touched = ROW_COUNT;
        IF touched <> cardinality(t_org_id) THEN
            RAISE EXCEPTION 'allocations: % rows expected, % touched', cardinality(t_org_id), touched
                USING ERRCODE = 'EP002';
        END IF;
        DELETE FROM stock_allocations a USING unnest(t_org_id, t_item_id, t_order_line_id, t_location_id)
            AS v (org_id, item_id, order_line_id, location_id)
        WHERE a.org_id = v.org_id AND a.item_id = v.item_id AND a.order_line_id = v.order_line_id
          AND a.location_id = v.location_id AND a.quantity = 0;
    END IF;

    IF cardinality(i_org_id) > 0 THEN
        UPDATE inventory_items i
        SET backorder_limit = coalesce(v.backorder_limit, i.backorder_limit),
            reorder_point = CASE WHEN v.reorder_point IS NULL THEN i.reorder_point ELSE nullif(v.reorder_point, -1) END
        FROM unnest(i_org_id, i_item_id, i_backorder_limit, i_reorder_point)
            AS v (org_id, id, backorder_limit, reorder_point)
        WHERE i.org_id = v.org_id AND i.id = v.id;
    END IF;
END $$;
REVOKE ALL ON FUNCTION append_batch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_batch TO entrepot_engine;
DROP FUNCTION require_rows;
