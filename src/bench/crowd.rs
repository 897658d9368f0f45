//! The screens of `bench fanout`, in a process of their own: told what to do line by line, and answering with figures.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use simulators::screens::{Crowd, CrowdPlan};
use storage::synthetic::session_token;

/// What a crowd is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Order {
    /// Come to be, with so many sessions, at this hub, following this topic.
    Gather {
        hub: SocketAddr,
        sessions: usize,
        topic: String,
    },
    /// Open so many screens.
    Open(usize),
    /// Follow the topic.
    Follow,
    /// Listen for so many milliseconds.
    Listen(u64),
    /// Let so many screens read nothing any more.
    Stall(usize),
    /// Let them read again.
    Wake,
    /// Drop all and come back.
    Storm,
}

/// What it answers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) seconds: f64,
    pub(super) deliveries: u64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) gaps: u64,
    pub(super) slow_closed: u64,
    pub(super) lost: u64,
    pub(super) back_99_s: f64,
    pub(super) failed_tries: u64,
}

impl Told {
    pub(super) fn per_second(&self) -> f64 {
        self.deliveries as f64 / self.seconds.max(f64::EPSILON)
    }
}

/// A crowd in a process of its own.
pub(super) struct CrowdProcess {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl CrowdProcess {
    pub(super) fn start() -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["bench", "fanout-crowd"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = process.stdin.take().context("the crowd's standard input")?;
        let answers = process.stdout.take().context("the crowd's standard output")?;
        Ok(Self {
            process,
            orders,
            answers: BufReader::new(answers),
        })
    }

    /// Tells it something and waits for what comes of it. Blocks: a benchmark does one thing at a time.
    pub(super) fn tell(&mut self, order: &Order) -> anyhow::Result<Told> {
        let mut line = serde_json::to_string(order)?;
        line.push('\n');
        self.orders.write_all(line.as_bytes())?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            bail!("the crowd went away at {order:?}");
        }
        let answer: Result<Told, String> = serde_json::from_str(&answer)?;
        answer.map_err(|error| anyhow::anyhow!("the crowd at {order:?}: {error}"))
    }
}

impl Drop for CrowdProcess {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

/// `entrepot bench fanout-crowd`: obeys orders until there are no more.
///
/// # Errors
/// When its input cannot be read or its output not be written.
pub fn run_crowd() -> anyhow::Result<()> {
    let mut crowd = None;
    for line in std::io::stdin().lock().lines() {
        let told = obey(&mut crowd, serde_json::from_str(&line?)?).map_err(|error| format!("{error:#}"));
        let mut answer = serde_json::to_string(&told)?;
        answer.push('\n');
        let mut out = std::io::stdout().lock();
        out.write_all(answer.as_bytes())?;
        out.flush()?;
    }
    Ok(())
}

fn obey(crowd: &mut Option<Crowd>, order: Order) -> anyhow::Result<Told> {
    if let Order::Gather { hub, sessions, topic } = order {
        let plan = CrowdPlan {
            hub,
            cookies: (0..sessions).map(session_token).collect(),
            topic,
            seed: 7,
        };
        *crowd = Some(Crowd::gather(plan)?);
        return Ok(Told::default());
    }
    let crowd = crowd.as_mut().context("nobody is gathered")?;
    match order {
        Order::Gather { .. } => {}
        Order::Open(count) => {
            let seconds = crowd.open(count)?.as_secs_f64();
            return Ok(Told {
                seconds,
                ..Told::default()
            });
        }
        Order::Listen(ms) => {
            let heard = crowd.listen(Duration::from_millis(ms))?;
            let ms = |quantile| heard.delay_us.value_at_quantile(quantile) as f64 / 1_000.0;
            return Ok(Told {
                seconds: heard.elapsed.as_secs_f64(),
                deliveries: heard.deliveries,
                p50_ms: ms(0.5),
                p99_ms: ms(0.99),
                gaps: heard.gaps,
                slow_closed: heard.slow_closed,
                lost: heard.lost,
                ..Told::default()
            });
        }
        Order::Follow => crowd.follow()?,
        Order::Stall(count) => crowd.stall(count),
        Order::Wake => crowd.wake()?,
        Order::Storm => {
            let storm = crowd.storm()?;
            return Ok(Told {
                seconds: storm.back_all.as_secs_f64(),
                deliveries: storm.dropped as u64,
                back_99_s: storm.back_99.as_secs_f64(),
                failed_tries: storm.failed_tries,
                ..Told::default()
            });
        }
    }
    Ok(Told::default())
}
