//! The lists together, and what is asked of them.

use std::collections::HashMap;

use crate::affinity::Affinity;
use crate::builtin;
use crate::coding::{Coded, Coder};
use crate::geo::distance_between;
use crate::lists::{
    Category, CategoryCode, District, EconomicClass, Industry, Major, MajorClass, Mode, Occupation, Province, Tier,
    normal_major_code,
};

/// Every reference list, immutable; shared as an `Arc`.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    categories: Vec<Category>,
    districts: Vec<District>,
    economic: Vec<EconomicClass>,
    industries: Vec<Industry>,
    major_classes: Vec<MajorClass>,
    majors: Vec<Major>,
    modes: Vec<Mode>,
    occupations: Vec<Occupation>,
    provinces: Vec<Province>,
    places: Places,
    affinity: Affinity,
}

/// Where codes and names stand in their lists.
#[derive(Debug, Clone, Default)]
struct Places {
    districts: HashMap<String, usize>,
    economic: HashMap<String, usize>,
    majors: HashMap<String, usize>,
    major_names: HashMap<String, usize>,
    occupations: HashMap<String, usize>,
    occupation_names: HashMap<String, usize>,
    provinces: HashMap<String, usize>,
    province_names: HashMap<String, usize>,
}

/// Maps keys to places; of entries with the same key the first wins.
fn places<T, K: AsRef<str>>(list: &[T], key: impl Fn(&T) -> K) -> HashMap<String, usize> {
    let mut places = HashMap::with_capacity(list.len());
    for (place, entry) in list.iter().enumerate() {
        places.entry(key(entry).as_ref().to_owned()).or_insert(place);
    }
    places
}

impl Vocabulary {
    /// The shipped lists.
    pub fn builtin() -> Self {
        let occupations = builtin::occupations();
        let majors = builtin::majors();
        Self::assemble(majors, occupations, builtin::economic())
    }

    fn assemble(mut majors: Vec<Major>, mut occupations: Vec<Occupation>, economic: Vec<EconomicClass>) -> Self {
        majors.sort_by(|a, b| a.code.cmp(&b.code));
        occupations.sort_by(|a, b| a.code.cmp(&b.code));
        let affinity = Affinity::new(&majors, &occupations);
        let (districts, provinces) = (builtin::districts(), builtin::provinces());
        let mut places_of = Places {
            districts: places(&districts, |district| district.code.clone()),
            economic: places(&economic, |class| class.code.clone()),
            majors: places(&majors, |major| major.code.clone()),
            provinces: places(&provinces, |province| province.code.clone()),
            occupations: places(&occupations, |occupation| occupation.code.clone()),
            ..Places::default()
        };
        // Where both catalogues have the name, it means the higher-vocational major: there are ten times as many.
        for tier in [Tier::Higher, Tier::Bachelor] {
            for (place, major) in majors.iter().enumerate().filter(|(_, major)| major.tier == tier) {
                places_of.major_names.entry(major.name.clone()).or_insert(place);
            }
        }
        for group in [false, true] {
            for (place, occupation) in occupations.iter().enumerate().filter(|(_, o)| o.is_group() == group) {
                places_of
                    .occupation_names
                    .entry(occupation.name.clone())
                    .or_insert(place);
            }
        }
        for (place, province) in provinces.iter().enumerate() {
            places_of.province_names.insert(province.name.clone(), place);
            places_of.province_names.insert(province.short_name.clone(), place);
        }
        Self {
            categories: builtin::categories(),
            industries: builtin::industries(),
            major_classes: major_classes(&majors),
            modes: builtin::modes(),
            districts,
            economic,
            majors,
            occupations,
            provinces,
            places: places_of,
            affinity,
        }
    }

    /// Replaces the majors of the tiers that the list contains; a list of higher-vocational majors leaves the
    /// bachelor majors as they are.
    #[must_use]
    pub fn with_majors(self, majors: Vec<Major>) -> Self {
        let tiers: Vec<Tier> = majors.iter().map(|major| major.tier).collect();
        let kept = self.majors.into_iter().filter(|major| !tiers.contains(&major.tier));
        let majors = kept.chain(majors).collect();
        Self::assemble(majors, self.occupations, self.economic)
    }

    /// Replaces the occupations and their groups.
    #[must_use]
    pub fn with_occupations(self, occupations: Vec<Occupation>) -> Self {
        Self::assemble(self.majors, occupations, self.economic)
    }

    /// Replaces the economic classes (GB/T 4754). The nine industries of the city are policy and stay.
    #[must_use]
    pub fn with_industries(mut self, classes: Vec<EconomicClass>) -> Self {
        self.places.economic = places(&classes, |class| class.code.clone());
        self.economic = classes;
        self
    }

