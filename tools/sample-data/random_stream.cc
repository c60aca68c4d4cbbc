#include "tools/sample-data/random_stream.h"

#include <algorithm>

namespace clientele::sample {
namespace {

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;

uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

RandomStream::RandomStream(uint64_t seed, absl::string_view purpose, uint64_t index) {
  uint64_t key = Mix(seed + kGolden);
  for (const char c : purpose) key = Mix(key + static_cast<unsigned char>(c) + kGolden);
  key_ = Mix(key ^ Mix(index + kGolden));
}

uint64_t RandomStream::Next() { return Mix(key_ + ++counter_ * kGolden); }

int64_t RandomStream::Below(int64_t bound) {
  // The high half of a 128-bit product; the bias is below 2^-40 for our bounds.
  const unsigned __int128 product =
      static_cast<unsigned __int128>(Next()) * static_cast<uint64_t>(bound);
  return static_cast<int64_t>(static_cast<uint64_t>(product >> 64));
}

int RandomStream::Weighted(const std::vector<int>& weights) {
  int64_t sum = 0;
  for (const int weight : weights) sum += weight;
  int64_t left = Below(sum);
  int index = 0;
  while (left >= weights[index]) left -= weights[index++];
  return index;
}

int RandomStream::WeightedBySums(const std::vector<int64_t>& sums) {
  return static_cast<int>(std::upper_bound(sums.begin(), sums.end(), Below(sums.back())) -
                          sums.begin());
}

}  // namespace clientele::sample
