#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_CACHE_SHAPE_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_CACHE_SHAPE_H_

#include <cstdint>

namespace clientele::inference {

// Size of a key-value cache: each row has so many positions of its own, and so many of
// its source in an encoder-decoder. A plain value.
struct CacheShape {
  std::int64_t rows = 0;
  std::int64_t positions = 0;
  std::int64_t source = 0;

  // Cells of keys and values.
  std::int64_t cells() const { return rows * (positions + source); }
  bool Holds(const CacheShape& other) const {
    return rows >= other.rows && positions >= other.positions && source >= other.source;
  }
  bool operator==(const CacheShape&) const = default;
};

// Room for both side by side: rows add up, lengths are the longer ones.
CacheShape Beside(const CacheShape& a, const CacheShape& b);

// The size to allocate when `have` does not hold `need`. Each axis at least doubles where
// it grows, so that copying stays linear in what was written; positions are twice those
// needed from the start. None exceeds `reserved`: what was admitted bounds what is
// allocated. `reserved` holds `need`.
CacheShape Grow(const CacheShape& have, const CacheShape& need, const CacheShape& reserved);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_CACHE_SHAPE_H_
