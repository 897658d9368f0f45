//! The terminal: a picture that is drawn over itself, or plain lines where there is no terminal.

use std::io::{IsTerminal, Write, stdout};

use super::picture::{Moment, PICTURE_WIDTH, line, picture};

/// Plain lines appear once per so many looks.
const LOOKS_PER_LINE: u32 = 10;

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink {
    is_colored: bool,
}

impl Ink {
    /// No colours.
    #[cfg(test)]
    pub(super) const PLAIN: Self = Self { is_colored: false };

    /// Labels and asides.
    pub(super) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// Headings.
    pub(super) fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// The one accent.
    pub(super) fn accent(self, text: &str) -> String {
        self.paint("36", text)
    }

    /// It is well.
    pub(super) fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// It is not.
    pub(super) fn bad(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.is_colored {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Standard output. A reader that went away is no error.
pub(super) struct Screen {
    ink: Ink,
    draws: bool,
    drawn_lines: usize,
    looks: u32,
}

impl Screen {
    /// Finds out what there is to draw on. `NO_COLOR` takes the colours away (no-color.org), a dumb or narrow terminal
    /// the drawing.
    pub(super) fn open() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let is_terminal = stdout().is_terminal() && !is_dumb;
        Self {
            ink: Ink {
                is_colored: is_terminal && !is_set("NO_COLOR"),
            },
            draws: is_terminal && terminal_columns().is_none_or(|columns| columns > PICTURE_WIDTH),
            drawn_lines: 0,
            looks: 0,
        }
    }

    pub(super) fn ink(&self) -> Ink {
        self.ink
    }

    /// Writes text below whatever was drawn.
    pub(super) fn say(&mut self, text: &str) {
        self.drawn_lines = 0;
        write(text);
    }

    /// Shows how the sale stands, in the place of the picture before.
    pub(super) fn show(&mut self, moment: &Moment) {
        if self.draws {
            let lines = picture(moment, self.ink);
            let mut text = String::new();
            if self.drawn_lines > 0 {
                text.push_str(&format!("\x1b[{}A", self.drawn_lines));
            }
            for line in &lines {
                text.push_str(&format!("\r{line}\x1b[K\n"));
            }
            self.drawn_lines = lines.len();
            write(&text);
        } else if self.looks.is_multiple_of(LOOKS_PER_LINE) {
            write(&line(moment));
        }
        self.looks += 1;
    }
}

fn write(text: &str) {
    let mut out = stdout().lock();
    let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// How wide the terminal is, if it says.
#[expect(unsafe_code, reason = "the standard library does not ask terminals for their size")]
fn terminal_columns() -> Option<usize> {
    let mut size = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: TIOCGWINSZ writes one winsize to the pointer, which is valid for the call, or fails.
    let answer = unsafe { libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size) };
    (answer == 0 && size.ws_col > 0).then_some(usize::from(size.ws_col))
}
