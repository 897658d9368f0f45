-- Products, variants and pictures, as imported.

CREATE TABLE products (
    org_id       uuid NOT NULL REFERENCES organizations (id),
    id           uuid NOT NULL,
    handle       text NOT NULL CHECK (length(handle) BETWEEN 1 AND 255),
    title        text NOT NULL CHECK (length(title) BETWEEN 1 AND 255),
    body_html    text NOT NULL,
    vendor       text NOT NULL,
    product_type text NOT NULL,
    tags         text[] NOT NULL,
    is_published boolean NOT NULL,
    option_names text[] NOT NULL CHECK (cardinality(option_names) <= 3),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, handle)
);
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
ALTER TABLE products FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON products TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
GRANT SELECT, INSERT, UPDATE ON products TO entrepot_app;

-- Amounts are minor units of the currency; currency is null when the variant has no price.
CREATE TABLE variants (
    org_id            uuid NOT NULL,
    id                uuid NOT NULL,
    product_id        uuid NOT NULL,
    sku               text NOT NULL CHECK (length(sku) BETWEEN 1 AND 100),
    option_values     text[] NOT NULL,
    price_minor       bigint CHECK (price_minor >= 0),
    compare_at_minor  bigint CHECK (compare_at_minor >= 0),
    currency          text CHECK (currency ~ '^[A-Z]{3}$'),
    barcode           text NOT NULL,
    grams             bigint NOT NULL CHECK (grams >= 0),
    requires_shipping boolean NOT NULL,
    is_taxable        boolean NOT NULL,
    position          integer NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, sku),
    FOREIGN KEY (org_id, product_id) REFERENCES products (org_id, id)
);
CREATE INDEX variants_product ON variants (org_id, product_id);
ALTER TABLE variants ENABLE ROW LEVEL SECURITY;
ALTER TABLE variants FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON variants TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
GRANT SELECT, INSERT, UPDATE ON variants TO entrepot_app;

CREATE TABLE product_images (
    org_id     uuid NOT NULL,
    product_id uuid NOT NULL,
    url        text NOT NULL,
    alt_text   text NOT NULL,
    position   integer NOT NULL,
    PRIMARY KEY (org_id, product_id, url),
    FOREIGN KEY (org_id, product_id) REFERENCES products (org_id, id)
);
ALTER TABLE product_images ENABLE ROW LEVEL SECURITY;
ALTER TABLE product_images FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON product_images TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
GRANT SELECT, INSERT, UPDATE, DELETE ON product_images TO entrepot_app;
