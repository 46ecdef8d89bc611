//! Weighs files by who uses what they define: PageRank, drawn towards the files of a ticket.

use super::look::{Seen, number};
use super::ticket::Bits;
use std::collections::HashMap;

/// A name that more files define belongs to none of them.
const SHARED: usize = 8;

/// How much of a file's weight goes on to the files that it uses.
const PASSED: f64 = 0.5;

/// How much of the rest goes to files that the ticket speaks of.
const DRAWN: f64 = 0.7;

const ROUNDS: usize = 25;

/// How much less a ticket draws towards a test.
const TEST: f64 = 0.3;

/// The weights of files, names and words of the ticket.
pub(super) struct Weights {
    files: Vec<f64>,
    names: HashMap<u64, u32>,
    words: Vec<f64>,
}

/// Who defines a name, and how much the name tells.
type Definers = HashMap<u64, (Vec<usize>, f64)>;

impl Weights {
    pub(super) fn of(seen: &[Seen]) -> Self {
        let mut definers = Definers::new();
        for (at, file) in seen.iter().enumerate() {
            for (name, telling) in &file.defined {
                let entry = definers.entry(*name).or_insert((Vec::new(), *telling));
                entry.0.push(at);
            }
        }
        let mut names = HashMap::new();
        let edges: Vec<Vec<(usize, f64)>> = (0..seen.len())
            .map(|at| edges(at, &seen[at], &definers, &mut names))
            .collect();
        let words = rarity(seen);
        let files = ranks(&edges, &drawn(seen, &words));
        Self {
            files,
            names,
            words,
        }
    }

    /// The weight of the file at this place; all together weigh 1.
    pub(super) fn of_file(&self, at: usize) -> f64 {
        self.files.get(at).copied().unwrap_or_default()
    }

    /// How often other files have the name.
    pub(super) fn of_name(&self, language: &str, name: &str) -> u32 {
        let number = number(language, name);
        self.names.get(&number).copied().unwrap_or_default()
    }

    /// How much these words of the ticket tell.
    pub(super) fn of_words(&self, bits: Bits) -> f64 {
        sum(&self.words, bits)
    }
}

/// The files that a file uses, each with its share, in a fixed order.
fn edges(
    at: usize,
    file: &Seen,
    definers: &Definers,
    names: &mut HashMap<u64, u32>,
) -> Vec<(usize, f64)> {
    let mut edges: Vec<(usize, f64)> = Vec::new();
    for (name, count) in &file.used {
        let Some((by, telling)) = definers.get(name) else {
            continue;
        };
        if by.contains(&at) {
            continue;
        }
        *names.entry(*name).or_default() += count;
        if by.len() <= SHARED {
            let weight = telling * f64::from(*count).sqrt() / by.len() as f64;
            edges.extend(by.iter().map(|other| (*other, weight)));
        }
    }
    edges.sort_by_key(|(other, _)| *other);
    let mut joined: Vec<(usize, f64)> = Vec::new();
    for (other, weight) in edges {
        match joined.last_mut() {
            Some((last, sum)) if *last == other => *sum += weight,
            Some(_) | None => joined.push((other, weight)),
        }
    }
    let all: f64 = joined.iter().map(|(_, weight)| weight).sum();
    for (_, weight) in &mut joined {
        *weight /= all;
    }
    joined
}

/// How much each word of the ticket tells: the more, the fewer files have it.
fn rarity(seen: &[Seen]) -> Vec<f64> {
    let mut having = [0_usize; Bits::BITS as usize];
    for file in seen {
        let bits = file.spoken.name | file.spoken.dirs | file.spoken.defined;
        for (bit, count) in having.iter_mut().enumerate() {
            *count += usize::from(bits >> bit & 1 == 1);
        }
    }
    let rare = |count: &usize| match count {
        0 => 0.0,
        count => (1.0 + seen.len() as f64 / *count as f64).ln(),
    };
    having.iter().map(rare).collect()
}

fn sum(words: &[f64], bits: Bits) -> f64 {
    let own = words
        .iter()
        .enumerate()
        .filter(|(bit, _)| bits >> bit & 1 == 1);
    own.map(|(_, weight)| weight).sum()
}

/// Where weight comes from: everywhere alike, and from what the ticket speaks of. A file that has
/// two of its words counts for more than two files that have one.
fn drawn(seen: &[Seen], words: &[f64]) -> Vec<f64> {
    let alike = 1.0 / seen.len().max(1) as f64;
    let rarest = words.iter().copied().fold(1.0, f64::max);
    let wanted = |file: &Seen| {
        let spoken = file.spoken;
        let named = sum(words, spoken.name) + 0.3 * sum(words, spoken.dirs & !spoken.name);
        let defined = 0.3 * sum(words, spoken.defined);
        let by_name = if spoken.by_name { 2.0 * rarest } else { 0.0 };
        let weight = (named + defined + by_name).powi(2);
        if file.is_test { TEST * weight } else { weight }
    };
    let all: f64 = seen.iter().map(wanted).sum();
    if all == 0.0 {
        return vec![alike; seen.len()];
    }
    let of = |file: &Seen| DRAWN * wanted(file) / all + (1.0 - DRAWN) * alike;
    seen.iter().map(of).collect()
}

fn ranks(edges: &[Vec<(usize, f64)>], drawn: &[f64]) -> Vec<f64> {
    let mut ranks = drawn.to_vec();
    for _ in 0..ROUNDS {
        let mut next = vec![0.0; ranks.len()];
        let mut kept = 0.0;
        for (rank, edges) in ranks.iter().zip(edges) {
            if edges.is_empty() {
                kept += rank * PASSED;
            }
            for (other, share) in edges {
                next[*other] += rank * PASSED * share;
            }
        }
        for (next, drawn) in next.iter_mut().zip(drawn) {
            *next += (1.0 - PASSED + kept) * drawn;
        }
        ranks = next;
    }
    ranks
}
