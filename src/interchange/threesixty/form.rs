//! The form of a grant in the 360Giving Data Standard 1.4: its fields, their headings, and what each may hold.
//!
//! Long because it is a table. Source: the standard's grant schema, version 1.4.3 (field names, titles, types).
//! Further fields are allowed by the standard and left alone.

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A text.
    Text,
    /// A number.
    Number,
    /// A number that is not negative.
    Count,
    /// A date, or a date with time and zone.
    Date,
    /// A date, a month, a year, or a date with time and zone.
    LooseDate,
    /// A date with time and zone.
    DateTime,
    /// A web address with its scheme.
    Address,
    /// `Yes` or `No`.
    YesNo,
    /// Two letters of ISO 3166.
    Country,
    /// Three letters of ISO 4217.
    Currency,
    /// A list of texts.
    Texts,
    /// An object.
    Object(&'static [Field]),
    /// A list of objects.
    List(&'static [Field]),
    /// A list of at least one object.
    Some(&'static [Field]),
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// Its title, of which headings are made.
    pub title: &'static str,
    /// What it may hold.
    pub form: Form,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be `null`.
    pub nullable: bool,
}

const fn field(name: &'static str, title: &'static str, form: Form) -> Field {
    Field { name, title, form, required: false, nullable: false }
}

const fn required(name: &'static str, title: &'static str, form: Form) -> Field {
    Field { required: true, ..field(name, title, form) }
}

const fn nullable(name: &'static str, title: &'static str, form: Form) -> Field {
    Field { nullable: true, ..field(name, title, form) }
}

const MODIFIED: Field = field("dateModified", "Last Modified", Form::DateTime);

/// A grant. Of the two kinds of recipient exactly one is wanted; `check` sees to that.
pub const GRANT: &[Field] = &[
    required("id", "Identifier", Form::Text),
    required("title", "Title", Form::Text),
    required("description", "Description", Form::Text),
    required("currency", "Currency", Form::Currency),
    field("amountAppliedFor", "Amount Applied For", Form::Number),
    required("amountAwarded", "Amount Awarded", Form::Number),
    field("amountDisbursed", "Amount Disbursed", Form::Number),
    required("awardDate", "Award Date", Form::Date),
    field("url", "URL", Form::Address),
    field("plannedDates", "Planned Dates", Form::List(EVENT)),
    field("actualDates", "Actual Dates", Form::List(EVENT)),
    field("recipientIndividual", "Recipient Ind", Form::Object(PERSON)),
    field("toIndividualsDetails", "To Individuals Details", Form::Object(TO_INDIVIDUALS)),
    field("recipientOrganization", "Recipient Org", Form::Some(ORGANISATION)),
    field("beneficiaryLocation", "Beneficiary Location", Form::List(LOCATION)),
    required("fundingOrganization", "Funding Org", Form::Some(ORGANISATION)),
    field("grantProgramme", "Grant Programme", Form::List(PROGRAMME)),
    field("fromOpenCall", "From An Open Call?", Form::YesNo),
    field("fundingType", "Funding Type", Form::List(CLASSIFICATION)),
    field("classifications", "Classifications", Form::List(CLASSIFICATION)),
    field("relatedDocument", "Related Document", Form::List(DOCUMENT)),
    field("applicationTransaction", "applicationTransaction", Form::List(TRANSACTION)),
    field("commitmentTransaction", "commitmentTransaction", Form::List(TRANSACTION)),
    field("disbursementTransaction", "disbursementTransaction", Form::List(TRANSACTION)),
    field("relatedActivity", "Related Activity", Form::Texts),
    MODIFIED,
    nullable("dataSource", "Data Source", Form::Address),
    field("regrantType", "For Regrant Type", Form::Text),
    field("locationScope", "Location Scope", Form::Text),
];

const EVENT: &[Field] = &[
    field("title", "Title", Form::Text),
    field("startDate", "Start Date", Form::LooseDate),
    field("endDate", "End Date", Form::LooseDate),
    field("duration", "Duration (months)", Form::Count),
    field("description", "Description", Form::Text),
    MODIFIED,
];

const PERSON: &[Field] = &[required("id", "Identifier", Form::Text), required("name", "Name", Form::Text)];

const TO_INDIVIDUALS: &[Field] = &[
    field("primaryGrantReason", "Primary Grant Reason", Form::Text),
    field("secondaryGrantReason", "Secondary Grant Reason", Form::Text),
    field("grantPurpose", "Grant Purpose", Form::Texts),
];

const ORGANISATION: &[Field] = &[
    required("id", "Identifier", Form::Text),
    required("name", "Name", Form::Text),
    field("department", "Department", Form::Text),
    field("contactName", "Contact Name", Form::Text),
    field("charityNumber", "Charity Number", Form::Text),
    field("companyNumber", "Company Number", Form::Text),
    field("streetAddress", "Street Address", Form::Text),
    field("addressLocality", "City", Form::Text),
    field("addressRegion", "County", Form::Text),
    field("addressCountry", "Country", Form::Text),
    field("postalCode", "Postal Code", Form::Text),
    field("telephone", "Phone Number", Form::Text),
    field("alternateName", "Alternate Name", Form::Text),
    field("email", "Email", Form::Text),
    field("description", "Description", Form::Text),
    nullable("organisationType", "Organisation Type", Form::Text),
    field("url", "Web Address", Form::Address),
    field("location", "Location", Form::List(LOCATION)),
    MODIFIED,
];

const LOCATION: &[Field] = &[
    field("id", "Identifier", Form::Text),
    nullable("name", "Name", Form::Text),
    nullable("countryCode", "Country Code", Form::Country),
    nullable("latitude", "Latitude", Form::Number),
    nullable("longitude", "Longitude", Form::Number),
    nullable("description", "Description", Form::Text),
    nullable("geoCode", "Geographic Code", Form::Text),
    nullable("geoCodeType", "Geographic Code Type", Form::Text),
    MODIFIED,
];

const PROGRAMME: &[Field] = &[
    field("code", "Code", Form::Text),
    nullable("title", "Title", Form::Text),
    nullable("description", "Description", Form::Text),
    nullable("url", "URL", Form::Address),
    MODIFIED,
];

const CLASSIFICATION: &[Field] = &[
    field("vocabulary", "Vocabulary", Form::Text),
    field("code", "Code", Form::Text),
    nullable("title", "Title", Form::Text),
    nullable("description", "Description", Form::Text),
    nullable("url", "URL", Form::Address),
    MODIFIED,
];

const DOCUMENT: &[Field] = &[
    field("id", "Identifier", Form::Text),
    nullable("title", "Title", Form::Text),
    nullable("url", "Web Address", Form::Address),
    nullable("description", "Description", Form::Text),
    nullable("documentType", "Document Type", Form::Text),
    MODIFIED,
];

const TRANSACTION: &[Field] = &[
    field("id", "Identifier", Form::Text),
    field("transactionDate", "Transaction Date", Form::Date),
    field("currency", "Currency", Form::Currency),
    field("value", "Value", Form::Number),
    nullable("valueDate", "Value Date", Form::Date),
    nullable("description", "Description", Form::Text),
    nullable("provider", "Provider", Form::Text),
    nullable("recipient", "Recipient", Form::Text),
    MODIFIED,
];
