//! Rounds in which all programs take turns.

use anyhow::Result;

use super::measure::Cost;
use crate::random::Random;

/// Gives each of the `tools` a turn in every round. `turn` takes the number of the round and the
/// index of the tool, and returns `None` if the tool is unable, which ends its turns.
pub(crate) fn take_turns<T: Copy>(
    tools: &[T],
    rounds: u64,
    mut turn: impl FnMut(u64, usize) -> Result<Option<Cost>>,
) -> Result<Vec<(T, Vec<Cost>)>> {
    let mut costs: Vec<_> = tools.iter().map(|tool| (*tool, Vec::new())).collect();
    let mut order: Vec<usize> = (0..tools.len()).collect();
    for round in 0..rounds {
        // In a different order each time, so that no program always follows the same one.
        Random::new(round).shuffle(&mut order);
        let mut unable = Vec::new();
        for &index in &order {
            match turn(round, index)? {
                Some(cost) => costs[index].1.push(cost),
                None => {
                    costs[index].1.clear();
                    unable.push(index);
                }
            }
        }
        order.retain(|index| !unable.contains(index));
    }
    Ok(costs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_that_is_unable_has_no_rounds() {
        let mut turns = Vec::new();
        let costs = take_turns(&['a', 'b'], 3, |round, index| {
            turns.push((round, index));
            Ok((index == 0 || round == 0).then(|| Cost::for_tests(1.0, 1)))
        });
        let rounds: Vec<_> = costs.unwrap().into_iter().collect();
        let rounds = rounds.iter().map(|(tool, costs)| (*tool, costs.len()));
        assert!(rounds.eq([('a', 3), ('b', 0)]));
        turns.sort_unstable();
        assert_eq!(turns, [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]);
    }
}
