#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_FACTOR_BYTES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_FACTOR_BYTES_H_

#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace clientele::recommend {

static_assert(std::endian::native == std::endian::little, "factors are stored little-endian");

inline std::string FactorsToBytes(absl::Span<const float> factors) {
  std::string bytes(factors.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), factors.data(), bytes.size());
  return bytes;
}

inline std::vector<float> FactorsFromBytes(absl::string_view bytes) {
  std::vector<float> factors(bytes.size() / sizeof(float));
  std::memcpy(factors.data(), bytes.data(), factors.size() * sizeof(float));
  return factors;
}

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_FACTOR_BYTES_H_
