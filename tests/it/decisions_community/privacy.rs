//! What may not stand in public words, and what looks like it and may.

use coledger::domain::privacy::private_detail;

const REFUSED: &[(&str, &str)] = &[
    ("an e-mail address", "Write to jo.bloggs@example.org about it"),
    ("an e-mail address", "secretary@friends-of-the-wood.org.uk"),
    ("an e-mail address", "mail (o'neill+wood@example.com)."),
    ("a telephone number", "Ring 01438 242242 after six"),
    ("a telephone number", "07700 900123"),
    ("a telephone number", "07700900123"),
    ("a telephone number", "077 009 001 23"),
    ("a telephone number", "0 7 7 0 0 9 0 0 1 2 3"),
    ("a telephone number", "(020) 7946 0018"),
    ("a telephone number", "020-7946-0018"),
    ("a telephone number", "0161.496.0000"),
    ("a telephone number", "Mobile:+447700900123"),
    ("a telephone number", "+44 (0)7700 900 123"),
    ("a telephone number", "0044 7700 900123"),
    ("a telephone number", "tel-07700900123"),
    ("a telephone number", "01438 24224 is the old number"),
    ("a telephone number", "12 people, ring 01438 242242, 3 pm"),
    ("a national insurance number", "AB123456C"),
    ("a national insurance number", "her number is ab 12 34 56 c."),
    ("a national insurance number", "AB 123456 D"),
    ("a national insurance number", "AB-12-34-56-A"),
    ("a sort code and account number", "12-34-56 12345678"),
    ("a sort code and account number", "Sort code 123456, account 12345678"),
    ("a sort code and account number", "account number: 12345678 at 12-34-56"),
    ("a sort code and account number", "123456 12345678"),
    ("an account number (IBAN)", "GB82 WEST 1234 5698 7654 32"),
    ("an account number (IBAN)", "pay GB82WEST12345698765432 please"),
    ("an account number (IBAN)", "DE89370400440532013000"),
    ("the number of a payment card", "4111 1111 1111 1111"),
    ("the number of a payment card", "card 5555-5555-5555-4444 ok"),
    ("the number of a payment card", "378282246310005"),
];

const ALLOWED: &[&str] = &[
    "",
    "Twelve people cleared the wood.",
    "Committee of 2012-05-01, minute 7",
    "From 01/04/2012 to 31/03/2013",
    "From 01.04.2012 - 31.03.2013",
    "1.4.2012 to 31.3.2013",
    "2012-04-01 2013-03-31",
    "Financial years 2011-12, 2012-13 and 2013-14",
    "£25,000.00 that helped to win £50,000",
    "1,291,436.54 in 555 grants",
    "£10000000 over 10 years",
    "39% of 394 against 147",
    "Anti-social behaviour 5,177 to 4,810",
    "Charity 1089515, before that 234567",
    "company 01234567",
    "company SC123456 a charity",
    "SC123456 and NI012345",
    "Registered charity 234567, company 01234567",
    "100080885654",
    "10070036934",
    "010070036934",
    "360G-TraffordMBC-2014-0123456789",
    "360G-council-02071234567",
    "GB-CHC-1089515",
    "GB-COH-01234567",
    "org-0123-4567-8901x",
    "PO-2012-0001234567",
    "0000123456",
    "0044 people",
    "Meet @ 10 for 2 hours",
    "@friendsofthewood",
    "ISBN 0-7475-3269-9",
    "12 x 150 minutes, 9 x 95 minutes",
    "Room 12-34-56",
    "01438 is the dialling code",
    "10 20 30 40 50 60",
    "SG1 1DA and SG2 9XU",
    "GB12 road improvements near the station",
    "version 1.10.2 of 2024",
    "4111 1111 1111 1112",
    "1234 5678 9012 3456",
];

#[test]
fn details_are_refused_with_what_they_look_like() {
    for (what, text) in REFUSED {
        let sentence = private_detail(text).unwrap_or_else(|| panic!("nothing was found in {text:?}"));
        assert!(sentence.starts_with(&format!("Leave out what looks like {what}.")), "{text:?}: {sentence}");
    }
}

#[test]
fn the_sentence_never_repeats_what_was_found() {
    for (_, text) in REFUSED {
        let sentence = private_detail(text).unwrap();
        assert!(!sentence.chars().any(|c| c.is_ascii_digit() || c == '@'), "{sentence}");
    }
}

#[test]
fn what_the_ledger_lives_on_is_no_detail() {
    for text in ALLOWED {
        assert_eq!(private_detail(text), None, "{text:?}");
    }
}
