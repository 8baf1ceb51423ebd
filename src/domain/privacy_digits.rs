//! Digits in a text, and how they are grouped: what telephone numbers, cards and accounts are told apart by.
//!
//! Invariant: dates, amounts and the digits of ids (joined to letters) are no runs, so that nothing is found in them.

/// Groups of digits with nothing but a space, hyphen, dot or bracket between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    groups: Vec<Group>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Group {
    digits: String,
    /// Whether a `+` stands before it.
    international: bool,
    /// Whether it hangs on the group before by a hyphen or dot.
    hangs: bool,
}

/// Some groups of a run that stand together.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) digits: String,
    pub(super) lengths: Vec<usize>,
    pub(super) international: bool,
    pub(super) looks_grouped_like_a_telephone: bool,
}

/// The most groups that are looked at together; a telephone number spelt out digit by digit has eleven.
const WINDOW_MAX: usize = 16;

impl Run {
    /// Every window of the run that does not begin in the middle of hyphens.
    pub(super) fn windows(&self) -> impl Iterator<Item = Window> {
        let starts = self.groups.iter().enumerate().filter(|(_, group)| !group.hangs);
        starts.flat_map(|(start, _)| {
            let rest = self.groups.get(start..).unwrap_or_default();
            (1..=rest.len().min(WINDOW_MAX)).filter_map(|length| rest.get(..length)).map(window)
        })
    }

    /// Whether a sort code (in pairs, or six digits) and eight digits stand side by side.
    pub(super) fn holds_account_side_by_side(&self) -> bool {
        self.windows().any(|window| matches!(window.lengths.as_slice(), [2, 2, 2, 8] | [6, 8] | [8, 2, 2, 2] | [8, 6]))
    }
}

fn window(groups: &[Group]) -> Window {
    let lengths: Vec<usize> = groups.iter().map(|group| group.digits.len()).collect();
    let first = lengths.first().copied().unwrap_or(0);
    Window {
        digits: groups.iter().map(|group| group.digits.as_str()).collect(),
        looks_grouped_like_a_telephone: (2..=6).contains(&first)
            || (lengths.len() == 1 && first >= 10)
            || lengths.iter().all(|length| *length == 1),
        lengths,
        international: groups.first().is_some_and(|group| group.international),
    }
}

/// The runs of a text.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let blanked = without_dates_and_amounts(text);
    let mut runs = vec![Run::default()];
    let mut between = String::new();
    for (token, is_digits) in pieces(&blanked) {
        if is_digits {
            let group = Group {
                international: between.ends_with('+'),
                hangs: between.ends_with(['-', '.']) && between.chars().count() == 1,
                digits: token,
            };
            if let Some(run) = runs.last_mut() {
                run.groups.push(group);
            }
            between.clear();
        } else {
            if !joins(&token) {
                runs.push(Run::default());
            }
            between = token;
        }
    }
    runs.retain(|run| !run.groups.is_empty());
    runs
}

/// Whether what stands between two groups leaves them one number.
fn joins(between: &str) -> bool {
    between.chars().count() <= 3 && between.chars().all(|c| " -.()\u{a0}\u{2010}\u{2011}\u{2013}".contains(c))
}

/// The text cut into digits and what is between them.
fn pieces(text: &str) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for c in text.chars() {
        let is_digit = c.is_ascii_digit();
        match pieces.last_mut() {
            Some((piece, digits)) if *digits == is_digit => piece.push(c),
            _ => pieces.push((c.to_string(), is_digit)),
        }
    }
    pieces
}

/// The text with a mark in the place of every date, amount and id.
fn without_dates_and_amounts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end().trim_matches(|c: char| ",;:!?()[]\"'".contains(c)).trim_end_matches('.');
        if is_date(bare) || is_amount(bare) || is_id(bare) { out.push_str("| ") } else { out.push_str(word) }
    }
    out
}

/// Three numbers with the same mark between them, one of which has the four digits of a year or all two.
fn is_date(word: &str) -> bool {
    ['-', '/', '.'].iter().any(|mark| {
        let parts: Vec<&str> = word.split(*mark).collect();
        let numbers = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        numbers && matches!(lengths.as_slice(), [4, 2, 2] | [1 | 2, 1 | 2, 4])
    })
}

/// Digits after a pound sign or before a percent sign, or in thousands.
fn is_amount(word: &str) -> bool {
    let sign = word.trim_start_matches('-').starts_with('£') || word.ends_with('%');
    let whole = word.split_once('.').map_or(word, |(whole, _)| whole);
    let mut thousands = whole.split(',');
    let first = thousands.next().is_some_and(|first| (1..=3).contains(&first.len()));
    let rest: Vec<&str> = thousands.collect();
    sign || (first && !rest.is_empty() && rest.iter().all(|part| part.len() == 3))
}

/// Digits joined to letters: `360G-council-2014-01234`, `SC123456`, `GB-CHC-1089515`; but not `tel-01438`.
fn is_id(word: &str) -> bool {
    let letters = || word.chars().filter(|c| c.is_alphabetic());
    let spoken: String = letters().flat_map(char::to_lowercase).collect();
    let telephone = ["tel", "phone", "telephone", "mobile", "mob", "fax", "t", "m", "p"].contains(&spoken.as_str());
    let separated = word.contains(['-', '_', '/']) || !word.contains([':', '.', ',', ';']);
    letters().next().is_some() && separated && !telephone
}

/// Whether the last of some digits is the check digit of those before it (ISO 7812).
pub(super) fn luhn(digits: &str) -> bool {
    let values = digits.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = values.enumerate().map(|(index, value)| doubled(value, index.rem_euclid(2) == 1)).sum();
    sum.is_multiple_of(10)
}

fn doubled(value: u32, double: bool) -> u32 {
    match (double, value) {
        (false, value) => value,
        (true, 0..=4) => value.saturating_mul(2),
        (true, _) => value.saturating_mul(2).saturating_sub(9),
    }
}
