-- Stock: items, locations, levels, the journal of movements, open allocations.
--
-- Open reservations have no table of their own: the journal has them, and a level's `reserved` counter says how many to
-- look for. A flash sale writes one row per reservation, not two.
--
-- Only entrepot_engine writes levels, movements and allocations, and only through the journal's one
-- transaction; the app role can read its organization's. Status words are text with a check, never an enum type.

CREATE TABLE stock_locations (
    org_id     uuid NOT NULL REFERENCES organizations (id),
    id         uuid NOT NULL,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    priority   integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name)
);
ALTER TABLE stock_locations ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock_locations FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON stock_locations TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
CREATE POLICY engine_reads ON stock_locations FOR SELECT TO entrepot_engine USING (true);
GRANT SELECT, INSERT, UPDATE ON stock_locations TO entrepot_app;
GRANT SELECT ON stock_locations TO entrepot_engine;

CREATE TABLE inventory_items (
    org_id          uuid NOT NULL REFERENCES organizations (id),
    id              uuid NOT NULL,
    variant_id      uuid,
    sku             text NOT NULL CHECK (length(sku) BETWEEN 1 AND 100),
    title           text NOT NULL,
    is_bundle       boolean NOT NULL DEFAULT false,
    backorder_limit bigint NOT NULL DEFAULT 0 CHECK (backorder_limit >= 0),
    reorder_point   bigint CHECK (reorder_point >= 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, sku),
    FOREIGN KEY (org_id, variant_id) REFERENCES variants (org_id, id)
);
ALTER TABLE inventory_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE inventory_items FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON inventory_items TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
CREATE POLICY engine_all ON inventory_items TO entrepot_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON inventory_items TO entrepot_app;
GRANT UPDATE (title, sku) ON inventory_items TO entrepot_app;
GRANT SELECT ON inventory_items TO entrepot_engine;
GRANT UPDATE (backorder_limit, reorder_point) ON inventory_items TO entrepot_engine;

CREATE TABLE bundle_components (
    org_id            uuid NOT NULL,
    bundle_item_id    uuid NOT NULL,
    component_item_id uuid NOT NULL,
    quantity          bigint NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),
    PRIMARY KEY (org_id, bundle_item_id, component_item_id),
    FOREIGN KEY (org_id, bundle_item_id) REFERENCES inventory_items (org_id, id),
    FOREIGN KEY (org_id, component_item_id) REFERENCES inventory_items (org_id, id),
    CHECK (bundle_item_id <> component_item_id)
);
CREATE INDEX bundle_components_component ON bundle_components (org_id, component_item_id);
ALTER TABLE bundle_components ENABLE ROW LEVEL SECURITY;
ALTER TABLE bundle_components FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON bundle_components TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
CREATE POLICY engine_reads ON bundle_components FOR SELECT TO entrepot_engine USING (true);
GRANT SELECT, INSERT ON bundle_components TO entrepot_app;
GRANT SELECT ON bundle_components TO entrepot_engine;

-- The newest counters of an item at a location, written once per touched level and commit.
CREATE TABLE stock_levels (
    org_id      uuid NOT NULL,
    item_id     uuid NOT NULL,
    location_id uuid NOT NULL,
    on_hand     bigint NOT NULL CHECK (on_hand >= 0),
    reserved    bigint NOT NULL CHECK (reserved >= 0),
    allocated   bigint NOT NULL CHECK (allocated >= 0),
    safety      bigint NOT NULL CHECK (safety >= 0),
    incoming    bigint NOT NULL CHECK (incoming >= 0),
    shortfall   bigint NOT NULL CHECK (shortfall >= 0),
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (org_id, item_id, location_id)
) WITH (fillfactor = 70);
ALTER TABLE stock_levels ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock_levels FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON stock_levels FOR SELECT TO entrepot_app USING (org_id = (SELECT current_org()));
CREATE POLICY engine_all ON stock_levels TO entrepot_engine USING (true) WITH CHECK (true);
GRANT SELECT ON stock_levels TO entrepot_app;
GRANT SELECT, INSERT, UPDATE ON stock_levels TO entrepot_engine;

-- Who owns a shard, and how far it is numbered. Advancing seq by compare-and-set is the fence, the gapless numbering and
-- the guard against applying a batch twice, all in one row update.
CREATE TABLE journal_shards (
    shard       smallint PRIMARY KEY CHECK (shard BETWEEN 0 AND 63),
    epoch       bigint NOT NULL,
    incarnation uuid NOT NULL,
    seq         bigint NOT NULL,
    taken_at    timestamptz NOT NULL
) WITH (fillfactor = 20);
INSERT INTO journal_shards
    SELECT n, 0, '00000000-0000-0000-0000-000000000000', 0, now() FROM generate_series(0, 63) AS n;
