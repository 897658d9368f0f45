//! The cases.

use super::raw::{Came, Step, frame};

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8A;
/// Without the final bit.
const TEXT_PART: u8 = 0x01;
const BINARY_PART: u8 = 0x02;
const PART: u8 = 0x00;
const LAST_PART: u8 = 0x80;

/// One case.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) steps: Vec<Step>,
    pub(super) expected: Vec<Came>,
}

/// All of them.
pub(super) fn all() -> Vec<Case> {
    let mut cases = Cases(Vec::new());
    framing(&mut cases);
    pings(&mut cases);
    reserved(&mut cases);
    fragments(&mut cases);
    utf8(&mut cases);
    not_utf8(&mut cases);
    closing(&mut cases);
    limits(&mut cases);
    odds(&mut cases);
    cases.0
}

struct Cases(Vec<Case>);

impl Cases {
    fn add(&mut self, name: impl Into<String>, frames: &[Vec<u8>], expected: &[Came]) {
        self.add_steps(name, frames.iter().cloned().map(Step::Send).collect(), expected);
    }

    /// The same bytes, each in a write of its own.
    fn add_chopped(&mut self, name: impl Into<String>, (frames, size): (&[Vec<u8>], usize), expected: &[Came]) {
        self.add_steps(name, vec![Step::Chopped(frames.concat(), size)], expected);
    }

    fn add_steps(&mut self, name: impl Into<String>, steps: Vec<Step>, expected: &[Came]) {
        self.0.push(Case {
            name: name.into(),
            steps,
            expected: expected.to_vec(),
        });
    }
}

/// A message that is answered with `word`.
fn naming(word: &str) -> Vec<u8> {
    format!("{{\"type\":\"subscribe\",\"topic\":\"{word}\"}}").into_bytes()
}

fn echo(word: &str) -> Came {
    Came::Echo(word.to_owned())
}

fn closed(code: u16) -> Came {
    Came::Close(Some(code))
}

fn close_payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes(), reason].concat()
}

/// 1: whole messages of all the lengths at which the header changes.
fn framing(cases: &mut Cases) {
    for length in [0, 1, 64, 125, 126, 127, 128, 65_535, 65_536] {
        let text = vec![b'*'; length];
        cases.add(
            format!("1.1 text of {length}"),
            &[frame(TEXT, &text)],
            &[Came::Taken(length)],
        );
        let binary = vec![0xFE; length];
        cases.add(
            format!("1.2 binary of {length}"),
            &[frame(BINARY, &binary)],
            &[closed(1003)],
        );
    }
    let text = vec![b'*'; 65_536];
    cases.add_chopped(
        "1.1.8 in pieces of 997",
        (&[frame(TEXT, &text)], 997),
        &[Came::Taken(65_536)],
    );
    let word = "x".repeat(200);
    cases.add("1.1 named", &[frame(TEXT, &naming(&word))], &[echo(&word)]);
}

/// 2: pings and pongs.
fn pings(cases: &mut Cases) {
    let pong = |payload: &[u8]| Came::Pong(payload.to_vec());
    let long = vec![0xFE; 125];
    cases.add("2.1 empty ping", &[frame(PING, b"")], &[pong(b"")]);
    cases.add(
        "2.2 ping with text",
        &[frame(PING, b"Hello, world!")],
        &[pong(b"Hello, world!")],
    );
    cases.add(
        "2.3 ping with bytes",
        &[frame(PING, &[0, 255, 254])],
        &[pong(&[0, 255, 254])],
    );
    cases.add("2.4 ping of 125", &[frame(PING, &long)], &[pong(&long)]);
    cases.add("2.5 ping of 126", &[frame(PING, &[0xFE; 126])], &[closed(1002)]);
    cases.add_chopped(
        "2.6 ping of 125 byte by byte",
        (&[frame(PING, &long)], 1),
        &[pong(&long)],
    );
    cases.add("2.7 unasked empty pong", &[frame(PONG, b"")], &[]);
    cases.add("2.8 unasked pong", &[frame(PONG, b"unasked")], &[]);
    cases.add(
        "2.9 unasked pong and a ping",
        &[frame(PONG, b"unasked"), frame(PING, b"p")],
        &[pong(b"p")],
    );
    let ten: Vec<Vec<u8>> = (0..10_u8).map(|n| frame(PING, &[n])).collect();
    let answers: Vec<Came> = (0..10_u8).map(|n| pong(&[n])).collect();
    cases.add("2.10 ten pings", &ten, &answers);
    cases.add_chopped("2.11 ten pings byte by byte", (&ten, 1), &answers);
    cases.add("2 pong of 126", &[frame(PONG, &[0; 126])], &[closed(1002)]);
}

