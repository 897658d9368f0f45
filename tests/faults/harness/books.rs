//! The books: the journal as the database's superuser sees it, held against what buyers were told.

use std::collections::{HashMap, HashSet};

use domain::ids::OrgId;
use entrepot::audit::{Verdict, audit};
use storage::Database;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::home::Home;
use super::rush::{Deed, Record};

const RESERVED: &str = "
    SELECT reservation_id, command_id, item_id, quantity FROM stock_movements
    WHERE org_id = $1 AND kind = 'reserved' AND reservation_id = ANY($2)";
const CLOSED: &str = "
    SELECT reservation_id, kind, count(*) FROM stock_movements
    WHERE org_id = $1 AND kind IN ('confirmed', 'released') AND reservation_id = ANY($2) GROUP BY 1, 2";
/// Rows after which more was promised than there is, by the counters and, independently, by adding the movements up.
const OVERSOLD: &str = "
    WITH summed AS (
        SELECT on_hand, reserved, allocated,
               sum(CASE kind WHEN 'received' THEN quantity WHEN 'reserved' THEN -quantity WHEN 'released' THEN quantity
                             WHEN 'expired' THEN quantity ELSE 0 END)
                   OVER (PARTITION BY item_id ORDER BY seq) AS left_over
        FROM stock_movements WHERE item_id = ANY($1))
    SELECT count(*) FROM summed WHERE left_over < 0 OR reserved + allocated > on_hand";
/// Shards whose numbering has a gap, or whose head is not the last number.
const GAPS: &str = "
    SELECT count(*) FROM journal_shards s
    LEFT JOIN (SELECT shard, count(*) AS n, max(seq) AS last FROM stock_movements GROUP BY 1) m USING (shard)
    WHERE s.seq <> coalesce(m.last, 0) OR s.seq <> coalesce(m.n, 0)";

/// A superuser's look into the database.
pub(crate) struct Books {
    pub(crate) admin: Client,
    database: Database,
    org: OrgId,
}

/// How what was said compares with what was written.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) acknowledged: usize,
    pub(crate) refused: usize,
    /// Neither yes nor no.
    pub(crate) in_doubt: usize,
    /// In doubt and yet written.
    pub(crate) in_doubt_written: usize,
    /// Acknowledged and not in the journal.
    pub(crate) lost: Vec<Uuid>,
    /// In the journal more often than asked.
    pub(crate) twice: Vec<Uuid>,
    /// Denied or refused, and yet in the journal.
    pub(crate) denied_yet_written: Vec<Uuid>,
}

impl Books {
    /// Connects as the superuser of the cluster.
    pub(crate) async fn open(home: &Home) -> Self {
        let mut config = tokio_postgres::Config::new();
        config
            .host_path(home.data_dir.join("run"))
            .user("entrepot_admin")
            .dbname("entrepot")
            .options("-c search_path=entrepot")
            .application_name("faults");
        let (admin, connection) = config.connect(NoTls).await.expect("a superuser's connection");
        // Ends with the client, or with the server.
        tokio::spawn(async move { connection.await.is_ok() });
        Self {
            admin,
            database: home.database.clone(),
            org: home.org,
        }
    }

    /// Compares every record with the journal.
    pub(crate) async fn compare(&self, records: &[Record]) -> Findings {
        let reserved = self.reserved(records).await;
        let closed = self.closed(records).await;
        let mut findings = Findings::default();
        for record in records {
            if record.heard.is_yes() {
                findings.acknowledged += 1;
            } else if record.heard.is_no() {
                findings.refused += 1;
            } else {
                findings.in_doubt += 1;
            }
            match &record.deed {
                Deed::Reserve(lines) => {
                    let rows = reserved.get(&record.key).map_or(&[][..], Vec::as_slice);
                    findings.note_reservation(record, lines, rows);
                }
                Deed::Confirm(checkout, lines) => {
                    findings.note_closing(record, *lines, closed.get(&(*checkout, "confirmed".to_owned())));
                }
                Deed::Release(checkout, lines) => {
                    findings.note_closing(record, *lines, closed.get(&(*checkout, "released".to_owned())));
                }
            }
        }
        findings
    }

    /// Keys of reservations that are in the journal.
    pub(crate) async fn written(&self, records: &[Record]) -> HashSet<Uuid> {
        self.reserved(records).await.into_keys().collect()
    }

