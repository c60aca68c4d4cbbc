#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_LENGTH_BATCHES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_LENGTH_BATCHES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace clientele::qa {

// Rows in batches of similar length, each row once: in random order, which `seed` gives, windows of
// 16 batches are sorted by length and cut. Every call makes as many batches. Pure.
std::vector<std::vector<std::size_t>> LengthBatches(absl::Span<const std::int64_t> lengths,
                                                    std::size_t batch_rows, std::uint64_t seed);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_LENGTH_BATCHES_H_
