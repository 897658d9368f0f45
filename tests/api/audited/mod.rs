//! Every write of the API leaves a journal movement or an audit entry, or says why nothing changes. The table is held to the
//! routes, and each of its lines to what the route really does when it is called.

mod factors;
mod stage;

use kit::Answer;
use web::{AUDITED, Audited, ROUTES};

use stage::Stage;

type Routes = [(&'static str, &'static str)];
type Table = [(&'static str, &'static str, Audited)];

fn faults(routes: &Routes, table: &Table) -> Vec<String> {
    let classified: Vec<_> = table.iter().map(|(method, path, _)| (*method, *path)).collect();
    let writes = routes.iter().filter(|(method, _)| *method != "get");
    let missing = writes
        .filter(|route| !classified.contains(route))
        .map(|(method, path)| format!("{method} {path} does not say what it leaves behind: add it to AUDITED"));
    let unknown = classified
        .iter()
        .filter(|route| !routes.contains(route) || classified.iter().filter(|other| other == route).count() != 1)
        .map(|(method, path)| format!("{method} {path} is no route, or is there twice"));
    missing.chain(unknown).collect()
}

#[test]
fn every_write_route_says_what_it_leaves_behind() {
    assert_eq!(faults(ROUTES, AUDITED), Vec::<String>::new());
    let planted = [ROUTES, &[("delete", "/api/v1/everything")]].concat();
    assert_eq!(faults(&planted, AUDITED).len(), 1);
    let [first, ..] = AUDITED else { panic!("an empty table") };
    assert!(!faults(ROUTES, &[AUDITED, &[*first]].concat()).is_empty());
    let gone = [AUDITED, &[("post", "/api/v1/gone", Audited::Log)]].concat();
    assert_eq!(faults(ROUTES, &gone).len(), 1);
}

/// What is wrong with this line of the table.
async fn fault(stage: &Stage, (method, path, audited): (&str, &str, Audited)) -> Option<String> {
    let call = stage.ready(method, path).await;
    let (entries, movements) = stage.traces().await;
    let answer = call.send().await;
    assert!(answer.status() < 300, "{method} {path}: {}", answer.text());
    let (entries_after, movements_after) = stage.traces().await;
    let left = (entries_after - entries, movements_after - movements);
    let is_right = match audited {
        // A write that opens secrets leaves an entry for each beside its own.
        Audited::Log => left.0 >= 1 && left.1 == 0 && entries_of(stage, &answer).await == left.0,
        Audited::Journal => left.0 == 0 && left.1 >= 1,
        Audited::ChangesNothing(_) => left == (0, 0),
    };
    (!is_right).then(|| format!("{method} {path} is {audited:?} and left {left:?} entries and movements"))
}

/// Entries that say they are of this request, and from here.
async fn entries_of(stage: &Stage, answer: &Answer) -> i64 {
    let question = "SELECT count(*) FROM audit_entries WHERE request_id = $1 AND host(from_address) = '127.0.0.1'";
    let request = answer.header("x-request-id");
    let row = stage.app.admin().await.query_one(question, &[&request]).await;
    row.unwrap().get(0)
}

#[tokio::test]
async fn every_write_route_leaves_what_it_says() {
    let stage = Stage::set().await;
    for line in AUDITED {
        assert_eq!(fault(&stage, *line).await, None);
    }
    let wrong = [
        ("post", "/api/v1/ping", Audited::Log),
        ("post", "/api/v1/stock/commands/reserve", Audited::Log),
        (
            "post",
            "/api/v1/stock/commands/receive",
            Audited::ChangesNothing("so they say"),
        ),
    ];
    for planted in wrong {
        assert!(fault(&stage, planted).await.is_some(), "{planted:?}");
    }
    stage.app.stop().await;
}