/// 3 and 4: reserved bits and opcodes.
fn reserved(cases: &mut Cases) {
    let hello = frame(TEXT, &naming("before"));
    for bits in 1..=7_u8 {
        let first = TEXT | bits << 4;
        cases.add(
            format!("3 text with bits {bits}"),
            &[frame(first, b"x")],
            &[closed(1002)],
        );
        let both = [hello.clone(), frame(first, b"x"), frame(PING, b"")];
        cases.add(
            format!("3 after a message, bits {bits}"),
            &both,
            &[echo("before"), closed(1002)],
        );
        cases.add_chopped(
            format!("3 byte by byte, bits {bits}"),
            (&both, 1),
            &[echo("before"), closed(1002)],
        );
        for control in [CLOSE, PING, PONG] {
            let name = format!("3 control {control:x} with bits {bits}");
            cases.add(name, &[frame(control | bits << 4, b"")], &[closed(1002)]);
        }
    }
    for opcode in [3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF] {
        let name = |what: &str| format!("4 opcode {opcode:x} {what}");
        cases.add(name("empty"), &[frame(0x80 | opcode, b"")], &[closed(1002)]);
        cases.add(
            name("with bytes"),
            &[frame(0x80 | opcode, b"reserved")],
            &[closed(1002)],
        );
        let after = [hello.clone(), frame(0x80 | opcode, b"x"), frame(PING, b"")];
        cases.add(name("after a message"), &after, &[echo("before"), closed(1002)]);
        cases.add_chopped(name("byte by byte"), (&after, 1), &[echo("before"), closed(1002)]);
    }
}

/// 5: fragmentation.
fn fragments(cases: &mut Cases) {
    let message = naming("fragments");
    let (first, second) = message.split_at(20);
    let told = [echo("fragments")];
    let two = [frame(TEXT_PART, first), frame(LAST_PART, second)];
    cases.add(
        "5.1 ping in fragments",
        &[frame(0x09, b"a"), frame(LAST_PART, b"b")],
        &[closed(1002)],
    );
    cases.add(
        "5.2 pong in fragments",
        &[frame(0x0A, b"a"), frame(LAST_PART, b"b")],
        &[closed(1002)],
    );
    cases.add("5 close in fragments", &[frame(0x08, b"")], &[closed(1002)]);
    cases.add("5.3 two fragments", &two, &told);
    cases.add("5.4 two fragments in one write", &[two.concat()], &told);
    cases.add_chopped("5.5 two fragments byte by byte", (&two, 1), &told);
    let pinged = [two[0].clone(), frame(PING, b"between"), two[1].clone()];
    let answered = [Came::Pong(b"between".to_vec()), echo("fragments")];
    cases.add("5.6 a ping between", &pinged, &answered);
    cases.add("5.7 a ping between, one write", &[pinged.concat()], &answered);
    cases.add_chopped("5.8 a ping between, byte by byte", (&pinged, 1), &answered);
    many_fragments(cases, &message);
    lonely_fragments(cases, &message, &two);
}

