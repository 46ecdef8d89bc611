//! Makes names out of titles: for branches and for files, safe whatever a ticket says.

use crate::id::{Digest, TicketId};
use crate::ticket::Kind;

/// The longest slug, in characters.
const LONGEST_SLUG: usize = 40;
/// The longest part of a name that comes from a ticket's id, without its digest.
const LONGEST_ID: usize = 40;

/// File names that Windows keeps for devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// `title` in lower-case ASCII letters and digits, words joined by single dashes, at most 40
/// characters, cut between words where there is a place for it. Empty where the title has no
/// letter that ASCII can stand for: [`branch_name`] and [`file_stem`] then go by the ticket alone.
pub fn slug(title: &str) -> String {
    shorten(&dashed(title).to_ascii_lowercase(), LONGEST_SLUG)
}

/// The branch of a ticket: `{type}/{ticket}-{slug}`, valid for git whatever id and title hold.
/// The slug is left out where the title gives none or only repeats the id.
pub fn branch_name(kind: Kind, ticket: &TicketId, title: &str) -> String {
    let name = match kind {
        Kind::Feature | Kind::SpecChange => "feature",
        Kind::Bug | Kind::FlakeFix => "fix",
        Kind::Refactor => "refactor",
        Kind::Removal | Kind::Dependency => "chore",
        Kind::Characterization => "test",
        Kind::Docs => "docs",
    };
    format!("{name}/{}", stem(ticket, title))
}

/// The name of a ticket's file without its ending, `{ticket}-{slug}`: one path component, no dot,
/// no dash in front, and no device of Windows.
pub fn file_stem(ticket: &TicketId, title: &str) -> String {
    let stem = stem(ticket, title);
    let plain = stem.to_ascii_lowercase();
    let device = DEVICES.iter().any(|device| {
        let rest = plain.strip_prefix(device);
        rest.is_some_and(|rest| {
            rest.is_empty() || (rest.len() == 1 && device.ends_with(['m', 't']))
        })
    });
    if device {
        return format!("ticket-{stem}");
    }
    stem
}

fn stem(ticket: &TicketId, title: &str) -> String {
    let id = id_part(ticket);
    let slug = slug(Kind::of_title(title).1);
    if slug.is_empty() || id.eq_ignore_ascii_case(&slug) {
        return id;
    }
    format!("{id}-{slug}")
}

/// A ticket's id as part of a name. An id that loses letters, or that is cut, gets eight digits of
/// its digest, so that two tickets never share a name.
fn id_part(ticket: &TicketId) -> String {
    let id = ticket.as_str();
    let dashed = dashed(id);
    let lost = id
        .chars()
        .any(|c| c.is_alphanumeric() && ascii_of(c).is_none());
    let short = shorten(&dashed, LONGEST_ID);
    if !lost && !short.is_empty() && short.len() == dashed.len() {
        return short;
    }
    let digest = Digest::of(id.as_bytes());
    let digits = digest.as_str().trim_start_matches("sha256:");
    let digits = &digits[..digits.len().min(8)];
    match short.as_str() {
        "" => format!("ticket-{digits}"),
        short => format!("{short}-{digits}"),
    }
}

/// Letters and digits of ASCII; everything else parts words, and words are joined by one dash. An
/// apostrophe parts nothing.
fn dashed(text: &str) -> String {
    let mut dashed = String::new();
    let mut gap = false;
    for character in text.chars() {
        if matches!(character, '\'' | '’') || is_mark(character) {
            continue;
        }
        match ascii_of(character) {
            Some(letters) => {
                if gap && !dashed.is_empty() {
                    dashed.push('-');
                }
                gap = false;
                dashed.push_str(letters.as_str());
            }
            None => gap = true,
        }
    }
    dashed
}

/// At most `limit` characters of dashed words.
fn shorten(dashed: &str, limit: usize) -> String {
    if dashed.len() <= limit {
        return dashed.to_owned();
    }
    let head = &dashed[..limit];
    let whole = dashed.as_bytes()[limit] == b'-';
    let end = head.rfind('-').filter(|&end| !whole && end * 2 > limit);
    head[..end.unwrap_or(limit)]
        .trim_end_matches('-')
        .to_owned()
}

