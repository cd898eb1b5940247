//! The classification as a tree.

use std::collections::HashMap;

/// Where the digits of the four ranks end: 大类, 中类, 小类, 职业.
const ENDS: [usize; 4] = [1, 4, 7, 10];

/// The codes, and for each the way that leads to it from the top.
#[derive(Debug)]
pub(super) struct Tree {
    codes: Vec<String>,
    ways: Vec<[u16; 4]>,
    ranks: Vec<u8>,
}

impl Tree {
    pub(super) fn new(codes: Vec<String>) -> Self {
        let mut nodes: HashMap<String, u16> = HashMap::new();
        let mut ranks = Vec::new();
        let mut ways = Vec::with_capacity(codes.len());
        for code in &codes {
            let mut way = [0; 4];
            for (rank, end) in (0u8..).zip(ENDS) {
                let next = u16::try_from(nodes.len()).expect("the classification has fewer than 65,536 nodes");
                let node = *nodes.entry(code[..end].to_owned()).or_insert(next);
                if node == next {
                    ranks.push(rank);
                }
                way[usize::from(rank)] = node;
            }
            ways.push(way);
        }
        Self { codes, ways, ranks }
    }

    pub(super) fn codes(&self) -> &[String] {
        &self.codes
    }

    pub(super) fn place(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|one| one == code)
    }

    /// The nodes on the way to a code: its three groups, and itself.
    pub(super) fn way(&self, place: usize) -> [usize; 4] {
        self.ways[place].map(usize::from)
    }

    /// How many nodes there are.
    pub(super) fn nodes(&self) -> usize {
        self.ranks.len()
    }

    /// The rank of a node: 0 for the nine groups at the top, 3 for an occupation.
    pub(super) fn rank(&self, node: usize) -> usize {
        usize::from(self.ranks[node])
    }

    /// For each node the sum of what its codes have.
    pub(super) fn sums(&self, of_codes: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0; self.nodes()];
        for (place, value) in of_codes.iter().enumerate() {
            for node in self.way(place) {
                sums[node] += value;
            }
        }
        sums
    }
}