GRANT SELECT, UPDATE ON journal_shards TO entrepot_engine;

-- The journal. Append-only: no role but the owner may update or delete. Bodies of `kind` are explained in
-- domain/src/stock/movement.rs. (shard, seq) is the one key that does not lead with org_id: it numbers the journal.
CREATE TABLE stock_movements (
    seq            bigint NOT NULL,
    fingerprint    bigint NOT NULL,
    quantity       bigint NOT NULL,
    on_hand        bigint NOT NULL,
    reserved       bigint NOT NULL,
    allocated      bigint NOT NULL,
    safety         bigint NOT NULL,
    incoming       bigint NOT NULL,
    shortfall      bigint NOT NULL,
    at             timestamptz NOT NULL,
    expires_at     timestamptz,
    shard          smallint NOT NULL,
    line           smallint NOT NULL,
    part           smallint NOT NULL,
    org_id         uuid NOT NULL,
    item_id        uuid NOT NULL,
    location_id    uuid,
    command_id     uuid NOT NULL,
    reservation_id uuid,
    order_line_id  uuid,
    asked_by       uuid,
    kind           text NOT NULL CHECK (kind IN ('reserved', 'extended', 'confirmed', 'released', 'expired', 'allocated',
                       'deallocated', 'shipped', 'expected', 'received', 'adjusted', 'counted', 'transferred_out',
                       'transferred_in', 'safety_set', 'reorder_point_set', 'backorder_set')),
    reason         text,
    PRIMARY KEY (shard, seq)
);
-- One effect per line of a command, for ever. A checkout's id is its command's, so this also finds its lines.
CREATE UNIQUE INDEX stock_movements_command ON stock_movements (org_id, command_id, line, part);
-- What became of a reservation. Opening one costs this index nothing.
CREATE INDEX stock_movements_reservation ON stock_movements (org_id, reservation_id)
    WHERE kind IN ('extended', 'confirmed', 'released', 'expired');
-- An item's ledger in order, and the newest movement at a moment.
CREATE INDEX stock_movements_item ON stock_movements (org_id, item_id, at, seq) WITH (deduplicate_items = off);
ALTER TABLE stock_movements ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock_movements FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON stock_movements FOR SELECT TO entrepot_app USING (org_id = (SELECT current_org()));
CREATE POLICY engine_reads ON stock_movements FOR SELECT TO entrepot_engine USING (true);
CREATE POLICY engine_appends ON stock_movements FOR INSERT TO entrepot_engine WITH CHECK (true);
GRANT SELECT ON stock_movements TO entrepot_app;
GRANT SELECT, INSERT ON stock_movements TO entrepot_engine;

-- Closings of checkouts of several items that have begun and not ended: what a repair loop finishes after a crash. One row
-- per checkout, so that a confirmation and a release cannot both begin.
CREATE TABLE checkout_closings (
    org_id      uuid NOT NULL REFERENCES organizations (id),
    checkout_id uuid NOT NULL,
    how         text NOT NULL CHECK (how IN ('confirm', 'release')),
    command_id  uuid NOT NULL,
    fingerprint bigint NOT NULL,
    begun_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, checkout_id)
);
ALTER TABLE checkout_closings ENABLE ROW LEVEL SECURITY;
ALTER TABLE checkout_closings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON checkout_closings TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
CREATE POLICY engine_reads ON checkout_closings FOR SELECT TO entrepot_engine USING (true);
GRANT SELECT, INSERT, DELETE ON checkout_closings TO entrepot_app;
GRANT SELECT ON checkout_closings TO entrepot_engine;

-- Open allocations only; their history is the journal.
CREATE TABLE stock_allocations (
    quantity      bigint NOT NULL CHECK (quantity >= 0),
    org_id        uuid NOT NULL,
    item_id       uuid NOT NULL,
    order_line_id uuid NOT NULL,
    location_id   uuid NOT NULL,
    PRIMARY KEY (org_id, item_id, order_line_id, location_id)
);
ALTER TABLE stock_allocations ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock_allocations FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON stock_allocations FOR SELECT TO entrepot_app USING (org_id = (SELECT current_org()));
CREATE POLICY engine_all ON stock_allocations TO entrepot_engine USING (true) WITH CHECK (true);
GRANT SELECT ON stock_allocations TO entrepot_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON stock_allocations TO entrepot_engine;

-- Ends the journal's transaction when a statement touched another number of rows than it must. `fenced` has a code of
-- its own: another process owns the shard, or this batch is already applied.
CREATE FUNCTION require_rows(what text, expected bigint, actual bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF actual <> expected THEN
        RAISE EXCEPTION '%: % rows expected, % touched', what, expected, actual
            USING ERRCODE = CASE what WHEN 'fenced' THEN 'EP001' ELSE 'EP002' END;
    END IF;
END $$;
