#include "services/profile-service/core/identity/pair_scorer.h"

#include <random>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/profile-service/core/identity/deduplication.h"
#include "tests/unit/identity/made_persons.h"

namespace clientele::profile {
namespace {

TEST_CASE("giving up early changes no score above the bound") {
  const MadePersons made = MakePersons(300, 3, 8);
  const MatchModel model = Deduplicate(made.table, {}).model;
  PairScorer scorer(made.table, model, ValueFrequencies::OfRecords(made.table));
  PairScorer reference(made.table, model, ValueFrequencies::OfRecords(made.table));
  std::size_t above = 0;
  for (std::size_t a = 0; a < made.table.rows(); ++a) {
    for (std::size_t b = a + 1; b < made.table.rows(); ++b) {
      const double score = reference.Score(a, b);
      const auto found = scorer.ScoreAbove(a, b, -4);
      if (found.has_value() != (score > -4)) FAIL("pair " << a << ", " << b << ": " << score);
      if (found) CHECK(*found == Catch::Approx(score).margin(1e-4));
      above += found ? 1 : 0;
    }
  }
  CHECK(above > 100);
}

TEST_CASE("agreeing in a rare name says more than in a common one") {
  PersonTable table =
      *PersonTable::Create({{"surname", FieldType::kSurname}, {"born", FieldType::kDateOfBirth}});
  for (int i = 0; i < 200; ++i) REQUIRE(table.Add({"smith", ""}, 0).ok());
  for (int i = 0; i < 2; ++i) REQUIRE(table.Add({"quatermain", ""}, 0).ok());
  const MatchModel model =
      MatchModel::Learn({}, {.fields = 2, .pairs = {20'000, 0}, .records = 202});
  PairScorer scorer(table, model, ValueFrequencies::OfRecords(table));
  CHECK(scorer.Score(200, 201) > scorer.Score(0, 1) + 3);
}

TEST_CASE("records of one cluster count a value once") {
  PersonTable table = *PersonTable::Create({{"surname", FieldType::kSurname}});
  for (const char* name : {"a", "a", "a", "b"}) REQUIRE(table.Add({name}, 0).ok());
  const ValueFrequencies frequencies =
      ValueFrequencies::OfClusters(table, std::vector<std::uint32_t>{0, 0, 1, 2});
  CHECK(frequencies.persons == 3);
  CHECK(frequencies.counts[0] == std::vector<std::uint32_t>{2, 1});
}

}  // namespace
}  // namespace clientele::profile
