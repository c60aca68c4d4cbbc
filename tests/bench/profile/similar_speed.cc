#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "services/profile-service/core/similar/vector_index.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/profile/topics.h"

namespace clientele::profile {
namespace {

constexpr int kVectors = 1'000'000;
constexpr std::size_t kWidth = 128;
constexpr std::size_t kNearest = 10;
constexpr int kSearchRounds = 7;

// Word by word.
std::uint64_t Read(const std::vector<float>& plain) {
  std::uint64_t sum = 0;
  std::uint64_t words[8];
  for (std::size_t i = 0; i < plain.size(); i += 16) {
    std::memcpy(words, &plain[i], sizeof(words));
    sum += words[0] ^ words[1] ^ words[2] ^ words[3] ^ words[4] ^ words[5] ^ words[6] ^ words[7];
  }
  return sum;
}

}  // namespace

void MeasureSimilar(int customers) {
  const auto rows = static_cast<std::size_t>(customers == 0 ? kVectors : customers);
  VectorIndex index(std::int64_t{1} << 40);
  std::vector<float> plain;
  plain.reserve(kWidth * rows);
  const std::vector<float> base(kWidth, 0.25F);
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<float> vector = base;
    vector[i % kWidth] += static_cast<float>(i % 1000) / 1000;
    index.Put(absl::StrCat("customer-", i), "m/1", vector);
    plain.insert(plain.end(), vector.begin(), vector.end());
  }
  std::uint64_t sum = 0;
  const std::vector<double> best =
      bench::BestInTurns(bench::Time::kWall, kSearchRounds,
                         {[&] { sum += Read(plain); },
                          [&] {
                            const auto nearest = index.Nearest(
                                "m/1", base, kNearest, [](const std::string&) { return true; });
                            if (bench::Require(nearest).size() != kNearest)
                              throw std::runtime_error("too few");
                          }});
  if (sum == 0) throw std::runtime_error("nothing was read");
  bench::Print({.bench = absl::StrCat("profile.similar_customers.", rows),
                .value = 1000 * best[1],
                .unit = "ms",
                .vs = absl::StrCat("plain read of the bytes: ", 1000 * best[0], " ms"),
                .ratio = best[0] / best[1],
                .target = ">= 0.6"});
}

}  // namespace clientele::profile