    /// The major with this code; a K behind it does not matter.
    pub fn major(&self, code: &str) -> Option<&Major> {
        self.majors.get(self.major_place(code)?)
    }

    /// Every major, by code.
    pub fn majors(&self) -> &[Major] {
        &self.majors
    }

    /// The place of a major in [`Self::majors`].
    pub fn major_place(&self, code: &str) -> Option<usize> {
        self.places.majors.get(normal_major_code(code)).copied()
    }

    /// The classes of majors, by category and then by first code.
    pub fn major_classes(&self) -> &[MajorClass] {
        &self.major_classes
    }

    /// The occupation or group with this code.
    pub fn occupation(&self, code: &str) -> Option<&Occupation> {
        self.occupations.get(self.occupation_place(code)?)
    }

    /// Every occupation and group, by code.
    pub fn occupations(&self) -> &[Occupation] {
        &self.occupations
    }

    /// The place of an occupation in [`Self::occupations`].
    pub fn occupation_place(&self, code: &str) -> Option<usize> {
        self.places.occupations.get(code.trim()).copied()
    }

    /// The group an occupation or group lies in, the next one up.
    pub fn occupation_parent(&self, code: &str) -> Option<&Occupation> {
        let mut stem = self.occupation(code)?.stem();
        while let Some((shorter, _)) = stem.rsplit_once('-') {
            let zeroes = ["-00-00-00", "-00-00", "-00"][shorter.matches('-').count()];
            if let Some(parent) = self.occupation(&format!("{shorter}{zeroes}"))
                && parent.code != code
            {
                return Some(parent);
            }
            stem = shorter;
        }
        None
    }

    /// The district with this code.
    pub fn district(&self, code: &str) -> Option<&District> {
        self.districts.get(*self.places.districts.get(code.trim())?)
    }

    /// The 16 districts of Shanghai, by code.
    pub fn districts(&self) -> &[District] {
        &self.districts
    }

    /// The district of this name, with 区 or without.
    pub fn district_named(&self, name: &str) -> Option<&District> {
        let name = name.trim();
        self.districts
            .iter()
            .find(|district| district.name == name || district.short_name() == name.trim_end_matches('区'))
    }

    /// The province with this code; also the province of a district's code.
    pub fn province(&self, code: &str) -> Option<&Province> {
        let code = code.trim();
        let places = &self.places.provinces;
        let place = places
            .get(code)
            .or_else(|| places.get(&format!("{}0000", code.get(..2)?)))?;
        self.provinces.get(*place)
    }

    /// Every province, by code.
    pub fn provinces(&self) -> &[Province] {
        &self.provinces
    }

    /// The province of this full or short name.
    pub fn province_named(&self, name: &str) -> Option<&Province> {
        self.provinces.get(*self.places.province_names.get(name.trim())?)
    }

    /// The industry with this code.
    pub fn industry(&self, code: &str) -> Option<&Industry> {
        self.industries.iter().find(|industry| industry.code == code.trim())
    }

    /// The three leading and six key industries.
    pub fn industries(&self) -> &[Industry] {
        &self.industries
    }

    /// GB/T 4754: sections and divisions, or what was imported.
    pub fn economic(&self) -> &[EconomicClass] {
        &self.economic
    }

    /// The economic class with this code; a deeper code finds the nearest class above that is known.
    pub fn economic_class(&self, code: &str) -> Option<&EconomicClass> {
        let mut code = code.trim();
        while !code.is_empty() {
            if let Some(place) = self.places.economic.get(code) {
                return self.economic.get(*place);
            }
            code = code.get(..code.len() - 1)?;
        }
        None
    }

