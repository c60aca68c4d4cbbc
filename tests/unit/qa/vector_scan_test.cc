#include "services/qa-service/core/retrieval/vector_scan.h"

#include <algorithm>
#include <numeric>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

using testing::FakeEmbedder;
using testing::MakeArticle;
using testing::Prepare;

LiveSegment MakeSegment(int articles, int dead) {
  std::vector<PreparedArticle> prepared;
  for (int i = 0; i < articles; ++i) {
    const std::string number = std::to_string(i);
    prepared.push_back(Prepare(MakeArticle("a" + number, "Lamp " + number,
                                           "Lamp number " + number + " shines for " + number, "en",
                                           {"What of lamp " + number + "?"})));
  }
  std::vector<const PreparedArticle*> pointers;
  for (const PreparedArticle& article : prepared) pointers.push_back(&article);
  LiveSegment live;
  live.segment = BuildSegment(64, pointers);
  auto alive = std::make_shared<std::vector<bool>>(articles, true);
  (*alive)[static_cast<std::size_t>(dead)] = false;
  live.alive = std::move(alive);
  return live;
}

// Each living row's product, sorted.
std::vector<std::uint32_t> Expected(const LiveSegment& live, std::size_t field,
                                    const std::vector<float>& query, std::size_t count) {
  const IndexRows& rows = live.segment->fields[field];
  std::vector<std::pair<float, std::uint32_t>> scored;
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    if (!(*live.alive)[rows.article[row]]) continue;
    const float* own = rows.matrix.data() + row * query.size();
    scored.emplace_back(-std::inner_product(query.begin(), query.end(), own, 0.0F), row);
  }
  std::sort(scored.begin(), scored.end());
  std::vector<std::uint32_t> best;
  for (std::size_t i = 0; i < count && i < scored.size(); ++i) best.push_back(scored[i].second);
  return best;
}

TEST_CASE("queries that share a scan each get the nearest living rows of every segment") {
  const std::vector<LiveSegment> segments = {MakeSegment(2500, 7), MakeSegment(3, 0)};
  const std::vector<float> first = FakeEmbedder::Vector("lamp number 7 shines for 8");
  const std::vector<float> second = FakeEmbedder::Vector("what of lamp 1999");
  const VectorQuery one{first, 5};
  const VectorQuery two{second, 3};
  const std::vector<VectorHits> hits = ScanVectors(segments, {&one, &two});
  REQUIRE(hits.size() == 2);
  for (std::size_t s = 0; s < segments.size(); ++s) {
    for (std::size_t f = 0; f < kIndexFields; ++f) {
      CHECK(hits[0].rows[s][f].size() == std::min<std::size_t>(5, s == 0 ? 5 : 2));
      // Rows of equal products may be told apart by the last bit: compare the best.
      CHECK(hits[0].rows[s][f].front() == Expected(segments[s], f, first, 1).front());
      CHECK(hits[1].rows[s][f].front() == Expected(segments[s], f, second, 1).front());
      const auto& rows = segments[s].segment->fields[f];
      for (const std::uint32_t row : hits[0].rows[s][f]) {
        CHECK((*segments[s].alive)[rows.article[row]]);
      }
    }
  }
}

TEST_CASE("a query of another dimension finds nothing") {
  const std::vector<LiveSegment> segments = {MakeSegment(10, 0)};
  const std::vector<float> wrong(32, 1.0F);
  const VectorQuery query{wrong, 5};
  const auto hits = ScanVectors(segments, {&query});
  CHECK(hits[0].rows[0][kPassageField].empty());
  CHECK(hits[0].rows[0][kQuestionField].empty());
}

}  // namespace
}  // namespace clientele::qa
