#include "common/evaluation/rouge.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::evaluation {
namespace {

using Catch::Approx;

TEST_CASE("the longest common subsequence counts in both directions") {
  const RougeScore score = RougeL("police kill the gunman", "police killed the gunman today");
  CHECK(score.precision == Approx(3.0 / 4));
  CHECK(score.recall == Approx(3.0 / 5));
  CHECK(score.f1 == Approx(6.0 / 9));
  // Order matters: only "the gunman" or "police" are in sequence.
  CHECK(RougeL("the gunman police kill", "police kill the gunman").f1 == Approx(0.5));
}

TEST_CASE("tokens are words in lower case and single Chinese characters") {
  CHECK(RougeTokens("Der Käse, 2-fach! 退款iPhone15") ==
        std::vector<std::string>{"der", "käse", "2", "fach", "退", "款", "iphone15"});
  CHECK(RougeL("七天内退款", "七天内可以退款").recall == Approx(5.0 / 7));
}

TEST_CASE("empty texts score nothing") {
  CHECK(RougeL("", "a").f1 == 0);
  CHECK(RougeL("a", "...").f1 == 0);
  CHECK(RougeL("", "").recall == 0);
}

std::size_t Subsequence(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return 0;
  if (a[0] == b[0]) return 1 + Subsequence(a.substr(1), b.substr(1));
  return std::max(Subsequence(a.substr(1), b), Subsequence(a, b.substr(1)));
}

TEST_CASE("random texts score as a plain recursion says") {
  std::mt19937 random(6);
  for (int round = 0; round < 60; ++round) {
    std::string a, b, a_text, b_text;
    for (auto [letters, text] : {std::pair{&a, &a_text}, std::pair{&b, &b_text}}) {
      const std::size_t length = 1 + random() % 9;
      for (std::size_t i = 0; i < length; ++i) {
        letters->push_back(static_cast<char>('p' + random() % 3));
        *text += std::string(1, letters->back()) + " ";
      }
    }
    const double common = static_cast<double>(Subsequence(a, b));
    CHECK(RougeL(a_text, b_text).f1 ==
          Approx(2 * common / static_cast<double>(a.size() + b.size())));
  }
}

}  // namespace
}  // namespace clientele::evaluation
