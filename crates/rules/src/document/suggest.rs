//! Did you mean: the known name nearest to a misspelt one.

/// Characters beyond which names are not compared.
const LEN_MAX: usize = 64;

/// The candidate nearest to `wrong`, when it is near enough to be meant: a third of its letters may differ.
pub fn closest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let wrong: Vec<char> = wrong.chars().take(LEN_MAX + 1).collect();
    if wrong.len() > LEN_MAX {
        return None;
    }
    let nearest = candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LEN_MAX)
        .map(|candidate| (distance(&wrong, candidate), candidate))
        .min_by_key(|(distance, _)| *distance)?;
    let allowed = (wrong.len().max(nearest.1.chars().count()) / 3).max(1);
    (nearest.0 > 0 && nearest.0 <= allowed).then(|| nearest.1.to_owned())
}

/// Edits (insert, delete, replace, swap neighbors) between two names, ignoring case.
fn distance(a: &[char], b: &str) -> usize {
    let a: Vec<char> = a.iter().map(char::to_ascii_lowercase).collect();
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if swapped {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn the_nearest_name_is_meant_and_a_far_one_is_not() {
        let known = ["points", "percent", "per", "each"];
        assert_eq!(closest("point", known).as_deref(), Some("points"));
        assert_eq!(closest("ponits", known).as_deref(), Some("points"));
        assert_eq!(closest("precent", known).as_deref(), Some("percent"));
        assert_eq!(closest("zzz", known), None);
    }
}