    /// The category a code of any catalogue begins with: `46`, `66`, `26`, `460103`.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.category_at(CategoryCode::of_code(code)?)
    }

    /// The category at this place of the list.
    pub fn category_at(&self, index: CategoryCode) -> Option<&Category> {
        self.categories.iter().find(|category| category.index == index)
    }

    /// The 19 major categories.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The training mode with this code.
    pub fn mode(&self, code: &str) -> Option<&Mode> {
        self.modes.iter().find(|mode| mode.code == code.trim())
    }

    /// The training modes, M01 to M20.
    pub fn modes(&self) -> &[Mode] {
        &self.modes
    }

    /// Metres between the centres of two districts.
    pub fn distance_m(&self, a: &str, b: &str) -> Option<i64> {
        let (a, b) = (self.district(a)?, self.district(b)?);
        Some(distance_between((a.lat_micro, a.lng_micro), (b.lat_micro, b.lng_micro)))
    }

    /// The codes of the districts beside this one.
    pub fn neighbours(&self, code: &str) -> &[String] {
        self.district(code).map_or(&[], |district| &district.neighbours)
    }

    /// The major of exactly this name; the higher-vocational one where both catalogues have it.
    pub fn find_major_by_name(&self, name: &str) -> Option<&Major> {
        self.majors.get(*self.places.major_names.get(name.trim())?)
    }

    /// The occupation of exactly this name, else the group of this name.
    pub fn find_occupation_by_name(&self, name: &str) -> Option<&Occupation> {
        self.occupations.get(*self.places.occupation_names.get(name.trim())?)
    }

    /// The occupations and groups of the list at hand that words may mean as people write them, at most `most`, the likeliest
    /// first ([`Coder::code`]).
    pub fn occupations_meant(&self, words: &str, most: usize) -> Vec<Coded> {
        let here = |coded: Coded| {
            let name = self.occupation(&coded.code)?.name.clone();
            Some(Coded { name, ..coded })
        };
        let coded = Coder::builtin().code(words, most);
        coded.into_iter().filter_map(here).collect()
    }

    /// How well a major prepares for an occupation or group, 0..=1000; 0 where a code is unknown.
    pub fn affinity(&self, major: &str, occupation: &str) -> u16 {
        match (self.major_place(major), self.occupation_place(occupation)) {
            (Some(major), Some(occupation)) => self.affinity.between(major, occupation),
            _ => 0,
        }
    }

    /// [`Self::affinity`] by places in [`Self::majors`] and [`Self::occupations`].
    pub fn affinity_at(&self, major: usize, occupation: usize) -> u16 {
        self.affinity.between(major, occupation)
    }

    /// The affinities of the major at this place with every occupation, in the order of [`Self::occupations`]: what a
    /// dense table is made of.
    pub fn affinity_row(&self, major: usize) -> &[u16] {
        self.affinity.row(major)
    }

    /// The affinities of every major with the occupation or group at this place, in the order of [`Self::majors`].
    pub fn affinity_column(&self, occupation: usize) -> Vec<u16> {
        self.affinity.column(occupation)
    }

    /// How close two occupations are, 0..=1000: 1000 the same, 850 one contains the other at the last step, 700 the
    /// same 小类, 350 the same 中类, 50 the same 大类. Codes are compared as they are written, known or not.
    pub fn occupations_kin(&self, a: &str, b: &str) -> u16 {
        let (a, b) = (a.trim(), b.trim());
        if a == b {
            return 1_000;
        }
        let (short, long) = (crate::lists::stem(a), crate::lists::stem(b));
        let (short, long) = if short.len() <= long.len() {
            (short, long)
        } else {
            (long, short)
        };
        if long.len() == 10 && short.len() == 7 && long.starts_with(short) {
            return 850;
        }
        let same = |length: usize| long.get(..length).is_some_and(|head| short.get(..length) == Some(head));
        match () {
            () if same(7) => 700,
            () if same(4) => 350,
            () if same(1) => 50,
            () => 0,
        }
    }

    /// How close two majors are, 0..=1000: 1000 the same, 950 the same name in the other catalogue, 600 the same
    /// class, 250 the same category. Unknown codes are compared by their digits.
    pub fn majors_kin(&self, a: &str, b: &str) -> u16 {
        let (a, b) = (normal_major_code(a), normal_major_code(b));
        if a == b {
            return 1_000;
        }
        let same_category = CategoryCode::of_code(a).is_some_and(|category| Some(category) == CategoryCode::of_code(b));
        match (self.major(a), self.major(b)) {
            (Some(a), Some(b)) if a.name == b.name => 950,
            (Some(a), Some(b)) if a.class_name == b.class_name => 600,
            _ if same_category => 250,
            _ => 0,
        }
    }
}

fn major_classes(majors: &[Major]) -> Vec<MajorClass> {
    let mut classes: Vec<MajorClass> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    // Higher-vocational majors first: their catalogue has every class.
    for tier in [Tier::Higher, Tier::Bachelor] {
        for (place, major) in majors.iter().enumerate().filter(|(_, major)| major.tier == tier) {
            let class = *known.entry(&major.class_name).or_insert_with(|| {
                classes.push(MajorClass {
                    name: major.class_name.clone(),
                    category: major.category,
                    majors: Vec::new(),
                });
                classes.len() - 1
            });
            classes[class].majors.push(place);
        }
    }
    classes.sort_by_key(|class| class.category);
    classes
}