/// Parts that belong to nothing, and messages inside others.
fn lonely_fragments(cases: &mut Cases, message: &[u8], two: &[Vec<u8>; 2]) {
    let lonely = [frame(LAST_PART, b"non-continuation"), frame(TEXT, message)];
    cases.add("5.9 a last part of nothing", &lonely, &[closed(1002)]);
    cases.add("5.10 in one write", &[lonely.concat()], &[closed(1002)]);
    cases.add_chopped("5.11 byte by byte", (&lonely, 1), &[closed(1002)]);
    let lonely = [frame(PART, b"non-continuation"), frame(TEXT, message)];
    cases.add("5.12 a part of nothing", &lonely, &[closed(1002)]);
    cases.add("5.13 in one write", &[lonely.concat()], &[closed(1002)]);
    cases.add_chopped("5.14 byte by byte", (&lonely, 1), &[closed(1002)]);
    let after = [two[0].clone(), two[1].clone(), frame(PART, b"x"), frame(TEXT, message)];
    cases.add("5.15 a part after the last", &after, &[echo("fragments"), closed(1002)]);
    let twice = [frame(PART, b"x"), frame(LAST_PART, b"x"), frame(PART, b"x")];
    cases.add("5.16 parts of nothing, twice", &twice, &[closed(1002)]);
    cases.add(
        "5.17 last parts of nothing, twice",
        &[twice[1].clone(), twice[1].clone()],
        &[closed(1002)],
    );
    cases.add(
        "5.18 a message inside another",
        &[frame(TEXT_PART, b"a"), frame(TEXT, b"b")],
        &[closed(1002)],
    );
    cases.add(
        "5 binary inside text",
        &[frame(TEXT_PART, b"a"), frame(BINARY, b"b")],
        &[closed(1002)],
    );
    cases.add(
        "5 binary fragments",
        &[frame(BINARY_PART, b"a"), frame(LAST_PART, b"b")],
        &[closed(1003)],
    );
}

/// More than two parts, with pings between them, and empty ones.
fn many_fragments(cases: &mut Cases, message: &[u8]) {
    let (first, second) = message.split_at(20);
    let (second, third) = second.split_at(4);
    let (third, rest) = third.split_at(4);
    let many = [
        frame(TEXT_PART, first),
        frame(PART, second),
        frame(PING, b"1"),
        frame(PART, third),
        frame(PING, b"2"),
        frame(LAST_PART, rest),
    ];
    let pongs = [Came::Pong(b"1".to_vec()), Came::Pong(b"2".to_vec()), echo("fragments")];
    cases.add("5.19 parts and pings", &many, &pongs);
    cases.add_chopped("5.20 parts and pings byte by byte", (&many, 1), &pongs);
    let empty = [frame(TEXT_PART, b""), frame(PART, b""), frame(LAST_PART, b"")];
    cases.add("6.1 three empty parts", &empty, &[Came::Taken(0)]);
    let padded = [frame(TEXT_PART, b""), frame(PART, message), frame(LAST_PART, b"")];
    cases.add("6.1 a message between empty parts", &padded, &[echo("fragments")]);
}

/// 6: UTF-8, whole, cut by a fragment's end and by a write's end.
fn utf8(cases: &mut Cases) {
    let right: &[(&str, &str)] = &[
        ("6.2 greek", "Hello-µ@ßöäüàá-UTF-8!!"),
        ("6.5 kosme", "κόσμε"),
        ("6.7 first of each length", "\u{80}\u{800}\u{10000}"),
        ("6.9 last of each length", "\u{7F}\u{7FF}\u{FFFF}\u{10FFFF}"),
        ("6.11 boundaries", "\u{D7FF}\u{E000}\u{FFFD}"),
        ("6.22 non-characters", "\u{FFFE}\u{FFFF}\u{1FFFE}\u{10FFFE}\u{FDD0}"),
        ("6.23 specials", "\u{FFF9}\u{FFFA}\u{FFFB}\u{FFFC}\u{FFFD}\u{FEFF}"),
    ];
    for (name, word) in right {
        let message = naming(word);
        cases.add(*name, &[frame(TEXT, &message)], &[echo(word)]);
        cases.add_chopped(
            format!("{name}, byte by byte"),
            (&[frame(TEXT, &message)], 1),
            &[echo(word)],
        );
        let last = message.len() - 1;
        let parts = message.iter().enumerate().map(|(n, byte)| {
            let first = match n {
                0 => TEXT_PART,
                n if n == last => LAST_PART,
                _ => PART,
            };
            frame(first, &[*byte])
        });
        let parts: Vec<Vec<u8>> = parts.collect();
        cases.add(format!("{name}, one byte a fragment"), &parts, &[echo(word)]);
    }
}

