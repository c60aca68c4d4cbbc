#include "services/qa-service/core/retrieval/bm25.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "services/qa-service/core/retrieval/term_postings.h"

namespace clientele::qa {
namespace {

using Catch::Matchers::WithinAbs;

// Computed by hand with a pocket calculator; formulas in bm25.h.
TEST_CASE("idf and term score agree with hand-computed values") {
  // N = 3, df = 1: ln(1 + 2.5 / 1.5) = ln(2.66667)
  CHECK_THAT(Bm25Idf(3, 1), WithinAbs(0.980829, 1e-6));
  // N = 3, df = 3: ln(1 + 0.5 / 3.5), still positive
  CHECK_THAT(Bm25Idf(3, 3), WithinAbs(0.133531, 1e-6));
  // tf = 2, |d| = 4, avgdl = 3: norm = 1.2 * (0.25 + 0.75 * 4/3) = 1.5
  // 0.980829 * 2 * 2.2 / 3.5
  CHECK_THAT(Bm25TermScore(0.980829, 2, 4, 3, {}), WithinAbs(1.233042, 1e-6));
  // An average document: norm = k1, and tf = 1 gives the idf itself.
  CHECK_THAT(Bm25TermScore(0.5, 1, 3, 3, {}), WithinAbs(0.5, 1e-12));
}

TEST_CASE("b = 0 ignores the length and a great frequency nears the bound") {
  CHECK_THAT(Bm25TermScore(1, 1, 1, 10, {.k1 = 1.2, .b = 0}),
             WithinAbs(Bm25TermScore(1, 1, 100, 10, {.k1 = 1.2, .b = 0}), 1e-12));
  CHECK(Bm25TermScore(1, 1e9, 5, 5, {}) < Bm25TermBound(1, {}));
  CHECK_THAT(Bm25TermScore(1, 1e9, 5, 5, {}), WithinAbs(Bm25TermBound(1, {}), 1e-6));
}

TEST_CASE("a saturation is the score over its bound, for every length") {
  const Bm25Saturation saturation(12.5, {});
  for (const std::uint32_t length : {0u, 1u, 12u, 255u, 256u, 5000u}) {
    for (const std::uint32_t frequency : {1u, 3u, 200u}) {
      const double share = Bm25TermScore(1, frequency, length, 12.5, {}) / Bm25TermBound(1, {});
      CHECK_THAT(saturation.Share(frequency, length), WithinAbs(share, 1e-6));
    }
  }
}

TEST_CASE("postings count repetitions and survive a merge with dropped documents") {
  TermPostingsBuilder first;
  CHECK(first.Add({"ship", "free", "ship"}) == 0);
  CHECK(first.Add({"return"}) == 1);
  const TermPostings a = std::move(first).Build();
  TermPostingsBuilder second;
  second.Add({"ship"});
  second.Add({"gone", "ship"});
  second.Add({"return", "ship"});
  const TermPostings b = std::move(second).Build();

  TermPostingsBuilder both;
  both.Append(a, {0, 1});
  both.Append(b, {2, -1, 3});
  const TermPostings merged = std::move(both).Build();
  CHECK(merged.size() == 4);
  CHECK(merged.length(0) == 3);
  CHECK(merged.length(3) == 2);
  REQUIRE(merged.Find("ship").size() == 3);
  CHECK(merged.Find("ship").frequencies[0] == 2);
  CHECK(merged.Find("ship").documents[2] == 3);
  CHECK(merged.Contains("return", 1));
  CHECK_FALSE(merged.Contains("return", 0));
  CHECK(merged.Find("gone").size() == 0);
}

}  // namespace
}  // namespace clientele::qa
