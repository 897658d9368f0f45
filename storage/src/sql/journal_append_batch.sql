-- By name, so that a column cannot land in its neighbour.
SELECT append_batch(
    s_shard => $1, s_epoch => $2, s_incarnation => $3, s_seq => $4, s_count => $5,
    m_shard => $6, m_seq => $7, m_org_id => $8, m_item_id => $9, m_location_id => $10, m_command_id => $11,
    m_line => $12, m_fingerprint => $13, m_part => $14, m_asked_by => $15, m_at => $16, m_kind => $17,
    m_quantity => $18, m_reservation_id => $19, m_order_line_id => $20, m_expires_at => $21, m_reason => $22,
    m_on_hand => $23, m_reserved => $24, m_allocated => $25, m_safety => $26, m_incoming => $27, m_shortfall => $28,
    l_org_id => $29, l_item_id => $30, l_location_id => $31, l_on_hand => $32, l_reserved => $33, l_allocated => $34,
    l_safety => $35, l_incoming => $36, l_shortfall => $37, l_updated_at => $38,
    n_org_id => $39, n_item_id => $40, n_location_id => $41, n_on_hand => $42, n_reserved => $43, n_allocated => $44,
    n_safety => $45, n_incoming => $46, n_shortfall => $47, n_updated_at => $48,
    a_org_id => $49, a_item_id => $50, a_order_line_id => $51, a_location_id => $52, a_units => $53,
    t_org_id => $54, t_item_id => $55, t_order_line_id => $56, t_location_id => $57, t_units => $58,
    i_org_id => $59, i_item_id => $60, i_backorder_limit => $61, i_reorder_point => $62)