/// 6: what is not UTF-8, in every known way.
fn not_utf8(cases: &mut Cases) {
    let wrong: &[(&str, &[u8])] = &[
        (
            "6.3 in the middle",
            b"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80edited",
        ),
        ("6.6 cut short", b"\xCE\xBA\xE1\xBD"),
        ("6.8 five bytes", b"\xF8\x88\x80\x80\x80"),
        ("6.8 six bytes", b"\xFC\x84\x80\x80\x80\x80"),
        ("6.10 beyond the last", b"\xF7\xBF\xBF\xBF"),
        ("6.12 continuation alone", b"\x80"),
        ("6.12 last continuation alone", b"\xBF"),
        ("6.12 seven continuations", b"\x80\xBF\x80\xBF\x80\xBF\x80"),
        ("6.13 starts of two alone", b"\xC0 \xC1 \xDF "),
        ("6.13 starts of three alone", b"\xE0 \xEF "),
        ("6.13 starts of four alone", b"\xF0 \xF7 "),
        ("6.14 two cut", b"\xC3"),
        ("6.14 three cut", b"\xE0\xA0"),
        ("6.14 four cut", b"\xF0\x90\x80"),
        ("6.15 all cut", b"\xC3\xE0\xA0\xF0\x90\x80"),
        ("6.16 impossible", b"\xFE"),
        ("6.16 impossible too", b"\xFF"),
        ("6.17 overlong slash of two", b"\xC0\xAF"),
        ("6.17 overlong slash of three", b"\xE0\x80\xAF"),
        ("6.17 overlong slash of four", b"\xF0\x80\x80\xAF"),
        ("6.18 overlong maximum", b"\xC1\xBF"),
        ("6.19 overlong nothing", b"\xC0\x80"),
        ("6.20 high surrogate", b"\xED\xA0\x80"),
        ("6.20 low surrogate", b"\xED\xBF\xBF"),
        ("6.21 both surrogates", b"\xED\xA0\x80\xED\xB0\x80"),
        ("6.10 after the last", b"\xF4\x90\x80\x80"),
    ];
    for (name, bytes) in wrong {
        cases.add(*name, &[frame(TEXT, bytes)], &[closed(1007)]);
        cases.add_chopped(
            format!("{name}, byte by byte"),
            (&[frame(TEXT, bytes)], 1),
            &[closed(1007)],
        );
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let parts = [frame(TEXT_PART, first), frame(LAST_PART, second)];
        cases.add(format!("{name}, in fragments"), &parts, &[closed(1007)]);
    }
    // What cannot become right is refused at its fragment, before the rest comes.
    let surrogate = frame(TEXT_PART, b"\xCE\xBA\xED\xA0\x80");
    cases.add_steps(
        "6.4 fails fast",
        vec![Step::Send(surrogate), Step::Hear],
        &[closed(1007), Came::Cut],
    );
}

/// 7: closing.
fn closing(cases: &mut Cases) {
    let named = frame(TEXT, &naming("before"));
    let normal = frame(CLOSE, &close_payload(1000, b""));
    cases.add(
        "7.1.1 a message and close",
        &[named.clone(), normal.clone()],
        &[echo("before"), closed(1000)],
    );
    cases.add(
        "7.1.2 close twice",
        &[[normal.clone(), normal.clone()].concat()],
        &[closed(1000)],
    );
    cases.add(
        "7.1.3 a ping after close",
        &[[normal.clone(), frame(PING, b"")].concat()],
        &[closed(1000)],
    );
    cases.add(
        "7.1.4 a text after close",
        &[[normal.clone(), named].concat()],
        &[closed(1000)],
    );
    let between = [frame(TEXT_PART, b"a"), normal.clone()];
    cases.add("7.1.5 close inside a message", &between, &[closed(1000)]);
    cases.add("7.3.1 empty close", &[frame(CLOSE, b"")], &[Came::Close(None)]);
    cases.add("7.3.2 close of one byte", &[frame(CLOSE, b"a")], &[closed(1002)]);
    cases.add("7.3.3 close with a code", &[normal], &[closed(1000)]);
    let reasoned = |reason: &[u8]| frame(CLOSE, &close_payload(1000, reason));
    cases.add(
        "7.3.4 close with a reason",
        &[reasoned(b"Hello World!")],
        &[closed(1000)],
    );
    cases.add("7.3.5 close of 125", &[reasoned(&[b'*'; 123])], &[closed(1000)]);
    cases.add("7.3.6 close of 126", &[reasoned(&[b'*'; 124])], &[closed(1002)]);
    cases.add(
        "7.5.1 a reason that is not UTF-8",
        &[reasoned(b"\xCE\xBA\xED\xA0\x80")],
        &[closed(1007)],
    );
    for code in [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
    ] {
        cases.add(
            format!("7.7 code {code}"),
            &[frame(CLOSE, &close_payload(code, b""))],
            &[closed(code)],
        );
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] {
        cases.add(
            format!("7.9 code {code}"),
            &[frame(CLOSE, &close_payload(code, b""))],
            &[closed(1002)],
        );
        let reasoned = frame(CLOSE, &close_payload(code, b"why"));
        cases.add(format!("7.13 code {code} with a reason"), &[reasoned], &[closed(1002)]);
    }
}