    async fn reserved(&self, records: &[Record]) -> HashMap<Uuid, Vec<Reserved>> {
        let keys: Vec<Uuid> = records
            .iter()
            .filter(|record| matches!(record.deed, Deed::Reserve(_)))
            .map(|record| record.key)
            .collect();
        let rows = self.admin.query(RESERVED, &[&self.org.uuid(), &keys]).await.unwrap();
        let mut found: HashMap<Uuid, Vec<Reserved>> = HashMap::new();
        for row in rows {
            let reserved = Reserved {
                command: row.get(1),
                item: row.get(2),
                quantity: row.get(3),
            };
            found.entry(row.get(0)).or_default().push(reserved);
        }
        found
    }

    async fn closed(&self, records: &[Record]) -> HashMap<(Uuid, String), i64> {
        let checkout = |record: &Record| match &record.deed {
            Deed::Reserve(_) => None,
            Deed::Confirm(checkout, _) | Deed::Release(checkout, _) => Some(*checkout),
        };
        let keys: Vec<Uuid> = records.iter().filter_map(checkout).collect();
        let rows = self.admin.query(CLOSED, &[&self.org.uuid(), &keys]).await.unwrap();
        rows.iter().map(|row| ((row.get(0), row.get(1)), row.get(2))).collect()
    }

    /// Rows of these items after which more was promised than there is.
    pub(crate) async fn oversold(&self, items: &[Uuid]) -> i64 {
        self.admin.query_one(OVERSOLD, &[&items]).await.unwrap().get(0)
    }

    /// Shards with a gap.
    pub(crate) async fn gaps(&self) -> i64 {
        self.admin.query_one(GAPS, &[]).await.unwrap().get(0)
    }

    /// The independent checker's verdict.
    pub(crate) async fn audit(&self) -> Verdict {
        audit(&self.database).await.expect("a verdict")
    }

    /// Everything that must hold after a fault, once every answer is final.
    pub(crate) async fn must_balance(&self, records: &[Record], items: &[Uuid]) -> Findings {
        let findings = self.compare(records).await;
        findings.must_be_clean();
        assert_eq!(self.oversold(items).await, 0, "oversold");
        assert_eq!(self.gaps().await, 0, "gaps in the journal");
        let verdict = self.audit().await;
        assert!(verdict.is_clean, "{}", verdict.in_words());
        findings
    }
}

struct Reserved {
    command: Uuid,
    item: Uuid,
    quantity: i64,
}

impl Findings {
    fn note_reservation(&mut self, record: &Record, lines: &[(Uuid, i64)], rows: &[Reserved]) {
        let is_whole = lines.len() == rows.len()
            && lines
                .iter()
                .all(|(item, units)| rows.iter().any(|row| row.item == *item && row.quantity == *units));
        let under_the_key = rows.iter().filter(|row| row.command == record.key).count();
        if rows.len() > lines.len() {
            self.twice.push(record.key);
        }
        let heard = &record.heard;
        if heard.is_yes() {
            if !is_whole || under_the_key != lines.len() {
                self.lost.push(record.key);
            }
            return;
        }
        if rows.is_empty() {
            return;
        }
        // A basket that was refused or cut short may have taken and given back some lines; a single line may not.
        if record.is_single() && (heard.is_denied() || heard.is_no()) {
            self.denied_yet_written.push(record.key);
        } else if !heard.is_no() {
            self.in_doubt_written += 1;
        }
    }

    fn note_closing(&mut self, record: &Record, lines: usize, rows: Option<&i64>) {
        let rows = usize::try_from(rows.copied().unwrap_or_default()).unwrap();
        if rows > lines {
            self.twice.push(record.key);
        }
        if record.heard.is_yes() && rows < lines {
            self.lost.push(record.key);
        }
    }

    /// Nothing acknowledged is missing, nothing happened twice, and nothing denied happened.
    pub(crate) fn must_be_clean(&self) {
        assert!(self.lost.is_empty(), "acknowledged and lost: {:?}", self.lost);
        assert!(self.twice.is_empty(), "done twice: {:?}", self.twice);
        assert!(
            self.denied_yet_written.is_empty(),
            "denied and yet done: {:?}",
            self.denied_yet_written
        );
    }
}
