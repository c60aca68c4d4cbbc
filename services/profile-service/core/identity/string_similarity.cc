#include "services/profile-service/core/identity/string_similarity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

namespace clientele::profile {
namespace {

constexpr double kPrefixBonus = 0.1;
constexpr std::size_t kMaxPrefix = 4;

using Distance = std::uint8_t;  // holds kMaxComparedCharacters

double Jaro(std::u32string_view a, std::u32string_view b) {
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t window = longer >= 4 ? longer / 2 - 1 : 0;
  std::array<bool, kMaxComparedCharacters> taken = {};
  std::array<char32_t, kMaxComparedCharacters> common;
  std::size_t matches = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t end = std::min(b.size(), i + window + 1);
    for (std::size_t j = i > window ? i - window : 0; j < end; ++j) {
      if (taken[j] || b[j] != a[i]) continue;
      taken[j] = true;
      common[matches++] = a[i];
      break;
    }
  }
  if (matches == 0) return 0;
  std::size_t out_of_order = 0;
  for (std::size_t j = 0, k = 0; j < b.size(); ++j) {
    if (taken[j] && b[j] != common[k++]) ++out_of_order;
  }
  const auto m = static_cast<double>(matches);
  const auto transpositions = std::floor(static_cast<double>(out_of_order) / 2);
  return (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) +
          (m - transpositions) / m) /
         3;
}

}  // namespace

double JaroWinkler(std::u32string_view a, std::u32string_view b) {
  a = a.substr(0, kMaxComparedCharacters);
  b = b.substr(0, kMaxComparedCharacters);
  if (a.empty() && b.empty()) return 1;
  if (a.empty() || b.empty()) return 0;
  const double jaro = Jaro(a, b);
  const std::size_t most = std::min({a.size(), b.size(), kMaxPrefix});
  std::size_t prefix = 0;
  while (prefix < most && a[prefix] == b[prefix]) ++prefix;
  return jaro + static_cast<double>(prefix) * kPrefixBonus * (1 - jaro);
}

std::size_t EditDistance(std::u32string_view a, std::u32string_view b, std::size_t limit) {
  a = a.substr(0, kMaxComparedCharacters);
  b = b.substr(0, kMaxComparedCharacters);
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() < b.size()) std::swap(a, b);
  if (a.size() - b.size() > limit) return limit + 1;
  // Rows of the table of distances between prefixes: the one before the last, the last, this one.
  std::array<std::array<Distance, kMaxComparedCharacters + 1>, 3> rows;
  Distance* before = rows[0].data();
  Distance* last = rows[1].data();
  Distance* row = rows[2].data();
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<Distance>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, last);
    std::swap(last, row);
    row[0] = static_cast<Distance>(i);
    Distance least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      int distance = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) distance = std::min(distance, before[j - 2] + 1);
      row[j] = static_cast<Distance>(distance);
      least = std::min(least, row[j]);
    }
    // A swap reaches back two rows, so two rows beyond the limit would be needed to be sure.
    if (least > limit + 1) return limit + 1;
  }
  return std::min<std::size_t>(row[b.size()], limit + 1);
}

}  // namespace clientele::profile