/// 9: sizes, to the largest that is taken and beyond.
fn limits(cases: &mut Cases) {
    const MIB: usize = 1024 * 1024;
    for length in [64 * 1024, 256 * 1024, MIB, 4 * MIB, 8 * MIB, 16 * MIB] {
        let text = vec![b'*'; length];
        cases.add(
            format!("9.1 text of {length}"),
            &[frame(TEXT, &text)],
            &[Came::Taken(length)],
        );
        cases.add(
            format!("9.2 binary of {length}"),
            &[frame(BINARY, &text)],
            &[closed(1003)],
        );
    }
    for size in [64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, MIB, 4 * MIB] {
        let text = vec![b'*'; 4 * MIB];
        let last = text.chunks(size).count() - 1;
        let parts = text.chunks(size).enumerate().map(|(n, piece)| match n {
            0 if last == 0 => frame(TEXT, piece),
            0 => frame(TEXT_PART, piece),
            n if n == last => frame(LAST_PART, piece),
            _ => frame(PART, piece),
        });
        let parts: Vec<u8> = parts.flatten().collect();
        cases.add(
            format!("9.3 4 MiB in fragments of {size}"),
            &[parts],
            &[Came::Taken(4 * MIB)],
        );
    }
    for size in [64, 997, 65_536] {
        let text = frame(TEXT, &vec![b'*'; MIB]);
        cases.add_chopped(
            format!("9.5 1 MiB in writes of {size}"),
            (&[text], size),
            &[Came::Taken(MIB)],
        );
    }
    let announced = [&[TEXT, 0xFF][..], &(16 * MIB as u64 + 1).to_be_bytes(), &[0; 4]].concat();
    cases.add(
        "9 one byte too many is refused when it is announced",
        &[announced],
        &[closed(1009)],
    );
    let half = frame(TEXT_PART, &vec![b'*'; 10 * MIB]);
    let announced = [&[LAST_PART, 0xFF][..], &(7 * MIB as u64).to_be_bytes(), &[0; 4]].concat();
    cases.add("9 too large in fragments", &[half, announced], &[closed(1009)]);
}

/// 10 and what Autobahn does not list: lengths in too many bytes, beyond 63 bits, without a mask.
fn odds(cases: &mut Cases) {
    let text = vec![b'*'; 65_536];
    cases.add_chopped(
        "10.1 one message in writes of 1,300",
        (&[frame(TEXT, &text)], 1_300),
        &[Came::Taken(65_536)],
    );
    let wide = [&[TEXT, 0xFE, 0, 5][..], &[0; 4], b"abcde"].concat();
    cases.add("a length of 5 in two bytes", &[wide], &[closed(1002)]);
    let wider = [&[TEXT, 0xFF, 0, 0, 0, 0, 0, 0, 0, 5][..], &[0; 4], b"abcde"].concat();
    cases.add("a length of 5 in eight bytes", &[wider], &[closed(1002)]);
    let beyond = [&[TEXT, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0][..], &[0; 4]].concat();
    cases.add("a length of 64 bits", &[beyond], &[closed(1002)]);
    cases.add("a frame without a mask", &[vec![TEXT, 2, b'{', b'}']], &[closed(1002)]);
    cases.add(
        "a mask of zeros",
        &[[&[TEXT, 0x82][..], &[0; 4], b"{}"].concat()],
        &[Came::Taken(2)],
    );
    let many: Vec<u8> = (0..10).flat_map(|n| frame(TEXT, &naming(&format!("m{n}")))).collect();
    let answers: Vec<Came> = (0..10).map(|n| echo(&format!("m{n}"))).collect();
    cases.add("ten messages in one write", std::slice::from_ref(&many), &answers);
    cases.add_chopped("ten messages byte by byte", (&[many], 1), &answers);
}
