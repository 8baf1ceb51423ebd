//! The few pieces of JSON that a line is made of: written straight into bytes, and read back strictly.
//!
//! Invariant: one value has one form. Compact, strings escaped minimally, fields in their order, absent fields left
//! out; what is read is refused wherever it is not exactly what would have been written.

use crate::domain::time::Instant;

/// Why a text is no line of the log: where in it, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{sentence}", at, if at.is_empty() { "" } else { ": " })]
pub struct Fault {
    /// The field, as a path like `data.marketRent`; empty for the whole line.
    pub at: String,
    /// What is wrong with it, and what would be right.
    pub sentence: String,
}

impl Fault {
    /// A fault of the value that is being read.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { at: String::new(), sentence: sentence.into() }
    }

    /// The same fault, seen from the object that holds the field.
    pub fn within(mut self, field: &str) -> Self {
        self.at = if self.at.is_empty() { field.to_owned() } else { format!("{field}.{}", self.at) };
        self
    }
}

const KEY_MAX: usize = 40;

/// A field's wire name with its quotes and colon, made from the Rust name when the program is compiled.
pub struct Key {
    bytes: [u8; KEY_MAX],
    length: usize,
}

impl Key {
    /// `"marketRent":` of `market_rent`.
    pub const fn of(name: &str) -> Self {
        let mut bytes = [0; KEY_MAX];
        let (mut free, mut length, mut upper) = (&mut bytes as &mut [u8], 0, false);
        let all = [b"\"".as_slice(), name.as_bytes(), b"\":"];
        let mut parts = all.as_slice();
        while let [part, later @ ..] = parts {
            let mut rest = *part;
            while let [byte, more @ ..] = rest {
                rest = more;
                if *byte == b'_' {
                    upper = true;
                    continue;
                }
                let whole = free;
                free = &mut [];
                let Some((slot, after)) = whole.split_first_mut() else { break };
                *slot = if upper { byte.to_ascii_uppercase() } else { *byte };
                (free, length, upper) = (after, length + 1, false);
            }
            parts = later;
        }
        Self { bytes, length }
    }

    /// The bytes of the name, its quotes and its colon.
    pub fn wire(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The name alone.
    pub fn name(&self) -> &str {
        let name = self.wire().strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\":")).unwrap_or_default();
        std::str::from_utf8(name).unwrap_or_default()
    }
}

/// Writes a field's name, and the comma before it where it is not the object's first.
pub fn push_key(out: &mut Vec<u8>, key: &Key) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.extend_from_slice(key.wire());
}

/// Writes a whole number.
pub fn push_number(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0_u8; 20];
    let (mut rest, mut used) = (number, 0);
    for slot in digits.iter_mut().rev() {
        *slot = digit(rest);
        (rest, used) = (rest / 10, used + 1);
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(digits.len() - used..).unwrap_or_default());
}

/// The last decimal digit of a number, as a character.
fn digit(number: u64) -> u8 {
    b'0' + u8::try_from(number % 10).unwrap_or(0)
}

/// Writes the last `places` decimal digits of a number, at most six.
fn push_places(out: &mut Vec<u8>, number: u64, places: u32) {
    for place in (0..places).rev() {
        out.push(digit(number / 10_u64.pow(place)));
    }
}

/// Writes an amount of pence as pounds with two places, in quotes.
pub fn push_pence(out: &mut Vec<u8>, pence: i64) {
    out.extend_from_slice(if pence < 0 { b"\"-" } else { b"\"" });
    push_number(out, pence.unsigned_abs() / 100);
    out.push(b'.');
    push_places(out, pence.unsigned_abs(), 2);
    out.push(b'"');
}

/// The civil date of a day counted from 1970-01-01: years of 365 days, corrected by the leap days of 400-year eras
/// that begin on 1 March.
fn civil(day: i64) -> (u64, u64, u64) {
    let since = u64::try_from(day + 719_468).unwrap_or(0);
    let (era, of_era) = (since / 146_097, since % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, of_year - (153 * march_month + 2) / 5 + 1)
}

/// Writes a date counted in days from 1970-01-01, without quotes.
pub fn push_day(out: &mut Vec<u8>, day: i64) {
    let (year, month, of_month) = civil(day);
    push_places(out, year, 4);
    out.push(b'-');
    push_places(out, month, 2);
    out.push(b'-');
    push_places(out, of_month, 2);
}

/// How many microseconds a day has.
pub(crate) const MICROS_A_DAY: i64 = 86_400_000_000;

/// Writes an instant with six places and `Z`, in quotes.
pub fn push_instant(out: &mut Vec<u8>, instant: Instant) {
    out.push(b'"');
    push_day(out, instant.0.div_euclid(MICROS_A_DAY));
    let micros = u64::try_from(instant.0.rem_euclid(MICROS_A_DAY)).unwrap_or(0);
    let seconds = micros / 1_000_000;
    for (before, part) in [(b'T', seconds / 3600), (b':', seconds / 60 % 60), (b':', seconds % 60)] {
        out.push(before);
        push_places(out, part, 2);
    }
    out.push(b'.');
    push_places(out, micros, 6);
    out.extend_from_slice(b"Z\"");
}

