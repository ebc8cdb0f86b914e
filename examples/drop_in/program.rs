//! A program that knows the names `BTreeMap`, `BTreeSet` and `Entry`, whoever provides them: an
//! order book, with most of what programs call of a map.

use super::{BTreeMap, BTreeSet, Entry};

/// What the program prints.
pub(crate) fn run() -> String {
    let mut log = Vec::new();

    // Prices in cents, and at each price the orders that wait, first come, first served.
    let mut asks: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (order, price) in [
        (1, 1020),
        (2, 1010),
        (3, 1020),
        (4, 1055),
        (5, 1010),
        (6, 1999),
    ] {
        asks.entry(price).or_default().push(order);
    }
    log.push(format!("asks {asks:?}"));

    // A buyer takes the best ask, and the level goes when nobody is left there.
    if let Some(mut best) = asks.first_entry() {
        let order = best.get_mut().remove(0);
        log.push(format!("order {order} sold at {}", best.key()));
        if best.get().is_empty() {
            best.remove();
        }
    }

    // How much is offered within a range, and the most expensive of that.
    let near = asks.range(1000..1050);
    log.push(format!(
        "{} orders below 10.50",
        near.map(|(_, orders)| orders.len()).sum::<usize>()
    ));
    if let Some((price, orders)) = asks.range_mut(..1050).next_back() {
        orders.reverse();
        log.push(format!("{orders:?} at {price}"));
    }

    // A cancelled order, found by the entry of its price.
    if let Entry::Occupied(mut level) = asks.entry(1999) {
        level.get_mut().retain(|order| *order != 6);
        if level.get().is_empty() {
            level.remove_entry();
        }
    }
    asks.retain(|_, orders| !orders.is_empty());

    // The book is cut at a price; both halves are merged again.
    let mut dear = asks.split_off(&1020);
    log.push(format!("{:?} and {:?}", asks.keys(), dear.keys()));
    asks.append(&mut dear);
    assert!(dear.is_empty());

    // Sets of the orders, by way of iterators, and what is in one but not in the other.
    let waiting: BTreeSet<u32> = asks.values().flatten().copied().collect();
    let all: BTreeSet<u32> = (1..=6).collect();
    log.push(format!(
        "gone {:?}",
        all.difference(&waiting).collect::<Vec<_>>()
    ));
    log.push(format!(
        "first {:?}, last {:?}",
        waiting.first(),
        waiting.last()
    ));
    log.push(format!("{:?}", &all - &BTreeSet::from([1, 2, 3])));

    while let Some((price, orders)) = asks.pop_last() {
        log.push(format!("{price}: {orders:?}"));
    }
    log.join("\n")
}
