//! Weighs files by who uses what they define: PageRank, drawn towards the files of a ticket.

use super::look::{Seen, number};
use std::collections::HashMap;

/// A name that more files define belongs to none of them.
const SHARED: usize = 8;

/// How much of a file's weight goes on to the files that it uses.
const PASSED: f64 = 0.85;

/// How much of the rest goes to files that the ticket speaks of.
const DRAWN: f64 = 0.7;

const ROUNDS: usize = 25;

/// The weights of files and names.
pub(super) struct Weights {
    files: Vec<f64>,
    names: HashMap<u64, u32>,
}

impl Weights {
    pub(super) fn of(seen: &[Seen]) -> Self {
        let mut definers: HashMap<u64, Vec<usize>> = HashMap::new();
        for (at, file) in seen.iter().enumerate() {
            for name in &file.defined {
                definers.entry(*name).or_default().push(at);
            }
        }
        let mut names = HashMap::new();
        let edges: Vec<Vec<(usize, f64)>> = (0..seen.len())
            .map(|at| edges(at, &seen[at], &definers, &mut names))
            .collect();
        let files = ranks(&edges, &drawn(seen));
        Self { files, names }
    }

    /// The weight of the file at this place; all together weigh 1.
    pub(super) fn of_file(&self, at: usize) -> f64 {
        self.files.get(at).copied().unwrap_or_default()
    }

    /// How often other files have the name.
    pub(super) fn of_name(&self, name: &str) -> u32 {
        self.names.get(&number(name)).copied().unwrap_or_default()
    }
}

/// The files that a file uses, each with its share, in a fixed order.
fn edges(
    at: usize,
    file: &Seen,
    definers: &HashMap<u64, Vec<usize>>,
    names: &mut HashMap<u64, u32>,
) -> Vec<(usize, f64)> {
    let mut edges: Vec<(usize, f64)> = Vec::new();
    for (name, count) in &file.used {
        let Some(by) = definers.get(name) else {
            continue;
        };
        if by.contains(&at) {
            continue;
        }
        *names.entry(*name).or_default() += count;
        if by.len() <= SHARED {
            let weight = f64::from(*count).sqrt() / by.len() as f64;
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

/// Where weight comes from: everywhere alike, and from what the ticket speaks of.
fn drawn(seen: &[Seen]) -> Vec<f64> {
    let alike = 1.0 / seen.len().max(1) as f64;
    let wanted: usize = seen.iter().map(|file| file.wanted).sum();
    let of = |file: &Seen| {
        if wanted == 0 {
            return alike;
        }
        DRAWN * file.wanted as f64 / wanted as f64 + (1.0 - DRAWN) * alike
    };
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
