#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_TOKEN_BATCHES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_TOKEN_BATCHES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace clientele::qa {

// Rows in batches that cost alike: rows x longest row is at most `max_tokens`, but for a row that
// is longer by itself. Rows are in order of length, equally long ones in random order, so that
// every seed gives batches of the same sizes with other neighbors. Each row is in one batch. Pure.
std::vector<std::vector<std::size_t>> TokenBatches(absl::Span<const std::int64_t> lengths,
                                                   std::size_t max_tokens, std::uint64_t seed);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_TOKEN_BATCHES_H_
