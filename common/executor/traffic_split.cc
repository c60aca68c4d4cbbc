#include "common/executor/traffic_split.h"

#include <cmath>

namespace clientele {
namespace {

constexpr std::uint64_t kWhole = std::uint64_t{1} << 32;

// FNV-1a, 64 bit; a NUL stands between salt and key. The finalizer (MurmurHash3's) spreads
// short keys that differ in their last byte over the upper bits.
std::uint64_t Hash(absl::string_view salt, absl::string_view key) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto add = [&hash](char byte) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001b3ULL;
  };
  for (const char byte : salt) add(byte);
  add('\0');
  for (const char byte : key) add(byte);
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53ULL;
  hash ^= hash >> 33;
  return hash;
}

}  // namespace

TrafficSplit::TrafficSplit(double share) {
  if (!(share > 0)) return;
  threshold_ = share >= 1
                   ? kWhole
                   : static_cast<std::uint64_t>(std::llround(share * static_cast<double>(kWhole)));
}

bool TrafficSplit::TakesKey(absl::string_view salt, absl::string_view key) const {
  return (Hash(salt, key) >> 32) < threshold_;
}

bool TrafficSplit::TakesCall(std::uint64_t number) const {
  // The share summed up over the calls passes a whole number at this one. A product
  // that wraps at 2^64 keeps its place below 2^32.
  return (number * threshold_) % kWhole + threshold_ >= kWhole;
}

}  // namespace clientele
