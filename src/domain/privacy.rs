//! Details that may not stand in public words that last for ever.
//!
//! Invariant: nothing that looks like an e-mail address, telephone number, national insurance number or bank details
//! passes; the sentence never repeats what was found. It looks for forms, not for meaning, and leaves alone what the
//! ledger lives on: dates, amounts, charity and company numbers, property references and ids of funders. How digits
//! are grouped is in `privacy_digits.rs`.

use super::privacy_digits::{self as digits, Run};

const REMEDY: &str = "Public words stand in the log for ever: keep such details in your own records.";

/// What is wrong with a public text, as a sentence; `None` where it holds no private detail.
pub fn private_detail(text: &str) -> Option<String> {
    let what = found(text)?;
    Some(format!("Leave out what looks like {what}. {REMEDY}"))
}

/// What kind of detail a text holds.
fn found(text: &str) -> Option<&'static str> {
    if holds_email(text) {
        return Some("an e-mail address");
    }
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if holds_national_insurance_number(text) {
        return Some("a national insurance number");
    }
    if holds_iban(text) {
        return Some("an account number (IBAN)");
    }
    let runs = digits::runs(text);
    if runs.iter().any(holds_telephone) {
        return Some("a telephone number");
    }
    if runs.iter().any(holds_card) {
        return Some("the number of a payment card");
    }
    holds_account(text, &runs).then_some("a sort code and account number")
}

/// Something before an `@`, and after it a name with a dot.
fn holds_email(text: &str) -> bool {
    let spot = |(at, _): (usize, &str)| {
        let (before, after) = text.split_at(at);
        let domain: &str = after.trim_start_matches('@');
        let end = domain.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.')).unwrap_or(domain.len());
        let domain = domain.get(..end).unwrap_or("").trim_end_matches('.');
        let local = before.ends_with(|c: char| c.is_alphanumeric() || "._%+-'".contains(c));
        local && domain.split_once('.').is_some_and(|(host, rest)| !host.is_empty() && !rest.is_empty())
    };
    text.match_indices('@').any(spot)
}

/// Two letters, six digits and a letter from A to D, closed up or in pairs.
fn holds_national_insurance_number(text: &str) -> bool {
    let characters: Vec<char> = text.chars().map(|c| c.to_ascii_uppercase()).collect();
    (0..characters.len()).any(|start| {
        let begins = start.checked_sub(1).and_then(|before| characters.get(before)).is_none_or(|c| !is_word(*c));
        begins && characters.get(start..).is_some_and(begins_with_national_insurance_number)
    })
}

fn begins_with_national_insurance_number(characters: &[char]) -> bool {
    ["AA999999A", "AA 99 99 99 A", "AA 999999 A", "AA-99-99-99-A", "AA 99 99 99A", "AA99 99 99A"]
        .iter()
        .any(|form| fits(form, characters))
}

/// Whether a text begins with a form: `A` is a letter, `9` a digit, anything else itself; a word ends with it.
fn fits(form: &str, characters: &[char]) -> bool {
    let length = form.len();
    let ends = characters.get(length).is_none_or(|c| !is_word(*c));
    let suffix = length.checked_sub(1).and_then(|last| characters.get(last)).is_some_and(|c| ('A'..='D').contains(c));
    let one = |(wanted, found): (char, &char)| match wanted {
        'A' => found.is_ascii_alphabetic(),
        '9' => found.is_ascii_digit(),
        other => *found == other,
    };
    ends && suffix && characters.len() >= length && form.chars().zip(characters).all(one)
}

/// A country, two check digits and the account, closed up or in groups of four, whose check digits are right (ISO 13616).
fn holds_iban(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (0..words.len()).any(|start| {
        let mut body: Vec<char> = Vec::new();
        words.get(start..).unwrap_or_default().iter().take(9).any(|word| {
            let grouped = body.len().is_multiple_of(4) && (body.is_empty() || word.len() <= 4);
            body.extend(word.chars().map(|c| c.to_ascii_uppercase()));
            grouped && is_iban(&body)
        })
    })
}

fn is_iban(body: &[char]) -> bool {
    let shape = match body {
        [a, b, c, d, ..] => {
            a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit()
        }
        _ => false,
    };
    let digits = body.iter().filter(|c| c.is_ascii_digit()).count();
    shape && (15..=34).contains(&body.len()) && digits >= 10 && iban_checks(body)
}

fn iban_checks(body: &[char]) -> bool {
    let (head, account) = body.split_at(4);
    let values = account.iter().chain(head).filter_map(|c| c.to_digit(36));
    let rest = values.fold(0_u32, |sum, value| {
        let shifted = sum.saturating_mul(if value < 10 { 10 } else { 100 });
        shifted.saturating_add(value).checked_rem(97).unwrap_or(0)
    });
    rest == 1
}

/// 10 or 11 digits that begin like a national number, or those of one after `+44`, however grouped.
fn holds_telephone(run: &Run) -> bool {
    run.windows().any(|window| {
        let national = window.digits.strip_prefix("0044").or_else(|| window.digits.strip_prefix("44"));
        match national {
            Some(rest) if window.international || window.digits.starts_with("00") => {
                (9..=10).contains(&rest.trim_start_matches('0').len())
            }
            _ => window.looks_grouped_like_a_telephone && is_national_number(&window.digits),
        }
    })
}

fn is_national_number(digits: &str) -> bool {
    let second = digits.as_bytes().get(1).copied().unwrap_or(b'0');
    digits.starts_with('0') && !matches!(second, b'0' | b'4' | b'6') && (10..=11).contains(&digits.len())
}

/// 15 or 16 digits closed up or grouped as on a card, of a known beginning, whose last digit checks.
fn holds_card(run: &Run) -> bool {
    run.windows().any(|window| {
        let grouped = matches!(window.lengths.as_slice(), [15 | 16] | [4, 4, 4, 4] | [4, 6, 5]);
        grouped && begins_like_a_card(&window.digits) && digits::luhn(&window.digits)
    })
}

fn begins_like_a_card(digits: &str) -> bool {
    let head: u32 = digits.get(..4).and_then(|head| head.parse().ok()).unwrap_or(0);
    matches!(head, 4000..=4999 | 5100..=5599 | 2221..=2720 | 3400..=3499 | 3700..=3799 | 6011 | 6500..=6599)
}

/// A sort code and eight digits: side by side, or anywhere in words that speak of a sort code or account number.
fn holds_account(text: &str, runs: &[Run]) -> bool {
    if runs.iter().any(Run::holds_account_side_by_side) {
        return true;
    }
    let lower = text.to_lowercase();
    let speaks = ["sort code", "sortcode", "sort-code", "account n", "account:", "acc n", "a/c"];
    let any = |wanted: fn(&[usize]) -> bool| {
        runs.iter().any(|run| run.windows().any(|window| wanted(window.lengths.as_slice())))
    };
    speaks.iter().any(|words| lower.contains(words))
        && any(|lengths| matches!(lengths, [8]))
        && any(|lengths| matches!(lengths, [6] | [2, 2, 2]))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