/// Whether `character` is an accent that stands on the letter before it.
fn is_mark(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

/// What stands for a Latin letter or digit in ASCII.
fn ascii_of(character: char) -> Option<String> {
    if character.is_ascii_alphanumeric() {
        return Some(character.to_string());
    }
    let lower = character.to_lowercase().next().unwrap_or(character);
    let letters = match lower {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    };
    Some(letters.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rules of `git check-ref-format --branch`, from its manual page.
    fn is_branch_name(name: &str) -> bool {
        let bad = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
        let part_is_good =
            |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
        name.split('/').all(part_is_good)
            && !name.contains("..")
            && !name.contains(bad)
            && !name.starts_with('-')
            && !name.ends_with('.')
            && !name.contains("@{")
            && name != "@"
    }

    const HOSTILE: [&str; 16] = [
        "--upload-pack=evil",
        "../../etc/passwd",
        "a@{b",
        "x.lock",
        "@",
        "",
        " ",
        ".",
        "-",
        "a\u{7}b\nc\0",
        "~^:?*[\\",
        "修复登录",
        "💥",
        "con",
        "refs/heads/main",
        "HEAD",
    ];

    #[test]
    fn a_slug_is_short_plain_and_cut_between_words() {
        let cases = [
            ("Limit login attempts", "limit-login-attempts"),
            ("  Don't -- crash!  ", "dont-crash"),
            (
                "Größe über Łódź, Cœur & Ångström",
                "grosse-uber-lodz-coeur-angstrom",
            ),
            ("e\u{301}te\u{301}", "ete"),
            ("修复 API 登录", "api"),
            ("修复登录", ""),
            (
                "Answer with a clear error when the upstream is gone",
                "answer-with-a-clear-error-when-the",
            ),
        ];
        for (title, expected) in cases {
            assert_eq!(slug(title), expected, "{title}");
        }
        assert_eq!(slug(&"x".repeat(10_000)), "x".repeat(40));
    }

    #[test]
    fn a_branch_carries_type_ticket_and_slug() {
        let branch = |kind, id: &str, title| branch_name(kind, &TicketId::from(id), title);
        assert_eq!(
            branch(Kind::Bug, "#12", "fix: Limit login"),
            "fix/12-limit-login"
        );
        assert_eq!(
            branch(Kind::Feature, "PROJ-7", "Größe"),
            "feature/PROJ-7-grosse"
        );
        assert_eq!(branch(Kind::Docs, "PROJ-7", "文档"), "docs/PROJ-7");
        assert_eq!(
            branch(Kind::Feature, "limit-login", "Limit login"),
            "feature/limit-login"
        );
        assert_eq!(
            branch(Kind::Refactor, "acme/shop#4", "Split"),
            "refactor/acme-shop-4-split"
        );
    }

    #[test]
    fn every_kind_gives_a_valid_branch_for_every_hostile_text() {
        let long = "x/".repeat(5_000);
        for kind in Kind::ALL {
            for id in HOSTILE.iter().chain([&long.as_str()]) {
                for title in HOSTILE.iter().chain([&long.as_str()]) {
                    let name = branch_name(kind, &TicketId::from(*id), title);
                    assert!(is_branch_name(&name), "{name:?}");
                    assert!(name.len() <= 110, "{name:?}");
                }
            }
        }
    }

    #[test]
    fn tickets_whose_ids_lose_letters_keep_names_of_their_own() {
        let name = |id: &str| file_stem(&TicketId::from(id), "t");
        assert_ne!(name("登录-1"), name("注册-1"));
        let long = "y".repeat(60);
        assert_ne!(name(&format!("{long}a")), name(&format!("{long}b")));
    }

    #[test]
    fn a_file_is_never_a_device() {
        let stem = |id: &str| file_stem(&TicketId::from(id), "");
        assert_eq!(stem("con"), "ticket-con");
        assert_eq!(stem("LPT1"), "ticket-LPT1");
        assert_eq!(stem("console"), "console");
        assert_eq!(stem("aux1"), "aux1");
    }

    proptest! {
        #[test]
        fn any_id_and_title_give_a_valid_branch_and_file(id in any::<String>(), title in any::<String>()) {
            let ticket = TicketId::new(id);
            let branch = branch_name(Kind::Feature, &ticket, &title);
            prop_assert!(is_branch_name(&branch), "{:?}", branch);
            let stem = file_stem(&ticket, &title);
            prop_assert!(stem.starts_with(|c: char| c.is_ascii_alphanumeric()));
            prop_assert!(stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
            prop_assert!(!stem.ends_with('-'));
        }

        #[test]
        fn a_slug_of_a_slug_is_the_same(title in any::<String>()) {
            let once = slug(&title);
            prop_assert!(once.len() <= 40);
            prop_assert_eq!(slug(&once), once);
        }
    }
}
