#include "services/profile-service/core/identity/string_similarity.h"

#include <algorithm>
#include <random>
#include <string>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::profile {
namespace {

TEST_CASE("Jaro-Winkler gives the values that Winkler published") {
  // Winkler 1994, "Advanced Methods for Record Linkage", table 1; rounded there to three places.
  struct Published {
    std::u32string a, b;
    double value;
  };
  const Published published[] = {
      {U"shackleford", U"shackelford", 0.982}, {U"dunningham", U"cunnigham", 0.896},
      {U"nichleson", U"nichulson", 0.956},     {U"jones", U"johnson", 0.832},
      {U"massey", U"massie", 0.933},           {U"abroms", U"abrams", 0.922},
      {U"jeraldine", U"geraldine", 0.926},     {U"marhta", U"martha", 0.961},
      {U"michelle", U"michael", 0.921},        {U"dwayne", U"duane", 0.84},
      {U"dixon", U"dicksonx", 0.813}};
  for (const Published& row : published) {
    CHECK(JaroWinkler(row.a, row.b) == Catch::Approx(row.value).margin(0.00051));
    CHECK(JaroWinkler(row.b, row.a) == Catch::Approx(row.value).margin(0.00051));
  }
}

TEST_CASE("texts without a character in common have no likeness, equal ones all of it") {
  CHECK(JaroWinkler(U"abc", U"xyz") == 0);
  CHECK(JaroWinkler(U"", U"x") == 0);
  CHECK(JaroWinkler(U"", U"") == 1);
  CHECK(JaroWinkler(U"王小明", U"王小明") == Catch::Approx(1));
}

// The definition, without a table.
std::size_t Distance(const std::u32string& a, const std::u32string& b) {
  if (a.empty() || b.empty()) return std::max(a.size(), b.size());
  const std::u32string a1 = a.substr(0, a.size() - 1);
  const std::u32string b1 = b.substr(0, b.size() - 1);
  std::size_t least = std::min({Distance(a1, b) + 1, Distance(a, b1) + 1,
                                Distance(a1, b1) + (a.back() == b.back() ? 0u : 1u)});
  if (!a1.empty() && !b1.empty() && a.back() == b1.back() && a1.back() == b.back()) {
    least = std::min(least, Distance(a1.substr(0, a1.size() - 1), b1.substr(0, b1.size() - 1)) + 1);
  }
  return least;
}

TEST_CASE("the edit distance is that of its definition, up to any limit") {
  std::mt19937 random(7);
  for (int i = 0; i < 400; ++i) {
    std::u32string a, b;
    for (std::size_t n = random() % 7; n > 0; --n) a += static_cast<char32_t>(U'a' + random() % 3);
    for (std::size_t n = random() % 7; n > 0; --n) b += static_cast<char32_t>(U'a' + random() % 3);
    const std::size_t distance = Distance(a, b);
    CHECK(EditDistance(a, b) == distance);
    for (std::size_t limit = 0; limit < 4; ++limit) {
      CHECK(EditDistance(a, b, limit) == std::min(distance, limit + 1));
    }
  }
}

TEST_CASE("long texts are compared by their beginnings") {
  const std::u32string longer(5000, U'a');
  CHECK(EditDistance(longer, longer + U"b") == 0);
  CHECK(JaroWinkler(longer, longer + U"b") == 1);
  CHECK(EditDistance(longer, U"") == kMaxComparedCharacters);
}

}  // namespace
}  // namespace clientele::profile