/// Writes a text in quotes. Escaped are the quote, the backslash and control characters, and nothing else.
pub fn push_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut plain = text.as_bytes();
    while let Some(at) = plain.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        let (before, rest) = plain.split_at(at);
        out.extend_from_slice(before);
        let Some((special, after)) = rest.split_first() else { break };
        push_escape(out, *special);
        plain = after;
    }
    out.extend_from_slice(plain);
    out.push(b'"');
}

fn push_escape(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        8 => out.extend_from_slice(b"\\b"),
        12 => out.extend_from_slice(b"\\f"),
        0..=0x1f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
        _ => out.extend_from_slice(&[b'\\', byte]),
    }
}

/// Reads a line from left to right.
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// At the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self { rest: text.as_bytes() }
    }

    /// Whether all is read.
    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Steps over exactly these bytes, where they are next.
    pub fn skip(&mut self, bytes: &[u8]) -> bool {
        let after = self.rest.strip_prefix(bytes);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// Reads a whole number without leading zeros.
    ///
    /// # Errors
    /// Anything else is a fault, and so is a number of more than 64 bits.
    pub fn number(&mut self) -> Result<u64, Fault> {
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, after) = self.rest.split_at(length);
        let text = std::str::from_utf8(digits).unwrap_or_default();
        let number = text.parse().map_err(|_| Fault::new("a whole number is written with digits only, like 12"))?;
        self.rest = after;
        Ok(number)
    }

    /// Reads a text in quotes.
    ///
    /// # Errors
    /// A fault where no text stands there, or it is escaped in another way than [`push_text`] does.
    pub fn text(&mut self) -> Result<String, Fault> {
        if !self.skip(b"\"") {
            return Err(Fault::new("a text in quotes is wanted here"));
        }
        let mut bytes = Vec::new();
        loop {
            let plain = self.rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count();
            let (text, after) = self.rest.split_at(plain);
            bytes.extend_from_slice(text);
            self.rest = after;
            if self.skip(b"\"") {
                return String::from_utf8(bytes).map_err(|_| Fault::new("this text is not UTF-8"));
            }
            bytes.push(self.escape()?);
        }
    }

    /// Reads one escaped character.
    fn escape(&mut self) -> Result<u8, Fault> {
        let known: [(&[u8], u8); 7] = [
            (b"\\\"", b'"'),
            (b"\\\\", b'\\'),
            (b"\\n", b'\n'),
            (b"\\r", b'\r'),
            (b"\\t", b'\t'),
            (b"\\b", 8),
            (b"\\f", 12),
        ];
        let numbered = (0..0x20_u8).find(|byte| self.rest.starts_with(format!("\\u{byte:04x}").as_bytes()));
        if let Some(byte) = numbered {
            self.rest = self.rest.get(6..).unwrap_or_default();
            return Ok(byte);
        }
        known.into_iter().find_map(|(written, byte)| self.skip(written).then_some(byte)).ok_or_else(|| {
            Fault::new("a text ends with a quote, and only quotes, backslashes and control characters are escaped")
        })
    }

    /// Begins to read an object.
    ///
    /// # Errors
    /// A fault where none begins here.
    pub fn object(&mut self) -> Result<Fields<'_, 'a>, Fault> {
        if self.skip(b"{") {
            Ok(Fields { cursor: self, any: false })
        } else {
            Err(Fault::new("an object in curly brackets is wanted here"))
        }
    }
}

/// Reads the fields of one object, in their order.
pub struct Fields<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    any: bool,
}

impl<'a> Fields<'_, 'a> {
    /// The value of the field, where it is the next one.
    ///
    /// # Errors
    /// What `read` says, with the field's name.
    pub fn next<T>(
        &mut self,
        key: &Key,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let before = self.cursor.rest;
        let separated = !self.any || self.cursor.skip(b",");
        if !separated || !self.cursor.skip(key.wire()) {
            self.cursor.rest = before;
            return Ok(None);
        }
        self.any = true;
        read(self.cursor).map(Some).map_err(|fault| fault.within(key.name()))
    }

    /// Ends the object.
    ///
    /// # Errors
    /// A fault that names the next field, where there is one: it is unknown or out of order.
    pub fn finish(self) -> Result<(), Fault> {
        if self.cursor.skip(b"}") {
            return Ok(());
        }
        let _ = self.cursor.skip(b",");
        let sentence = match self.cursor.text() {
            Ok(name) => format!("the field {name} is unknown here, comes twice or is out of order"),
            Err(_) => "the object does not end here with a curly bracket".into(),
        };
        Err(Fault::new(sentence))
    }
}
