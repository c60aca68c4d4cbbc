#include "services/profile-service/core/identity/blocking.h"

#include <set>
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/profile-service/core/identity/blocking_features.h"
#include "tests/unit/identity/made_persons.h"

namespace clientele::profile {
namespace {

TEST_CASE("Soundex gives the codes of the National Archives") {
  CHECK(Soundex(U"robert") == U"r163");
  CHECK(Soundex(U"rupert") == U"r163");
  CHECK(Soundex(U"ashcraft") == U"a261");
  CHECK(Soundex(U"tymczak") == U"t522");
  CHECK(Soundex(U"pfister") == U"p236");
  CHECK(Soundex(U"honeyman") == U"h555");
  CHECK(Soundex(U"lee") == U"l000");
  CHECK(Soundex(U"王小明") == U"王小明");
}

TEST_CASE("each candidate comes once, and pairs of one person hardly go missing") {
  const MadePersons made = MakePersons(400, 3, 5);
  const Blocking blocking(made.table, {});
  std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
  std::size_t visits = 0;
  blocking.ForEachPair([&](std::uint32_t a, std::uint32_t b) {
    ++visits;
    CHECK(a < b);
    pairs.emplace(a, b);
  });
  CHECK(pairs.size() == visits);
  std::size_t missed = 0;
  for (std::uint32_t a = 0; a < made.truth.size(); ++a) {
    for (std::uint32_t b = a + 1; b < made.truth.size(); ++b) {
      if (made.truth[a] == made.truth[b]) missed += pairs.count({a, b}) == 0 ? 1 : 0;
    }
  }
  CHECK(missed <= 2);
}

TEST_CASE("records that share what everyone has are not compared for it") {
  PersonTable table =
      *PersonTable::Create({{"email", FieldType::kEmail}, {"surname", FieldType::kSurname}});
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(table.Add({"info@example.com", absl::StrCat("name", i / 2)}, 0).ok());
  }
  const Blocking blocking(table, {.max_block = 100});
  std::size_t visits = 0;
  blocking.ForEachPair([&](std::uint32_t, std::uint32_t) { ++visits; });
  CHECK(visits >= 500);
  CHECK(visits < 5000);
}

TEST_CASE("candidates keep within a multiple of the records") {
  const MadePersons made = MakePersons(2000, 1, 6);
  const Blocking blocking(made.table, {.pairs_per_record = 5, .pairs = 100});
  std::size_t visits = 0;
  blocking.ForEachPair([&](std::uint32_t, std::uint32_t) { ++visits; });
  CHECK(visits > 0);
  CHECK(visits <= 5 * made.table.rows());
}

}  // namespace
}  // namespace clientele::profile
