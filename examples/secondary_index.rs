//! A table with two secondary indexes that stay in step with it.
//!
//! Rows are in a slot map, which gives each row an id that stays the same for the row's lifetime.
//! An index finds the rows that have a key: its entries are pairs of key and id. Two rows may have
//! the same key, since their ids differ.
//!
//! The rows are cities of [GeoNames](https://www.geonames.org/), CC BY 4.0.
//!
//! ```sh
//! cargo run --release --example secondary_index
//! ```

use std::error::Error;
use std::ops::RangeInclusive;

use leafwise::BPlusIndex;
use slotmap::{SlotMap, new_key_type};

const CITIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/cities.csv");

new_key_type! {
    /// Identifies a row, whatever happens to its columns.
    struct CityId;
}

/// The two letters of ISO 3166.
type Country = [u8; 2];

/// A row.
struct City {
    name: String,
    country: Country,
    population: u32,
}

impl City {
    /// A key of two columns: orders cities by country, and cities of one country by population.
    fn size(&self) -> (Country, u32) {
        (self.country, self.population)
    }
}

/// The rows, and two ways to find them. Every change of a row goes through here, so that the
/// indexes are updated too.
#[derive(Default)]
struct Table {
    rows: SlotMap<CityId, City>,
    by_name: BPlusIndex<String, CityId>,
    by_size: BPlusIndex<(Country, u32), CityId>,
}

impl Table {
    fn insert(&mut self, city: City) -> CityId {
        let (name, size) = (city.name.clone(), city.size());
        let id = self.rows.insert(city);
        self.by_name.insert(name, id);
        self.by_size.insert(size, id);
        id
    }

    fn delete(&mut self, id: CityId) -> Option<City> {
        let city = self.rows.remove(id)?;
        self.by_name.delete(&city.name, &id);
        self.by_size.delete(&city.size(), &id);
        Some(city)
    }

    /// Changes any columns of a row. An index whose key stays the same is left as it is.
    fn update(&mut self, id: CityId, change: impl FnOnce(&mut City)) {
        let city = &mut self.rows[id];
        let (old_name, old_size) = (city.name.clone(), city.size());
        change(city);
        self.by_name.update(&old_name, city.name.clone(), id);
        self.by_size.update(&old_size, city.size(), id);
    }

    /// The cities with that name. A `&str` is enough to look up a `String`.
    fn named(&self, name: &str) -> impl Iterator<Item = CityId> {
        self.by_name.lookup_range(name).copied()
    }

    /// The cities of a country with populations in a range, the largest first: a range of keys,
    /// walked from its end. Only the rows that the caller takes are visited.
    fn sized(&self, country: &Country, people: RangeInclusive<u32>) -> impl Iterator<Item = &City> {
        self.by_size
            .range((*country, *people.start())..=(*country, *people.end()))
            .rev()
            .map(|(_, id)| &self.rows[*id])
    }

    /// Checks that each index has as many entries as there are rows, and one for each row: then it
    /// has no others.
    fn check(&self) {
        assert_eq!(self.by_name.len(), self.rows.len());
        assert_eq!(self.by_size.len(), self.rows.len());
        for (id, city) in &self.rows {
            assert!(self.by_name.contains(&city.name, &id));
            assert!(self.by_size.contains(&city.size(), &id));
        }
    }
}

/// Reads all cities: the columns are `city_id,name,country,population,latitude,longitude`.
fn read() -> Result<Table, Box<dyn Error>> {
    let mut table = Table::default();
    for record in csv::Reader::from_path(CITIES)?.records() {
        let record = record?;
        table.insert(City {
            name: record[1].to_string(),
            country: record[2].as_bytes().try_into()?,
            population: record[3].parse()?,
        });
    }
    Ok(table)
}

fn show<'a>(question: &str, cities: impl Iterator<Item = &'a City>) {
    println!("\n{question}");
    for city in cities {
        let country = String::from_utf8_lossy(&city.country);
        println!("{:>12} {} ({country})", city.population, city.name);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut table = read()?;
    println!("{} cities", table.rows.len());

    show(
        "The largest cities of Iceland:",
        table.sized(b"IS", 0..=u32::MAX).take(3),
    );
    show(
        "Cities of France with 250 000 to 500 000 people:",
        table.sized(b"FR", 250_000..=500_000),
    );
    show(
        "Every Springfield:",
        table.named("Springfield").map(|id| &table.rows[id]),
    );

    // Each name once, with the ids of its rows.
    let names = table.by_name.groups();
    let most_common = names.map(|(name, ids)| (ids.count(), name)).max();
    if let Some((count, name)) = most_common {
        println!("\nNo name is more common than {name}: {count} cities have it.");
    }

    // A boom moves a row within one index; a new name moves it within the other.
    let akureyri = table.named("Akureyri").next().ok_or("no Akureyri")?;
    table.update(akureyri, |city| city.population *= 10);
    let kopavogur = table.named("Kópavogur").next().ok_or("no Kópavogur")?;
    table.update(kopavogur, |city| city.name = "Seal Pup Bay".to_string());
    show(
        "Iceland after a boom in Akureyri, and Kópavogur in translation:",
        table.sized(b"IS", 0..=u32::MAX).take(3),
    );

    // The ids are collected first: a table cannot be changed while it is being read.
    let springfields: Vec<CityId> = table.named("Springfield").collect();
    for id in springfields {
        table.delete(id);
    }
    assert_eq!(table.named("Springfield").count(), 0);

    table.check();
    println!(
        "\nWithout Springfields {} cities are left, and both indexes agree.",
        table.rows.len()
    );
    Ok(())
}
