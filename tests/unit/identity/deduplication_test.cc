#include "services/profile-service/core/identity/deduplication.h"

#include <algorithm>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/identity/made_persons.h"

namespace clientele::profile {
namespace {

struct Pairs {
  double right = 0, found = 0, all = 0;
};

// Pair by pair.
Pairs CountPairs(const std::vector<std::uint32_t>& found, const std::vector<std::uint32_t>& truth) {
  Pairs pairs;
  for (std::size_t a = 0; a < truth.size(); ++a) {
    for (std::size_t b = a + 1; b < truth.size(); ++b) {
      const bool is_found = found[a] == found[b];
      const bool is_true = truth[a] == truth[b];
      pairs.found += is_found;
      pairs.all += is_true;
      pairs.right += is_found && is_true;
    }
  }
  return pairs;
}

TEST_CASE("records with errors are found to be one person, any number of them") {
  const MadePersons made = MakePersons(1000, 5, 11);
  const Deduplication found = Deduplicate(made.table, {});
  const Pairs pairs = CountPairs(found.persons, made.truth);
  REQUIRE(pairs.all > 2000);
  CHECK(pairs.right / pairs.found > 0.995);
  CHECK(pairs.right / pairs.all > 0.99);
}

TEST_CASE("where nobody is there twice, nobody is merged") {
  const MadePersons made = MakePersons(800, 0, 12);
  const Deduplication found = Deduplicate(made.table, {});
  const std::set<std::uint32_t> persons(found.persons.begin(), found.persons.end());
  CHECK(persons.size() >= 799);
}

TEST_CASE("the same records give the same persons") {
  const MadePersons made = MakePersons(300, 3, 13);
  CHECK(Deduplicate(made.table, {}).persons == Deduplicate(made.table, {}).persons);
}

TEST_CASE("a person may have more equal records than are compared with each other") {
  MadePersons made = MakePersons(2000, 2, 14);
  const std::uint32_t first = static_cast<std::uint32_t>(made.table.rows());
  for (int i = 0; i < 450; ++i) {
    REQUIRE(
        made.table.Add({"quentin", "quatermain", "7", "elm street", "york", "1234", "19700102"}, 0)
            .ok());
  }
  const std::vector<std::uint32_t> persons = Deduplicate(made.table, {}).persons;
  CHECK(std::count(persons.begin(), persons.end(), persons[first]) == 450);
}

TEST_CASE("tables of no row, one row and equal rows have a result") {
  const std::vector<PersonField> fields = {{"name", FieldType::kFullName}};
  PersonTable table = *PersonTable::Create(fields);
  CHECK(Deduplicate(table, {}).persons.empty());
  REQUIRE(table.Add({"Anna Smith"}, 0).ok());
  CHECK(Deduplicate(table, {}).persons == std::vector<std::uint32_t>{0});
  for (int i = 0; i < 50; ++i) REQUIRE(table.Add({""}, 0).ok());
  CHECK(Deduplicate(table, {}).persons.size() == 51);
}

TEST_CASE("a table takes no more fields than a pattern holds, and rows of its width alone") {
  CHECK_FALSE(PersonTable::Create({}).ok());
  CHECK_FALSE(PersonTable::Create(std::vector<PersonField>(22)).ok());
  PersonTable table = *PersonTable::Create(std::vector<PersonField>(21));
  CHECK_FALSE(table.Add({"a", "b"}, 0).ok());
}

}  // namespace
}  // namespace clientele::profile
